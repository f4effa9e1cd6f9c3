/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lines.h - a table of a set, read from the disk row by row
 *
 * A table is a tab-separated text: a line of column names, then one line a row.  Opening a table
 * reads the file once, in pieces, checks its form, and keeps 8 bytes a row: where the row's line
 * begins.  A row's cells are read when they are asked for, so that a table of a million rows takes
 * 8 MB whatever its cells hold.
 */
#ifndef EVK_STIMSET_RECORD_LINES_H
#define EVK_STIMSET_RECORD_LINES_H

#include <stdio.h>

#include "base/dir.h"

struct evk_lines {
    FILE *file;         /* owned */
    char *path;         /* "set/stimuli/stimuli.tsv", for messages; owned */
    int64_t count;      /* rows: lines below the line of column names */
    int64_t columns;    /* cells of every line */
    const char **names; /* (columns) of the columns; owned */
    char *first;        /* the line of column names, which names points into; owned */
    int64_t *begin;     /* (1 + count + 1) offsets of lines in the file, then its size; owned */
    int64_t room;       /* elements that begin has memory for */
};

/* The longest line that is read, in bytes.  No line of a set comes near it. */
enum { EVK_LINE_MAX = 1 << 20 };

/*
 * Open the table in a file of a set; most: the largest number of rows that it may have.  Release it
 * with evk_lines_close.  EVK_EFORMAT, with the number of the line where there is one: the last line
 * does not end in a newline, there is a zero byte, a line is longer than EVK_LINE_MAX or has
 * another number of cells than the first, two columns have one name, there are more than most rows,
 * or the file has more than EVK_SET_FILE_MAX bytes (set_file.h).  EVK_EIO: the file is not there, is
 * a link, or cannot be read.
 */
evk_status evk_lines_open(struct evk_lines *out, const struct evk_dir *folder, const char *name,
                          int64_t most, evk_error *err);

/* Release a table that was opened, or one that is zeroed. */
void evk_lines_close(struct evk_lines *t);

/* The number of the column of that name, from 0; -1 where there is none. */
int64_t evk_lines_find(const struct evk_lines *t, const char *name);

/* Room for the row that was read last, and for rows after it that were read ahead.  Zero it. */
struct evk_line {
    const char **cells; /* (columns) of the row that was read last; they point into text; owned */
    char *text;         /* owned */
    size_t room;        /* bytes of text */
    int64_t next, end;  /* rows that text holds and that were not asked for yet: next to end - 1 */
    size_t at;          /* where row `next` begins in text */
};

/*
 * Read row i, 0 <= i < t->count, into line->cells, which stay until line is used again.  Reading
 * rows in ascending order reads some 64 KiB at a time.  Several threads may read one table at once,
 * each with a line of its own.  EVK_EIO: the file cannot be read; EVK_EFORMAT: the row is not what
 * it was when the table was opened.
 */
evk_status evk_lines_get(const struct evk_lines *t, int64_t i, struct evk_line *line,
                         evk_error *err);

/*
 * Read the first n rows, n <= t->count, into a zeroed line at once.  evk_lines_get then gives rows
 * 0, 1, ... n - 1, in this order, without the disk, and what their cells point to stays until the
 * line is released: a caller that takes line->text, and sets it to NULL, may keep the cells.
 */
evk_status evk_lines_read_ahead(const struct evk_lines *t, int64_t n, struct evk_line *line,
                                evk_error *err);
void evk_line_release(struct evk_line *line);

#endif /* EVK_STIMSET_RECORD_LINES_H */
