/* SPDX-License-Identifier: GPL-3.0-or-later */
/* start_image.c - the image that an ascent starts from, where it is not noise */
#include "stimset/score/start_image.h"

#include <math.h>
#include <string.h>

#include "image/image.h"
#include "image/leaves.h"
#include "model/model.h"
#include "stimset/inputs/fit.h"
#include "synth/settings.h"
#include "synth/start.h"

static const char *const words[] = {
    [EVK_START_NOISE] = "noise", [EVK_START_NATURAL] = "natural", [EVK_START_LEAVES] = "leaves"};

enum evk_start_image_kind evk_start_image_kind(const evk_recipe *recipe)
{
    if (strcmp(recipe->start, "auto") == 0)
        return EVK_START_NOISE;
    for (int k = 0; k < EVK_START_FILE; k++)
        if (strcmp(recipe->start, words[k]) == 0)
            return (enum evk_start_image_kind)k;
    return EVK_START_FILE;
}

const char *evk_start_image_name(const evk_recipe *recipe)
{
    return evk_base_name(recipe->start);
}

/*
 * The set records the file's name as its start, so that a file must not be called noise, natural,
 * leaves or auto.
 */
static evk_status check_name(const evk_recipe *recipe, evk_error *err)
{
    const char *name = evk_start_image_name(recipe);
    const evk_recipe named = {.start = name};

    if (strpbrk(name, "\t\r\n") || evk_start_image_kind(&named) != EVK_START_FILE)
        return evk_fail(err, EVK_EINVAL, "the start image is called '%s', expected another name",
                        name);
    return EVK_OK;
}

static evk_status open_file(struct evk_start_image *out, const evk_recipe *recipe, evk_error *err)
{
    const evk_framing framing = {recipe->shape, recipe->pad};
    size_t n;

    EVK_TRY(evk_image_list_open(&out->file, &recipe->start, 1, &framing, err));
    n = evk_image_list_count(out->file);
    return n == 1 ? EVK_OK
                  : evk_fail(err, EVK_EINVAL, "%s: has %zu images, expected one to start from",
                             recipe->start, n);
}

evk_status evk_start_image_open(struct evk_start_image *out, const evk_recipe *recipe,
                                const struct evk_naturals *naturals, evk_error *err)
{
    const enum evk_start_image_kind kind = evk_start_image_kind(recipe);

    *out = (struct evk_start_image){recipe, naturals, NULL};
    if (kind == EVK_START_NATURAL && !naturals)
        return evk_fail(err, EVK_EINVAL,
                        "starts are to be natural images, but there are none, expected "
                        "--reference PATH");
    if (kind != EVK_START_FILE)
        return EVK_OK;
    EVK_TRY(check_name(recipe, err));
    return open_file(out, recipe, err);
}

void evk_start_image_release(struct evk_start_image *o)
{
    evk_image_list_free(o->file);
    o->file = NULL;
}

static evk_status make_file(const struct evk_start_image *o, const evk_model *model,
                            struct evk_row *row, evk_image **out, evk_error *err)
{
    return evk_fit_listed(o->file, 0, model, o->recipe->grayscale, out, row->source_changes, err);
}

static evk_status make_natural(const struct evk_start_image *o, const evk_model *model,
                               struct evk_row *row, evk_image **out, evk_error *err)
{
    const struct evk_natural *n = evk_naturals_find(o->naturals, model, row->target_output);
    size_t i;

    if (!n)
        return evk_fail(err, EVK_EINVAL, "no reference image was shown to output %s",
                        row->target_output);
    i = (size_t)n->best[row->start];
    row->start_image = evk_image_list_name(o->naturals->images, i);
    return evk_fit_listed(o->naturals->images, i, model, o->recipe->grayscale, out,
                          row->source_changes, err);
}

/* Put the luma of whole display values into every channel. */
static void make_gray(evk_image *image)
{
    const int64_t c = image->channels;

    for (int64_t i = 0; i < image->height * image->width && c == 3; i++) {
        float *p = image->values + i * c;
        const unsigned char rgb[3] = {(unsigned char)p[0], (unsigned char)p[1],
                                      (unsigned char)p[2]};

        p[0] = p[1] = p[2] = evk_luma(rgb);
    }
}

static evk_status make_leaves(const evk_recipe *recipe, const evk_model *model,
                              const struct evk_row *row, evk_image **out, evk_error *err)
{
    const struct evk_shape *in = evk_model_input(model);
    struct evk_start which = {model->digest, 0, row->start, 0};
    struct evk_rng_key key;
    evk_image *image;
    evk_status s;

    EVK_TRY(evk_model_find_neuron(model, row->target_output, &which.output, err));
    EVK_TRY(evk_start_key(recipe, &which, "evoke leaves", &key, err));
    EVK_TRY(evk_image_new(&image, in->h, in->w, in->c, err));
    s = evk_leaves(in->h, in->w, in->c, &key, image->values, err);
    if (s) {
        evk_image_free(image);
        return s;
    }
    for (int64_t i = 0; i < in->h * in->w * in->c; i++)
        image->values[i] = floorf(image->values[i] + 0.5f);
    if (recipe->grayscale)
        make_gray(image);
    *out = image;
    return EVK_OK;
}

evk_status evk_start_image_make(const struct evk_start_image *o, const evk_model *model,
                                struct evk_row *row, evk_image **out, evk_error *err)
{
    evk_status s = EVK_OK;

    *out = NULL;
    row->start_image = evk_start_image_name(o->recipe);
    switch (evk_start_image_kind(o->recipe)) {
    case EVK_START_NOISE:
        row->start_image = NULL;
        return EVK_OK;
    case EVK_START_NATURAL:
        s = make_natural(o, model, row, out, err);
        break;
    case EVK_START_LEAVES:
        s = make_leaves(o->recipe, model, row, out, err);
        break;
    case EVK_START_FILE:
        s = make_file(o, model, row, out, err);
        break;
    }
    if (!s)
        s = evk_fit_hash(*out, row->start_sha256, err);
    if (s) {
        evk_image_free(*out);
        *out = NULL;
    }
    return s;
}

evk_status evk_start_image_find(const evk_recipe *recipe, const evk_image_list *images,
                                const evk_model *model, const struct evk_row *row, evk_image **out,
                                evk_error *err)
{
    const struct evk_wanted_image wanted = {row->start_image, row->start_sha256};

    *out = NULL;
    if (!row->start_sha256[0])
        return EVK_OK;
    if (evk_start_image_kind(recipe) == EVK_START_LEAVES)
        return make_leaves(recipe, model, row, out, err);
    return evk_fit_find(images, &wanted, model, recipe->grayscale, out, err);
}
