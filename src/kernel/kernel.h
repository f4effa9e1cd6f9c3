/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kernel.h - tables of compute kernels, one table per instruction set
 *
 * Kernels are leaf functions: they never allocate, fail, lock or start
 * threads.  Pointers need no particular alignment and never overlap unless a
 * kernel says so.
 */
#ifndef EVK_KERNEL_KERNEL_H
#define EVK_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EVK_PAD = 16 }; /* rows of weights are padded to a multiple of this, with zeros */

/*
 * One row of outputs of a convolution, or its gradient; what is computed is in
 * tmpl/conv.h.  Forward, the taps of a kernel row lie anywhere; for the gradient
 * in pieces of taps side by side: one, or, where it is dilated, a piece for each
 * column.
 */
struct evk_conv {
    int64_t width;              /* outputs in the row */
    int64_t step;               /* floats from the patch of one output to that of the next */
    int64_t rows, pieces;       /* kernel rows, pieces of each */
    int64_t row_step;           /* floats of x from a kernel row to the next */
    int64_t piece_step;         /* floats of x from a piece to the next */
    int64_t taps, taps_room;    /* of a piece; rounded up to EVK_PAD */
    const int64_t *at;          /* (pieces taps) floats of x from a kernel row to its taps */
    int64_t o, room;            /* output channels; rounded up to EVK_PAD */
    int64_t y_step;             /* floats from one output to the next */
    const float *w;             /* (rows, pieces, taps, room) */
    const float *wt;            /* (o, rows, pieces, taps_room), for the gradient */
    const float *scale, *shift; /* (room) */
    bool relu;
    bool overwrite; /* the gradient: no patches meet, nothing is added to */
};

/*
 * A row of sums of products over rows and columns of places: outputs of a
 * depthwise convolution, or pixels of its gradient; what is computed is in
 * tmpl/taps.h.
 */
struct evk_taps {
    int64_t n;                  /* channels */
    int64_t rows, columns;      /* places */
    const int64_t *xo, *wo;     /* (rows) where x and w of each begin */
    int64_t x_column, w_column; /* floats from a column to the next */
    int64_t x_step, y_step;     /* floats from one sum's x to the next, and y */
    const float *w;
    bool add;                   /* to y, not overwrite it */
    const float *scale, *shift; /* (n) then y = y scale + shift; scale NULL: no */
    bool relu;                  /* then y = max(y, 0) */
};

struct evk_kernels {
    const char *isa;
#define EVK_KERNEL(ret, name, args) ret(*name) args;
#include "kernel/kernels.def"
#undef EVK_KERNEL
};

/* Row i of the tables this build has, slowest first; NULL past the end. */
const struct evk_kernels *evk_kernels_at(int i);

/* Can the running CPU execute this table? */
bool evk_kernels_usable(const struct evk_kernels *k);

/*
 * The fastest usable table, or the one $EVOKE_ISA names.  NULL where that is
 * unknown or not usable here; *wanted is then what was asked for.
 */
const struct evk_kernels *evk_kernels_best(const char **wanted);

#endif /* EVK_KERNEL_KERNEL_H */
