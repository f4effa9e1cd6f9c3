/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout.c - which part of a photograph is used, and where it goes in the result */
#include "image/layout.h"

/* Returns a * b / c rounded to the nearest whole number, halves up, but at least 1. */
static int64_t scaled_length(int64_t a, int64_t b, int64_t c)
{
    const int64_t v = (2 * a * b + c) / (2 * c);

    return v < 1 ? 1 : v;
}

/*
 * Returns the largest centred rectangle within height x width pixels whose height to width is
 * like_height to like_width.
 */
static struct evk_rectangle centred(int64_t height, int64_t width, int64_t like_height,
                                    int64_t like_width)
{
    struct evk_rectangle b = {.height = height, .width = width};

    if (height * like_width > width * like_height)
        b.height = scaled_length(width, like_height, like_width);
    else
        b.width = scaled_length(height, like_width, like_height);
    b.top = (height - b.height) / 2;
    b.left = (width - b.width) / 2;
    return b;
}

struct evk_layout evk_layout_of(int64_t height, int64_t width, int scale_max,
                                const struct evk_wanted *wanted)
{
    const int64_t h = wanted->height ? wanted->height : height;
    const int64_t w = wanted->height ? wanted->width : width;
    struct evk_layout y = {.shaped = height * w != width * h, .place = {0, 0, h, w}};

    if (y.shaped && wanted->frame.shape == EVK_SHAPE_PAD)
        y.place = centred(h, w, height, width);
    y.scale = scale_max;
    while (y.scale > 1 &&
           (height < 2 * y.scale * y.place.height || width < 2 * y.scale * y.place.width))
        y.scale /= 2;
    y.height = (height + y.scale - 1) / y.scale;
    y.width = (width + y.scale - 1) / y.scale;
    y.part = (struct evk_rectangle){0, 0, y.height, y.width};
    if (y.shaped && wanted->frame.shape == EVK_SHAPE_CROP)
        y.part = centred(y.height, y.width, h, w);
    return y;
}
