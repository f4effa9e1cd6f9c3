/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkpoint.c - the steps after which Auto-PGD may halve its step size */
#include "attack/checkpoint.h"

/*
 * Intervals between checkpoints, in hundredths of the steps: the first interval, the difference of
 * one interval and the next, and the shortest interval.
 */
enum { FIRST = 22, SHORTER = 3, SHORTEST = 6 };

struct evk_checkpoints evk_checkpoints(int64_t steps)
{
    return (struct evk_checkpoints){.steps = steps, .hundredths = FIRST, .interval = FIRST};
}

int64_t evk_checkpoint_next(const struct evk_checkpoints *c)
{
    return (c->hundredths * c->steps + 99) / 100;
}

bool evk_checkpoint_pass(struct evk_checkpoints *c, int64_t i, bool gained)
{
    c->gains += gained;
    if (i == 0 || i != evk_checkpoint_next(c))
        return false;
    c->poor = 4 * c->gains < 3 * (i - c->last);
    c->last = i;
    c->gains = 0;
    while (evk_checkpoint_next(c) <= i && c->hundredths < 100) {
        c->interval = c->interval - SHORTER > SHORTEST ? c->interval - SHORTER : SHORTEST;
        c->hundredths += c->interval;
    }
    return true;
}
