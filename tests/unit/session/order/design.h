/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design.h - designs of sessions for tests of orders: images of some kinds, repeated */
#ifndef EVK_TESTS_DESIGN_H
#define EVK_TESTS_DESIGN_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "session/order/clock.h"

#include "../../../harness/test.h"

enum { DESIGN_IMAGES = 64, DESIGN_BLOCKS = 64, DESIGN_KINDS = 9 };

/* All images are in all blocks, unless a test changes that. */
struct design {
    struct evk_order_ask ask;
    struct evk_order_block block[DESIGN_BLOCKS];
    int64_t images[DESIGN_IMAGES], kind[DESIGN_IMAGES], of_kind[DESIGN_KINDS];
};

/* Sets a design: of_kind lists how many images each kind has, and ends with 0. */
static inline void design_set(struct design *d, const int64_t *of_kind, int64_t repeats)
{
    int64_t n = 0, kinds = 0;

    memset(d, 0, sizeof(*d));
    for (; of_kind[kinds]; kinds++) {
        d->of_kind[kinds] = of_kind[kinds];
        for (int64_t i = 0; i < of_kind[kinds]; i++) {
            d->images[n] = n;
            d->kind[n++] = kinds;
        }
    }
    for (int64_t i = 0; i < repeats; i++)
        d->block[i] = (struct evk_order_block){.number = i + 1, .images = d->images, .count = n};
    d->ask = (struct evk_order_ask){.blocks = d->block,
                                    .block_count = repeats,
                                    .kind = d->kind,
                                    .images = n,
                                    .kinds = kinds,
                                    .per_trial = 8,
                                    .first_trial = 1,
                                    .before = INT64_MIN};
}

/* Returns a random whole number from low to high. */
static inline int64_t pick(uint64_t *state, int64_t low, int64_t high)
{
    const double u = ((double)random_float(state) + 1) / 2;
    const int64_t x = low + (int64_t)(u * (double)(high - low + 1));

    return x > high ? high : x;
}

/* Makes a design of 1 to 60 images, 1 to 8 kinds, with as many blanks and catch trials as fit. */
static inline void design_random(struct design *d, uint64_t *state)
{
    const int64_t images = pick(state, 1, 60), most = images < 8 ? images : 8;
    const int64_t kinds = pick(state, 1, most), repeats = pick(state, 1, images == 1 ? 5 : 12);
    int64_t of_kind[DESIGN_KINDS] = {0};

    for (int64_t i = 0; i < images; i++)
        of_kind[i < kinds ? i : pick(state, 0, kinds - 1)]++;
    design_set(d, of_kind, repeats);
    d->ask.blanks = pick(state, 0, 2) ? pick(state, 0, images * repeats) : 0;
    if (images == 1 && d->ask.blanks < repeats - 1)
        d->ask.blanks = repeats - 1;
    d->ask.catch_trials = pick(state, 0, 1) ? pick(state, 0, 30) : 0;
    d->ask.catch_blank = pick(state, 0, 1) == 1;
    d->ask.per_trial = pick(state, 1, 12);
    d->ask.first_trial = pick(state, 1, 3);
    d->ask.seed = (uint64_t)pick(state, 0, 1 << 20);
}

/*
 * Returns the probability of a chi-square of so many degrees of freedom that is as large or larger
 * (Wilson & Hilferty 1931).
 */
static inline double chi_square_p(double chi_square, double freedom)
{
    const double spread = 2 / (9 * freedom);

    return erfc((cbrt(chi_square / freedom) - 1 + spread) / sqrt(2 * spread)) / 2;
}

#endif /* EVK_TESTS_DESIGN_H */
