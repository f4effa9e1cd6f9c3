/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts.h - a fit that is divided into parts: one core, and the units of one pattern */
#ifndef EVK_FIT_PARTS_H
#define EVK_FIT_PARTS_H

#include "fit/features.h"
#include "fit/patterns.h"

/* Everything is borrowed. */
struct evk_fit_part {
    const struct evk_fit_data *d;
    const struct evk_fit_features *features; /* of the core */
    const struct evk_pattern *pattern;
    const double *gram; /* (images, images) the kernel of the features */
    int64_t member;     /* the number of the core in the data */
    struct evk_fit_result *out;
};

/*
 * Makes *out, whose output is linear, and calls fit for each part in turn; fit writes the readouts
 * of the part's units.  The caller releases *out.  EVK_EUNSUPPORTED: LAPACK cannot be loaded;
 * EVK_EINVAL: a feature is not finite, or a number is out of range; EVK_ENOMEM; and what fit
 * returns.
 */
evk_status evk_fit_parts(struct evk_fit_result *out, const struct evk_fit_data *d,
                         evk_status (*fit)(const struct evk_fit_part *part, evk_error *err),
                         evk_error *err);

#endif /* EVK_FIT_PARTS_H */
