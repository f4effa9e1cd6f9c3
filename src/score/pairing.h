/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pairing.h - which output of which model stands for which unit? */
#ifndef EVK_SCORE_PAIRING_H
#define EVK_SCORE_PAIRING_H

#include "base/names.h"
#include "evoke/model.h"

/* The output that stands for a unit. */
struct evk_paired {
    int64_t model; /* index among the models; -1: the unit has none */
    int64_t output;
};

/*
 * Pairs units with outputs by the rules of evk_score_models.
 *   units  names of the units
 *   pairs  (units), written
 *   notes  a sentence is added where units were not paired by their names
 * EVK_EINVAL: no rule applies.
 */
evk_status evk_pair_units(const struct evk_names *units, const evk_model *const *models,
                          size_t count, struct evk_paired *pairs, struct evk_names *notes,
                          evk_error *err);

/* Returns the whole number, 0 or more, at the end of a name; -1: the name ends in no number. */
int64_t evk_number_behind(const char *name);

#endif /* EVK_SCORE_PAIRING_H */
