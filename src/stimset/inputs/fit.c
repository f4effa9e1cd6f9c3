/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit.c - bring images from files to the size of a model, and find an image by its pixels */
#include "stimset/inputs/fit.h"

#include <string.h>

#include "image/image.h"
#include "model/model.h"

struct evk_size evk_size_of(const evk_model *model)
{
    const struct evk_shape *in = evk_model_input(model);

    return (struct evk_size){in->h, in->w, in->c};
}

evk_status evk_prepare_for(evk_image_list *images, const evk_target *targets, size_t count,
                           const evk_run *run, evk_error *err)
{
    struct evk_size size;

    if (count == 0)
        return EVK_OK;
    size = evk_size_of(targets[0].model);
    return evk_image_list_prepare(images, &size, run, err);
}

/* Make an image of channels equal channels from pixels of one channel. */
static evk_status repeat(evk_image **out, const struct evk_pixels *p, int64_t channels,
                         evk_error *err)
{
    EVK_TRY(evk_image_new(out, p->height, p->width, channels, err));
    for (int64_t i = 0; i < p->height * p->width; i++)
        for (int64_t c = 0; c < channels; c++)
            (*out)->values[i * channels + c] = p->data[i];
    return EVK_OK;
}

evk_status evk_fit_listed(const evk_image_list *images, size_t i, const evk_model *model, bool gray,
                          evk_image **out, char changes[EVK_CHANGES_TEXT], evk_error *err)
{
    struct evk_size size = evk_size_of(model);
    const int64_t channels = size.channels;
    struct evk_changes did;
    struct evk_pixels pixels;
    evk_status s;

    if (gray)
        size.channels = 1;
    EVK_TRY(evk_image_list_pixels(images, i, &size, &pixels, &did, err));
    s = gray ? repeat(out, &pixels, channels, err) : evk_image_of_pixels(out, &pixels, err);
    evk_pixels_release(&pixels);
    if (!s && changes)
        evk_image_list_changes(images, &did, changes);
    return s;
}

evk_status evk_fit_hash(const evk_image *image, char sha256[EVK_SHA256_TEXT], evk_error *err)
{
    struct evk_pixels p;
    evk_status s;

    EVK_TRY(
        evk_image_quantise(&p, image->height, image->width, image->channels, image->values, err));
    s = evk_sha256_text(p.data, (size_t)(p.height * p.width * p.channels), sha256, err);
    evk_pixels_release(&p);
    return s;
}

/* Read image i; *out is NULL where its pixels are not those wanted. */
static evk_status fit_if_wanted(const evk_image_list *images, size_t i,
                                const struct evk_wanted_image *wanted, const evk_model *model,
                                bool gray, evk_image **out, evk_error *err)
{
    char hash[EVK_SHA256_TEXT];
    evk_status s;

    EVK_TRY(evk_fit_listed(images, i, model, gray, out, NULL, err));
    s = evk_fit_hash(*out, hash, err);
    if (!s && strcmp(hash, wanted->sha256) == 0)
        return EVK_OK;
    evk_image_free(*out);
    *out = NULL;
    return s;
}

evk_status evk_fit_find(const evk_image_list *images, const struct evk_wanted_image *wanted,
                        const evk_model *model, bool gray, evk_image **out, evk_error *err)
{
    const size_t n = images ? evk_image_list_count(images) : 0;

    *out = NULL;
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < n && !*out; i++) {
            const bool named =
                wanted->name && strcmp(evk_image_list_name(images, i), wanted->name) == 0;

            if (named == (round == 0))
                EVK_TRY(fit_if_wanted(images, i, wanted, model, gray, out, err));
        }
    if (!*out)
        return evk_fail(err, EVK_ENOTFOUND,
                        "image %s is not among the %zu that are given, expected --reference PATH "
                        "with it (its pixels at the model's size have the SHA-256 %.12s...)",
                        wanted->name ? wanted->name : "n/a", n, wanted->sha256);
    return EVK_OK;
}
