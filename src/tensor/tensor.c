/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tensor.c - floats with a shape */
#include "tensor/tensor.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

evk_status evk_tensor_new(struct evk_tensor *out, int axes, const int64_t *dim, evk_error *err)
{
    struct evk_tensor t = {.axes = axes};
    char text[EVK_SHAPE_TEXT];
    int64_t n = 1;

    assert(axes >= 0 && axes <= EVK_AXES_MAX);
    for (int i = 0; i < axes; i++) {
        t.dim[i] = dim[i];
        if (!evk_size_mul(n, dim[i], &n))
            return evk_fail(err, EVK_ENOMEM, "shape %s is too large",
                            evk_shape_text(axes, dim, text));
    }
    EVK_TRY(evk_alloc_floats(&t.data, n, "a tensor", err));
    *out = t;
    return EVK_OK;
}

void evk_tensor_release(struct evk_tensor *t)
{
    free(t->data);
    *t = (struct evk_tensor){0};
}

int64_t evk_tensor_count(const struct evk_tensor *t)
{
    int64_t n = 1;

    for (int i = 0; i < t->axes; i++)
        n *= t->dim[i];
    return n;
}

bool evk_tensor_is(const struct evk_tensor *t, int axes, const int64_t *dim)
{
    return t->axes == axes && memcmp(t->dim, dim, (size_t)axes * sizeof(*dim)) == 0;
}

const char *evk_shape_text(int axes, const int64_t *dim, char text[EVK_SHAPE_TEXT])
{
    int at = 0;

    snprintf(text, EVK_SHAPE_TEXT, "scalar");
    for (int i = 0; i < axes; i++)
        at += snprintf(text + at, (size_t)(EVK_SHAPE_TEXT - at), "%s%lld", i ? "x" : "",
                       (long long)dim[i]);
    return text;
}

int64_t evk_tensor_not_finite(const struct evk_tensor *t)
{
    const int64_t n = evk_tensor_count(t);

    for (int64_t i = 0; i < n; i++)
        if (!isfinite(t->data[i]))
            return i;
    return -1;
}

evk_status evk_tensor_permuted(struct evk_tensor *out, const struct evk_tensor *t, const int *from,
                               evk_error *err)
{
    int64_t dim[EVK_AXES_MAX] = {0}, step[EVK_AXES_MAX], at[EVK_AXES_MAX] = {0}, stride = 1;
    int64_t of[EVK_AXES_MAX], x = 0;
    const int64_t count = evk_tensor_count(t);
    const int axes = t->axes;

    for (int i = axes - 1; i >= 0; i--) {
        of[i] = stride;
        stride *= t->dim[i];
    }
    for (int i = 0; i < axes; i++) {
        dim[i] = t->dim[from[i]];
        step[i] = of[from[i]];
    }
    EVK_TRY(evk_tensor_new(out, axes, dim, err));
    for (int64_t i = 0; i < count; i++) {
        out->data[i] = t->data[x];
        for (int a = axes - 1; a >= 0; a--) {
            x += step[a];
            if (++at[a] < dim[a])
                break;
            x -= at[a] * step[a];
            at[a] = 0;
        }
    }
    return EVK_OK;
}
