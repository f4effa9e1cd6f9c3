/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * histogram.c - the exact histogram: SHINE's histMatch
 *
 * Pixels are put in order of their values and take the target's levels in turn.  Equal values are
 * in random order, as in SHINE: any other would draw something into flat regions.  Here the
 * order is a function of a key.  The optimization of structural similarity (Avanaki, Optical
 * Review 16, 613, 2009), which SHINE offers, is not here.
 */
#include <string.h>

#include "match/match.h"

enum { DIGIT = 11, DIGITS = 3, BUCKETS = 1 << DIGIT };

/* Fisher-Yates. */
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

/* Whole numbers in the order of floats; 0 and -0 are equal. */
static uint32_t rank(float x)
{
    const float zeroed = x + 0.0f;
    uint32_t bits;

    memcpy(&bits, &zeroed, sizeof(bits));
    return bits & 0x80000000U ? ~bits : bits | 0x80000000U;
}

/* m->order by x, in rising order; equal ones stay in the order that they have. */
static void sort(struct evk_matcher *m, const float *x)
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

static void apply(struct evk_matcher *m, const struct evk_match_target *t, int64_t p, float *x)
{
    const uint32_t *at;

    shuffle(&m->ties, m->h * m->w, m->order);
    sort(m, x);
    at = m->order;
    for (int64_t level = 0; level < EVK_LEVELS; level++)
        for (int64_t i = 0; i < t->counts[p][level]; i++)
            x[*at++] = (float)level;
}

const struct evk_match_step evk_match_histogram = {
    .name = "histogram",
    .summary = "exact histogram (histMatch)",
    .apply = apply,
};
