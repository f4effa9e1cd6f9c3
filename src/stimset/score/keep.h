/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * keep.h - by what the images of a neuron that are kept are chosen: the option keep-by
 *
 *   objective  by what was climbed: response_pred; of an ensemble the response of the worst member,
 *              the smallest, or the largest where the set lowers responses; with another objective
 *              than the mean, objective_pred
 *   selection  by the response of the judge of this name, which takes no other part
 *   min, ...   by an objective of the responses of an ensemble's members to the finished file,
 *              whichever objective was climbed; a single model is an ensemble of one
 *   auto       selection where there is a judge of this name, else objective
 *
 * The largest value is the best, or the smallest where the set lowers responses.  The value follows
 * from the other cells of the row, and has the column keep_value.
 */
#ifndef EVK_STIMSET_SCORE_KEEP_H
#define EVK_STIMSET_SCORE_KEEP_H

#include "evoke/stimset.h"
#include "stimset/record/row.h"
#include "synth/objective.h"

/* The name of a judge that chooses. */
extern const char evk_selection[];

struct evk_keep_rule {
    enum { EVK_KEEP_OBJECTIVE, EVK_KEEP_SELECTION, EVK_KEEP_MEMBERS } kind;
    struct evk_objective objective; /* of EVK_KEEP_MEMBERS */
};

/* Returns the text of recipe->keep_by with auto replaced; judges may be NULL. */
const char *evk_keep_by(const evk_recipe *recipe, const evk_judges *judges);

/* Read a text of keep-by, in which auto is objective.  EVK_ENOTFOUND: it names no rule. */
evk_status evk_keep_rule_parse(struct evk_keep_rule *out, const char *text, evk_error *err);

/*
 * Check that the rule can choose among images of all targets.  EVK_EINVAL: an ensemble has too few
 * members for it, or the rule is selection and a neuron has no judge that is called so.
 */
evk_status evk_keep_check(const char *text, const evk_target *targets, size_t count,
                          const evk_judges *judges, evk_error *err);

/* Returns the value of an image by the rule, from the cells of its row; NaN: it has none. */
double evk_keep_value(const struct evk_keep_rule *rule, const evk_recipe *recipe,
                      const struct evk_row *row);

#endif /* EVK_STIMSET_SCORE_KEEP_H */
