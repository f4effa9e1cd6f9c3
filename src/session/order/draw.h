/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draw.h - random whole numbers of one purpose, one after the other */
#ifndef EVK_SESSION_ORDER_DRAW_H
#define EVK_SESSION_ORDER_DRAW_H

#include "base/error.h"
#include "base/rng.h"

struct evk_draw {
    struct evk_rng_key key;
    uint64_t next; /* number of the next block of four words */
    uint32_t word[4];
    int left; /* words that are not used yet */
};

/*
 * Begin the numbers of a purpose: they are a function of the seed, of the purpose and of two
 * numbers, such as a block's.  EVK_ENOMEM: see hash.h.
 */
evk_status evk_draw_begin(struct evk_draw *out, uint64_t seed, const char *purpose, int64_t first,
                          int64_t second, evk_error *err);

/* Returns a number from 0 to n - 1, each as probable as any other; n is 1 to 2^32. */
int64_t evk_draw_below(struct evk_draw *d, int64_t n);

/*
 * Spread count numbers evenly over 0 to places - 1, places at least 1: number k is anywhere in the
 * stratum from k places / count on to the next one.  They ascend, and differ where there are no
 * more than places.
 */
void evk_draw_spread(struct evk_draw *d, int64_t count, int64_t places, int64_t *out);

#endif /* EVK_SESSION_ORDER_DRAW_H */
