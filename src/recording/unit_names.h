/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit_names.h - names of units: from a file, and which names are allowed */
#ifndef EVK_RECORDING_UNIT_NAMES_H
#define EVK_RECORDING_UNIT_NAMES_H

#include "base/names.h"

/*
 * Reads a text file with the name of a unit on each line; empty lines are passed over.
 * evk_names_release frees *out.  EVK_EFORMAT: a name cannot be one, or is there twice.
 */
evk_status evk_unit_names_read(struct evk_names *out, const char *path, evk_error *err);

/* Fails with EVK_EFORMAT where a name could not be that of a neuron (base/neuron_name.h), or where
   two names are the same. */
evk_status evk_unit_names_check(const struct evk_names *names, evk_error *err);

#endif /* EVK_RECORDING_UNIT_NAMES_H */
