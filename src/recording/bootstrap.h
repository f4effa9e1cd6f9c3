/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bootstrap.h - samples with replacement, the same on every machine, and their percentiles */
#ifndef EVK_RECORDING_BOOTSTRAP_H
#define EVK_RECORDING_BOOTSTRAP_H

#include <stdint.h>

/* An interval of 95 %: the 2.5th and the 97.5th percentile over bootstrap samples. */
struct evk_interval {
    double low, high;
};

/* Returns draw i of a bootstrap sample: a whole number from 0 to n - 1, n below 2^32. */
int64_t evk_bootstrap_draw(int64_t sample, int64_t i, int64_t n);

/* Writes draws 0 to n - 1 of a sample into drawn (n), in less time than one by one. */
void evk_bootstrap_sample(int64_t sample, int64_t n, uint32_t *drawn);

/* Sorts values (count), in which NaN stands where a sample has no value, and returns the interval
   of those that are no NaN; both ends are NaN where there are none. */
struct evk_interval evk_bootstrap_interval(double *values, int64_t count);

#endif /* EVK_RECORDING_BOOTSTRAP_H */
