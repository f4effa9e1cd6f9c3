/* SPDX-License-Identifier: GPL-3.0-or-later */
/* card.c - opening the ensemble that a model card, which is JSON, describes */
#include "model/card.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/param_json.h"
#include "model/card_file.h"
#include "model/card_readout.h"
#include "model/core/options.h"
#include "model/ensemble.h"
#include "model/lineage.h"
#include "model/load.h"
#include "model/neuron_names.h"

enum { SIZE_MAX_PX = 65536 };

/* The arguments of evk_card_open, and the model as far as it has been opened. */
struct opening {
    const char *path; /* path of the card */
    const evk_json *card;
    const struct evk_card_places *places;
    const struct evk_load_options *options;
    evk_model *model;
};

/* A safetensors file may begin with the same bytes: in its first 8 bytes, which are a number, the
   last one is always 0. */
bool evk_is_card(const unsigned char *data, size_t size)
{
    size_t i = 0;

    if (size >= 8 && data[7] == 0)
        return false;
    while (i < size && strchr(" \t\r\n", data[i]) && data[i])
        i++;
    return i < size && data[i] == '{';
}

/* ---- members of the JSON -------------------------------------------------------------------- */

static evk_status read_size(const evk_json *in, const char *key, int64_t *out, evk_error *err)
{
    const evk_json *v = evk_json_get(in, key);
    char found[EVK_JSON_BRIEF];

    if (!v || (evk_json_int(v, out) && *out >= 1 && *out <= SIZE_MAX_PX))
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT, "its input's %s is %s, expected 1 to %d pixels", key,
                    evk_json_brief(v, found), SIZE_MAX_PX);
}

/* Reads one number for all channels, or an array with one number for each channel, into out, which
   has room for EVK_CHANNELS_MAX; leaves out and *count as they are where the key is absent. */
static evk_status read_channels(const evk_json *in, const char *key, double *out, int *count,
                                evk_error *err)
{
    const evk_json *v = evk_json_get(in, key);
    const size_t n = evk_json_is_array(v) ? evk_json_count(v) : 1;
    char found[EVK_JSON_BRIEF];

    if (!v)
        return EVK_OK;
    for (size_t i = 0; i < n && n <= EVK_CHANNELS_MAX; i++)
        if (!evk_json_real(evk_json_is_array(v) ? evk_json_at(v, i) : v, &out[i]))
            return evk_fail(err, EVK_EFORMAT, "its input's %s is %s, expected numbers", key,
                            evk_json_brief(v, found));
    if (n < 1 || n > EVK_CHANNELS_MAX)
        return evk_fail(err, EVK_EFORMAT, "its input's %s has %zu numbers, expected 1 to %d", key,
                        n, EVK_CHANNELS_MAX);
    *count = (int)n;
    return EVK_OK;
}

static evk_status read_input(const evk_json *in, struct evk_load_options *o, evk_error *err)
{
    static const char *const known[] = {"height", "width", "mean", "scale", NULL};

    EVK_TRY(evk_card_check_keys(in, "its input", known, err));
    EVK_TRY(read_size(in, "height", &o->height, err));
    EVK_TRY(read_size(in, "width", &o->width, err));
    EVK_TRY(read_channels(in, "mean", o->mean, &o->mean_count, err));
    return read_channels(in, "scale", o->scale, &o->scale_count, err);
}

/* Replaces what the card says by what the caller's options say. */
static void override_input(struct evk_load_options *o, const struct evk_load_options *given)
{
    if (given->height) {
        o->height = given->height;
        o->width = given->width;
    }
    if (given->mean_count) {
        o->mean_count = given->mean_count;
        memcpy(o->mean, given->mean, sizeof(o->mean));
    }
    if (given->scale_count) {
        o->scale_count = given->scale_count;
        memcpy(o->scale, given->scale, sizeof(o->scale));
    }
}

/* Reads "channels" of a member, units in place of outputs, unless the caller's options have some.
   The texts belong to the card's JSON. */
static evk_status read_units(const evk_json *member, struct evk_load_options *o,
                             const struct evk_load_options *given, evk_error *err)
{
    const evk_json *list = evk_json_get(member, "channels");
    const size_t count = evk_json_count(list);

    o->after_activation = given->after_activation;
    o->channel_count = given->channel_count;
    memcpy(o->channels, given->channels, sizeof(o->channels));
    if (given->channel_count || !list)
        return EVK_OK;
    if (count < 1 || count > EVK_UNIT_TEXTS_MAX)
        return evk_fail(err, EVK_EFORMAT, "a member has %zu channels, expected 1 to %d texts",
                        count, EVK_UNIT_TEXTS_MAX);
    for (size_t i = 0; i < count; i++) {
        o->channels[i] = evk_json_text(evk_json_at(list, i));
        if (!o->channels[i])
            return evk_fail(err, EVK_EFORMAT, "a member's channels are not all texts");
    }
    o->channel_count = (int)count;
    o->after_activation = evk_json_bool(evk_json_get(member, "after-activation"), false);
    return EVK_OK;
}

/* ---- one member ----------------------------------------------------------------------------- */

/*
 * Reads the core options: the defaults, changed by "core" of the card, and then by "core" of the
 * member.  Texts in *core belong to the card's JSON.  *resolved becomes all options as JSON, which
 * the caller frees.
 */
static evk_status read_core(const struct opening *w, const evk_json *member,
                            struct evk_core_options *core, evk_json **resolved, evk_error *err)
{
    struct evk_json_writer writer;

    *core = evk_core_options_default;
    EVK_TRY(evk_params_read(evk_core_params, core, evk_json_get(w->card, "core"), err));
    EVK_TRY(evk_params_read(evk_core_params, core, evk_json_get(member, "core"), err));
    evk_json_writer_init(&writer);
    evk_params_put(&writer, writer.root, evk_core_params, core);
    if (!writer.failed)
        *resolved = evk_json_copy(writer.root);
    evk_json_writer_release(&writer);
    return *resolved ? EVK_OK : evk_fail(err, EVK_ENOMEM, "out of memory for a card");
}

/* Do the options replace the outputs that the card speaks of, by units or by features? */
static bool has_other_outputs(const struct opening *w)
{
    return w->options->channel_count || w->options->readout;
}

/* Reads "readout" of a member, unless the caller's options have other outputs. */
static evk_status read_readout(const struct opening *w, const evk_json *member,
                               struct evk_card_readout *readout, struct evk_load_options *o,
                               evk_error *err)
{
    const evk_json *json = evk_json_get(member, "readout");

    o->readout = w->options->readout;
    if (!json || has_other_outputs(w))
        return EVK_OK;
    if (o->channel_count)
        return evk_fail(err, EVK_EFORMAT,
                        "a member has channels and a readout, expected one of the two");
    EVK_TRY(evk_card_readout_read(readout, json, w->places, err));
    o->readout = &readout->readout;
    return EVK_OK;
}

static evk_status open_weights(const struct opening *w, const evk_json *member, const char *file,
                               evk_model **out, evk_error *err)
{
    const char *sha256 = evk_json_text(evk_json_get(member, "sha256"));
    struct evk_core_options core;
    struct evk_card_readout readout = {.path = NULL};
    struct evk_load_options o = {.core = &core};
    evk_json *resolved = NULL;
    evk_model *m = NULL;
    char *path = NULL;
    evk_status s = read_core(w, member, &core, &resolved, err);

    if (!s)
        s = read_input(evk_json_get(w->card, "input"), &o, err);
    if (!s)
        s = read_input(evk_json_get(member, "input"), &o, err);
    if (!s)
        s = evk_card_find_file(w->places, "weights", file, sha256, &path, err);
    if (!s)
        s = read_units(member, &o, w->options, err);
    override_input(&o, w->options);
    if (!s)
        s = read_readout(w, member, &readout, &o, err);
    if (!s)
        s = evk_model_open_network(&m, path, &o, err);
    free(path);
    evk_card_readout_release(&readout);
    if (!s && sha256 && strcmp(sha256, m->sha256) != 0)
        s = evk_fail(err, EVK_EFORMAT, "%s: has SHA-256 %.12s..., but the card means %.12s...",
                     m->path, m->sha256, sha256);
    if (s) {
        evk_json_free(resolved);
        evk_model_free(m);
        return s;
    }
    if (m->network.population_count)
        m->core = resolved;
    else
        evk_json_free(resolved); /* this network has no core, so no core option applies to it */
    *out = m;
    return EVK_OK;
}

/* Reads an output of the model, which the card gives by its number or its name. */
static evk_status read_output(const evk_model *m, const evk_json *v, int64_t *out, evk_error *err)
{
    const char *name = evk_json_text(v);
    char found[EVK_JSON_BRIEF];

    if (name)
        return evk_model_find_neuron(m, name, out, err);
    if (!evk_json_int(v, out) || *out < 0 || *out >= m->outputs)
        return evk_fail(err, EVK_EINVAL, "%s: neuron %s is out of range, expected 0 to %lld",
                        m->path, evk_json_brief(v, found), (long long)m->outputs - 1);
    return EVK_OK;
}

/* Reads the list of outputs that a member has: "output" gives one and "outputs" several.  Where the
   member has neither, all outputs are meant, and *out stays NULL.  The caller frees *out. */
static evk_status read_outputs(const evk_model *m, const evk_json *member, int64_t **out,
                               int64_t *count, evk_error *err)
{
    const evk_json *one = evk_json_get(member, "output"), *all = evk_json_get(member, "outputs");
    const int64_t n = one ? 1 : (int64_t)evk_json_count(all);
    evk_status s = EVK_OK;
    int64_t *list;

    if (!one && !all)
        return EVK_OK;
    if (n < 1)
        return evk_fail(err, EVK_EFORMAT, "%s: its list of outputs is empty", m->path);
    EVK_TRY(evk_alloc(&list, n, sizeof(*list), "outputs", err));
    for (int64_t i = 0; i < n && !s; i++)
        s = read_output(m, one ? one : evk_json_at(all, (size_t)i), &list[i], err);
    if (s) {
        free(list);
        return s;
    }
    *out = list;
    *count = n;
    return EVK_OK;
}

/* Reads the scaling of a member, which resolved cards have: mean and gain, one number a neuron. */
static evk_status read_scaling(struct evk_member *m, const evk_json *member, int64_t neurons,
                               evk_error *err)
{
    const evk_json *mean = evk_json_get(member, "mean"), *gain = evk_json_get(member, "gain");

    if (!mean && !gain)
        return EVK_OK;
    if ((int64_t)evk_json_count(mean) != neurons || (int64_t)evk_json_count(gain) != neurons)
        return evk_fail(err, EVK_EFORMAT,
                        "mean and gain of %s do not have %lld numbers, one a neuron",
                        m->model->path, (long long)neurons);
    EVK_TRY(evk_alloc(&m->mean, neurons, sizeof(*m->mean), "a model", err));
    EVK_TRY(evk_alloc(&m->gain, neurons, sizeof(*m->gain), "a model", err));
    for (int64_t i = 0; i < neurons; i++)
        if (!evk_json_real(evk_json_at(mean, (size_t)i), &m->mean[i]) ||
            !evk_json_real(evk_json_at(gain, (size_t)i), &m->gain[i]))
            return evk_fail(err, EVK_EFORMAT, "mean or gain of %s is not a number", m->model->path);
    return EVK_OK;
}

static evk_status add_member(struct opening *w, const evk_json *member, evk_error *err)
{
    static const char *const known[] = {"weights",  "sha256",           "input",   "core",
                                        "output",   "outputs",          "mean",    "gain",
                                        "channels", "after-activation", "readout", NULL};
    const char *file = evk_json_text(member);
    int64_t *outputs = NULL, count = 0;
    evk_model *m;
    evk_status s = EVK_OK;

    if (!file) {
        EVK_TRY(evk_card_check_keys(member, "a member", known, err));
        file = evk_json_text(evk_json_get(member, "weights"));
    }
    if (!file || !file[0])
        return evk_fail(err, EVK_EFORMAT, "a member has no weights, expected the name of a file");
    EVK_TRY(open_weights(w, member, file, &m, err));
    if (!has_other_outputs(w))
        s = read_outputs(m, member, &outputs, &count, err);
    if (s)
        evk_model_free(m);
    else
        s = evk_ensemble_take(w->model, m, outputs, count, err);
    free(outputs);
    return s || has_other_outputs(w) ? s
                                     : read_scaling(&w->model->members[w->model->member_count - 1],
                                                    member, w->model->outputs, err);
}

/* ---- the card ------------------------------------------------------------------------------- */

/* Names the neurons, unless they are features, or units inside the network, which have names of
   their own. */
static evk_status read_neurons(const struct opening *w, const evk_json *names, evk_error *err)
{
    return !names || w->model->channels.count || w->options->readout
               ? EVK_OK
               : evk_neurons_name(w->model, names, err);
}

static evk_status open_members(struct opening *w, evk_error *err)
{
    const evk_json *members = evk_json_get(w->card, "members");
    const evk_json *weights = evk_json_get(w->card, "weights");

    if (!members == !weights)
        return evk_fail(err, EVK_EFORMAT, "has %s, expected either: a file, or a list of files",
                        members ? "both weights and members" : "neither weights nor members");
    if (weights)
        return add_member(w, weights, err);
    if (evk_json_count(members) == 0)
        return evk_fail(err, EVK_EFORMAT, "its list of members is empty, expected files");
    for (size_t i = 0; i < evk_json_count(members); i++)
        EVK_TRY(add_member(w, evk_json_at(members, i), err));
    return EVK_OK;
}

static evk_status read_lineage(evk_model *m, const evk_json *lineage, evk_error *err)
{
    if (!lineage)
        return EVK_OK;
    EVK_TRY(evk_lineage_check(lineage, err));
    return evk_lineage_merge(&m->lineage, lineage, err);
}

/* Do the options change what the model predicts, so that its calibration says nothing? */
static bool predicts_otherwise(const struct opening *w)
{
    return has_other_outputs(w) || w->options->height || w->options->mean_count ||
           w->options->scale_count;
}

static evk_status read_calibration(const struct opening *w, const evk_json *calibration,
                                   evk_error *err)
{
    return predicts_otherwise(w)
               ? EVK_OK
               : evk_calibration_read(&w->model->calibration, calibration, w->model->outputs, err);
}

static evk_status read_card(struct opening *w, evk_error *err)
{
    static const char *const known[] = {"card",    "name",    "description", "source",  "license",
                                        "input",   "core",    "weights",     "members", "neurons",
                                        "options", "lineage", "calibration", NULL};
    char found[EVK_JSON_BRIEF];
    int64_t version;

    if (!evk_json_get(w->card, "card"))
        return evk_fail(
            err, EVK_EFORMAT,
            "is JSON without the member 'card', which a card of evoke begins with; if "
            "it belongs to a network, save that whole, by Keras' model.save or as ONNX: "
            "see models/README.md");
    if (!evk_json_int(evk_json_get(w->card, "card"), &version) || version != 1)
        return evk_fail(err, EVK_EFORMAT,
                        "is a card of another version: its 'card' is %s, expected 1",
                        evk_json_brief(evk_json_get(w->card, "card"), found));
    EVK_TRY(evk_card_check_keys(w->card, "the card", known, err));
    EVK_TRY(open_members(w, err));
    EVK_TRY(read_neurons(w, evk_json_get(w->card, "neurons"), err));
    EVK_TRY(read_lineage(w->model, evk_json_get(w->card, "lineage"), err));
    EVK_TRY(read_calibration(w, evk_json_get(w->card, "calibration"), err));
    w->model->card = evk_json_copy(w->card);
    if (!w->model->card)
        return evk_fail(err, EVK_ENOMEM, "out of memory for a card");
    return evk_ensemble_finish(w->model, err);
}

evk_status evk_card_open(evk_model **out, const char *path, const evk_json *card,
                         const struct evk_card_places *places,
                         const struct evk_load_options *options, evk_error *err)
{
    struct opening w = {path, card, places, options, NULL};
    const char *name = evk_json_text(evk_json_get(card, "name"));
    char *own = NULL;
    evk_status s = name ? EVK_OK : evk_model_name_of(&own, path, err);

    if (!s)
        s = evk_ensemble_new(&w.model, path, name ? name : own, "card", err);
    free(own);
    if (!s)
        s = read_card(&w, err);
    if (s) {
        evk_model_free(w.model);
        return evk_wrap(err, s, "%s", path);
    }
    *out = w.model;
    return EVK_OK;
}
