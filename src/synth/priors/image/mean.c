/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mean.c - a limit on the mean over pixels and channels */
#include <math.h>

#include "synth/priors/image/limit.h"

/* A shift, display levels, that takes every image near the box 0..255 to one of its ends. */
static const double furthest = 1024;

static const evk_param params[] = {
    EVK_LIMIT_PARAMS("mean over pixels and channels", "display levels", EVK_LIMIT_NATURAL, 0, 255),
};

static const struct evk_limit defaults = {(double)NAN, (double)NAN};

static evk_status mean_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    return evk_limit_check(self, f->natural_mean, "mean", err);
}

struct shifting {
    const struct evk_frame *f;
    const float *x;
};

/* Returns the mean of x + b after the cut at the box. */
static double mean_at(const void *context, double b)
{
    const struct shifting *s = context;
    const double low[EVK_LIMIT_CHANNELS] = {-b, -b, -b};
    const double high[EVK_LIMIT_CHANNELS] = {255 - b, 255 - b, 255 - b};
    struct evk_levels l;
    double sum = 0;

    evk_levels_measure(s->f, low, high, s->x, &l);
    for (int64_t c = 0; c < s->f->c; c++)
        sum += l.mean[c];
    return sum / (double)s->f->c + b;
}

/* Shifts all values by one number. */
static void mean_project(void *self, const struct evk_frame *f, float *x)
{
    const struct shifting s = {f, x};
    const double now = mean_at(&s, 0), known[2] = {0, now};
    struct evk_curve curve = {mean_at, &s, 0, 0};

    if (!evk_limit_target(self, f->natural_mean, now, &curve.target))
        return;
    curve.tolerance = evk_limit_met * curve.target;
    evk_shift(f, evk_curve_meet(&curve, -furthest, furthest, known, curve.target - now), x);
}

extern const struct evk_prior_type evk_prior_mean;
const struct evk_prior_type evk_prior_mean = {
    .name = "mean",
    .summary = "limit the mean over pixels and channels, by default to that of natural images",
    .reference = "",
    .params = params,
    .size = sizeof(struct evk_limit),
    .defaults = &defaults,
    .prepare = mean_prepare,
    .project = mean_project,
};
