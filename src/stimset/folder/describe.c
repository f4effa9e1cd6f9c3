/* SPDX-License-Identifier: GPL-3.0-or-later */
/* describe.c - dataset_description.json: what a set says of itself, written */
#include "stimset/folder/describe.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/param_json.h"
#include "model/card.h"
#include "model/model.h"
#include "model/session.h"
#include "stimset/inputs/digest.h"
#include "stimset/inputs/fit.h"
#include "stimset/inputs/frame.h"
#include "synth/prior.h"

static void put_generator(struct evk_json_writer *w, const char *what)
{
    evk_json *all = evk_json_put_array(w, w->root, "GeneratedBy");
    evk_json *one = evk_json_put_object(w, all, NULL);

    evk_json_put_text(w, one, "Name", "evoke");
    evk_json_put_text(w, one, "Version", evk_version());
    evk_json_put_text(w, one, "Description", what);
}

void evk_describe_numbers(struct evk_json_writer *w, evk_json *parent, const char *key,
                          const double *v, int64_t n)
{
    evk_json *a = evk_json_put_array(w, parent, key);

    for (int64_t i = 0; i < n; i++)
        evk_json_put_real(w, a, NULL, v[i]);
}

/* The member Preprocessing of a model, by evk_model_info.preprocessing. */
static const char *const preprocessing[] = {
    [EVK_PREPROCESSING_UNKNOWN] = "unknown: display values unchanged",
    [EVK_PREPROCESSING_GIVEN] = "given",
    [EVK_PREPROCESSING_PUBLISHED] = "published compact architecture",
    [EVK_PREPROCESSING_FILE] = "in the model file: display values unchanged before it",
};

/* Append an output: as a number or, where the model names its outputs, as a text. */
static void put_neuron(struct evk_json_writer *w, evk_json *outputs, const evk_model *m,
                       int64_t output)
{
    char text[EVK_NEURON_TEXT];
    int64_t number;

    if (evk_parse_int(evk_model_neuron(m, output, text), &number))
        evk_json_put_int(w, outputs, NULL, number);
    else
        evk_json_put_text(w, outputs, NULL, text);
}

/* Put the texts that chose units of a network as its neurons, if any did. */
static void put_units(struct evk_json_writer *w, evk_json *object, const evk_model *m)
{
    evk_json *list;

    if (!m->channels.count)
        return;
    list = evk_json_put_array(w, object, "Units");
    for (size_t i = 0; i < m->channels.count; i++)
        evk_json_put_text(w, list, NULL, m->channels.names[i]);
    if (m->after_activation)
        evk_json_put_bool(w, object, "AfterActivation", true);
}

/* Put the names of all neurons, which the call gave them. */
static void put_names(struct evk_json_writer *w, evk_json *object, const evk_model *m)
{
    evk_json *list = evk_json_put_array(w, object, "NeuronNames");

    for (int64_t i = 0; i < m->outputs; i++)
        evk_json_put_text(w, list, NULL, m->neurons[i]);
}

evk_json *evk_describe_model(struct evk_json_writer *w, evk_json *models, const evk_model *model)
{
    const evk_model_info *info = evk_model_describe(model);
    evk_json *m = evk_json_put_object(w, models, NULL);

    evk_json_put_text(w, m, "Name", info->name);
    evk_json_put_text(w, m, "File", evk_base_name(info->path));
    evk_json_put_text(w, m, "Format", info->format);
    evk_json_put_text(w, m, "SHA256", info->sha256);
    evk_json_put_int(w, m, "Height", info->height);
    evk_json_put_int(w, m, "Width", info->width);
    evk_json_put_int(w, m, "Channels", info->channels);
    evk_json_put_text(w, m, "Preprocessing", preprocessing[info->preprocessing]);
    evk_describe_numbers(w, m, "Mean", info->mean, info->channels);
    evk_describe_numbers(w, m, "Scale", info->scale, info->channels);
    if (evk_model_ends_in_softmax(model))
        evk_json_put_bool(w, m, "EndsInSoftmax", true);
    if (model->named)
        put_names(w, m, model);
    if (!evk_model_card(model)) /* which has the units of its members */
        put_units(w, m, model);
    else
        evk_json_put_copy(w, m, "Card", evk_model_card(model));
    return m;
}

static void put_target(struct evk_json_writer *w, evk_json *models, const evk_target *t)
{
    evk_json *m = evk_describe_model(w, models, t->model);
    evk_json *outputs = evk_json_put_array(w, m, "TargetOutputs");

    for (size_t i = 0; i < t->count; i++)
        put_neuron(w, outputs, t->model, t->outputs[i]);
}

const char evk_pixel_encoding[] = "device RGB, 8 bit, no colour profile";
const char evk_rounding[] = "to nearest, half away from zero, after clamping to 0-255";

evk_json *evk_describe_head(struct evk_json_writer *w, const struct evk_set_kind *kind)
{
    evk_json *set;

    evk_json_writer_init(w);
    evk_json_put_text(w, w->root, "Name", kind->title);
    evk_json_put_text(w, w->root, "BIDSVersion", "1.10.0");
    evk_json_put_text(w, w->root, "DatasetType", "derivative");
    put_generator(w, kind->summary);
    set = evk_json_put_object(w, w->root, "StimulusSet");
    if (kind->set_type)
        evk_json_put_text(w, set, "SetType", kind->set_type);
    if (kind->method)
        evk_json_put_text(w, set, "Method", kind->method);
    return set;
}

void evk_describe_encoding(struct evk_json_writer *w, evk_json *set)
{
    evk_json_put_text(w, set, "PixelEncoding", evk_pixel_encoding);
}

void evk_describe_targets(struct evk_json_writer *w, evk_json *set, const evk_target *targets,
                          size_t count)
{
    evk_json *models;

    evk_describe_encoding(w, set);
    evk_json_put_text(w, set, "Rounding", evk_rounding);
    models = evk_json_put_array(w, set, "Models");
    for (size_t i = 0; i < count; i++)
        put_target(w, models, &targets[i]);
}

/* Where put_file writes. */
struct files {
    struct evk_json_writer *w;
    evk_json *set;  /* StimulusSet */
    evk_json *list; /* Files; NULL: no file was put there yet */
};

/* An evk_prior_file_fn: append a file with its SHA-256 to Files. */
static evk_status put_file(void *arg, const char *prior, const char *file, evk_error *err)
{
    struct files *f = arg;
    char hash[EVK_SHA256_TEXT];
    evk_json *one;

    EVK_TRY(evk_fs_hash(file, EVK_PRIOR_FILE_MAX, hash, err));
    if (!f->list)
        f->list = evk_json_put_array(f->w, f->set, "Files");
    one = evk_json_put_object(f->w, f->list, NULL);
    evk_json_put_text(f->w, one, "Prior", prior);
    evk_json_put_text(f->w, one, "File", file);
    evk_json_put_text(f->w, one, "SHA256", hash);
    return EVK_OK;
}

evk_status evk_describe_files(struct evk_json_writer *w, const evk_texts *priors, evk_error *err)
{
    struct files f = {w, evk_json_member(w->root, "StimulusSet"), NULL};

    return evk_priors_files(priors, put_file, &f, err);
}

evk_status evk_describe_images(struct evk_json_writer *w, evk_json *set, const char *key,
                               const evk_image_list *images, const evk_model *first,
                               const evk_run *run, evk_error *err)
{
    const struct evk_size size = evk_size_of(first);
    const int64_t n = (int64_t)evk_image_list_count(images);
    struct evk_changes *changes;
    char hash[EVK_SHA256_TEXT];
    evk_status s;
    evk_json *one;

    EVK_TRY(evk_alloc(&changes, n, sizeof(*changes), "images", err));
    s = evk_images_digest(images, &size, run, hash, changes, err);
    if (!s) {
        one = evk_json_put_object(w, set, key);
        evk_json_put_int(w, one, "Images", n);
        evk_json_put_text(w, one, "PixelSHA256", hash);
        evk_frame_describe(w, one, images);
        evk_frame_describe_changes(w, one, images, changes);
    }
    free(changes);
    return s;
}

evk_status evk_describe_reference(struct evk_json_writer *w, evk_json *set,
                                  const evk_image_list *images, const evk_model *first,
                                  const evk_run *run, evk_error *err)
{
    return evk_describe_images(w, set, "Reference", images, first, run, err);
}
