/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neurons.h - lists of neurons and their names */
#ifndef EVK_MODEL_NEURONS_H
#define EVK_MODEL_NEURONS_H

#include "base/neuron_name.h"
#include "evoke/model.h"

/*
 * Does as evk_model_outputs, except that an output that the list names several times is in *outputs
 * as often.  list must not be NULL.  The caller frees *outputs with free().
 */
evk_status evk_model_list(const evk_model *m, const char *list, int64_t **outputs, size_t *count,
                          evk_error *err);

#endif /* EVK_MODEL_NEURONS_H */
