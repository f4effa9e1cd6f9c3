/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clipped.c - a limit on the fraction of values that are 0 or 255 in the 8-bit image */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "synth/priors/image/limit.h"

enum { LANES = 16, PERIOD = LANES * EVK_LIMIT_CHANNELS, DIGITS = 256, RUN = 256 };

/*
 * Values below first_in round to 0, values from first_out on to 255.  Values that are brought in
 * end between lowest and highest.
 */
static const float first_in = 0.5F, first_out = 254.5F;
static const float more_than_1 = 0x1.000002p0F; /* the next float above 1 */
static const double lowest = 0.51, highest = 254.49;

/*
 * The range of the pivot of the tone curve: about a mean near 0 or 255 all contrast would be lost.
 */
static const double darkest = 64, brightest = 191;

struct clipped {
    double fraction;
    float *reach;   /* (h w c) distance of a value from the pivot, 1 at the edge of the range */
    float *counted; /* (h w c) weight of that value in the window */
};

static const evk_param params[] = {
    {"fraction", "F", "largest fraction of values that are 0 or 255 in the 8-bit image",
     EVK_PARAM_REAL, offsetof(struct clipped, fraction), 0, 1},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct clipped defaults = {.fraction = 0.05};

static evk_status clipped_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct clipped *l = self;

    EVK_TRY(evk_alloc_floats(&l->reach, f->h * f->w * f->c, "the reach of values", err));
    return evk_alloc_floats(&l->counted, f->h * f->w * f->c, "the reach of values", err);
}

static void clipped_release(void *self)
{
    struct clipped *l = self;

    free(l->reach);
    free(l->counted);
}

/*
 * Moves those of the reaches from `from` to `end` that are more than 1, and their weights, behind
 * the first `count`.  Returns the new count.
 */
static int64_t keep_beyond(const struct clipped *l, const struct evk_frame *f, int64_t from,
                           int64_t end, int64_t count)
{
    for (int64_t i = from; i < end; i++) {
        const float r = l->reach[i];

        l->reach[count] = r;
        l->counted[count] = f->window ? f->window->weight[i] : 1;
        count += r > 1;
    }
    return count;
}

/*
 * Measures how far each value of x is from its channel's pivot, relative to the edge on its side.
 * Returns the number of values beyond the edges (more than 1), whose reach and weight stand at the
 * front of l->reach and l->counted.
 */
static int64_t beyond(const struct clipped *l, const struct evk_frame *f, const double *pivot,
                      const float *x)
{
    const int64_t n = f->h * f->w * f->c;
    float at[PERIOD], up[PERIOD], down[PERIOD];
    int64_t count = 0;

    for (int64_t i = 0; i < LANES * f->c; i++) {
        const double m = pivot[i % f->c];

        at[i] = (float)m;
        up[i] = (float)(1 / (highest - m));
        down[i] = (float)(1 / (m - lowest));
    }
    f->k->reach(n, LANES * f->c, at, up, down, x, l->reach);
    for (int64_t i = 0; i < n; i += RUN) {
        const int64_t end = i + RUN < n ? i + RUN : n;

        if (f->k->outside(end - i, 0, more_than_1, l->reach + i) > 0)
            count = keep_beyond(l, f, i, end, count);
    }
    return count;
}

/*
 * Returns the largest of n positive values v such that the weights (counted) of all larger values
 * sum to at most `allowed`, and with its own to more.  The value is found digit by digit of its
 * bits, which have the order of the values.
 */
static float largest(int64_t n, const float *v, const float *counted, double allowed)
{
    uint32_t prefix = 0, mask = 0;
    float result;

    for (int shift = 24; shift >= 0; shift -= 8) {
        double count[DIGITS] = {0};
        uint32_t digit = DIGITS - 1;

        for (int64_t i = 0; i < n; i++) {
            uint32_t bits;

            memcpy(&bits, &v[i], sizeof(bits));
            count[bits >> shift & (DIGITS - 1)] += (bits & mask) == prefix ? (double)counted[i] : 0;
        }
        while (digit > 0 && allowed >= count[digit])
            allowed -= count[digit--];
        prefix |= digit << shift;
        mask |= (uint32_t)(DIGITS - 1) << shift;
    }
    memcpy(&result, &prefix, sizeof(result));
    return result;
}

/*
 * In place: applies a tone curve about each channel's pivot.  The curve is the identity up to a
 * knee, and above the knee a straight line that brings a reach of `most` to 1.
 */
static void bend(const struct evk_frame *f, const double *mean, float most, float *x)
{
    const float knee = fmaxf(0, 1 - 2 * (most - 1)), slope = (1 - knee) / (most - knee);
    const int64_t n = f->h * f->w * f->c, period = LANES * f->c;
    float at[PERIOD] = {0}, up[PERIOD] = {0}, down[PERIOD] = {0};

    for (int64_t i = 0; i < period; i++) {
        at[i] = (float)mean[i % f->c];
        up[i] = knee * ((float)highest - at[i]);
        down[i] = knee * (at[i] - (float)lowest);
    }
    f->k->bend(n, period, at, up, down, slope, x);
}

/* Returns how many values are 0 or 255 when rounded; in a window, the sum of their weights. */
static double clipped_values(const struct evk_frame *f, const float *x)
{
    const int64_t n = f->h * f->w * f->c;
    double sum = 0;

    if (!f->window)
        return (double)f->k->outside(n, first_in, first_out, x);
    for (int64_t i = 0; i < n; i++)
        sum += x[i] < first_in || x[i] >= first_out ? (double)f->window->weight[i] : 0;
    return sum;
}

/* Returns the sum of n weights. */
static double total_of(int64_t n, const float *counted)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += (double)counted[i];
    return sum;
}

/* Applies the tone curve after which at most the allowed number of values is beyond the edges. */
static void clipped_project(void *self, const struct evk_frame *f, float *x)
{
    const struct clipped *l = self;
    const double allowed = floor(l->fraction * evk_pixels_seen(f) * (double)f->c);
    struct evk_levels now;
    int64_t count;

    if (clipped_values(f, x) <= allowed)
        return;
    evk_levels_measure(f, evk_box_low, evk_box_high, x, &now);
    for (int64_t c = 0; c < f->c; c++)
        now.mean[c] = fmin(fmax(now.mean[c], darkest), brightest);
    count = beyond(l, f, now.mean, x);
    if (total_of(count, l->counted) > allowed)
        bend(f, now.mean, largest(count, l->reach, l->counted, allowed), x);
}

extern const struct evk_prior_type evk_prior_clipped;
const struct evk_prior_type evk_prior_clipped = {
    .name = "clipped",
    .summary = "pull extremes in until few values of the 8-bit image are 0 or 255",
    .reference = "",
    .params = params,
    .size = sizeof(struct clipped),
    .defaults = &defaults,
    .prepare = clipped_prepare,
    .release = clipped_release,
    .project = clipped_project,
};
