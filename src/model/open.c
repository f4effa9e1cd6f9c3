/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open.c - opening a path, which is a model card or a model file */
#include "base/host.h"
#include "base/str.h"
#include "model/card.h"
#include "model/foreign/foreign.h"
#include "model/load.h"
#include "model/neuron_names.h"

/* Opens a card, whose weight files are looked for in the card's folder and in options->weights. */
static evk_status open_card(evk_model **out, const char *path, const struct evk_bytes *file,
                            const struct evk_load_options *options, evk_error *err)
{
    struct evk_card_places places = {.weights = options->weights};
    struct evk_str folder = EVK_STR_INIT;
    evk_json *card;
    evk_status s = evk_json_parse(&card, file->data, file->size, err);

    if (s)
        return evk_wrap(err, s, "%s", path);
    evk_str_add(&folder, path, (size_t)(evk_base_name(path) - path));
    s = evk_str_check(&folder, err);
    places.folder = folder.size ? folder.data : ".";
    if (!s)
        s = evk_card_open(out, path, card, &places, options, err);
    evk_str_release(&folder);
    evk_json_free(card);
    return s;
}

/* Copies the `count` numbers that the caller gives for `what`, EVK_CHANNELS_MAX at most. */
static evk_status copy_numbers(double *out, int *out_count, const char *what, const double *given,
                               size_t count, evk_error *err)
{
    if (count && !given)
        return evk_fail(err, EVK_EINVAL, "%s is NULL, expected %zu values", what, count);
    if (count > EVK_CHANNELS_MAX)
        return evk_fail(err, EVK_EINVAL, "%s has %zu values, expected at most %d", what, count,
                        EVK_CHANNELS_MAX);
    for (size_t i = 0; i < count; i++)
        out[i] = given[i];
    *out_count = (int)count;
    return EVK_OK;
}

evk_status evk_load_options_read(struct evk_load_options *out, const evk_model_options *given,
                                 evk_error *err)
{
    *out = (struct evk_load_options){0};
    if (!given)
        return EVK_OK;
    out->height = given->height;
    out->width = given->width;
    out->weights = given->weights;
    out->after_activation = given->after_activation;
    if (given->channel_count > EVK_UNIT_TEXTS_MAX || (given->channel_count && !given->channels))
        return evk_fail(err, EVK_EINVAL, "channels are %zu texts%s, expected at most %d",
                        given->channel_count, given->channels ? "" : " at NULL",
                        EVK_UNIT_TEXTS_MAX);
    for (size_t i = 0; i < given->channel_count; i++)
        out->channels[out->channel_count++] = given->channels[i];
    EVK_TRY(copy_numbers(out->mean, &out->mean_count, "mean", given->mean, given->mean_count, err));
    return copy_numbers(out->scale, &out->scale_count, "scale", given->scale, given->scale_count,
                        err);
}

/* Gives the neurons of *out the names of the options, if these have some; a failure frees *out. */
static evk_status name_neurons(evk_model **out, const struct evk_load_options *options,
                               evk_error *err)
{
    evk_status s;

    if (!options->names)
        return EVK_OK;
    s = evk_neurons_name(*out, options->names, err);
    if (s) {
        evk_error_prepend(err, "%s", (*out)->path);
        evk_model_free(*out);
        return s;
    }
    (*out)->named = true;
    return EVK_OK;
}

evk_status evk_model_open_with(evk_model **out, const char *path,
                               const struct evk_load_options *options, evk_error *err)
{
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_model_read_file(&file, path, err));
    s = evk_is_card(file.data, file.size) ? evk_foreign_refuse(EVK_FOREIGN_FIRST, path, &file, err)
                                          : EVK_OK;
    if (s)
        s = evk_wrap(err, s, "%s", path);
    else if (evk_is_card(file.data, file.size))
        s = open_card(out, path, &file, options, err);
    else
        s = evk_model_load(out, path, &file, options, err);
    evk_bytes_release(&file);
    return s ? s : name_neurons(out, options, err);
}

evk_status evk_model_open(evk_model **out, const char *path, const evk_model_options *options,
                          evk_error *err)
{
    EVK_ENTER();
    struct evk_load_options all;
    struct evk_json_writer names;
    evk_status s = evk_load_options_read(&all, options, err);

    if (s)
        return evk_wrap(err, s, "%s", path);
    evk_json_writer_init(&names);
    if (options && options->names) {
        s = evk_neuron_names_read(&names, options->names, err);
        all.names = evk_json_get(names.root, "names");
    }
    if (!s)
        s = evk_model_open_with(out, path, &all, err);
    evk_json_writer_release(&names);
    return s;
}
