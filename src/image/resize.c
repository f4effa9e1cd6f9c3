/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * resize.c - evk_image_resize: images of floats rounded to bytes and resampled as photographs are
 */
#include <stdlib.h>

#include "base/host.h"
#include "base/mem.h"
#include "image/image.h"
#include "image/resample.h"

/* Halves are rounded up, as evk_image_quantise rounds them when an image is written to a file. */
static unsigned char to_byte(float v)
{
    if (!(v > 0.0f))
        return 0;
    return v < 255.0f ? (unsigned char)((double)v + 0.5) : 255;
}

static void resize(evk_image *y, const evk_image *x, struct evk_resampler *r, unsigned char *row)
{
    const int64_t n = x->width * x->channels;
    float *to = y->values;
    const unsigned char *done;

    for (int64_t i = 0; i < x->height; i++) {
        for (int64_t k = 0; k < n; k++)
            row[k] = to_byte(x->values[i * n + k]);
        evk_resampler_push(r, row);
        while ((done = evk_resampler_pull(r)))
            for (int64_t k = 0; k < y->width * y->channels; k++)
                *to++ = done[k];
    }
}

evk_status evk_image_resize(evk_image **out, const evk_image *image, int64_t height, int64_t width,
                            evk_error *err)
{
    EVK_ENTER();
    const struct evk_resampling what = {.rows = {image->height, height, false},
                                        .columns = {image->width, width, false},
                                        .channels = image->channels};
    struct evk_resampler *r = NULL;
    unsigned char *row = NULL;
    evk_image *y;
    evk_status s;

    EVK_TRY(evk_image_new(&y, height, width, image->channels, err));
    s = evk_resampler_new(&r, &what, err);
    if (!s)
        s = evk_alloc(&row, image->width * image->channels, 1, "resampling", err);
    if (!s)
        resize(y, image, r, row);
    free(row);
    evk_resampler_free(r);
    if (s)
        evk_image_free(y);
    else
        *out = y;
    return s;
}
