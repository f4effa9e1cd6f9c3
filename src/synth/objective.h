/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * objective.h - what an ascent raises: a function of the responses of an ensemble's members
 *
 * An objective is one file in objectives/ and one row of objectives.def.  Its value is a double,
 * summed in a fixed order.  Its slopes are exact; where the function has no derivative, such as the
 * SD of equal responses, the slope is 0.
 */
#ifndef EVK_SYNTH_OBJECTIVE_H
#define EVK_SYNTH_OBJECTIVE_H

#include "base/error.h"
#include "evoke/model.h"
#include "evoke/types.h"

struct evk_objective_type {
    const char *name;      /* "mean+k*sd" stands for every number k */
    const char *summary;   /* one line, with the reference */
    int64_t members_least; /* the smallest ensemble for which the objective is defined */
    /* Does evk_objective_value for objectives of this type; k is 0 unless the name has one. */
    double (*value)(double k, int64_t members, const float *r, float *slopes);
};

struct evk_objective {
    const struct evk_objective_type *type;
    double k; /* the number k of "mean+k*sd"; 0 for other objectives */
};

/*
 * *out = the objective that a text names: "mean", "sd", "min", "median", "disagreement", or the
 * mean and a multiple of the SD, "mean+2*sd" or "mean-0.5*sd".  EVK_ENOTFOUND lists the objectives
 * there are.
 */
evk_status evk_objective_parse(struct evk_objective *out, const char *text, evk_error *err);

/* EVK_EINVAL: an ensemble of that number of members is too small or too large for the objective. */
evk_status evk_objective_check(const struct evk_objective *o, int64_t members, evk_error *err);

/*
 * Returns the value of the objective for responses r (members), which are finite; members is a
 * number that evk_objective_check accepts.  Allocates nothing.
 *   slopes   (members) d value / d r, written; may be NULL
 * Of equal responses the first counts as the smaller one; the difference of two equal responses has
 * slope 0.
 */
double evk_objective_value(const struct evk_objective *o, int64_t members, const float *r,
                           float *slopes);

/* All simple objectives of the same responses; sd and disagreement of one member are 0. */
struct evk_member_summary {
    double mean, sd, min, median, disagreement;
};

struct evk_member_summary evk_member_summarise(int64_t members, const float *r);

#endif /* EVK_SYNTH_OBJECTIVE_H */
