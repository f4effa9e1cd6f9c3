/* SPDX-License-Identifier: GPL-3.0-or-later */
/* median.c - the median of numbers */
#include "base/median.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double evk_median(double *values, int64_t n)
{
    int64_t finite = 0;

    for (int64_t i = 0; i < n; i++)
        if (isfinite(values[i]))
            values[finite++] = values[i];
    if (finite == 0)
        return (double)NAN;
    qsort(values, (size_t)finite, sizeof(*values), by_value);
    return (values[(finite - 1) / 2] + values[finite / 2]) / 2;
}
