/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cells.h - a text table in memory, read line by line and cut into cells
 *
 * A cell may stand in double quotes, within which delimiters and line ends are part of the cell and
 * "" is a quote (RFC 4180).  Spaces around a cell do not belong to it.  Lines end with \n or \r\n.
 * Lines whose cells are all empty are passed over, and so is a byte order mark.
 */
#ifndef EVK_BASE_CELLS_H
#define EVK_BASE_CELLS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/error.h"

enum {
    EVK_CELLS_LINE_MAX = 1 << 24, /* the most bytes of a line */
    EVK_CELLS_MAX = 1 << 17       /* the most cells of a line */
};

struct evk_cells {
    char *text;     /* a copy of the file, in which cells are cut; owned */
    char *at, *end; /* what has not been read yet */
    char delimiter;
    int64_t line; /* number in the file of the line that was read last, from 1 */
    int64_t next; /* number of the line that begins at `at` */
    char **cell;  /* (count) the cells of the line that was read last; they point into text */
    int64_t count, room;
};

/*
 * Begins to read a table; evk_cells_close frees *out.
 *   delimiter  the character between cells; 0: whichever of tab, semicolon and comma the first line
 *              has most of, outside of quotes
 * EVK_EFORMAT: the file is UTF-16, or has a zero byte.  Messages do not name the file.
 */
evk_status evk_cells_open(struct evk_cells *out, const struct evk_bytes *file, char delimiter,
                          evk_error *err);
void evk_cells_close(struct evk_cells *t);

/*
 * Reads the next line that is not empty into t->cell; *more is false where there is none.
 * EVK_EFORMAT: the line is too long or has too many cells, or a quote has no end.
 */
evk_status evk_cells_next(struct evk_cells *t, bool *more, evk_error *err);

#endif /* EVK_BASE_CELLS_H */
