/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.c - read the images that a set is made from, and transform them */
#include "stimset/inputs/source.h"

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

/* Turn an image of one channel into one of three equal channels. */
static evk_status repeat(struct evk_pixels *p, evk_error *err)
{
    struct evk_pixels rgb;

    if (p->channels == 3)
        return EVK_OK;
    EVK_TRY(evk_pixels_new(&rgb, p->height, p->width, 3, err));
    for (int64_t i = 0; i < p->height * p->width; i++)
        memset(rgb.data + 3 * i, p->data[i], 3);
    evk_pixels_release(p);
    *p = rgb;
    return EVK_OK;
}

evk_status evk_source_read(const struct evk_source *s, size_t i, struct evk_pixels *out,
                           char changes[EVK_CHANGES_TEXT], evk_error *err)
{
    const struct evk_size size = {s->height, s->width, s->channels};
    struct evk_pixels pixels = {0};
    struct evk_changes did;
    evk_status status;

    status = evk_source_check_name(s->images, i, err);
    if (!status)
        status = evk_image_list_pixels(s->images, i, &size, &pixels, &did, err);
    if (!status)
        status = repeat(&pixels, err);
    if (status) {
        evk_pixels_release(&pixels);
        /*
         * A file that cannot be read fails its own stimulus, where EVK_EIO would end the whole set.
         */
        return status == EVK_ENOMEM ? status : EVK_EFORMAT;
    }
    if (changes)
        evk_image_list_changes(s->images, &did, changes);
    *out = pixels;
    return EVK_OK;
}

int64_t evk_source_room(const struct evk_source *s, size_t i, int64_t copies)
{
    const int64_t bytes =
        s->height ? 3 * s->height * s->width : evk_image_list_own_bytes(s->images, i);

    return copies * bytes;
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
