/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tensor.h - floats with a shape, as files hold them: row-major, last axis innermost */
#ifndef EVK_TENSOR_TENSOR_H
#define EVK_TENSOR_TENSOR_H

#include <stdbool.h>

#include "base/error.h"

enum { EVK_AXES_MAX = 8, EVK_SHAPE_TEXT = 8 * 21 + 1 };

struct evk_tensor {
    int axes; /* 0 for a scalar */
    int64_t dim[EVK_AXES_MAX];
    float *data; /* owned, 64-byte aligned */
};

/* Zero floats of a shape. Bounds are the caller's: a product that overflows is EVK_ENOMEM. */
evk_status evk_tensor_new(struct evk_tensor *out, int axes, const int64_t *dim, evk_error *err);
void evk_tensor_release(struct evk_tensor *t);

int64_t evk_tensor_count(const struct evk_tensor *t);
bool evk_tensor_is(const struct evk_tensor *t, int axes, const int64_t *dim);

/* A new tensor whose axis i is axis from[i] of t; each axis of t is there once. */
evk_status evk_tensor_permuted(struct evk_tensor *out, const struct evk_tensor *t, const int *from,
                               evk_error *err);

/* "5x5x3x57", "scalar" without axes; returns text. */
const char *evk_shape_text(int axes, const int64_t *dim, char text[EVK_SHAPE_TEXT]);

/* Index of the first value that is NaN or infinite, -1 when all are finite. */
int64_t evk_tensor_not_finite(const struct evk_tensor *t);

#endif /* EVK_TENSOR_TENSOR_H */
