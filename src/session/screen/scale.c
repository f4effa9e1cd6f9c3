/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scale.c - pixels brought to another size, in one of two ways */
#include "session/screen/scale.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/resample.h"

static evk_status bicubic(struct evk_pixels *out, const struct evk_pixels *in, evk_error *err)
{
    const struct evk_resampling what = {.rows = {in->height, out->height, false},
                                        .columns = {in->width, out->width, false},
                                        .channels = in->channels};
    const int64_t from = in->width * in->channels, to = out->width * out->channels;
    struct evk_resampler *r;
    unsigned char *at = out->data;
    const unsigned char *row;

    EVK_TRY(evk_resampler_new(&r, &what, err));
    for (int64_t i = 0; i < in->height; i++) {
        evk_resampler_push(r, in->data + i * from);
        for (; (row = evk_resampler_pull(r)); at += to)
            memcpy(at, row, (size_t)to);
    }
    evk_resampler_free(r);
    return EVK_OK;
}

/*
 * Fills in for each of `to` pixels the one of `from` pixels in which its centre is.  PIL adds up
 * positions like this, too: the sum decides which pixel it is where a centre is between two.
 */
static void find_nearest(int64_t *nearest, int64_t from, int64_t to)
{
    const double step = (double)from / (double)to;
    double at = step / 2;

    for (int64_t i = 0; i < to; i++, at += step)
        nearest[i] = at < (double)from ? (int64_t)at : from - 1;
}

static evk_status nearest(struct evk_pixels *out, const struct evk_pixels *in, evk_error *err)
{
    const int64_t c = in->channels;
    int64_t *x, *y;

    EVK_TRY(evk_alloc(&x, out->width + out->height, sizeof(*x), "resizing", err));
    y = x + out->width;
    find_nearest(x, in->width, out->width);
    find_nearest(y, in->height, out->height);
    for (int64_t i = 0; i < out->height; i++) {
        const unsigned char *row = in->data + y[i] * in->width * c;
        unsigned char *to = out->data + i * out->width * c;

        for (int64_t j = 0; j < out->width; j++)
            for (int64_t k = 0; k < c; k++)
                to[j * c + k] = row[x[j] * c + k];
    }
    free(x);
    return EVK_OK;
}

evk_status evk_scale(struct evk_pixels *out, const struct evk_pixels *in, int64_t height,
                     int64_t width, enum evk_resize_kind kind, evk_error *err)
{
    evk_status s;

    EVK_TRY(evk_pixels_new(out, height, width, in->channels, err));
    if (height == in->height && width == in->width) {
        memcpy(out->data, in->data, (size_t)(height * width * in->channels));
        return EVK_OK;
    }
    s = kind == EVK_RESIZE_NEAREST ? nearest(out, in, err) : bicubic(out, in, err);
    if (s)
        evk_pixels_release(out);
    return s;
}
