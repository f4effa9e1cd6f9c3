/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rms_contrast.c - a limit on RMS contrast: the SD of luma (Rec. 601) over its mean */
#include <math.h>

#include "synth/priors/image/limit.h"

static const evk_param params[] = {
    EVK_LIMIT_PARAMS("SD of gray (Rec. 601) over its mean", "a ratio", EVK_LIMIT_NATURAL, 0, 1e6),
};

static const struct evk_limit defaults = {(double)NAN, (double)NAN};

static evk_status rms_contrast_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    return evk_limit_check(self, f->natural_contrast, "RMS contrast", err);
}

static double ratio(double sd, double mean)
{
    return mean > 0 ? sd / mean : 0;
}

static double contrast_at(const struct evk_limit_scaling *s, double a)
{
    const double *p = s->pivot;
    const double pivot = s->f->c == 3 ? 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2] : p[0];
    double low[EVK_LIMIT_CHANNELS], high[EVK_LIMIT_CHANNELS];
    struct evk_levels l;

    evk_scaling_limits(s, a, low, high);
    evk_levels_gray(s->f, low, high, s->x, &l);
    return ratio(a * l.gray_sd, pivot + a * (l.gray_mean - pivot));
}

/* Scales all channels by one factor, each about its own mean. */
static void rms_contrast_project(void *self, const struct evk_frame *f, float *x)
{
    struct evk_levels now;
    const struct evk_limit_scaling s = {f, x, now.mean, contrast_at};
    double contrast, target;

    evk_levels_gray(f, evk_box_low, evk_box_high, x, &now);
    contrast = ratio(now.gray_sd, now.gray_mean);
    if (!evk_limit_target(self, f->natural_contrast, contrast, &target))
        return;
    evk_levels_measure(f, evk_box_low, evk_box_high, x, &now);
    evk_scaling_apply(&s, contrast, target, x);
}

extern const struct evk_prior_type evk_prior_rms_contrast;
const struct evk_prior_type evk_prior_rms_contrast = {
    .name = "rms-contrast",
    .summary = "limit the SD of gray over its mean, by default to that of natural images",
    .reference = "Peli 1990",
    .params = params,
    .size = sizeof(struct evk_limit),
    .defaults = &defaults,
    .prepare = rms_contrast_prepare,
    .project = rms_contrast_project,
};
