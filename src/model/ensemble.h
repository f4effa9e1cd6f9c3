/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ensemble.h - several networks as one model, whose neurons correspond
 *
 * Neuron n of the model is output[n] of each member.  All members take images
 * of one size, and all have as many neurons; where outputs were not chosen,
 * their data keys are the same too.
 */
#ifndef EVK_MODEL_ENSEMBLE_H
#define EVK_MODEL_ENSEMBLE_H

#include "model/model.h"

/* An empty model. The caller frees *out. */
evk_status evk_ensemble_new(evk_model **out, const char *path, const char *name, const char *format,
                            evk_error *err);

/*
 * Add a member, which the ensemble owns from here on, also when the call
 * fails; a card with one member gives that one.  outputs (count) are its
 * neurons; NULL: all outputs.  EVK_EINVAL where it does not correspond to those
 * before it.
 */
evk_status evk_ensemble_take(evk_model *ensemble, evk_model *member, const int64_t *outputs,
                             int64_t count, evk_error *err);

/* When all are there: from here on it is a model. */
evk_status evk_ensemble_finish(evk_model *ensemble, evk_error *err);

#endif /* EVK_MODEL_ENSEMBLE_H */
