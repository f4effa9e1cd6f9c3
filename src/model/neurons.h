/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neurons.h - lists of neurons and their names */
#ifndef EVK_MODEL_NEURONS_H
#define EVK_MODEL_NEURONS_H

#include "evoke/model.h"

/* As evk_model_outputs, but an output that list repeats is there as often. */
evk_status evk_model_list(const evk_model *m, const char *list, int64_t **outputs, size_t *count,
                          evk_error *err);

/* A name that tables and lists of neurons can hold, and that is no number. */
evk_status evk_neuron_check_name(const char *name, evk_error *err);

#endif /* EVK_MODEL_NEURONS_H */
