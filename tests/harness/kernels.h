/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kernels.h - one kernel on every instruction set, in memory that tells of any step outside
 *
 *     x = fenced_random(&seed, n);
 *     for (int i = 0; (k = next_kernels(&i));) {
 *         y = fenced(n, NULL);
 *         k->relu(n, x, y);
 *         ...
 *         fenced_free(y, n);
 *     }
 */
#ifndef EVK_TESTS_KERNELS_H
#define EVK_TESTS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/kernel.h"

/* The first table from number *i on that runs here, and *i beyond it; NULL: there is none. */
const struct evk_kernels *next_kernels(int *i);

/*
 * n floats with an unmapped page behind them and NaNs before them: who reads
 * too far crashes, who reads too early has a NaN in his sums, and who writes
 * there is found out when they are freed.  content NULL: NaNs.
 */
float *fenced(int64_t n, const float *content);
float *fenced_random(uint64_t *state, int64_t n); /* uniform in [-1, 1) */
void fenced_free(float *p, int64_t n);

/* Random numbers, every third one what a comparison may get wrong: NaN, infinities, zeros. */
float *fenced_awkward(uint64_t *state, int64_t n);

/* Bits, not values: 0 is not -0. */
bool same_bits(float a, float b);
void assert_same_bits(const struct evk_kernels *k, const char *kernel, int64_t n, const float *got,
                      const float *want);

/* One of n numbers; a whole number from low to high. */
int64_t pick(uint64_t *state, const int64_t *list, size_t n);
int64_t between(uint64_t *state, int64_t low, int64_t high);

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#endif /* EVK_TESTS_KERNELS_H */
