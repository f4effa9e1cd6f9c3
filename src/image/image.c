/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image.c - images of floats: reading, and rounding to 8 bits */
#include "image/image.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/host.h"
#include "base/mem.h"
#include "image/photograph.h"

void evk_image_free(evk_image *image)
{
    if (image)
        free(image->values);
    free(image);
}

evk_status evk_image_check_size(int64_t height, int64_t width, int64_t channels, evk_error *err)
{
    if (channels != 1 && channels != 3)
        return evk_fail(err, EVK_EINVAL, "image of %lld channels, expected 1 or 3",
                        (long long)channels);
    if (height < 1 || width < 1 || height > EVK_PIXELS_MAX / width)
        return evk_fail(err, EVK_EINVAL,
                        "image of %lld x %lld pixels, expected 1 x 1 to %d pixels in all",
                        (long long)width, (long long)height, EVK_PIXELS_MAX);
    return EVK_OK;
}

evk_status evk_image_new(evk_image **out, int64_t height, int64_t width, int64_t channels,
                         evk_error *err)
{
    evk_image *image;
    evk_status s;

    EVK_TRY(evk_image_check_size(height, width, channels, err));
    EVK_TRY(evk_alloc(&image, 1, sizeof(*image), "an image", err));
    s = evk_alloc_floats(&image->values, height * width * channels, "an image", err);
    if (s) {
        evk_image_free(image);
        return s;
    }
    image->height = height;
    image->width = width;
    image->channels = channels;
    *out = image;
    return EVK_OK;
}

evk_status evk_image_of_pixels(evk_image **out, const struct evk_pixels *p, evk_error *err)
{
    evk_image *image;

    EVK_TRY(evk_image_new(&image, p->height, p->width, p->channels, err));
    for (int64_t i = 0; i < p->height * p->width * p->channels; i++)
        image->values[i] = p->data[i];
    *out = image;
    return EVK_OK;
}

evk_status evk_pixels_hash(const struct evk_pixels *p, unsigned char digest[EVK_SHA256_BYTES],
                           evk_error *err)
{
    struct evk_sha256 *h;
    char size[80];
    int head;

    EVK_TRY(evk_sha256_new(&h, err));
    head = snprintf(size, sizeof(size), "%lld %lld %lld\n", (long long)p->height,
                    (long long)p->width, (long long)p->channels);
    evk_sha256_add(h, size, (size_t)head);
    evk_sha256_add(h, p->data, (size_t)(p->height * p->width * p->channels));
    return evk_sha256_end_bytes(h, digest, err);
}

evk_status evk_image_decode(evk_image **out, const unsigned char *data, size_t size, evk_error *err)
{
    const struct evk_wanted own = {.height = 0};
    struct evk_pixels p;
    evk_status s;

    EVK_TRY(evk_photograph_decode(&p, data, size, &own, NULL, err));
    s = evk_image_of_pixels(out, &p, err);
    evk_pixels_release(&p);
    return s;
}

evk_status evk_image_read(evk_image **out, const char *path, evk_error *err)
{
    EVK_ENTER();
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_fs_read(&file, path, EVK_IMAGE_FILE_MAX, err));
    s = evk_image_decode(out, file.data, file.size, err);
    evk_bytes_release(&file);
    return s ? evk_wrap(err, s, "%s", path) : EVK_OK;
}

/*
 * The sum v + 0.5 is exact in double; in float, 0.49999997 + 0.5 would round to 1.  NaN becomes 0.
 */
static unsigned char display_byte(float v)
{
    if (!(v > 0.0f))
        return 0;
    return v < 255.0f ? (unsigned char)floor((double)v + 0.5) : 255;
}

void evk_image_bytes(const float *values, size_t count, unsigned char *bytes)
{
    EVK_ENTER();

    for (size_t i = 0; i < count; i++)
        bytes[i] = display_byte(values[i]);
}

evk_status evk_image_quantise(struct evk_pixels *out, int64_t h, int64_t w, int64_t c,
                              const float *values, evk_error *err)
{
    struct evk_pixels p;

    assert(c == 1 || c == 3);
    EVK_TRY(evk_pixels_new(&p, h, w, 3, err));
    for (int64_t i = 0; i < h * w; i++)
        for (int64_t k = 0; k < 3; k++)
            p.data[3 * i + k] = display_byte(values[i * c + (c == 3 ? k : 0)]);
    *out = p;
    return EVK_OK;
}
