/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base.c - a control: the same perturbation of another base image */
#include "attack/controls.h"
#include "stimset/controls/control.h"

static evk_status base_make(const struct evk_perturbed *of, unsigned char *out, evk_error *err)
{
    (void)err;
    evk_control_transfer(of->n, of->base, of->image, of->other, out);
    return EVK_OK;
}

const struct evk_control_type evk_control_type_base = {
    .name = "base",
    .summary = "the same perturbation on the next base image, cut at 0 and 255",
    .perturbed = base_make,
    .other_base = true,
};
