/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blanks.h - how many blanks each block of an order has */
#ifndef EVK_SESSION_ORDER_BLANKS_H
#define EVK_SESSION_ORDER_BLANKS_H

#include "session/order/draw.h"

/* The blanks of one block. */
struct evk_block_blanks {
    int64_t room;   /* the most that it may have: one before each image */
    int64_t needed; /* 1: without a blank, its only image would follow itself */
    int64_t count;  /* how many it has */
};

/*
 * Spread `blanks` over blocks (count): each block has those it needs, and the others go by the room
 * that is left, with a random start.  EVK_EINVAL: they are too many, or too few.
 */
evk_status evk_blanks_spread(struct evk_block_blanks *block, int64_t count, int64_t blanks,
                             struct evk_draw *d, evk_error *err);

#endif /* EVK_SESSION_ORDER_BLANKS_H */
