/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gaudy.c - every value becomes 0 or 255, by the rule of threshold.h
 *
 * An image may be smoothed before the rule, as in both publications: smoothed values are compared
 * with their own mean without being rounded to bytes, in the whole numbers of smooth.h, where equal
 * values are exactly equal.  The gaudy image may be smoothed as well: then it is rounded to the
 * nearest byte, halves to the even byte.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/named.h"
#include "gaudy/smooth.h"
#include "gaudy/threshold.h"
#include "gaudy/transform.h"

struct gaudy {
    const char *definition;
    double before, after;
    bool by_channel;
    struct evk_smooth smooth_before, smooth_after;
};

static const evk_param params[] = {
    {"definition", "NAME",
     "global: one mean over all values (NeurIPS 2020); channel: one per channel (V4 models)",
     EVK_PARAM_TEXT, offsetof(struct gaudy, definition), 0, 0},
    {"smooth", "S", "SD of a Gaussian before the comparison, pixels", EVK_PARAM_REAL,
     offsetof(struct gaudy, before), 0, EVK_SMOOTH_SIGMA_MAX},
    {"smooth-after", "S", "SD of a Gaussian on the result, pixels", EVK_PARAM_REAL,
     offsetof(struct gaudy, after), 0, EVK_SMOOTH_SIGMA_MAX},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct gaudy defaults = {.definition = "global"};

static evk_status gaudy_prepare(void *self, evk_error *err)
{
    static const char *const definitions[] = {"global", "channel", NULL};
    struct gaudy *g = self;
    int definition;

    EVK_TRY(evk_word_find(&definition, "definition", g->definition, definitions, err));
    g->by_channel = definition == 1;
    EVK_TRY(evk_smooth_init(&g->smooth_before, g->before, err));
    return evk_smooth_init(&g->smooth_after, g->after, err);
}

static void gaudy_release(void *self)
{
    struct gaudy *g = self;

    evk_smooth_release(&g->smooth_before);
    evk_smooth_release(&g->smooth_after);
}

/*
 * Returns the mean of the n values x[0], x[step], ..., rounded up.  The sum has up to 89 bits and
 * is kept in two numbers, of the high and the low halves of the values.
 */
static uint64_t mean_up(const uint64_t *x, int64_t n, int64_t step)
{
    const uint64_t count = (uint64_t)n;
    uint64_t high = 0, low = 0;

    for (int64_t i = 0; i < n; i++) {
        high += x[i * step] >> 32;
        low += x[i * step] & 0xffffffff;
    }
    return ((high / count) << 32) + (((high % count) << 32) + low + count - 1) / count;
}

/*
 * Set the n bytes y[0], y[step], ... to 255 where the smoothed value is at least the mean, else 0.
 */
static void binarise_smoothed(const uint64_t *x, int64_t n, int64_t step, unsigned char *y)
{
    const uint64_t threshold = mean_up(x, n, step);

    for (int64_t i = 0; i < n; i++)
        y[i * step] = x[i * step] >= threshold ? 255 : 0;
}

static void apply_rule(const struct gaudy *g, const struct evk_pixels *x, unsigned char *y)
{
    if (g->by_channel)
        evk_gaudy_channel(x, y);
    else
        evk_gaudy_global(x, y);
}

/* Set y to the gaudy image of smoothed (h, w, c), by one threshold or by one for each channel. */
static void apply_rule_smoothed(const struct gaudy *g, const struct evk_pixels *x,
                                const uint64_t *smoothed, unsigned char *y)
{
    const int64_t pixels = x->height * x->width, c = x->channels;

    if (!g->by_channel)
        binarise_smoothed(smoothed, pixels * c, 1, y);
    else
        for (int64_t k = 0; k < c; k++)
            binarise_smoothed(smoothed + k, pixels, c, y + k);
}

static evk_status smooth_result(const struct gaudy *g, const struct evk_pixels *x,
                                uint64_t *smoothed, unsigned char *y, evk_error *err)
{
    const struct evk_pixels result = {x->height, x->width, x->channels, y};
    const uint64_t half = (uint64_t)1 << (EVK_SMOOTH_BITS - 1);
    const int64_t n = x->height * x->width * x->channels;

    EVK_TRY(evk_smooth_apply(&g->smooth_after, &result, false, smoothed, err));
    for (int64_t i = 0; i < n; i++) {
        const uint64_t odd = smoothed[i] >> EVK_SMOOTH_BITS & 1;

        y[i] = (unsigned char)((smoothed[i] + half - 1 + odd) >> EVK_SMOOTH_BITS);
    }
    return EVK_OK;
}

static evk_status with_smoothing(const struct gaudy *g, const struct evk_pixels *x,
                                 uint64_t *smoothed, unsigned char *y, evk_error *err)
{
    if (g->smooth_before.radius > 0) {
        EVK_TRY(evk_smooth_apply(&g->smooth_before, x, false, smoothed, err));
        apply_rule_smoothed(g, x, smoothed, y);
    } else {
        apply_rule(g, x, y);
    }
    return g->smooth_after.radius > 0 ? smooth_result(g, x, smoothed, y, err) : EVK_OK;
}

static evk_status gaudy_apply(const void *self, const struct evk_pixels *x,
                              const struct evk_rng_key *key, unsigned char *y, evk_error *err)
{
    const struct gaudy *g = self;
    uint64_t *smoothed;
    evk_status s;

    (void)key;
    if (g->smooth_before.radius == 0 && g->smooth_after.radius == 0) {
        apply_rule(g, x, y);
        return EVK_OK;
    }
    EVK_TRY(evk_alloc(&smoothed, x->height * x->width * x->channels, sizeof(*smoothed), "smoothing",
                      err));
    s = with_smoothing(g, x, smoothed, y, err);
    free(smoothed);
    return s;
}

extern const struct evk_transform_type evk_transform_gaudy;
const struct evk_transform_type evk_transform_gaudy = {
    .name = "gaudy",
    .summary = "every value becomes 0 or 255, on its side of the mean; at the mean, 255",
    .reference = "Cowley & Pillow 2020",
    .params = params,
    .size = sizeof(struct gaudy),
    .defaults = &defaults,
    .prepare = gaudy_prepare,
    .release = gaudy_release,
    .apply = gaudy_apply,
};
