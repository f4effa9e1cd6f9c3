/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trials.h - presentations one after the other, in trials, with catch trials between them */
#ifndef EVK_SESSION_ORDER_TRIALS_H
#define EVK_SESSION_ORDER_TRIALS_H

#include "session/order/order.h"

struct evk_trials {
    struct evk_order *order; /* has room for all presentations; borrowed */
    const int64_t *after; /* (catch_trials) ascending: behind which trial, from 0; -1: before all */
    int64_t catch_trials, per_trial, first_trial, catch_image;
    int64_t done, written; /* whole trials so far: others, and catch trials */
    int64_t position;      /* presentations of the trial that is not whole yet */
};

/* Append the catch trials that stand before all others. */
void evk_trials_begin(struct evk_trials *t);

/* Append a presentation; a catch trial follows where it ends the trial before one. */
void evk_trials_show(struct evk_trials *t, int64_t block, int64_t image);

/* End the last trial, which may have fewer presentations. */
void evk_trials_end(struct evk_trials *t);

#endif /* EVK_SESSION_ORDER_TRIALS_H */
