/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mean_sd.c - the mean response of the members plus k times their sample SD */
#include "synth/objective.h"
#include "synth/objectives/spread.h"

static double mean_sd_value(double k, int64_t members, const float *r, float *slopes)
{
    const struct evk_spread s = evk_spread_of(members, r);

    if (slopes)
        evk_spread_slopes(&s, 1, k, members, r, slopes);
    return s.mean + k * s.sd;
}

extern const struct evk_objective_type evk_objective_mean_sd;
const struct evk_objective_type evk_objective_mean_sd = {
    .name = "mean+k*sd",
    .summary = "the mean and k sample SDs, k a number: mean+2*sd, mean-0.5*sd",
    .members_least = 2,
    .value = mean_sd_value,
};
