/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit.c - images from elsewhere at the size of a model, told apart by their pixels */
#include "stimset/fit.h"

#include <math.h>
#include <string.h>

#include "image/image.h"
#include "model/model.h"

static void make_gray(evk_image *image)
{
    const int64_t c = image->channels;

    for (int64_t i = 0; i < image->height * image->width; i++) {
        float *pixel = image->values + i * c, sum = 0;

        for (int64_t j = 0; j < c; j++)
            sum += pixel[j];
        for (int64_t j = 0; j < c; j++)
            pixel[j] = floorf(sum / (float)c + 0.5f);
    }
}

static evk_status fit(evk_image *image, const struct evk_shape *in, evk_image **out, evk_error *err)
{
    if (image->channels != in->c)
        return evk_fail(err, EVK_EINVAL, "has %lld channel%s, but the model expects %lld",
                        (long long)image->channels, image->channels == 1 ? "" : "s",
                        (long long)in->c);
    return evk_image_resize(out, image, in->h, in->w, err);
}

evk_status evk_fit_image(evk_image *image, const evk_model *model, bool gray, evk_image **out,
                         evk_error *err)
{
    const evk_status s = fit(image, evk_model_input(model), out, err);

    evk_image_free(image);
    if (!s && gray)
        make_gray(*out);
    return s;
}

evk_status evk_fit_listed(const evk_image_list *images, size_t i, const evk_model *model, bool gray,
                          evk_image **out, evk_error *err)
{
    evk_image *image;
    evk_status s;

    EVK_TRY(evk_image_list_read(images, i, &image, err));
    s = evk_fit_image(image, model, gray, out, err);
    return s ? evk_wrap(err, s, "%s", evk_image_list_path(images, i)) : EVK_OK;
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

/* Image i, or NULL in *out where it is another. */
static evk_status look(const evk_image_list *images, size_t i,
                       const struct evk_wanted_image *wanted, const evk_model *model, bool gray,
                       evk_image **out, evk_error *err)
{
    char hash[EVK_SHA256_TEXT];
    evk_status s;

    EVK_TRY(evk_fit_listed(images, i, model, gray, out, err));
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
                EVK_TRY(look(images, i, wanted, model, gray, out, err));
        }
    if (!*out)
        return evk_fail(err, EVK_ENOTFOUND,
                        "image %s is not among the %zu that are given, expected --reference PATH "
                        "with one of pixels %.12s... at the model's size",
                        wanted->name ? wanted->name : "n/a", n, wanted->sha256);
    return EVK_OK;
}
