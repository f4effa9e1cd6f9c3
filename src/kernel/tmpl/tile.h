/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tile.h - what the kernels share that compute a tile of sums in registers */

/* An array can only be in registers if each index is a constant: loops over it are unrolled. */
#define UNROLL _Pragma("GCC unroll 32")

/*
 * Pointers to the floats that the outputs of a tile read first, which are step
 * floats from each other.  Every third output has a pointer of its own; the two
 * after it are one and two steps on, which the address of a load can express.
 * Without this, the compiler computes each pointer from the pointer before, for which
 * the loads must wait, or runs out of registers for all of them.
 */
#define POINTERS(outs)    (((outs) + 2) / 3)
#define AT(from, o, step) ((from)[(o) / 3] + (o) % 3 * (step))

/* Set the pointers for outs outputs, and keep them in registers. */
static inline __attribute__((always_inline)) void point(const float *from[], const int outs,
                                                        const float *first, int64_t step)
{
    UNROLL
    for (int i = 0; i < POINTERS(outs); i++) {
        from[i] = first + 3 * i * step;
        __asm__("" : "+r"(from[i]));
    }
}
