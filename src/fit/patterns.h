/* SPDX-License-Identifier: GPL-3.0-or-later */
/* patterns.h - units that were recorded with the same presentations, and are fitted together */
#ifndef EVK_FIT_PATTERNS_H
#define EVK_FIT_PATTERNS_H

#include "fit/readouts.h"

struct evk_pattern {
    int64_t units;
    int64_t *unit;  /* (units) their numbers in the data; owned */
    double *level;  /* (units) each unit's mean response over presentations; owned */
    double *weight; /* (images) presentations of the image with a response, divided by their mean
                       over the images that have any; owned */
    double *share;  /* (images) the weights, divided by their sum; owned */
};

/*
 * Divides units into *count patterns.  A unit without any response is in none.  The caller releases
 * *out.  EVK_ENOMEM.
 */
evk_status evk_patterns_find(struct evk_pattern **out, int64_t *count, const struct evk_fit_data *d,
                             evk_error *err);
void evk_patterns_release(struct evk_pattern *p, int64_t count);

#endif /* EVK_FIT_PATTERNS_H */
