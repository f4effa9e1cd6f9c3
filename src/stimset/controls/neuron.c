/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron.c - the perturbation for another neuron */
#include <string.h>

#include "stimset/control.h"

static evk_status make(const struct evk_perturbed *of, unsigned char *out, evk_error *err)
{
    (void)err;
    memcpy(out, of->image, (size_t)of->n);
    return EVK_OK;
}

const struct evk_control_type evk_control_type_neuron = {
    .name = "neuron",
    .summary = "the perturbation of the same base for the next neuron",
    .perturbed = make,
    .other_neuron = true,
};
