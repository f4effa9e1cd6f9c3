/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * layer.h - what a layer type provides
 *
 * A layer is one step of a pass through a network.  Forward, it computes its
 * output from its inputs; backward, it computes the gradients with respect to
 * its inputs from the gradient with respect to its output.  Tensors are
 * (h, w, c): rows, columns and channels, with the channels of a pixel next to
 * each other in memory.  A vector is (1, 1, c) and marked as flat.
 *
 * A new layer type is one file in layers/, one row in layers.def, and one
 * function in layers.h that adds a layer of that type to a graph.
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

/* A box of values of a tensor: from first to last, both included, along rows, columns, channels. */
struct evk_box {
    int64_t first[3], last[3];
};

/*
 * How the rows of a tensor lie in memory.  Where there is room for fewer rows than the tensor has,
 * the memory is a ring: row i takes the place of row i - count.
 */
struct evk_rows {
    int64_t count; /* rows that there is room for; fewer than the tensor's in a chain, see plan.h */
    int64_t step;  /* floats from the beginning of a row to that of the next */
    int64_t margin; /* pixels of zeros before and behind each row */
};

/* Rows first to end - 1. */
struct evk_span {
    int64_t first, end;
};

/* Returns the offset, in floats, of the first pixel of row i. */
static inline int64_t evk_rows_at(const struct evk_rows *r, int64_t i)
{
    return i % r->count * r->step;
}

/* The operands of one layer in one pass. */
struct evk_pass {
    const struct evk_kernels *k;
    int inputs;
    const struct evk_shape *in; /* (inputs) */
    struct evk_shape out;
    const float *const *x;  /* (inputs) values of the inputs */
    float *y;               /* the output's values: forward writes them, backward reads them */
    float *gy;              /* backward: d objective / d y; the layer may overwrite it */
    float *const *gx;       /* backward: (inputs) d objective / d x, which the layer computes */
    const bool *add;        /* backward: (inputs) add to what gx holds, rather than overwrite it */
    const int64_t *x_pitch; /* (inputs) floats from a pixel to the next in x and gx; at least c */
    int64_t y_pitch;        /* floats from a pixel to the next in y and gy; at least c */
    struct evk_rows x_rows, gx_rows; /* how the rows of x[0] and of gx[0] lie */
    struct evk_rows y_rows, gy_rows; /* how the rows of y and of gy lie */
    uint16_t *signs; /* (out.h, out.w, y_pitch / 16) a bit a value for the layer's ReLU to set
                        forward, where y > 0, and to read backward; NULL: it reads y instead */
    float *scratch;  /* evk_layer_type.scratch floats; between passes they keep nothing */
    /* Where several threads share a pass by bands of rows, see bands.h; else fed is 0, wanted and
       own are all rows, and rectified is false. */
    int64_t fed;            /* the first row that this thread is given of what the layer reads */
    struct evk_span wanted; /* rows of the result that this thread computes */
    struct evk_span own;    /* rows of y whose signs this thread keeps */
    uint16_t *sink;         /* (out.w, y_pitch / 16) takes the signs of all other rows */
    bool rectified;         /* the layer's ReLU has been applied to gy */
};

/*
 * How far a layer's result can be computed once rows 0 to end - 1 of what the layer reads are
 * there.
 */
struct evk_reach {
    int64_t done; /* rows of the result, counted from the top, that can be finished */
    int64_t kept; /* the first row of what the layer reads that the unfinished rows still need */
};

/*
 * Passes that go row by row, for chains of layers of which each is the only reader of the layer
 * before (see plan.h): few rows have to be kept between two layers of a chain.  A type that has
 * forward has the first five functions and evk_layer_type.window, takes one input, and heeds the
 * pitches, rows and add of struct evk_pass.  Rows are given in order, each of them once, beginning
 * with row fed of struct evk_pass.  Of the result, only wanted rows are computed.
 */
struct evk_layer_rows {
    /* Rows first to end - 1 of x have been added: computes the rows of y that forward_reach(end)
       finishes and forward_reach(first) did not.  NULL: the type cannot go by rows. */
    void (*forward)(const void *self, const struct evk_pass *p, int64_t first, int64_t end);
    /* Rows first to end - 1 of gy have been added: computes the rows of gx that
       backward_reach(end) finishes and backward_reach(first) did not. */
    void (*backward)(const void *self, const struct evk_pass *p, int64_t first, int64_t end);
    /* Returns how far y can be computed from rows 0 to end - 1 of x. */
    struct evk_reach (*forward_reach)(const void *self, const struct evk_shape *in,
                                      const struct evk_shape *out, int64_t end);
    /* Returns how far gx can be computed from rows 0 to end - 1 of gy. */
    struct evk_reach (*backward_reach)(const void *self, const struct evk_shape *in,
                                       const struct evk_shape *out, int64_t end);
    /* Is a ReLU folded into the layer? */
    bool (*rectifies)(const void *self);
    /* Does the layer have so many weights that it is faster with all rows in one call, which reads
       the weights once?  It then stays out of chains.  NULL: no. */
    bool (*whole)(const void *self);
    bool margins; /* the layer reads the margins of x (forward) and of gy (backward), and so does
                     not cut its windows at the ends of a row; such a type has
                     evk_layer_type.window */
};

/*
 * How several threads share a pass of a layer whose inputs are whole.  Each calls forward, or
 * backward, for some rows of the result, evk_pass.wanted, which begin at a multiple of a number of
 * rows.  0: the layer computes all rows at once.  Such a layer overwrites; and where it has a ReLU
 * whose backward pass reads rows of gy that are not those of gx, it has evk_layer_rows.rectifies
 * and heeds evk_pass.rectified.
 */
struct evk_layer_parts {
    int64_t forward, backward;
};

/* How a layer is cut down to a part of its output, for the part of a graph that one value needs:
   see focus.h. */
struct evk_layer_focus {
    /* Grows a box of the output to one that cut accepts; NULL: cut accepts any box. */
    void (*widen)(const void *self, const struct evk_shape *in, const struct evk_shape *out,
                  struct evk_box *box);
    /*
     * Makes the layer whose whole output is out_box of this layer's output.  in (inputs) are the
     * shapes of this layer's inputs.  in_box (inputs) are the boxes that evk_layer_type.field gives
     * for out_box, and become the inputs of the new layer; an input whose last[0] is -1 is dropped.
     * Sets *copy to the new layer, which the caller releases, or leaves it NULL where this layer
     * can serve unchanged.  NULL: the layer is only ever used as a whole.
     */
    evk_status (*cut)(const void *self, const struct evk_shape *in, const struct evk_box *in_box,
                      const struct evk_box *out_box, void **copy, evk_error *err);
};

/* How a layer merges with the layer that follows it, see evk_graph_fold.  Each may be NULL. */
struct evk_layer_fusion {
    /* Changes the layer so that it computes scale y + shift in place of y, where scale and shift
       are (c) of the output's channels. */
    void (*absorb)(void *self, const double *scale, const double *shift);
    /* Gives the scale and the shift, (c), of a layer that computes scale x + shift and nothing
       else.  The layer keeps them. */
    void (*affine)(const void *self, const double **scale, const double **shift);
    /* Changes the layer so that a ReLU follows its sum: it computes max(y, 0) in place of y, and
       backward it uses gy only where y > 0. */
    void (*rectify)(void *self);
    /* Is the layer a plain ReLU, max(x, 0), and nothing else? */
    bool (*is_rectifier)(const void *self);
};

/*
 * A layer type.  self is the layer's own struct, which the layer's evk_add_ function of layers.h
 * allocates, or NULL for a type without parameters.  Members that may be NULL are marked.
 */
struct evk_window;
struct evk_layer_type {
    const char *name;    /* as listings and error messages spell it */
    const char *kind;    /* the name of the type that this type computes in another way; NULL: it is
                            no such type */
    const char *summary; /* one line for "evoke list layers" */
    const char *params;  /* for listings: the layer's parameters; NULL: it has none */

    /* Gives the shape of the output.  Where the inputs do not suit the layer, fails with
       EVK_EFORMAT and a message that says what was expected. */
    evk_status (*shape)(const void *self, int inputs, const struct evk_shape *in,
                        struct evk_shape *out, evk_error *err);
    /* Gives the number of floats of scratch that a pass needs; NULL: none. */
    int64_t (*scratch)(const void *self, const struct evk_shape *in, const struct evk_shape *out);
    void (*forward)(const void *self, const struct evk_pass *p);
    void (*backward)(const void *self, const struct evk_pass *p);
    struct evk_layer_rows rows;
    struct evk_layer_parts parts;
    /* Counts the floating-point operations of one forward pass, where a multiply-add is 2; NULL:
       they are few, and are not counted.  With the shapes of a part of the layer (see
       evk_layer_focus) it counts those of the part, or about as many. */
    int64_t (*flops)(const void *self, const struct evk_shape *in, const struct evk_shape *out);
    /* Replaces a box of the output by the box of input j that the output's box depends on; sets
       last[0] to -1 where it depends on nothing of that input.  NULL: the two boxes are equal. */
    void (*field)(const void *self, const struct evk_shape *in, int j, const struct evk_shape *out,
                  struct evk_box *box);
    struct evk_layer_focus focus;
    struct evk_layer_fusion fusion;
    /* The layer heeds x_pitch and y_pitch; the pitches of other types are always c.  Floats
       between the channels of one pixel and those of the next are never written. */
    bool pitched;
    /* backward heeds evk_pass.add.  That of other types always adds to gx, which is first set to
       zero where nothing has been added yet. */
    bool overwrites;
    /* The window that the layer moves over its input; the layer keeps it.  NULL: it has none. */
    const struct evk_window *(*window)(const void *self);
    /* Returns the value of the first input, by its index, whose weight has the largest magnitude
       over all outputs.  in is the shape of that input.  NULL: the layer is no readout. */
    int64_t (*strongest)(const void *self, const struct evk_shape *in);
    void (*release)(void *self);
};

/* Returns layer type i of those that this build has, or NULL where i is past the last one. */
const struct evk_layer_type *evk_layer_type_at(int i);

/* Is the type the one of this name, or another way to compute what that one computes? */
bool evk_layer_is(const struct evk_layer_type *type, const char *name);

/* Returns the index of the value of largest magnitude among n, at least 1. */
int64_t evk_largest(int64_t n, const float *v);

/* Returns the number of values of a tensor. */
int64_t evk_shape_count(const struct evk_shape *s);
bool evk_shape_equal(const struct evk_shape *a, const struct evk_shape *b);

/* For evk_layer_type.shape: the output has the shape of the first input. */
evk_status evk_shape_same(const void *self, int inputs, const struct evk_shape *in,
                          struct evk_shape *out, evk_error *err);

/* For evk_layer_type.field: every output depends on all channels of its own pixel. */
void evk_field_all_channels(const void *self, const struct evk_shape *in, int j,
                            const struct evk_shape *out, struct evk_box *box);

/* For evk_layer_type.field: every output depends on all columns of its own row and channel. */
void evk_field_all_columns(const void *self, const struct evk_shape *in, int j,
                           const struct evk_shape *out, struct evk_box *box);

/* For evk_layer_focus.cut: the layer serves any box unchanged. */
evk_status evk_focus_same(const void *self, const struct evk_shape *in,
                          const struct evk_box *in_box, const struct evk_box *out_box, void **copy,
                          evk_error *err);

/* For evk_layer_focus.widen: a box must hold all channels of its pixels. */
void evk_widen_channels(const void *self, const struct evk_shape *in, const struct evk_shape *out,
                        struct evk_box *box);

/* Returns the box of all values of a tensor. */
struct evk_box evk_box_whole(const struct evk_shape *s);
/* Returns the box of value i of a tensor alone. */
struct evk_box evk_box_at(const struct evk_shape *s, int64_t i);
bool evk_box_equal(const struct evk_box *a, const struct evk_box *b);

/* Returns the shape of the values in a box; flat is copied. */
struct evk_shape evk_box_shape(const struct evk_box *b, bool flat);

/* Grows all to the smallest box that holds both boxes. */
void evk_box_enclose(struct evk_box *all, const struct evk_box *more);

/* Writes a shape as "28x28x57", or as "57" if it is flat, and returns text. */
enum { EVK_LAYER_SHAPE_TEXT = 64 };
const char *evk_layer_shape_text(const struct evk_shape *s, char text[EVK_LAYER_SHAPE_TEXT]);

#endif /* EVK_NN_LAYER_H */
