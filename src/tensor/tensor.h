/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tensor.h - floats with a shape: an array that is row-major, its last axis innermost */
#ifndef EVK_TENSOR_TENSOR_H
#define EVK_TENSOR_TENSOR_H

#include <stdbool.h>

#include "base/error.h"

/* The most axes of a tensor, and the bytes that the text of any shape needs. */
enum { EVK_AXES_MAX = 8, EVK_SHAPE_TEXT = 8 * 21 + 1 };

struct evk_tensor {
    int axes;                  /* 0 for a scalar */
    int64_t dim[EVK_AXES_MAX]; /* sizes of the axes */
    float *data;               /* owned, 64-byte aligned */
};

/*
 * Allocate a tensor of zeros with this shape; evk_tensor_release() frees it.  How large a shape may
 * be is for the caller to check: here only one whose product overflows is refused, as EVK_ENOMEM.
 */
evk_status evk_tensor_new(struct evk_tensor *out, int axes, const int64_t *dim, evk_error *err);

/* Free the floats, and leave a zeroed tensor. */
void evk_tensor_release(struct evk_tensor *t);

/* Returns the number of values; 1 for a scalar. */
int64_t evk_tensor_count(const struct evk_tensor *t);

/* Does the tensor have this shape? */
bool evk_tensor_is(const struct evk_tensor *t, int axes, const int64_t *dim);

/*
 * Make a copy of t with its axes in another order; evk_tensor_release() frees *out.  Axis i of the
 * copy is axis from[i] of t; from has each axis of t once.
 */
evk_status evk_tensor_permuted(struct evk_tensor *out, const struct evk_tensor *t, const int *from,
                               evk_error *err);

/* Write a shape such as "5x5x3x57", or "scalar" where there are no axes; returns text. */
const char *evk_shape_text(int axes, const int64_t *dim, char text[EVK_SHAPE_TEXT]);

/* Returns the index of the first value that is NaN or infinite; -1 where all are finite. */
int64_t evk_tensor_not_finite(const struct evk_tensor *t);

#endif /* EVK_TENSOR_TENSOR_H */
