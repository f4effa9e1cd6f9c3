/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.c - the images that a set's images are made from, and what is made of them */
#include "stimset/source.h"

#include <string.h>

#include "base/shown.h"
#include "image/image.h"

evk_status evk_source_check_name(const evk_image_list *images, size_t i, evk_error *err)
{
    if (evk_fits_table(evk_image_list_name(images, i)))
        return EVK_OK;
    return evk_fail(
        err, EVK_EINVAL,
        "%s: its name does not fit a table, expected UTF-8 without control or invisible "
        "characters or a quote at its beginning",
        evk_image_list_path(images, i));
}

evk_status evk_source_check_size(int64_t height, int64_t width, evk_error *err)
{
    if (height >= 1 && width >= 1 && height <= EVK_PIXELS_MAX / width)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "size is %lldx%lld, expected at least 1x1 and at most %d pixels in all",
                    (long long)height, (long long)width, EVK_PIXELS_MAX);
}

/* The largest part of the middle of an image that has the shape of (h, w). */
static evk_status crop(const evk_image *image, int64_t h, int64_t w, evk_image **out,
                       evk_error *err)
{
    const int64_t c = image->channels;
    int64_t high = image->height, wide = image->width, top, left;

    if (high * w > wide * h)
        high = (2 * wide * h + w) / (2 * w); /* rounded */
    else
        wide = (2 * high * w + h) / (2 * h);
    high = high < 1 ? 1 : high;
    wide = wide < 1 ? 1 : wide;
    top = (image->height - high) / 2;
    left = (image->width - wide) / 2;
    EVK_TRY(evk_image_new(out, high, wide, c, err));
    for (int64_t y = 0; y < high; y++)
        memcpy((*out)->values + y * wide * c, image->values + ((top + y) * image->width + left) * c,
               (size_t)(wide * c) * sizeof(float));
    return EVK_OK;
}

static evk_status fit(evk_image **image, int64_t h, int64_t w, evk_error *err)
{
    evk_image *part, *fitted;
    evk_status s;

    if (h == 0 || ((*image)->height == h && (*image)->width == w))
        return EVK_OK;
    EVK_TRY(crop(*image, h, w, &part, err));
    s = evk_image_resize(&fitted, part, h, w, err);
    evk_image_free(part);
    EVK_TRY(s);
    evk_image_free(*image);
    *image = fitted;
    return EVK_OK;
}

evk_status evk_source_read(const struct evk_source *s, size_t i, struct evk_pixels *out,
                           evk_error *err)
{
    evk_image *image = NULL;
    evk_status status;

    status = evk_source_check_name(s->images, i, err);
    if (!status)
        status = evk_image_list_read(s->images, i, &image, err);
    if (!status && s->channels && image->channels != s->channels)
        status = evk_fail(err, EVK_EFORMAT, "%s: has %lld channels, but the model expects %lld",
                          evk_image_list_path(s->images, i), (long long)image->channels,
                          (long long)s->channels);
    if (!status)
        status = fit(&image, s->height, s->width, err);
    if (!status)
        status = evk_image_quantise(out, image->height, image->width, image->channels,
                                    image->values, err);
    evk_image_free(image);
    /* A file that is not there is no reason to end. */
    return status && status != EVK_ENOMEM ? EVK_EFORMAT : status;
}

evk_status evk_source_transform(const struct evk_source *s, const char *name,
                                const struct evk_pixels *x, struct evk_pixels *out, evk_error *err)
{
    struct evk_rng_key key;

    EVK_TRY(evk_transform_key(&key, s->seed, name, err));
    return evk_transform_apply(s->transform, x, &key, out, err);
}

evk_status evk_source_find(const struct evk_source *s, const char *name, size_t *i, evk_error *err)
{
    const size_t n = s->images ? evk_image_list_count(s->images) : 0;

    for (size_t k = 0; k < n && name; k++)
        if (strcmp(evk_image_list_name(s->images, k), name) == 0) {
            *i = k;
            return EVK_OK;
        }
    return evk_fail(err, EVK_ENOTFOUND,
                    "image %s is not among the %zu that are given, expected --reference PATH with "
                    "it",
                    name ? name : "n/a", n);
}
