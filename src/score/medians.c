/* SPDX-License-Identifier: GPL-3.0-or-later */
/* medians.c - medians of scores over units */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/median.h"
#include "score/score.h"

/* Returns the median over units of the number at an offset in their scores. */
static double median_at(const evk_score *score, size_t offset, double *values)
{
    int64_t n = 0;

    for (int64_t i = 0; i < score->count; i++) {
        double value;

        memcpy(&value, (const char *)&score->units[i] + offset, sizeof(value));
        if (!isnan(value))
            values[n++] = value;
    }
    return evk_median(values, n);
}

void evk_score_medians(const evk_score *score, evk_unit_score *out)
{
    static const size_t at[] = {
        offsetof(evk_unit_score, r),       offsetof(evk_unit_score, r_low),
        offsetof(evk_unit_score, r_high),  offsetof(evk_unit_score, r2_er),
        offsetof(evk_unit_score, ceiling), offsetof(evk_unit_score, slope),
        offsetof(evk_unit_score, offset),
    };
    double *values = malloc((size_t)score->count * sizeof(*values) + 1);

    *out = (evk_unit_score){.images = (size_t)score->images};
    for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
        const double m = values ? median_at(score, at[i], values) : (double)NAN;

        memcpy((char *)out + at[i], &m, sizeof(m));
    }
    free(values);
}
