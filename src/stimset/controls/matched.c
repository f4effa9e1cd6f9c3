/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matched.c - a control: a photograph with the mean and SD of the image */
#include <stdlib.h>

#include "base/mem.h"
#include "image/image.h"
#include "match/controls.h"
#include "stimset/controls/control.h"
#include "stimset/controls/windowed.h"

/* Match mean and SD inside the window. */
static evk_status match_inside(const struct evk_maximized *of, const struct evk_pixels *photo,
                               struct evk_pixels *out, evk_error *err)
{
    const int64_t n = photo->height * photo->width * photo->channels;
    float *x;
    evk_status s;

    EVK_TRY(evk_alloc_floats(&x, n, "an image", err));
    for (int64_t i = 0; i < n; i++)
        x[i] = photo->data[i];
    s = evk_windowed_match(of->window, x, of->image, out, err);
    free(x);
    return s;
}

static evk_status matched_make(const struct evk_maximized *of, struct evk_pixels *out,
                               evk_error *err)
{
    const evk_image *i = of->source;
    struct evk_pixels photo;
    double difference;
    evk_status s;

    EVK_TRY(evk_image_quantise(&photo, i->height, i->width, i->channels, i->values, err));
    s = of->window ? match_inside(of, &photo, out, err)
                   : evk_match_pair(&photo, of->image, out, &difference, err);
    evk_pixels_release(&photo);
    return s;
}

const struct evk_control_type evk_control_type_matched = {
    .name = "matched",
    .summary =
        "a reference image with the mean and SD of the image, channel by channel; inside the "
        "window, if there is one",
    .maximized = matched_make,
    .any_natural = true,
};
