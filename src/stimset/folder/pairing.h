/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pairing.h - which output of a judge is which neuron
 *
 * One function decides.  What it decided is in the description of the set: each
 * judge has Outputs, {"MODEL:NEURON": "OUTPUT"}, an entry for each neuron of the
 * set.  Whoever scores, verifies or extends the set reads it there, so that no
 * later call can pair otherwise.
 */
#ifndef EVK_STIMSET_FOLDER_PAIRING_H
#define EVK_STIMSET_FOLDER_PAIRING_H

#include "base/json.h"
#include "evoke/stimset.h"
#include "stimset/record/row.h"

/*
 * The judge's output for each neuron of the targets, in their order.  Neurons
 * are those of evk_targets_check.  EVK_EINVAL as evk_judges says.  Free *outputs.
 */
evk_status evk_pairing_decide(const evk_judge_model *judge, const evk_target *targets, size_t count,
                              int64_t **outputs, evk_error *err);

/* Outputs of a judge's object in a description: what was decided. */
void evk_pairing_put(struct evk_json_writer *w, evk_json *judge, const evk_model *model,
                     const evk_target *targets, size_t count, const int64_t *outputs);

/* The judge's output for the neuron of a row. EVK_EFORMAT: outputs does not say it. */
evk_status evk_pairing_get(const evk_json *outputs, const evk_model *judge,
                           const struct evk_row *row, int64_t *output, evk_error *err);

/* EVK_EINVAL: a neuron that both have is paired with one output there and another in asked. */
evk_status evk_pairing_check(const char *judge, const evk_json *there, const evk_json *asked,
                             evk_error *err);

/* Append to there what only asked has. */
void evk_pairing_merge(struct evk_json_writer *w, evk_json *there, const evk_json *asked);

#endif /* EVK_STIMSET_FOLDER_PAIRING_H */
