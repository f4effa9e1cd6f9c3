/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * objective.h - what is climbed: a function of the responses of an ensemble's members to one image
 *
 * A type is one file in objectives/ and one row of objectives.def.  Values are in double, in a
 * fixed order; slopes are exact, and 0 where there is none (the SD of equal members).
 */
#ifndef EVK_SYNTH_OBJECTIVE_H
#define EVK_SYNTH_OBJECTIVE_H

#include "base/error.h"
#include "evoke/model.h"
#include "evoke/types.h"

struct evk_objective_type {
    const char *name;      /* "mean+k*sd": a number stands where the k is */
    const char *summary;   /* one line, with the reference */
    int64_t members_least; /* it is defined for */
    /* As evk_objective_value. */
    double (*value)(double k, int64_t members, const float *r, float *slopes);
};

struct evk_objective {
    const struct evk_objective_type *type;
    double k; /* of "mean+k*sd"; 0 otherwise */
};

/*
 * "mean", "sd", "min", "median", "disagreement", or the mean and so many SDs: "mean+2*sd",
 * "mean-0.5*sd".  EVK_ENOTFOUND lists the known ones.
 */
evk_status evk_objective_parse(struct evk_objective *out, const char *text, evk_error *err);

/* Can an ensemble of so many members have it?  EVK_EINVAL. */
evk_status evk_objective_check(const struct evk_objective *o, int64_t members, evk_error *err);

/*
 * Of as many members as evk_objective_check accepts, whose responses r (members) are finite.
 *   slopes   (members) d value / d r, written; may be NULL
 * Of equal responses the first counts as the smaller; of two equal ones the difference has no
 * slope.  Allocates nothing.
 */
double evk_objective_value(const struct evk_objective *o, int64_t members, const float *r,
                           float *slopes);

/* All of them at once; sd and disagreement of one member are 0. */
struct evk_member_summary {
    double mean, sd, min, median, disagreement;
};

struct evk_member_summary evk_member_summarise(int64_t members, const float *r);

#endif /* EVK_SYNTH_OBJECTIVE_H */
