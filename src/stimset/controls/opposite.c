/* SPDX-License-Identifier: GPL-3.0-or-later */
/* opposite.c - a control: the perturbation in the other direction */
#include <string.h>

#include "stimset/controls/control.h"

static evk_status opposite_make(const struct evk_perturbed *of, unsigned char *out, evk_error *err)
{
    (void)err;
    memcpy(out, of->image, (size_t)of->n);
    return EVK_OK;
}

const struct evk_control_type evk_control_type_opposite = {
    .name = "opposite",
    .summary = "the perturbation in the other direction; no further image where the set has both",
    .perturbed = opposite_make,
    .opposite = true,
};
