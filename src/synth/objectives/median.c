/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * median.c - the median response; of an even number of members, the mean of the two in the middle
 */
#include <string.h>

#include "base/limits.h"
#include "synth/objective.h"
#include "synth/objectives/order.h"

static double median_value(double k, int64_t members, const float *r, float *slopes)
{
    double v[EVK_MEMBERS_MAX];
    int at[EVK_MEMBERS_MAX];
    struct evk_middle m;

    (void)k;
    for (int64_t i = 0; i < members; i++)
        v[i] = (double)r[i];
    m = evk_middle_of((int)members, v, at);
    if (slopes) {
        memset(slopes, 0, (size_t)members * sizeof(*slopes));
        slopes[m.low] += 0.5F;
        slopes[m.high] += 0.5F;
    }
    return (v[m.low] + v[m.high]) / 2;
}

extern const struct evk_objective_type evk_objective_median;
const struct evk_objective_type evk_objective_median = {
    .name = "median",
    .summary = "the median over members; of an even number, the mean of the two in the middle",
    .members_least = 1,
    .value = median_value,
};
