/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench.h - a clock, and the peak rate of this processor's multiply-adds */
#ifndef EVK_TESTS_BENCH_H
#define EVK_TESTS_BENCH_H

#include "kernel/kernel.h"

/* Returns the time in milliseconds. */
double bench_now(void);

/*
 * Measures once how many GFLOP/s fused multiply-adds reach that touch no memory, in vectors of k's
 * instruction set.
 */
double bench_burst(const struct evk_kernels *k);

/* Returns the best of several measurements by bench_burst. */
double bench_peak(const struct evk_kernels *k);

/* Returns the median of n times, which are sorted in place. */
double bench_median(double *t, int n);

#endif /* EVK_TESTS_BENCH_H */
