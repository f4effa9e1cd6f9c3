/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * median.c - 0 or 255 only for values near the middle of their channel, or only for values far from
 * it
 *
 * The middle of a channel is its fixed mean (study.h).  near-median changes values whose distance
 * to the middle is below the quantile f of all distances, far-median values whose distance is at
 * least the quantile 1 - f (numpy.quantile, linear; see order.h).
 */
#include <stdlib.h>

#include "base/mem.h"
#include "gaudy/order.h"
#include "gaudy/study.h"
#include "gaudy/transform.h"

struct median {
    double fraction;
};

static const evk_param params[] = {
    {"fraction", "F", "fraction of the values that change", EVK_PARAM_REAL,
     offsetof(struct median, fraction), 0, 1},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct median defaults = {.fraction = 0.1};

static evk_status median_apply(const struct median *t, const struct evk_pixels *x, bool near,
                               unsigned char *y, evk_error *err)
{
    const int64_t n = x->height * x->width * x->channels;
    uint64_t *distance, limit;

    EVK_TRY(evk_alloc(&distance, n, sizeof(*distance), "distances", err));
    for (int64_t i = 0; i < n; i++)
        distance[i] = (uint64_t)abs(evk_study_level(x, i));
    limit = evk_kth(distance, n, evk_quantile_place(n, near ? t->fraction : 1 - t->fraction));
    for (int64_t i = 0; i < n; i++)
        y[i] = (distance[i] < limit) == near ? evk_study_rail(x, i) : x->data[i];
    free(distance);
    return EVK_OK;
}

static evk_status apply_near(const void *self, const struct evk_pixels *x,
                             const struct evk_rng_key *key, unsigned char *y, evk_error *err)
{
    (void)key;
    return median_apply(self, x, true, y, err);
}

static evk_status apply_far(const void *self, const struct evk_pixels *x,
                            const struct evk_rng_key *key, unsigned char *y, evk_error *err)
{
    (void)key;
    return median_apply(self, x, false, y, err);
}

extern const struct evk_transform_type evk_transform_near_median;
const struct evk_transform_type evk_transform_near_median = {
    .name = "near-median",
    .summary =
        "0 or 255 for the values nearest to the mean of their channel (123.68, 116.78, 103.94)",
    .reference = "Cowley & Pillow 2020",
    .params = params,
    .size = sizeof(struct median),
    .defaults = &defaults,
    .apply = apply_near,
};

extern const struct evk_transform_type evk_transform_far_median;
const struct evk_transform_type evk_transform_far_median = {
    .name = "far-median",
    .summary = "0 or 255 for the values furthest from the mean of their channel",
    .reference = "Cowley & Pillow 2020",
    .params = params,
    .size = sizeof(struct median),
    .defaults = &defaults,
    .apply = apply_far,
};
