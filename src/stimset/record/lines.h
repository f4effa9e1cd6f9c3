/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lines.h - a table of a set, read from the disk row by row
 *
 * A table is a tab-separated text: a line of column names, then one line a row.  Opening a table
 * reads the file once, in pieces, checks its form, and keeps 8 bytes a row: where the row's line
 * begins.  The cells of a row are read when the caller asks for them, so that a table of a million
 * rows takes 8 MB of memory whatever its cells hold.
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
    const char **names; /* (columns) names of the columns; owned */
    char *first;        /* the line of column names, which names points into; owned */
    int64_t *begin;     /* (1 + count + 1) offset of each line, then the size of the file; owned */
    int64_t room;       /* elements that begin has memory for */
};

/* The longest line that is accepted, in bytes.  No line that evoke writes is nearly as long. */
enum { EVK_LINE_MAX = 1 << 20 };

/*
 * Open the table in a file of a set; most: the largest number of rows that it may have.  The caller
 * releases *out with evk_lines_close.  EVK_EFORMAT, with the number of the line where there is one:
 * the last line does not end in a newline, there is a zero byte, a line is longer than EVK_LINE_MAX
 * or has another number of cells than the first, two columns have one name, there are more than
 * most rows, or the file has more than EVK_SET_FILE_MAX bytes (set_file.h).  EVK_EIO: the file is
 * not there, is a link, or cannot be read.
 */
evk_status evk_lines_open(struct evk_lines *out, const struct evk_dir *folder, const char *name,
                          int64_t most, evk_error *err);

/* Release a table that was opened, or a zeroed struct. */
void evk_lines_close(struct evk_lines *t);

/* Returns the number of the column with this name, from 0; -1 where there is none. */
int64_t evk_lines_find(const struct evk_lines *t, const char *name);

/*
 * Memory for the row that was read last, and for the text of rows after it that were read ahead.
 * Zero it before its first use, and release it with evk_line_release.
 */
struct evk_line {
    const char **cells; /* (columns) of the row that was read last; they point into text; owned */
    char *text;         /* owned */
    size_t room;        /* bytes that text has memory for */
    int64_t next, end;  /* text holds rows next to end - 1, which were not asked for yet */
    size_t at;          /* offset in text at which row `next` begins */
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
