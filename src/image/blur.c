/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * blur.c - Gaussian blur as scipy.ndimage.gaussian_filter does it
 *
 * Along either axis, output i is
 *
 *     y[i] = w[0] x[i] + w[1] (x[i - 1] + x[i + 1]) + w[2] (x[i - 2] + x[i + 2]) + ...
 *
 * added up in that order.  Away from the edges all neighbours exist, at a fixed step in memory
 * whatever the axis, and a vectorised kernel does the work.  Only near an edge are the indices of
 * neighbours mirrored.
 */
#include "image/blur.h"

#include <assert.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "image/mirror.h"

enum { SIGMA_MAX = 1000 };

static int64_t radius_of(double sigma)
{
    return (int64_t)(4.0 * sigma + 0.5);
}

evk_status evk_blur_init(struct evk_blur *out, double sigma, evk_error *err)
{
    struct evk_blur b = {.radius = 0};

    if (!(sigma >= 0.0 && sigma <= SIGMA_MAX))
        return evk_fail(err, EVK_EINVAL, "blur of %g pixels, expected 0 to %d", sigma, SIGMA_MAX);
    b.room = radius_of(sigma) + 1; /* one more, since a schedule of sigmas may round up */
    EVK_TRY(evk_alloc(&b.weights, b.room + 1, sizeof(*b.weights), "a blur", err));
    evk_blur_set(&b, sigma);
    *out = b;
    return EVK_OK;
}

void evk_blur_set(struct evk_blur *b, double sigma)
{
    double sum = 1.0;

    b->radius = radius_of(sigma);
    assert(sigma >= 0.0 && b->radius <= b->room);
    for (int64_t d = 1; d <= b->radius; d++)
        sum += 2.0 * evk_exp(-0.5 * (double)(d * d) / (sigma * sigma));
    b->weights[0] = (float)(1.0 / sum);
    for (int64_t d = 1; d <= b->radius; d++)
        b->weights[d] = (float)(evk_exp(-0.5 * (double)(d * d) / (sigma * sigma)) / sum);
}

void evk_blur_release(struct evk_blur *b)
{
    free(b->weights);
    *b = (struct evk_blur){.weights = NULL};
}

/* Blur position i, near an edge, of a line of n positions with step floats each. */
static void edge(const struct evk_blur *b, int64_t step, int64_t n, int64_t i,
                 const float *restrict x, float *restrict y)
{
    y += i * step;
    for (int64_t j = 0; j < step; j++)
        y[j] = b->weights[0] * x[i * step + j];
    for (int64_t d = 1; d <= b->radius; d++) {
        const float w = b->weights[d];
        const float *left = x + evk_mirror(i - d, n) * step,
                    *right = x + evk_mirror(i + d, n) * step;

        for (int64_t j = 0; j < step; j++)
            y[j] += w * (left[j] + right[j]);
    }
}

/*
 * Blur one line of n positions with step floats each: a row of pixels, or a column of whole rows.
 */
static void blur_line(const struct evk_blur *b, const struct evk_kernels *k, int64_t step,
                      int64_t n, const float *x, float *y)
{
    const int64_t r = b->radius;
    int64_t i = 0;

    if (n > 2 * r) {
        for (; i < r; i++)
            edge(b, step, n, i, x, y);
        k->blur((n - 2 * r) * step, r, b->weights, step, x + r * step, y + r * step);
        i = n - r;
    }
    for (; i < n; i++)
        edge(b, step, n, i, x, y);
}

void evk_blur_apply(const struct evk_blur *b, const struct evk_kernels *k, int64_t h, int64_t w,
                    int64_t c, float *x, float *scratch)
{
    if (b->radius == 0)
        return;
    blur_line(b, k, w * c, h, x, scratch);
    for (int64_t row = 0; row < h; row++)
        blur_line(b, k, c, w, scratch + row * w * c, x + row * w * c);
}
