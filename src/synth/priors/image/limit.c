/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limit.c - what the priors that limit mean, contrast, norm or clipped values share */
#include "synth/priors/image/limit.h"

#include <math.h>

enum {
    LANES = 16, /* parallel sums in the kernels */
    PERIOD = LANES * EVK_LIMIT_CHANNELS,
    EVALUATIONS = 16,
};

/*
 * Relative distances from a target: at evk_limit_met scaling ends, and within `obeyed` an image
 * stays as it is, so that a second call changes nothing.  They cannot be smaller, since the floats
 * of a small image of low contrast hold no more digits.
 */
const double evk_limit_met = 1e-6;
static const double obeyed = 1e-5;

/* The statistic below which an image counts as flat, and the largest factor of a scaling. */
static const double flat = 1e-4, factor_max = 1e4;

const double evk_box_low[EVK_LIMIT_CHANNELS] = {0, 0, 0};
const double evk_box_high[EVK_LIMIT_CHANNELS] = {255, 255, 255};

evk_status evk_limit_check(const struct evk_limit *l, double natural, const char *what,
                           evk_error *err)
{
    if (!isnan(l->max) && !isnan(l->equal))
        return evk_fail(err, EVK_EINVAL, "found max %g and equal %g for the %s, expected one",
                        l->max, l->equal, what);
    if (isnan(l->max) && isnan(l->equal) && !(natural > 0))
        return evk_fail(err, EVK_EINVAL,
                        "the %s of natural images is not known, expected max or equal", what);
    return EVK_OK;
}

bool evk_limit_target(const struct evk_limit *l, double natural, double now, double *target)
{
    const bool equal = !isnan(l->equal);

    *target = equal ? l->equal : isnan(l->max) ? natural : l->max;
    if (equal)
        return fabs(now - *target) > obeyed * fabs(*target);
    return now > *target + obeyed * fabs(*target);
}

/* lanes = the channels' numbers repeated, as the kernels want them: LANES pixels. */
static void spread(const struct evk_frame *f, const double *of_channel, float lanes[PERIOD])
{
    for (int64_t i = 0; i < LANES * f->c; i++)
        lanes[i] = (float)of_channel[i % f->c];
}

/* Returns the sample SD from the sum of n values less a pivot, and from that of their squares. */
static double sd_of(double n, double sum, double squares)
{
    return n > 1 ? sqrt(fmax(0, squares - sum * (sum / n)) / (n - 1)) : 0;
}

double evk_pixels_seen(const struct evk_frame *f)
{
    return f->window ? f->window->total : (double)(f->h * f->w);
}

void evk_levels_measure(const struct evk_frame *f, const double *low, const double *high,
                        const float *x, struct evk_levels *out)
{
    const int64_t values = f->h * f->w * f->c, period = LANES * f->c;
    const double n = evk_pixels_seen(f);
    double sum[PERIOD], squares[PERIOD], power = 0, sds = 0;
    float least[PERIOD], most[PERIOD];

    spread(f, low, least);
    spread(f, high, most);
    if (f->window)
        f->k->channel_sums_seen(values, period, least, most, f->window->weight, x, sum, squares);
    else
        f->k->channel_sums(values, period, least, most, x, sum, squares);
    for (int64_t c = 0; c < f->c; c++) {
        double s = 0, q = 0;

        for (int64_t i = c; i < period; i += f->c) {
            s += sum[i];
            q += squares[i];
        }
        out->mean[c] = 128 + (n > 0 ? s / n : 0);
        out->sd[c] = sd_of(n, s, q);
        power += q;
        sds += out->sd[c];
    }
    out->norm = sqrt(power);
    out->mean_sd = sds / (double)f->c;
}

void evk_levels_gray(const struct evk_frame *f, const double *low, const double *high,
                     const float *x, struct evk_levels *out)
{
    const double pixels = evk_pixels_seen(f);
    float least[PERIOD], most[PERIOD];
    double sums[2];

    if (f->c != 3) {
        evk_levels_measure(f, low, high, x, out);
        out->gray_mean = out->mean[0];
        out->gray_sd = out->sd[0];
        return;
    }
    spread(f, low, least);
    spread(f, high, most);
    if (f->window)
        f->k->gray_sums_seen(f->h * f->w, least, most, f->window->weight, x, sums);
    else
        f->k->gray_sums(f->h * f->w, least, most, x, sums);
    out->gray_mean = 128 + (pixels > 0 ? sums[0] / pixels : 0);
    out->gray_sd = sd_of(pixels, sums[0], sums[1]);
}

double evk_curve_meet(const struct evk_curve *c, double low, double high, const double known[2],
                      double guess)
{
    double before = known[0], was = known[1], a = guess, v;

    for (int i = 0; i < EVALUATIONS; i++) {
        if (!(a > low && a < high)) /* the secant leads out of the bracket: take its middle */
            a = low > 0 ? sqrt(low * high) : low + (high - low) / 2;
        v = c->value(c->context, a);
        if (fabs(v - c->target) <= c->tolerance)
            return a;
        if (v < c->target)
            low = a;
        else
            high = a;
        guess = a + (c->target - v) * (a - before) / (v - was);
        before = a;
        was = v;
        a = guess;
    }
    return low;
}

void evk_scaling_limits(const struct evk_limit_scaling *s, double a, double low[EVK_LIMIT_CHANNELS],
                        double high[EVK_LIMIT_CHANNELS])
{
    for (int64_t c = 0; c < s->f->c; c++) {
        low[c] = s->pivot[c] - s->pivot[c] / a;
        high[c] = s->pivot[c] + (255 - s->pivot[c]) / a;
    }
}

static double scaled(const void *context, double a)
{
    const struct evk_limit_scaling *s = context;

    return s->value(s, a);
}

void evk_scaling_apply(const struct evk_limit_scaling *s, double now, double target, float *x)
{
    const struct evk_curve c = {scaled, s, target, evk_limit_met * target};
    const double known[2] = {1, now};

    if (!(now > flat)) /* a flat image has no contrast to scale */
        return;
    evk_scale_about(s->f, s->pivot,
                    now > target ? evk_curve_meet(&c, 0, 1, known, target / now)
                                 : evk_curve_meet(&c, 1, factor_max, known, target / now),
                    x);
}

void evk_scale_about(const struct evk_frame *f, const double *pivot, double a, float *x)
{
    double shift[EVK_LIMIT_CHANNELS];
    float lanes[PERIOD];

    for (int64_t c = 0; c < f->c; c++)
        shift[c] = pivot[c] * (1 - (double)(float)a);
    spread(f, shift, lanes);
    f->k->affine(f->h * f->w * f->c, LANES * f->c, (float)a, lanes, x);
}

void evk_shift(const struct evk_frame *f, double b, float *x)
{
    const double shift[EVK_LIMIT_CHANNELS] = {b, b, b};
    float lanes[PERIOD];

    spread(f, shift, lanes);
    f->k->affine(f->h * f->w * f->c, LANES * f->c, 1, lanes, x);
}
