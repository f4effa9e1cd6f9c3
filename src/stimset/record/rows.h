/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows.h - the rows of stimuli.tsv of a finished set, read from the disk as they are asked for
 *
 * struct evk_row takes 5 kB, so that only the rows in use are in memory.  Code that needs all rows
 * of a small set at once calls evk_stimuli_take of tables.h.
 */
#ifndef EVK_STIMSET_RECORD_ROWS_H
#define EVK_STIMSET_RECORD_ROWS_H

#include "stimset/record/lines.h"
#include "stimset/record/row.h"

struct evk_set_rows {
    struct evk_lines lines; /* the table as text; owned */
    int64_t count;          /* rows: lines.count */
    int *column;            /* (lines.columns) its number in columns.def, -1: not in it; owned */
    int64_t id;             /* the number of the column stimulus_id in lines; -1: there is none */
    struct evk_row missing; /* evk_row_new(): what a row is before its cells are read */
};

/*
 * Open stimuli.tsv; most: the largest number of rows that the set may have, EVK_CODE_MAX or
 * EVK_STREAM_MAX.  Only the form of the table is checked: failures are those of evk_lines_open.
 * The caller releases *out with evk_set_rows_close.
 */
evk_status evk_set_rows_open(struct evk_set_rows *out, const struct evk_dir *folder, int64_t most,
                             evk_error *err);

/* Release rows that were opened, or a zeroed struct. */
void evk_set_rows_close(struct evk_set_rows *rows);

/*
 * Read all rows once, and check them.  EVK_EFORMAT: a cell is no value of its column, stim_code
 * does not count from 1 up, or a row has other names than those of its code (evk_row_check_names).
 * EVK_EIO: the file cannot be read.
 */
evk_status evk_set_rows_check(const struct evk_set_rows *rows, evk_error *err);

/* The row that was read last.  Zero it before its first use; evk_row_line_release releases it. */
struct evk_row_line {
    struct evk_row row;   /* its texts point into line */
    struct evk_line line; /* line.cells (lines.columns): the row as text */
};

/*
 * Read row i, 0 <= i < rows->count, into line->row, which stays until line is used again.  The row
 * is checked as by evk_set_rows_check, so that a file that was altered after that check gives
 * EVK_EFORMAT, and no other file names.  EVK_EIO: the file cannot be read.  In ascending order a
 * row takes some 4 microseconds.  Several threads may read at once, each with a line of its own.
 */
evk_status evk_set_rows_get(const struct evk_set_rows *rows, int64_t i, struct evk_row_line *line,
                            evk_error *err);
void evk_row_line_release(struct evk_row_line *line);

/*
 * Fill in *row from the cells of row i (lines.columns), which must outlive the row, since it points
 * to them.  EVK_EFORMAT: as in evk_set_rows_get.
 */
evk_status evk_set_rows_parse(const struct evk_set_rows *rows, int64_t i, const char *const *cells,
                              struct evk_row *row, evk_error *err);

/* Returns the number of the row with a stimulus_id, from 0; -1: no row has it, or id is NULL. */
int64_t evk_set_rows_find(const struct evk_set_rows *rows, const char *id);

#endif /* EVK_STIMSET_RECORD_ROWS_H */
