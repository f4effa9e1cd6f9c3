/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sd.c - the sample SD of the members' responses: how much the members differ */
#include "synth/objective.h"
#include "synth/objectives/spread.h"

static double sd_value(double k, int64_t members, const float *r, float *slopes)
{
    const struct evk_spread s = evk_spread_of(members, r);

    (void)k;
    if (slopes)
        evk_spread_slopes(&s, 0, 1, members, r, slopes);
    return s.sd;
}

extern const struct evk_objective_type evk_objective_sd;
const struct evk_objective_type evk_objective_sd = {
    .name = "sd",
    .summary = "the sample SD over members (n - 1): large where they disagree",
    .members_least = 2,
    .value = sd_value,
};
