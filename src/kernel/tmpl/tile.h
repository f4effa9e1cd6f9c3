/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tile.h - what kernels that compute tiles of sums have in common */

/* Registers have no index: a loop over them is written out. */
#define UNROLL _Pragma("GCC unroll 32")

/*
 * Where the outputs of a tile begin, step floats apart: every third has a
 * pointer of its own, and those between are one or two steps on, which an
 * address can say.  Left alone, the compiler finds each from the one before, and
 * the loads wait for that, or it runs out of registers for them all.
 */
#define POINTERS(outs)    (((outs) + 2) / 3)
#define AT(from, o, step) ((from)[(o) / 3] + (o) % 3 * (step))

static inline __attribute__((always_inline)) void point(const float *from[], const int outs,
                                                        const float *first, int64_t step)
{
    UNROLL
    for (int i = 0; i < POINTERS(outs); i++) {
        from[i] = first + 3 * i * step;
        __asm__("" : "+r"(from[i]));
    }
}
