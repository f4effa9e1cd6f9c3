/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * layer.h - what a layer type provides
 *
 * A layer is one step of the pass: outputs from inputs, and input gradients
 * from output gradients.  Tensors are (h, w, c), channels innermost; a vector
 * is (1, 1, c) and flat.  A new type is one file in layers/, one row in
 * layers.def, and one function in layers.h that adds it to a graph.
 */
#ifndef EVK_NN_LAYER_H
#define EVK_NN_LAYER_H

#include <stdbool.h>

#include "base/error.h"
#include "kernel/kernel.h"

enum { EVK_INPUTS_MAX = 64 };

struct evk_shape {
    int64_t h, w, c;
    bool flat; /* a vector: h = w = 1 */
};

/* Elements first to last, inclusive, along rows, columns and channels. */
struct evk_box {
    int64_t first[3], last[3];
};

/* How the rows of values, or of gradients, lie: row i is at i % count. */
struct evk_rows {
    int64_t count;  /* rows that there is room for: all of them, but in a chain */
    int64_t step;   /* floats from a row to the next */
    int64_t margin; /* pixels of zeros before and behind each row */
};

/* Where row i begins. */
static inline int64_t evk_rows_at(const struct evk_rows *r, int64_t i)
{
    return i % r->count * r->step;
}

/* One layer's part of a pass. */
struct evk_pass {
    const struct evk_kernels *k;
    int inputs;
    const struct evk_shape *in; /* (inputs) */
    struct evk_shape out;
    const float *const *x;  /* (inputs) */
    float *y;               /* forward writes it; backward reads it */
    float *gy;              /* backward: d objective / d y; nobody reads it afterwards */
    float *const *gx;       /* backward: (inputs), adds to them, or overwrites: see below */
    const bool *add;        /* backward: (inputs) gx holds something to add to */
    const int64_t *x_pitch; /* (inputs) floats from a pixel of x, and gx, to the next: c or more */
    int64_t y_pitch;        /* the same of y and gy */
    struct evk_rows x_rows, gx_rows; /* of x[0] and gx[0] */
    struct evk_rows y_rows, gy_rows;
    uint16_t *signs; /* (out.h, out.w, pitch / 16) for a ReLU to remember; may be NULL */
    float *scratch;
};

/* How far a layer comes with rows 0 to end - 1. */
struct evk_reach {
    int64_t done; /* rows of the result, from the top, that are finished with them */
    int64_t kept; /* rows from here on are still needed for the next */
};

/* self is the layer's own struct. Members without "may be NULL" are required. */
struct evk_window;
struct evk_layer_type {
    const char *name;    /* as listings and error messages spell it */
    const char *summary; /* one line for "evoke list layers" */
    const char *params;  /* what a graph says of one, beside its inputs; may be NULL: nothing */

    /* Shape of the output; EVK_EFORMAT says what the inputs should be. */
    evk_status (*shape)(const void *self, int inputs, const struct evk_shape *in,
                        struct evk_shape *out, evk_error *err);
    /* Floats of scratch that a pass needs; may be NULL: none. */
    int64_t (*scratch)(const void *self, const struct evk_shape *in, const struct evk_shape *out);
    void (*forward)(const void *self, const struct evk_pass *p);
    void (*backward)(const void *self, const struct evk_pass *p);
    /*
     * The same by rows, for a chain of layers of which each alone reads the one before, so that
     * few rows lie between them; all four may be NULL: only as a whole.  Such a layer has one
     * input, and heeds pitches, rows and pass.add.  Rows come in order, each once, from 0 on.
     *   forward_rows    input rows first to end - 1 are there: bring y as far as forward_reach says
     *   backward_rows   rows first to end - 1 of gy are there: bring gx as far as backward_reach says
     */
    void (*forward_rows)(const void *self, const struct evk_pass *p, int64_t first, int64_t end);
    void (*backward_rows)(const void *self, const struct evk_pass *p, int64_t first, int64_t end);
    struct evk_reach (*forward_reach)(const void *self, const struct evk_shape *in,
                                      const struct evk_shape *out, int64_t end);
    struct evk_reach (*backward_reach)(const void *self, const struct evk_shape *in,
                                       const struct evk_shape *out, int64_t end);
    /* Floating-point operations of one forward pass, 2 a multiply-add; may be NULL: not counted. */
    int64_t (*flops)(const void *self, const struct evk_shape *in, const struct evk_shape *out);
    /* Turn a box of outputs into the box of input j that reaches it (last[0] = -1: nothing of it
       does); may be NULL: the same box. */
    void (*field)(const void *self, const struct evk_shape *in, int j, const struct evk_shape *out,
                  struct evk_box *box);
    /*
     * For a part of a graph, see focus.h; where focus is NULL, the layer is had as a whole only.
     *   widen  grow a box of outputs to one that can be had alone; may be NULL: any can
     *   focus  the layer for that box: the shapes are those of the whole, in_box are what field
     *          says (of an input with last[0] = -1 nothing is left).  *copy stays NULL where the
     *          layer itself will do.
     */
    void (*widen)(const void *self, const struct evk_shape *in, const struct evk_shape *out,
                  struct evk_box *box);
    evk_status (*focus)(const void *self, const struct evk_shape *in, const struct evk_box *in_box,
                        const struct evk_box *out_box, void **copy, evk_error *err);
    /* Replace y by scale y + shift for each channel, (c) doubles; may be NULL: impossible. */
    void (*absorb)(void *self, const double *scale, const double *shift);
    /* Give away such a map instead of being one; may be NULL: this layer is none. */
    void (*affine)(const void *self, const double **scale, const double **shift);
    /* Take over a plain ReLU that follows: y = max(y, 0), and backward gy where y > 0; may be NULL:
       impossible. */
    void (*rectify)(void *self);
    /* Be such a ReLU; may be NULL: this layer is none. */
    bool (*is_rectifier)(const void *self);
    /* Heeds x_pitch and y_pitch; else both are always c. Floats between the channels of one pixel
       and those of the next are never written. */
    bool pitched;
    /* backward heeds pass.add; else gx always holds zeros or a sum, and is added to. */
    bool overwrites;
    /* Reads margins instead of cutting windows at the ends of a row: of x forward, of gy backward. */
    bool margins;
    /* The window of a layer that moves one over its input; may be NULL: it has none. */
    const struct evk_window *(*window)(const void *self);
    void (*release)(void *self);
};

const struct evk_layer_type *evk_layer_type_at(int i); /* NULL past the end */

int64_t evk_shape_count(const struct evk_shape *s);
bool evk_shape_equal(const struct evk_shape *a, const struct evk_shape *b);

/* For evk_layer_type.shape: the output is like the first input. */
evk_status evk_shape_same(const void *self, int inputs, const struct evk_shape *in,
                          struct evk_shape *out, evk_error *err);

/* For evk_layer_type.field: every output reads all channels of its own pixel. */
void evk_field_all_channels(const void *self, const struct evk_shape *in, int j,
                            const struct evk_shape *out, struct evk_box *box);

/* For evk_layer_type.focus: the layer itself does for any box. */
evk_status evk_focus_same(const void *self, const struct evk_shape *in,
                          const struct evk_box *in_box, const struct evk_box *out_box, void **copy,
                          evk_error *err);

/* For evk_layer_type.widen: no channel can be had without the others. */
void evk_widen_channels(const void *self, const struct evk_shape *in, const struct evk_shape *out,
                        struct evk_box *box);

struct evk_box evk_box_whole(const struct evk_shape *s);
bool evk_box_equal(const struct evk_box *a, const struct evk_box *b);
struct evk_shape evk_box_shape(const struct evk_box *b, bool flat);

/* Make all hold more as well. */
void evk_box_enclose(struct evk_box *all, const struct evk_box *more);

/* "28x28x57" or "57"; returns text. */
enum { EVK_LAYER_SHAPE_TEXT = 64 };
const char *evk_layer_shape_text(const struct evk_shape *s, char text[EVK_LAYER_SHAPE_TEXT]);

#endif /* EVK_NN_LAYER_H */
