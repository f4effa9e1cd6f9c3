/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * checkpoint.h - the steps after which Auto-PGD (Croce & Hein 2020) may halve its step size
 *
 * Checkpoint j of an ascent comes after step w_j = ceil(p_j steps), where p_0 = 0, p_1 = 0.22 and
 * p_(j+1) = p_j + max(p_j - p_(j-1) - 0.03, 0.06).  In an ascent of 100 steps the checkpoints are
 * 22, 41, 57, 70, 80, 87, 93 and 99.  The p_j are kept as whole hundredths.
 */
#ifndef EVK_ATTACK_CHECKPOINT_H
#define EVK_ATTACK_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

struct evk_checkpoints {
    int64_t steps;                /* steps of the whole ascent */
    int64_t hundredths, interval; /* p of the next checkpoint, and its distance from the p before */
    int64_t last;                 /* the step of the checkpoint passed last */
    int64_t gains;                /* steps since the last checkpoint that raised the value */
    bool poor; /* fewer than 3/4 of the steps before the checkpoint passed last raised the value */
};

/* Returns the state of the checkpoints before the first step of an ascent. */
struct evk_checkpoints evk_checkpoints(int64_t steps);

/* Returns the step of the next checkpoint. */
int64_t evk_checkpoint_next(const struct evk_checkpoints *c);

/*
 * Notes that step i is done, and whether it raised the value (gained).  Returns whether step i is a
 * checkpoint; each checkpoint is reported once.
 */
bool evk_checkpoint_pass(struct evk_checkpoints *c, int64_t i, bool gained);

/* Were fewer than 3/4 of the steps that led to the checkpoint passed last gains? */
static inline bool evk_checkpoint_poor(const struct evk_checkpoints *c)
{
    return c->poor;
}

#endif /* EVK_ATTACK_CHECKPOINT_H */
