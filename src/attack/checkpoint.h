/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * checkpoint.h - after which steps Auto-PGD may halve its step
 *
 * w_j = ceil(p_j steps) with p_0 = 0, p_1 = 0.22, p_(j+1) = p_j + max(p_j - p_(j-1) - 0.03, 0.06)
 * (Croce & Hein 2020): of 100 steps 22, 41, 57, 70, 80, 87, 93, 99.  In whole hundredths.
 */
#ifndef EVK_ATTACK_CHECKPOINT_H
#define EVK_ATTACK_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

struct evk_checkpoints {
    int64_t steps;
    int64_t hundredths, interval; /* of the next one: where, and how far from the one before */
    int64_t last;                 /* the step of the one before */
    int64_t gains;                /* steps since then that raised the value */
    bool poor;                    /* were these fewer than three quarters, at the last one? */
};

struct evk_checkpoints evk_checkpoints(int64_t steps);

/* The step of the next one. */
int64_t evk_checkpoint_next(const struct evk_checkpoints *c);

/* Step i is done, and was progress or not: is there a checkpoint?  Each is passed once. */
bool evk_checkpoint_pass(struct evk_checkpoints *c, int64_t i, bool gained);

static inline bool evk_checkpoint_poor(const struct evk_checkpoints *c)
{
    return c->poor;
}

#endif /* EVK_ATTACK_CHECKPOINT_H */
