/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spread.h - mean and sample SD of the members' responses, for the objectives made of them */
#ifndef EVK_SYNTH_OBJECTIVES_SPREAD_H
#define EVK_SYNTH_OBJECTIVES_SPREAD_H

#include <stdint.h>

struct evk_spread {
    double mean, sd; /* sample SD (n - 1); 0 of one member */
};

/* Returns the mean and SD of r (members), summed in the order of the members. */
struct evk_spread evk_spread_of(int64_t members, const float *r);

/* slopes (members) = d (a mean + b sd) / d r; an SD of 0 has slope 0. */
void evk_spread_slopes(const struct evk_spread *s, double a, double b, int64_t members,
                       const float *r, float *slopes);

#endif /* EVK_SYNTH_OBJECTIVES_SPREAD_H */
