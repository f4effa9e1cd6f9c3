/* SPDX-License-Identifier: GPL-3.0-or-later */
/* framing.c - the framing that a user asked for, checked */
#include "image/framing.h"

#include <math.h>
#include <string.h>

#include "image/statistics.h"

static const char *const shapes[] = {
    [EVK_SHAPE_CROP] = "crop", [EVK_SHAPE_SQUASH] = "squash", [EVK_SHAPE_PAD] = "pad"};

const char *evk_shaping_name(enum evk_shaping shape)
{
    return shapes[shape];
}

void evk_framing_default(evk_framing *out)
{
    *out = (evk_framing){"crop", (double)NAN};
}

/* Give the mean colour of the library's own natural image statistics, in whole display levels. */
static evk_status natural_ground(unsigned char ground[3], evk_error *err)
{
    evk_statistics *natural;

    EVK_TRY(
        evk_statistics_parse(&natural, evk_statistics_default, evk_statistics_default_size, err));
    for (int c = 0; c < 3; c++)
        ground[c] = (unsigned char)floor(natural->mean[c] + 0.5);
    evk_statistics_free(natural);
    return EVK_OK;
}

static evk_status find_shape(enum evk_shaping *out, const char *name, evk_error *err)
{
    for (int i = EVK_SHAPE_CROP; i <= EVK_SHAPE_PAD; i++)
        if (strcmp(name, shapes[i]) == 0) {
            *out = (enum evk_shaping)i;
            return EVK_OK;
        }
    return evk_fail(err, EVK_EINVAL, "shape is '%s', expected crop, squash or pad", name);
}

evk_status evk_frame_of(struct evk_photograph_frame *out, const evk_framing *framing,
                        evk_error *err)
{
    struct evk_photograph_frame frame = {EVK_SHAPE_CROP, {0, 0, 0}};

    EVK_TRY(find_shape(&frame.shape, framing->shape, err));
    if (frame.shape != EVK_SHAPE_PAD && !isnan(framing->pad))
        return evk_fail(err, EVK_EINVAL, "--pad needs --shape pad, but the shape is %s",
                        framing->shape);
    if (!isnan(framing->pad) && !(framing->pad >= 0 && framing->pad <= 255))
        return evk_fail(err, EVK_EINVAL, "pad is %g, expected 0 to 255", framing->pad);
    if (!isnan(framing->pad))
        memset(frame.ground, (int)floor(framing->pad + 0.5), 3);
    else if (frame.shape == EVK_SHAPE_PAD)
        EVK_TRY(natural_ground(frame.ground, err));
    *out = frame;
    return EVK_OK;
}
