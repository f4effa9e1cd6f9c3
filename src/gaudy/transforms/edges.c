/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edges.c - gaudy only where edges are steep, or only where they are not
 *
 * The mean of the channels, smoothed with a Gaussian of SD 1 pixel, has a slope at each pixel:
 * Sobel's (weights 1 2 1 across, -1 0 1 along), edge pixels repeated as in scipy.ndimage.sobel.
 * near-edges changes pixels whose slope is at least the quantile 1 - f of slopes, far-edges those
 * below the quantile f (numpy.quantile, linear; see order.h).  So near-edges:0 still changes the
 * steepest pixel, and far-edges:1 not the steepest.  An image without a slope stays as it is, and
 * far-edges leaves one of which more than f is flat.  The threshold of the gaudy rule is that of the
 * whole image.
 *
 * Slopes are compared as squares of whole numbers, after rounding smoothed values to 2^-18 levels,
 * half of what a float would keep of them.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "gaudy/order.h"
#include "gaudy/smooth.h"
#include "gaudy/threshold.h"
#include "gaudy/transform.h"

enum { KEPT_BITS = 18 };

struct edges {
    double fraction;
    struct evk_smooth smooth;
};

static const evk_param params[] = {
    {"fraction", "F", "of the pixels that change", EVK_PARAM_REAL, offsetof(struct edges, fraction),
     0, 1},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct edges defaults = {.fraction = 0.1};

static evk_status prepare(void *self, evk_error *err)
{
    return evk_smooth_init(&((struct edges *)self)->smooth, 1, err);
}

static void release(void *self)
{
    evk_smooth_release(&((struct edges *)self)->smooth);
}

/* The three rows or columns around i of n, the edge repeated. */
static void around(int64_t i, int64_t n, int64_t out[3])
{
    out[0] = i > 0 ? i - 1 : i;
    out[1] = i;
    out[2] = i + 1 < n ? i + 1 : i;
}

/* The square of Sobel's magnitude at row i, column j: below 2^62. */
static uint64_t slope(const int32_t *gray, int64_t h, int64_t w, int64_t i, int64_t j)
{
    static const int64_t across[3] = {1, 2, 1};
    int64_t row[3], column[3], down = 0, right = 0;

    around(i, h, row);
    around(j, w, column);
    for (int k = 0; k < 3; k++) {
        down += across[k] * (gray[row[2] * w + column[k]] - gray[row[0] * w + column[k]]);
        right += across[k] * (gray[row[k] * w + column[2]] - gray[row[k] * w + column[0]]);
    }
    return (uint64_t)(down * down + right * right);
}

/* Squares of slopes, (h, w), out of smoothed sums of channels. */
static evk_status slopes(int64_t h, int64_t w, const uint64_t *smoothed, uint64_t *out,
                         evk_error *err)
{
    const int dropped = EVK_SMOOTH_BITS - KEPT_BITS;
    const uint64_t half = (uint64_t)1 << (dropped - 1);
    int32_t *gray;

    EVK_TRY(evk_alloc(&gray, h * w, sizeof(*gray), "edges", err));
    for (int64_t i = 0; i < h * w; i++)
        gray[i] = (int32_t)((smoothed[i] + half) >> dropped);
    for (int64_t i = 0; i < h; i++)
        for (int64_t j = 0; j < w; j++)
            out[i * w + j] = slope(gray, h, w, i, j);
    free(gray);
    return EVK_OK;
}

/* x gaudy where the slope is at least the least (near), or below it. */
static void blend(const struct evk_pixels *x, const uint64_t *steepness, uint64_t least, bool near,
                  unsigned char *y)
{
    const int threshold = evk_threshold(x);

    for (int64_t i = 0; i < x->height * x->width * x->channels; i++) {
        const bool changes = (steepness[i / x->channels] >= least) == near;
        const unsigned char rail = x->data[i] >= threshold ? 255 : 0;

        y[i] = changes ? rail : x->data[i];
    }
}

static evk_status change(const struct edges *t, const struct evk_pixels *x, bool near,
                         uint64_t *work, unsigned char *y, evk_error *err)
{
    const int64_t n = x->height * x->width;
    uint64_t *steepness = work + n;
    const double q = near ? 1 - t->fraction : t->fraction;

    EVK_TRY(evk_smooth_apply(&t->smooth, x, true, work, err));
    EVK_TRY(slopes(x->height, x->width, work, steepness, err));
    if (evk_kth(steepness, n, n - 1) == 0) /* nothing is steep: nothing becomes gaudy */
        blend(x, steepness, 1, true, y);
    else
        blend(x, steepness, evk_kth(steepness, n, evk_quantile_place(n, q)), near, y);
    return EVK_OK;
}

static evk_status apply(const struct edges *t, const struct evk_pixels *x, bool near,
                        unsigned char *y, evk_error *err)
{
    uint64_t *work;
    evk_status s;

    EVK_TRY(evk_alloc(&work, 2 * x->height * x->width, sizeof(*work), "edges", err));
    s = change(t, x, near, work, y, err);
    free(work);
    return s;
}

static evk_status apply_near(const void *self, const struct evk_pixels *x,
                             const struct evk_rng_key *key, unsigned char *y, evk_error *err)
{
    (void)key;
    return apply(self, x, true, y, err);
}

static evk_status apply_far(const void *self, const struct evk_pixels *x,
                            const struct evk_rng_key *key, unsigned char *y, evk_error *err)
{
    (void)key;
    return apply(self, x, false, y, err);
}

extern const struct evk_transform_type evk_transform_near_edges;
const struct evk_transform_type evk_transform_near_edges = {
    .name = "near-edges",
    .summary = "gaudy at the pixels with the steepest edges, after a Gaussian of 1 pixel",
    .reference = "Cowley & Pillow 2020",
    .params = params,
    .size = sizeof(struct edges),
    .defaults = &defaults,
    .prepare = prepare,
    .release = release,
    .apply = apply_near,
};

extern const struct evk_transform_type evk_transform_far_edges;
const struct evk_transform_type evk_transform_far_edges = {
    .name = "far-edges",
    .summary = "gaudy at the pixels with the flattest edges, after a Gaussian of 1 pixel",
    .reference = "Cowley & Pillow 2020",
    .params = params,
    .size = sizeof(struct edges),
    .defaults = &defaults,
    .prepare = prepare,
    .release = release,
    .apply = apply_far,
};
