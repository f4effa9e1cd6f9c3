/* SPDX-License-Identifier: GPL-3.0-or-later */
/* min.c - the smallest response of any member, which all members reach */
#include <string.h>

#include "synth/objective.h"

static double min_value(double k, int64_t members, const float *r, float *slopes)
{
    int64_t least = 0;

    (void)k;
    for (int64_t i = 1; i < members; i++)
        if (r[i] < r[least])
            least = i;
    if (slopes) {
        memset(slopes, 0, (size_t)members * sizeof(*slopes));
        slopes[least] = 1;
    }
    return (double)r[least];
}

extern const struct evk_objective_type evk_objective_min;
const struct evk_objective_type evk_objective_min = {
    .name = "min",
    .summary = "the smallest response of any member: every member reaches it",
    .members_least = 1,
    .value = min_value,
};
