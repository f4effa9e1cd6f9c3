/* SPDX-License-Identifier: GPL-3.0-or-later */
/* norm.c - a limit on the L2 norm of the values less 128 */
#include <math.h>

#include "synth/priors/image/limit.h"

static const evk_param params[] = {
    EVK_LIMIT_PARAMS("L2 norm of the values less 128", "display levels", "", 0, 1e9),
};

static const struct evk_limit defaults = {(double)NAN, (double)NAN};

static const double middle[EVK_LIMIT_CHANNELS] = {128, 128, 128};

static evk_status norm_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    (void)f;
    return evk_limit_check(self, (double)NAN, "norm", err);
}

static double norm_at(const struct evk_limit_scaling *s, double a)
{
    double low[EVK_LIMIT_CHANNELS], high[EVK_LIMIT_CHANNELS];
    struct evk_levels l;

    evk_scaling_limits(s, a, low, high);
    evk_levels_measure(s->f, low, high, s->x, &l);
    return a * l.norm;
}

static void norm_project(void *self, const struct evk_frame *f, float *x)
{
    const struct evk_limit_scaling s = {f, x, middle, norm_at};
    struct evk_levels now;
    double target;

    evk_levels_measure(f, evk_box_low, evk_box_high, x, &now);
    if (evk_limit_target(self, (double)NAN, now.norm, &target))
        evk_scaling_apply(&s, now.norm, target, x);
}

extern const struct evk_prior_type evk_prior_norm;
const struct evk_prior_type evk_prior_norm = {
    .name = "norm",
    .summary = "limit or set the L2 norm of the values less 128, display levels",
    .reference = "",
    .params = params,
    .size = sizeof(struct evk_limit),
    .defaults = &defaults,
    .prepare = norm_prepare,
    .project = norm_project,
};
