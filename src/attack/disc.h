/* SPDX-License-Identifier: GPL-3.0-or-later */
/* disc.h - hard-edged discs: painting one image into another, and sums over a disc */
#ifndef EVK_ATTACK_DISC_H
#define EVK_ATTACK_DISC_H

#include <stdbool.h>

#include "synth/prior.h"

/* All pixels whose centres are at most radius pixels from the centre of pixel (row, column). */
struct evk_disc {
    int64_t row, column;
    double radius;
};

/*
 * Copies the values of `from` inside the disc to `to`; both are (h, w, c).  Only values i with
 * open[i] are copied; with open NULL all are.  Returns whether any value was copied.
 */
bool evk_disc_paint(const struct evk_frame *f, const struct evk_disc *disc, const bool *open,
                    const float *from, float *to);

/* Returns the sum of map (h, w) over the pixels of the disc. */
double evk_disc_sum(const struct evk_frame *f, const struct evk_disc *disc, const float *map);

#endif /* EVK_ATTACK_DISC_H */
