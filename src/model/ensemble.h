/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ensemble.h - several networks as one model, whose neurons correspond
 *
 * Neuron n of the ensemble is output[n] of each member.  All members take
 * images of the same size and have the same number of neurons; members that
 * have all of their outputs in the ensemble must also have the same data keys.
 */
#ifndef EVK_MODEL_ENSEMBLE_H
#define EVK_MODEL_ENSEMBLE_H

#include "model/model.h"

/* Makes an ensemble without members; format must be a constant.  The caller frees *out with
   evk_model_free.  Fails with EVK_ENOMEM only. */
evk_status evk_ensemble_new(evk_model **out, const char *path, const char *name, const char *format,
                            evk_error *err);

/*
 * Adds a member, which the ensemble owns from here on; where the call fails,
 * the member has been freed.  If the member is itself an ensemble, as a card
 * gives, its networks become members, which all count alike.  outputs (count)
 * are the outputs that become neurons 0 to count - 1; NULL: all outputs.  The
 * ensemble takes over the member's lineage and, of fitted readouts, the names of
 * neurons.  EVK_EINVAL: the member does not correspond to the members before it.
 * EVK_EUNSUPPORTED: there would be more than EVK_MEMBERS_MAX members.
 */
evk_status evk_ensemble_take(evk_model *ensemble, evk_model *member, const int64_t *outputs,
                             int64_t count, evk_error *err);

/*
 * Adds a member as evk_ensemble_take does, but its networks stay the caller's, who frees the member
 * after the ensemble.  So several ensembles can have the networks of one file.
 */
evk_status evk_ensemble_borrow(evk_model *ensemble, const evk_model *member, const int64_t *outputs,
                               int64_t count, evk_error *err);

/* Completes an ensemble that has all of its members: sets what is known of the whole, and its
   resolved card.  From here on it can be used as a model. */
evk_status evk_ensemble_finish(evk_model *ensemble, evk_error *err);

#endif /* EVK_MODEL_ENSEMBLE_H */
