/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron_names.h - names that neurons are given beside their model file */
#ifndef EVK_MODEL_NEURON_NAMES_H
#define EVK_MODEL_NEURON_NAMES_H

#include "base/json.h"
#include "model/model.h"

/* Gives the neurons of m the names of a JSON array of texts, one for each output.  Fails with
   EVK_EFORMAT, and leaves m as it was, where a name cannot be one, or is there twice. */
evk_status evk_neurons_name(evk_model *m, const evk_json *names, evk_error *err);

/* Reads a text file with a name on each line, and puts them as the array `names` into the root of a
   writer that is initialised. */
evk_status evk_neuron_names_read(struct evk_json_writer *w, const char *path, evk_error *err);

#endif /* EVK_MODEL_NEURON_NAMES_H */
