/* SPDX-License-Identifier: GPL-3.0-or-later */
/* photograph.c - from the bytes of a file to pixels of the wanted size, shape and channels */
#include "image/photograph.h"

#include <math.h>
#include <string.h>

#include "image/image.h"
#include "image/statistics.h"

static const char *const shapes[] = {
    [EVK_SHAPE_CROP] = "crop", [EVK_SHAPE_SQUASH] = "squash", [EVK_SHAPE_PAD] = "pad"};

const char *evk_shaping_name(enum evk_shaping shape)
{
    return shapes[shape];
}

evk_framing evk_framing_default(void)
{
    return (evk_framing){"crop", (double)NAN};
}

/* The mean of natural images, in whole levels. */
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
        return evk_fail(err, EVK_EINVAL,
                        "a ground is given by pad, and the shape is %s, expected pad",
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

static int64_t at_least_one(int64_t v)
{
    return v < 1 ? 1 : v;
}

static unsigned char luma(const unsigned char *p)
{
    return (unsigned char)((19595 * p[0] + 38470 * p[1] + 7471 * p[2] + 32768) >> 16);
}

evk_status evk_photograph_decode(struct evk_pixels *out, const unsigned char *data, size_t size,
                                 const struct evk_wanted *wanted, struct evk_changes *changes,
                                 evk_error *err)
{
    struct evk_pixels p;
    struct evk_changes did = {1, 8, 1, 0, 0, false, false, false};
    evk_image *whole, *part, *y;
    int64_t high, wide, h = wanted->height, w = wanted->width, c;

    EVK_TRY(evk_decode(&p, data, size, err));
    did.height = p.height, did.width = p.width;
    c = wanted->channels ? wanted->channels : p.channels;
    did.luma = c == 1 && p.channels == 3;
    did.repeated = c == 3 && p.channels == 1;
    if (!h)
        h = p.height, w = p.width;
    EVK_TRY(evk_image_new(&whole, p.height, p.width, c, err));
    for (int64_t i = 0; i < p.height * p.width; i++)
        for (int64_t k = 0; k < c; k++)
            whole->values[i * c + k] = did.luma       ? luma(p.data + 3 * i)
                                       : did.repeated ? p.data[i]
                                                      : p.data[i * c + k];
    evk_pixels_release(&p);
    did.shaped = whole->height * w != whole->width * h;
    high = whole->height, wide = whole->width;
    if (did.shaped && wanted->frame.shape == EVK_SHAPE_CROP) {
        int64_t top, left;
        if (high * w > wide * h)
            high = at_least_one((2 * wide * h + w) / (2 * w));
        else
            wide = at_least_one((2 * high * w + h) / (2 * h));
        top = (whole->height - high) / 2, left = (whole->width - wide) / 2;
        EVK_TRY(evk_image_new(&part, high, wide, c, err));
        for (int64_t r = 0; r < high; r++)
            memcpy(part->values + r * wide * c,
                   whole->values + ((top + r) * whole->width + left) * c,
                   (size_t)(wide * c) * sizeof(float));
        evk_image_free(whole);
        whole = part;
    }
    high = h, wide = w;
    if (did.shaped && wanted->frame.shape == EVK_SHAPE_PAD) {
        if (whole->height * w > whole->width * h)
            wide = at_least_one((2 * whole->width * h + whole->height) / (2 * whole->height));
        else
            high = at_least_one((2 * whole->height * w + whole->width) / (2 * whole->width));
    }
    EVK_TRY(evk_image_resize(&y, whole, high, wide, err));
    evk_image_free(whole);
    EVK_TRY(evk_pixels_new(out, h, w, c, err));
    for (int64_t r = 0; r < h; r++)
        for (int64_t i = 0; i < w; i++)
            for (int64_t k = 0; k < c; k++) {
                int64_t r0 = r - (h - high) / 2, i0 = i - (w - wide) / 2;
                out->data[(r * w + i) * c + k] =
                    r0 < 0 || r0 >= high || i0 < 0 || i0 >= wide
                        ? (c == 1 ? luma(wanted->frame.ground) : wanted->frame.ground[k])
                        : (unsigned char)y->values[(r0 * wide + i0) * c + k];
            }
    evk_image_free(y);
    if (changes)
        *changes = did;
    return EVK_OK;
}
