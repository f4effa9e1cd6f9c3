/* SPDX-License-Identifier: GPL-3.0-or-later */
/* disc.h - hard-edged discs of an image in which another one shows */
#ifndef EVK_ATTACK_DISC_H
#define EVK_ATTACK_DISC_H

#include <stdbool.h>

#include "synth/prior.h"

struct evk_disc {
    int64_t row, column; /* of its centre, a pixel */
    double radius;       /* pixels: those whose centres are no further away */
};

/* to = from inside, of values that are open; open NULL: all are.  False: none inside is open. */
bool evk_disc_paint(const struct evk_frame *f, const struct evk_disc *disc, const bool *open,
                    const float *from, float *to);

/* The sum inside of map (h, w). */
double evk_disc_sum(const struct evk_frame *f, const struct evk_disc *disc, const float *map);

#endif /* EVK_ATTACK_DISC_H */
