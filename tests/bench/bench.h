/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench.h - a clock, and what this processor could do at most */
#ifndef EVK_TESTS_BENCH_H
#define EVK_TESTS_BENCH_H

#include "kernel/kernel.h"

/* Milliseconds. */
double bench_now(void);

/* GFLOP/s of fused multiply-adds that touch no memory, in vectors of k's instruction set: now. */
double bench_burst(const struct evk_kernels *k);

/* The same at best. */
double bench_peak(const struct evk_kernels *k);

/* The middle one of n times, which are sorted. */
double bench_median(double *t, int n);

#endif /* EVK_TESTS_BENCH_H */
