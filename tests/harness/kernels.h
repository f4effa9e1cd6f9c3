/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kernels.h - one kernel on every instruction set, in buffers that reveal any access outside them
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

/*
 * Returns the first table of kernels, from index *i on, that this processor can run, and sets *i to
 * the index after it; NULL: there is none left.
 */
const struct evk_kernels *next_kernels(int *i);

/*
 * Allocate n floats, a copy of content or, where it is NULL, NaNs, with an unmapped page after them
 * and NaNs before them.  A kernel that reads beyond the end crashes; one that reads before the
 * start gets a NaN into its sums; fenced_free fails the test where the NaNs before the start were
 * overwritten.
 */
float *fenced(int64_t n, const float *content);
float *fenced_random(uint64_t *state, int64_t n); /* uniform in [-1, 1) */
void fenced_free(float *p, int64_t n);

/*
 * Random numbers, every third of which is a value that comparisons may get wrong: NaN, an infinity,
 * a zero of either sign, a denormal or a very large number.
 */
float *fenced_awkward(uint64_t *state, int64_t n);

/* Are the bits of a and b the same?  0 and -0 differ; a NaN equals a NaN with the same bits. */
bool same_bits(float a, float b);
void assert_same_bits(const struct evk_kernels *k, const char *kernel, int64_t n, const float *got,
                      const float *want);

/* pick: one of the n numbers in list; between: a whole number from low to high. */
int64_t pick(uint64_t *state, const int64_t *list, size_t n);
int64_t between(uint64_t *state, int64_t low, int64_t high);

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#endif /* EVK_TESTS_KERNELS_H */
