/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ring.h - one block of an order, as a ring that is cut at a random gap
 *
 * A block is made as a ring: its images in a random order, blanks in gaps spread evenly over it,
 * and images swapped until transitions between kinds are as balanced as swaps make them.  Then the
 * ring is cut.  No gap of a ring differs from another one, so that a balanced block has each image
 * as often at one position as at another, which would not be so if the swaps knew of its two ends.
 */
#ifndef EVK_SESSION_ORDER_RING_H
#define EVK_SESSION_ORDER_RING_H

#include "session/order/balance.h"

struct evk_ring {
    int64_t *image;  /* (count) */
    int64_t *kind;   /* (count) of each image of the ring */
    bool *has_blank; /* (count) is a blank in the gap before this image? */
    int64_t *gap;    /* (count) room for numbers of gaps */
    int64_t count, blanks;
};

/* Allocate rings of up to `most` images; the caller releases it. */
evk_status evk_ring_make(struct evk_ring *out, int64_t most, evk_error *err);
void evk_ring_release(struct evk_ring *r);

/*
 * Fill a ring with images (count, at least 1) in a random order, and with blanks, at most one a
 * gap.  kind: of each image, by its index.
 */
void evk_ring_fill(struct evk_ring *r, const int64_t *images, int64_t count, int64_t blanks,
                   const int64_t *kind, struct evk_draw *d);

/* Swap images of a ring, of at least 2, while that brings its transitions nearer to their aims. */
void evk_ring_balance(struct evk_ring *r, struct evk_balance *b, struct evk_draw *d);

/*
 * Returns the gap at which the ring is cut, any of those with which neither an image nor a blank
 * follows itself.  -1: there is none.
 *   last         the image that is shown directly before the block; negative: none is
 *   after_blank  a blank is shown directly before it
 */
int64_t evk_ring_cut(const struct evk_ring *r, int64_t last, bool after_blank, struct evk_draw *d);

#endif /* EVK_SESSION_ORDER_RING_H */
