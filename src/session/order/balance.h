/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * balance.h - how often one kind followed another one so far, and how often it would in the mean
 * over all orders
 *
 * The blank is one more kind.  Mean numbers are those of random orders with the same blanks: an
 * image of a block is followed, where no blank is between, by any other one of the block, each with
 * the same probability, and so is the last image of a block by an image of the next one.
 */
#ifndef EVK_SESSION_ORDER_BALANCE_H
#define EVK_SESSION_ORDER_BALANCE_H

#include <stdbool.h>

#include "session/order/draw.h"

/* One pair of kinds. */
struct evk_transition {
    double count; /* so far, and a constant of -1/2 to 1/2 */
    double mean;  /* over all orders, so far */
    double aim;   /* what count should be with the block that is being made */
    double weight;
};

struct evk_balance {
    int64_t kinds;               /* those of images; the blank has this number */
    struct evk_transition *pair; /* (kinds + 1, kinds + 1): first the kind that comes before */
};

/* The images from which a block's, or its neighbour's, are taken. */
struct evk_composition {
    int64_t *of_kind; /* (kinds) how many images are of each kind */
    int64_t count;
};

/*
 * Make a balance of nothing; the caller releases it.  The numbers that d gives are added to counts:
 * a count that is as near to its mean as whole numbers can be is then above and below it as often
 * as makes the mean over seeds right, where it would otherwise always be 0 for a rare transition.
 */
evk_status evk_balance_make(struct evk_balance *out, int64_t kinds, struct evk_draw *d,
                            evk_error *err);
void evk_balance_release(struct evk_balance *b);

/*
 * Aim at a block as a ring, in which its last image is followed by its first: as many gaps between
 * neighbours are plain, and as many have a blank.
 */
void evk_balance_aim(struct evk_balance *b, const struct evk_composition *block, int64_t plain,
                     int64_t blank);

/* Add to the mean so many gaps inside a block. */
void evk_balance_inside(struct evk_balance *b, const struct evk_composition *block, int64_t plain,
                        int64_t blank);

/*
 * Add to the mean the gap before a block.
 *   last    one of these images is the last one before; of none: there was none
 *   common  how many images of each kind are in both
 */
void evk_balance_seam(struct evk_balance *b, const struct evk_composition *last,
                      const int64_t *common, const struct evk_composition *block, bool has_blank);

/* Add to the mean the gap before a block that comes directly after a blank. */
void evk_balance_after_blank(struct evk_balance *b, const struct evk_composition *block);

/*
 * Count a transition once more (step 1) or once less (-1).  Returns by how much the sum over all
 * pairs of (count - aim)^2 * weight grows, the weight being 1 / mean.
 */
double evk_balance_count(struct evk_balance *b, int64_t from, int64_t to, double step);

#endif /* EVK_SESSION_ORDER_BALANCE_H */
