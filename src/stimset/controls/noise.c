/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise.c - a control: noise with the norm of the perturbation */
#include "attack/controls.h"
#include "stimset/controls/control.h"

static evk_status noise_make(const struct evk_perturbed *of, unsigned char *out, evk_error *err)
{
    return evk_control_noise(of->search, of->image, of->number, out, err);
}

const struct evk_control_type evk_control_type_noise = {
    .name = "noise",
    .summary = "random noise of the norm of the perturbation, and of its band if it has one",
    .perturbed = noise_make,
};
