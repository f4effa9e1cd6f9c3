/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kernel.h - tables of compute kernels, one table for each instruction set
 *
 * A kernel is a leaf function on floats: it never allocates, fails, locks or
 * starts a thread.  Pointers need no particular alignment.  The arrays of a call
 * do not overlap, unless the kernel's comment says that they may.
 */
#ifndef EVK_KERNEL_KERNEL_H
#define EVK_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EVK_PAD = 16 }; /* rows of weights are padded with zeros to a multiple of this many floats */

/* Returns n rounded up to a multiple of EVK_PAD. */
static inline int64_t evk_padded(int64_t n)
{
    return (n + EVK_PAD - 1) / EVK_PAD * EVK_PAD;
}

/* Columns of the panels of doubles that the kernel `panels` multiplies. */
enum { EVK_PANEL = 48 };

/*
 * A row of outputs of a convolution over an image x whose channels are innermost, or the gradient
 * of such a row; tmpl/conv.h has what is computed.
 *
 * An output reads a patch of x.  A tap is one float that it reads in one kernel row: an input
 * channel of a kernel column.  The taps of a kernel row are cut into pieces of taps that are side
 * by side in x: a single piece, or, where the convolution is dilated, a piece for each column.
 */
struct evk_conv {
    int64_t width;           /* outputs in the row */
    int64_t step;            /* floats of x from the patch of an output to that of the next */
    int64_t rows, pieces;    /* kernel rows, and pieces of each */
    int64_t row_step;        /* floats of x from a kernel row to the next */
    int64_t piece_step;      /* floats of x from a piece to the next */
    int64_t taps, taps_room; /* taps of a piece, and the same rounded up to EVK_PAD */
    const int64_t *at;       /* (pieces taps) floats of x from the start of a kernel row to a tap */
    int64_t o, room;         /* output channels, and the same rounded up to EVK_PAD */
    int64_t y_step;          /* floats of y from an output to the next */
    const float *w;          /* (room / EVK_PAD, rows, pieces, taps, EVK_PAD) weights */
    const float *wt;         /* (o, rows, pieces, taps_room) the weights again, for the gradient */
    const float *scale, *shift; /* (room) */
    bool relu;
    bool add;       /* add to y, instead of overwriting y; there is no signs then */
    bool overwrite; /* gradient: patches do not overlap, so gx is overwritten, not added to */
};

/* Rows of outputs that are computed by one call. */
struct evk_conv_rows {
    int64_t count;      /* number of rows */
    int64_t x_step;     /* floats of x from the patches of a row to those of the next */
    int64_t y_step;     /* floats of y from a row to the next */
    int64_t signs_step; /* elements of signs from a row to the next */
};

/* Returns the index in w of the weight of tap t, counted over all kernel rows, for channel j. */
static inline int64_t evk_conv_weight_at(const struct evk_conv *c, int64_t t, int64_t j)
{
    return (j / EVK_PAD * c->rows * c->pieces * c->taps + t) * EVK_PAD + j % EVK_PAD;
}

/*
 * A row of outputs of a convolution of 5 columns, step 1 and few input channels by Winograd's
 * F(4, 5), or the gradient of such a row; tmpl/winograd.h has what is computed.  A tile is 4
 * neighbouring outputs.
 */
enum { EVK_WINOGRAD_POINTS = 8, EVK_WINOGRAD_OUTPUTS = 4, EVK_WINOGRAD_TILES_MAX = 16 };
struct evk_winograd {
    int64_t width;             /* outputs in the row */
    int64_t tiles, tiles_room; /* tiles in the row, and the same rounded up to EVK_PAD */
    int64_t rows, c; /* kernel rows and input channels; the gradient: rows c is at most EVK_PAD */
    int64_t o, room; /* output channels, and the same rounded up to EVK_PAD */
    int64_t y_step;  /* floats of y from an output to the next */
    const float *u;  /* (8, rows, c, room) weights at the points */
    const float *ut; /* (rows, 8, o, EVK_PAD) the weights again, for the gradient: for each turn */
    const float *keep;          /* (rows, EVK_PAD) for each turn: 0 in the lanes that are set */
    const float *scale, *shift; /* (room) */
    bool relu;
};

/*
 * Tiles of 2x2 outputs of a convolution of 3x3 pixels; tmpl/conv3x3.h has what is computed.  The
 * rows of 16 sums at the points are m_step floats from each other.
 */
enum { EVK_CONV3X3_POINTS = 16, EVK_CONV3X3_OUTPUTS = 4 };
struct evk_conv3x3 {
    int64_t o, m_step;          /* output channels */
    const float *scale, *shift; /* (o rounded up to EVK_PAD) */
    bool relu;
    bool add; /* add to y, instead of overwriting y */
};

/*
 * A row of sums, each over the rows and columns of a small kernel, channel by channel: outputs of a
 * depthwise convolution, or pixels of its gradient; tmpl/taps.h has what is computed.
 */
struct evk_taps {
    int64_t n;              /* channels */
    int64_t rows, columns;  /* rows and columns of the kernel */
    const int64_t *xo, *wo; /* (rows) index of the first float of x and of w in each kernel row */
    int64_t x_column, w_column; /* floats of x and of w from a kernel column to the next */
    int64_t x_step, y_step;     /* floats of x and of y from a sum to the next */
    const float *w;             /* weights */
    bool add;                   /* add the sums to y, instead of overwriting y */
    const float *scale, *shift; /* (n) then y = y scale + shift, unless scale is NULL */
    bool relu;                  /* then y = max(y, 0) */
};

/* A table: a pointer for each kernel of kernels.def, under the kernel's name. */
struct evk_kernels {
    const char *isa; /* name of the instruction set: "avx2" */
#define EVK_KERNEL(ret, name, args) ret(*name) args;
#include "kernel/kernels.def"
#undef EVK_KERNEL
};

/* Returns table i of the tables that this build has, slowest first; NULL past the last. */
const struct evk_kernels *evk_kernels_at(int i);

/* Can the processor that runs this program execute the table's kernels? */
bool evk_kernels_usable(const struct evk_kernels *k);

/*
 * Returns the fastest usable table, or, where the environment variable EVOKE_ISA is set, the table
 * of that name.  NULL: EVOKE_ISA names an unknown table, or a table that is not usable here.
 * *wanted is set to the variable's value, NULL where it is not set.
 */
const struct evk_kernels *evk_kernels_best(const char **wanted);

#endif /* EVK_KERNEL_KERNEL_H */
