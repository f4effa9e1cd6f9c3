/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron.c - a control: the image made for another neuron */
#include <string.h>

#include "stimset/controls/control.h"

static evk_status neuron_make_perturbed(const struct evk_perturbed *of, unsigned char *out,
                                        evk_error *err)
{
    (void)err;
    memcpy(out, of->image, (size_t)of->n);
    return EVK_OK;
}

static evk_status neuron_make_maximized(const struct evk_maximized *of, struct evk_pixels *out,
                                        evk_error *err)
{
    const struct evk_pixels *p = of->other;

    EVK_TRY(evk_pixels_new(out, p->height, p->width, p->channels, err));
    memcpy(out->data, p->data, (size_t)(p->height * p->width * p->channels));
    return EVK_OK;
}

const struct evk_control_type evk_control_type_neuron = {
    .name = "neuron",
    .summary = "the perturbation of the same base, or the image, for the next neuron",
    .perturbed = neuron_make_perturbed,
    .maximized = neuron_make_maximized,
    .other_neuron = true,
};
