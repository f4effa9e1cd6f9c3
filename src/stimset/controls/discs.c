/* SPDX-License-Identifier: GPL-3.0-or-later */
/* discs.c - a control of smoothing: as many discs of blur, at other places */
#include "attack/controls.h"
#include "stimset/controls/control.h"

static evk_status discs_make(const struct evk_perturbed *of, unsigned char *out, evk_error *err)
{
    int64_t painted;

    return evk_control_discs(of->search, of->result->discs, of->number, out, &painted, err);
}

const struct evk_control_type evk_control_type_discs = {
    .name = "discs",
    .summary = "for the method smoothing: as many discs of blur at random places, as far as the "
               "budget goes",
    .perturbed = discs_make,
    .of_discs = true,
};
