/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edges.c - the gaudy rule only where the image is steep, or only where it is not
 *
 * The slope at a pixel is the magnitude of Sobel's gradient (weights 1 2 1 across, -1 0 1 along,
 * edge pixels repeated as in scipy.ndimage.sobel) of the mean of the channels, smoothed with a
 * Gaussian of SD 1 pixel.  near-edges changes pixels whose slope is at least the quantile 1 - f of
 * all slopes, far-edges pixels whose slope is below the quantile f (numpy.quantile, linear; see
 * order.h).  So near-edges:0 still changes the steepest pixel, and far-edges:1 changes all but the
 * steepest.  An image whose slopes are all 0 stays as it is; far-edges also leaves an image
 * unchanged where more than the fraction f of its slopes is 0.  The gaudy rule has one threshold
 * for the whole image.
 *
 * Slopes are compared as squares of whole numbers.  For this, smoothed sums of channels are rounded
 * to multiples of 2^-18 levels, as fine as floats are at 32 to 64 levels.
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
    {"fraction", "F", "fraction of the pixels that change", EVK_PARAM_REAL,
     offsetof(struct edges, fraction), 0, 1},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct edges defaults = {.fraction = 0.1};

static evk_status edges_prepare(void *self, evk_error *err)
{
    return evk_smooth_init(&((struct edges *)self)->smooth, 1, err);
}

static void edges_release(void *self)
{
    evk_smooth_release(&((struct edges *)self)->smooth);
}

/*
 * Set out to the row, or column, i of n and its two neighbours; at an edge, i is its own neighbour.
 */
static void around(int64_t i, int64_t n, int64_t out[3])
{
    out[0] = i > 0 ? i - 1 : i;
    out[1] = i;
    out[2] = i + 1 < n ? i + 1 : i;
}

/*
 * Returns the squared magnitude of Sobel's gradient of gray (h, w) at row i, column j; below 2^62.
 */
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

/* Set out (h, w) to the squares of slopes, given the smoothed sums of channels (h, w). */
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

/*
 * Set y to x made gaudy at the pixels whose steepness, the squared slope, is at least least (near),
 * or below least (not near).
 */
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
    if (evk_kth(steepness, n, n - 1) == 0) /* all slopes are 0: no pixel becomes gaudy */
        blend(x, steepness, 1, true, y);
    else
        blend(x, steepness, evk_kth(steepness, n, evk_quantile_place(n, q)), near, y);
    return EVK_OK;
}

static evk_status edges_apply(const struct edges *t, const struct evk_pixels *x, bool near,
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
    return edges_apply(self, x, true, y, err);
}

static evk_status apply_far(const void *self, const struct evk_pixels *x,
                            const struct evk_rng_key *key, unsigned char *y, evk_error *err)
{
    (void)key;
    return edges_apply(self, x, false, y, err);
}

extern const struct evk_transform_type evk_transform_near_edges;
const struct evk_transform_type evk_transform_near_edges = {
    .name = "near-edges",
    .summary = "gaudy at the pixels with the steepest edges, after a Gaussian of 1 pixel",
    .reference = "Cowley & Pillow 2020",
    .params = params,
    .size = sizeof(struct edges),
    .defaults = &defaults,
    .prepare = edges_prepare,
    .release = edges_release,
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
    .prepare = edges_prepare,
    .release = edges_release,
    .apply = apply_far,
};
