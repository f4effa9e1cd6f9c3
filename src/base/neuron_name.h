/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron_name.h - can a text be the name of a neuron? */
#ifndef EVK_BASE_NEURON_NAME_H
#define EVK_BASE_NEURON_NAME_H

#include "base/error.h"

/* Fails with EVK_EFORMAT where a neuron's name could not stand in tables and lists of neurons, or
   could be taken for a number. */
evk_status evk_neuron_check_name(const char *name, evk_error *err);

#endif /* EVK_BASE_NEURON_NAME_H */
