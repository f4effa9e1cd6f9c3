/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order.h - the order in which the images of a recording session are shown
 *
 * A session shows each image once in each of several blocks.  Blanks are spread evenly over the
 * blocks, and within each of them.  Presentations follow each other in trials of a fixed number of
 * images; a trial may go on from one block into the next one.  Catch trials show one image, or the
 * blank, at all of their positions, and stand between the others, spread evenly.
 *
 * No image, and no blank, follows itself, catch trials apart, whether within a block, between two
 * blocks, or on the two sides of a catch trial.  A blank always stands before an image of its
 * block.  Within these limits the order is random, and first-order transitions between kinds of
 * images are balanced, since neurons adapt: over the presentations made so far, kind b follows kind
 * a about as often as in the mean over all orders (balance.h).
 *
 * The order is a function of what is asked for, and of nothing else.
 */
#ifndef EVK_SESSION_ORDER_ORDER_H
#define EVK_SESSION_ORDER_ORDER_H

#include <stdbool.h>

#include "base/error.h"

/* What a presentation shows in place of an image. */
enum { EVK_ORDER_BLANK = -1, EVK_ORDER_CATCH = -2 };

/* The images of one block, each of which the block shows once. */
struct evk_order_block {
    int64_t number;        /* of the block, from 1 */
    const int64_t *images; /* (count) indices of images; borrowed */
    int64_t count;
};

/* What an order is made of; everything is borrowed. */
struct evk_order_ask {
    const struct evk_order_block *blocks; /* (block_count) */
    int64_t block_count;
    const int64_t *kind;   /* (images) the kind of each image, 0 to kinds - 1 */
    int64_t images, kinds; /* kinds are 250 at most */
    int64_t blanks;        /* blanks in all, apart from those of catch trials */
    int64_t catch_trials;  /* catch trials in all */
    bool catch_blank;      /* catch trials show the blank; else EVK_ORDER_CATCH */
    int64_t per_trial;     /* presentations of a trial, at least 1; the last trial may have fewer */
    int64_t first_trial;   /* number of the first trial, from 1; decides the order, too */
    int64_t before; /* what was shown last before, catch trials apart; INT64_MIN: nothing was */
    uint64_t seed;
};

struct evk_presentation {
    int64_t block;    /* from 1; of a catch trial, the block of the presentation before it, or 1 */
    int64_t trial;    /* from 1 */
    int64_t position; /* in the trial, from 1 */
    int64_t image;    /* index of an image, EVK_ORDER_BLANK or EVK_ORDER_CATCH */
    bool is_catch;
};

struct evk_order {
    struct evk_presentation *list; /* (count); owned */
    int64_t count, trials;
};

/*
 * Make an order; the caller releases *out.  EVK_EINVAL: no order has no neighbours alike, such as
 * of one image alone or of more blanks than images; the message says which option to change.
 */
evk_status evk_order_make(struct evk_order *out, const struct evk_order_ask *ask, evk_error *err);
void evk_order_release(struct evk_order *o);

#endif /* EVK_SESSION_ORDER_ORDER_H */
