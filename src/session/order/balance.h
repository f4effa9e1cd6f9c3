/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * balance.h - how often one kind followed another one so far, and how often it should in a block
 *
 * The blank is one more kind.  What is balanced is the session as a ring, in which the last
 * presentation is followed by the first: each image then has one that follows it.  In the mean over
 * all random orders an image of a block is followed, where no blank is between, by any other image
 * with the same probability.
 *
 * A block's aim is this mean, and less of what earlier blocks had too often: all of it, or a third
 * of the mean for each one too many where the mean is below 3.  The aim is rounded at random so
 * that its mean stays.  Whatever is nearest to the mean, in place of that, would never let rare
 * transitions happen, and would make others too frequent.
 */
#ifndef EVK_SESSION_ORDER_BALANCE_H
#define EVK_SESSION_ORDER_BALANCE_H

#include "session/order/round.h"

/* One pair of kinds. */
struct evk_transition {
    double excess; /* how often so far, less the mean */
    double aim;    /* what count should be; a whole number */
    double count;  /* in the block that is being made, as a ring */
    double mean;   /* of count */
};

struct evk_balance {
    int64_t kinds;               /* those of images; the blank has this number */
    struct evk_transition *pair; /* (kinds + 1, kinds + 1): first the kind that comes before */
    double *aims;                /* (kinds + 1, kinds + 1) */
    int64_t *of_kind;            /* (kinds) images of the block of each kind */
    struct evk_rounding rounding;
    bool dense;
    int64_t first; /* kind of the first presentation of all; -1: there is none yet */
    int64_t last;  /* kind of the last one */
};

/* Make a balance of nothing; the caller releases it. */
evk_status evk_balance_make(struct evk_balance *out, int64_t kinds, evk_error *err);
void evk_balance_release(struct evk_balance *b);

/*
 * Begin a block of images (n, at least 2) of these kinds, in which so many gaps have a blank, as a
 * ring.
 */
void evk_balance_begin(struct evk_balance *b, const int64_t *kind, int64_t n, int64_t blanks);

/* Set the aims of a block whose transitions were counted in a random order. */
void evk_balance_aim(struct evk_balance *b, struct evk_draw *d);

/*
 * Count a transition of the block once more (step 1) or once less (-1).  Returns by how much the
 * sum over all pairs of (count - aim)^2 / mean grows.
 */
double evk_balance_count(struct evk_balance *b, int64_t from, int64_t to, double step);

/*
 * End the block: it is cut between the kinds `last` and `first`, and follows what was before.
 */
void evk_balance_end(struct evk_balance *b, int64_t first, int64_t last);

#endif /* EVK_SESSION_ORDER_BALANCE_H */
