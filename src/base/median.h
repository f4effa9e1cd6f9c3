/* SPDX-License-Identifier: GPL-3.0-or-later */
/* median.h - the median of numbers */
#ifndef EVK_BASE_MEDIAN_H
#define EVK_BASE_MEDIAN_H

#include <stdint.h>

/* Returns the median of those of values (n) that are finite; NaN where there is none.  The values
   change their order. */
double evk_median(double *values, int64_t n);

#endif /* EVK_BASE_MEDIAN_H */
