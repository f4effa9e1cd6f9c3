/* SPDX-License-Identifier: GPL-3.0-or-later */
/* natural.c - a control: the reference image that drives the neuron most */
#include "stimset/controls/control.h"
#include "stimset/controls/windowed.h"

static evk_status natural_make(const struct evk_maximized *of, struct evk_pixels *out,
                               evk_error *err)
{
    const evk_image *i = of->source;

    return evk_windowed_round(of->window, i->height, i->width, i->channels, i->values, out, err);
}

const struct evk_control_type evk_control_type_natural = {
    .name = "natural",
    .summary = "the reference image with the largest predicted response, one a neuron",
    .maximized = natural_make,
    .best_natural = true,
};
