/* SPDX-License-Identifier: GPL-3.0-or-later */
/* channel_sd.c - a limit on contrast: the mean over channels of the SD over pixels */
#include <math.h>

#include "synth/priors/image/limit.h"

static const evk_param params[] = {
    EVK_LIMIT_PARAMS("SD over pixels, mean over channels", "display levels", EVK_LIMIT_NATURAL, 0,
                     255),
};

/* The factor on the natural SD that is aimed at, so that rounding to 8 bits does not exceed it. */
static const double below = 0.999;

static const struct evk_limit defaults = {(double)NAN, (double)NAN};

static evk_status channel_sd_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    return evk_limit_check(self, f->natural_sd, "channel SD", err);
}

static double sd_at(const struct evk_limit_scaling *s, double a)
{
    double low[EVK_LIMIT_CHANNELS], high[EVK_LIMIT_CHANNELS];
    struct evk_levels l;

    evk_scaling_limits(s, a, low, high);
    evk_levels_measure(s->f, low, high, s->x, &l);
    return a * l.mean_sd;
}

/* Scales all channels by one factor, each about its own mean. */
static void channel_sd_project(void *self, const struct evk_frame *f, float *x)
{
    struct evk_levels now;
    const struct evk_limit_scaling s = {f, x, now.mean, sd_at};
    double target;

    evk_levels_measure(f, evk_box_low, evk_box_high, x, &now);
    if (evk_limit_target(self, below * f->natural_sd, now.mean_sd, &target))
        evk_scaling_apply(&s, now.mean_sd, target, x);
}

extern const struct evk_prior_type evk_prior_channel_sd;
const struct evk_prior_type evk_prior_channel_sd = {
    .name = "channel-sd",
    .summary =
        "limit the SD over pixels, averaged over channels, by default to that of natural images",
    .reference = "",
    .params = params,
    .size = sizeof(struct evk_limit),
    .defaults = &defaults,
    .prepare = channel_sd_prepare,
    .project = channel_sd_project,
};
