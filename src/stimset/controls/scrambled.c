/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scrambled.c - the perturbation with other phases */
#include "attack/controls.h"
#include "stimset/control.h"

static evk_status make(const struct evk_perturbed *of, unsigned char *out, evk_error *err)
{
    return evk_control_scrambled(of->pursuit, of->image, of->number, out, err);
}

const struct evk_control_type evk_control_type_scrambled = {
    .name = "scrambled",
    .summary = "the perturbation with random phases: its amplitude spectrum and its norm",
    .perturbed = make,
};
