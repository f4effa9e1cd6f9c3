/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * histogram.c - the exact histogram: SHINE's histMatch
 *
 * Pixels are sorted by their values and, in that order, get the target's levels in rising order.
 * Pixels of equal value are in random order, as in SHINE: by position, for example, they would draw
 * a pattern into flat regions.  Here the random order is a function of a key.  SHINE's optional
 * optimization of structural similarity (Avanaki, Optical Review 16, 613, 2009) is not implemented.
 */
#include <string.h>

#include "match/match.h"

/* 32-bit numbers are sorted by 3 digits of 11 bits. */
enum { DIGIT = 11, DIGITS = 3, BUCKETS = 1 << DIGIT };

/* Set order to a random permutation of 0 to n - 1, by Fisher-Yates. */
static void shuffle(const struct evk_rng_key *key, int64_t n, uint32_t *order)
{
    uint32_t word[4] = {0};

    for (int64_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    for (int64_t i = n - 1; i > 0; i--) {
        const uint32_t counter[4] = {(uint32_t)(i / 4), 0, key->high[0], key->high[1]};
        const uint32_t swapped = order[i];
        int64_t j;

        if (i % 4 == 3 || i == n - 1)
            evk_philox(counter, key->key, word);
        j = (int64_t)((uint64_t)word[i % 4] * (uint64_t)(i + 1) >> 32);
        order[i] = order[j];
        order[j] = swapped;
    }
}

/* Returns a whole number that is larger for a larger float, and the same for 0 and -0. */
static uint32_t rank(float x)
{
    const float zeroed = x + 0.0f;
    uint32_t bits;

    memcpy(&bits, &zeroed, sizeof(bits));
    return bits & 0x80000000U ? ~bits : bits | 0x80000000U;
}

/*
 * Sort the pixel indices m->order by the values x, rising; pixels of equal value stay in the order
 * that they have in m->order.  This is a radix sort.
 */
static void sort_pixels(struct evk_matcher *m, const float *x)
{
    const int64_t n = m->h * m->w;

    for (int digit = 0; digit < DIGITS; digit++) {
        uint32_t *const from = m->order, *const to = m->spare;
        const int shift = digit * DIGIT;
        uint32_t at[BUCKETS + 1] = {0};

        for (int64_t i = 0; i < n; i++)
            at[(rank(x[i]) >> shift) % BUCKETS + 1]++;
        for (int i = 0; i < BUCKETS; i++)
            at[i + 1] += at[i];
        for (int64_t i = 0; i < n; i++)
            to[at[(rank(x[from[i]]) >> shift) % BUCKETS]++] = from[i];
        m->order = to;
        m->spare = from;
    }
}

static void histogram_apply(struct evk_matcher *m, const struct evk_match_target *t, int64_t p,
                            float *x)
{
    const uint32_t *at;

    shuffle(&m->ties, m->h * m->w, m->order);
    sort_pixels(m, x);
    at = m->order;
    for (int64_t level = 0; level < EVK_LEVELS; level++)
        for (int64_t i = 0; i < t->counts[p][level]; i++)
            x[*at++] = (float)level;
}

const struct evk_match_step evk_match_histogram = {
    .name = "histogram",
    .summary = "exact histogram (histMatch)",
    .apply = histogram_apply,
};
