/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pairing.h - which output of a judge stands for which neuron
 *
 * evk_pairing_decide alone decides.  The decision is written into the description of the set, where
 * each judge has Outputs, {"MODEL:NEURON": "OUTPUT"}, with an entry for each neuron that it scores.
 * Code that scores, verifies or extends the set reads it from there, so that no later call can
 * decide otherwise.
 */
#ifndef EVK_STIMSET_FOLDER_PAIRING_H
#define EVK_STIMSET_FOLDER_PAIRING_H

#include "base/json.h"
#include "evoke/stimset.h"
#include "stimset/record/row.h"

/*
 * Decide which output of the judge stands for each neuron of targets (count), which
 * evk_targets_check has accepted.  *outputs has one for each neuron, in their order, -1 for a neuron
 * that the judge does not score; the caller frees it.  EVK_EINVAL: no output of the judge is known
 * to be a neuron (see evk_judges).
 */
evk_status evk_pairing_decide(const evk_judge_model *judge, const evk_target *targets, size_t count,
                              int64_t **outputs, evk_error *err);

/* Put Outputs into the object of a judge in a description: outputs that evk_pairing_decide gave. */
void evk_pairing_put(struct evk_json_writer *w, evk_json *judge, const evk_model *model,
                     const evk_target *targets, size_t count, const int64_t *outputs);

/*
 * Read the judge's output for the neuron of a row from Outputs: -1 where the judge does not score
 * the neuron.  EVK_EINVAL: the judge has no such output.
 */
evk_status evk_pairing_get(const evk_json *outputs, const evk_model *judge,
                           const struct evk_row *row, int64_t *output, evk_error *err);

/*
 * Compare Outputs of a judge in the description of the set that is there with those in the one of
 * the set that is asked for, of a neuron that both sets have.  EVK_EINVAL: the neuron is paired with
 * another output in each, or with one in only one of them.
 */
evk_status evk_pairing_check(const char *judge, const evk_json *there, const evk_json *asked,
                             const char *model, const char *neuron, evk_error *err);

/* Append to Outputs `there` the neurons that only `asked` has. */
void evk_pairing_merge(struct evk_json_writer *w, evk_json *there, const evk_json *asked);

#endif /* EVK_STIMSET_FOLDER_PAIRING_H */
