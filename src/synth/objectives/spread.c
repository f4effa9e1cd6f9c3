/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spread.c - mean and sample SD of the members' responses */
#include "synth/objectives/spread.h"

#include <math.h>

struct evk_spread evk_spread_of(int64_t members, const float *r)
{
    double sum = 0, squares = 0, mean;

    for (int64_t i = 0; i < members; i++)
        sum += (double)r[i];
    mean = sum / (double)members;
    for (int64_t i = 0; i < members; i++)
        squares += ((double)r[i] - mean) * ((double)r[i] - mean);
    return (struct evk_spread){mean, members > 1 ? sqrt(squares / (double)(members - 1)) : 0};
}

void evk_spread_slopes(const struct evk_spread *s, double a, double b, int64_t members,
                       const float *r, float *slopes)
{
    const double each = a / (double)members;
    const double per_sd = s->sd > 0 ? b / ((double)(members - 1) * s->sd) : 0;

    for (int64_t i = 0; i < members; i++)
        slopes[i] = (float)(each + per_sd * ((double)r[i] - s->mean));
}
