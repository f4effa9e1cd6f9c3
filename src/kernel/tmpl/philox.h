/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * philox.h - many blocks of random bits at a time: those of evk_philox (base/rng.h)
 *
 * This file is compiled once for each instruction set.  All arithmetic is in integers, so every
 * instruction set gives the same bits.
 */

/* Compute n blocks, at most LANES, side by side; word w of block l goes to out[w stride + l]. */
static inline __attribute__((always_inline)) void philox_lanes(const int n, uint32_t first,
                                                               const uint32_t key[2],
                                                               const uint32_t high[2],
                                                               uint32_t *out, int64_t stride)
{
    uint32_t c[4][LANES], k[2] = {key[0], key[1]};

    for (int l = 0; l < n; l++) {
        c[0][l] = first + (uint32_t)l;
        c[1][l] = 0;
        c[2][l] = high[0];
        c[3][l] = high[1];
    }
    for (int round = 0; round < 10; round++) {
        for (int l = 0; l < n; l++) {
            const uint64_t p = (uint64_t)0xD2511F53 * c[0][l], q = (uint64_t)0xCD9E8D57 * c[2][l];

            c[0][l] = (uint32_t)(q >> 32) ^ c[1][l] ^ k[0];
            c[1][l] = (uint32_t)q;
            c[2][l] = (uint32_t)(p >> 32) ^ c[3][l] ^ k[1];
            c[3][l] = (uint32_t)p;
        }
        k[0] += 0x9E3779B9;
        k[1] += 0xBB67AE85;
    }
    for (int w = 0; w < 4; w++)
        for (int l = 0; l < n; l++)
            out[w * stride + l] = c[w][l];
}

/*
 * out (4, n): the four words of each of n blocks; block i has the counter (first + i, 0, high[0],
 * high[1]).
 */
static void philox(int64_t n, uint32_t first, const uint32_t key[2], const uint32_t high[2],
                   uint32_t *out)
{
    int64_t i = 0;

    for (; i + LANES <= n; i += LANES)
        philox_lanes(LANES, first + (uint32_t)i, key, high, out + i, n);
    philox_lanes((int)(n - i), first + (uint32_t)i, key, high, out + i, n);
}
