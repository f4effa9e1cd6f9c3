/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matched.c - a photograph of the same mean and SD */
#include "image/image.h"
#include "match/controls.h"
#include "stimset/control.h"

static evk_status make(const struct evk_maximized *of, struct evk_pixels *out, evk_error *err)
{
    const evk_image *i = of->source;
    struct evk_pixels photo;
    double apart;
    evk_status s;

    EVK_TRY(evk_image_quantise(&photo, i->height, i->width, i->channels, i->values, err));
    s = evk_match_pair(&photo, of->image, out, &apart, err);
    evk_pixels_release(&photo);
    return s;
}

const struct evk_control_type evk_control_type_matched = {
    .name = "matched",
    .summary = "a reference image with the mean and SD of the image, channel by channel",
    .maximized = make,
    .any_natural = true,
};
