/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mean.c - the mean response of the members */
#include "synth/objective.h"
#include "synth/objectives/spread.h"

static double mean_value(double k, int64_t members, const float *r, float *slopes)
{
    const struct evk_spread s = evk_spread_of(members, r);

    (void)k;
    if (slopes)
        evk_spread_slopes(&s, 1, 0, members, r, slopes);
    return s.mean;
}

extern const struct evk_objective_type evk_objective_mean;
const struct evk_objective_type evk_objective_mean = {
    .name = "mean",
    .summary = "the mean over members: what the ensemble predicts",
    .members_least = 1,
    .value = mean_value,
};
