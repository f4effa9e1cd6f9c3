/* SPDX-License-Identifier: GPL-3.0-or-later */
/* describe.c - dataset_description.json: the resolved recipe, the models, the version */
#include "stimset/folder/describe.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/param_json.h"
#include "model/card.h"
#include "stimset/inputs/fit.h"
#include "stimset/inputs/frame.h"
#include "stimset/score/start_image.h"
#include "stimset/score/reference.h"
#include "synth/prior.h"

static void put_generator(struct evk_json_writer *w, const char *what)
{
    evk_json *all = evk_json_put_array(w, w->root, "GeneratedBy");
    evk_json *one = evk_json_put_object(w, all, NULL);

    evk_json_put_text(w, one, "Name", "evoke");
    evk_json_put_text(w, one, "Version", evk_version());
    evk_json_put_text(w, one, "Description", what);
}

static void put_numbers(struct evk_json_writer *w, evk_json *parent, const char *key,
                        const double *v, int64_t n)
{
    evk_json *a = evk_json_put_array(w, parent, key);

    for (int64_t i = 0; i < n; i++)
        evk_json_put_real(w, a, NULL, v[i]);
}

static const char *const preprocessing[] = {
    [EVK_PREPROCESSING_UNKNOWN] = "unknown: display values unchanged",
    [EVK_PREPROCESSING_GIVEN] = "given",
    [EVK_PREPROCESSING_PUBLISHED] = "published compact architecture",
};

/* A number, or the text that a data key or a name makes it. */
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

evk_json *evk_describe_model(struct evk_json_writer *w, evk_json *models, const evk_model *model)
{
    const evk_model_info info = evk_model_describe(model);
    evk_json *m = evk_json_put_object(w, models, NULL);

    evk_json_put_text(w, m, "Name", info.name);
    evk_json_put_text(w, m, "File", evk_base_name(info.path));
    evk_json_put_text(w, m, "Format", info.format);
    evk_json_put_text(w, m, "SHA256", info.sha256);
    evk_json_put_int(w, m, "Height", info.height);
    evk_json_put_int(w, m, "Width", info.width);
    evk_json_put_int(w, m, "Channels", info.channels);
    evk_json_put_text(w, m, "Preprocessing", preprocessing[info.preprocessing]);
    put_numbers(w, m, "Mean", info.mean, info.channels);
    put_numbers(w, m, "Scale", info.scale, info.channels);
    if (evk_model_card(model))
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

static const struct head {
    const char *name, *what;
} heads[] = {
    [EVK_KIND_MAX] = {"Maximizing stimuli",
                      "Synthesizes images that models of visual-cortex neurons respond to most"},
    [EVK_KIND_MIN] = {"Minimizing stimuli",
                      "Synthesizes images that models of visual-cortex neurons respond to most"},
    [EVK_KIND_NATURAL] = {"Natural stimuli",
                          "Finds the images that models of visual-cortex neurons respond to most "
                          "and least"},
    [EVK_KIND_LEAVES] = {"Dead leaves", "Paints images with some statistics of natural ones"},
    [EVK_KIND_GAUDY] = {"Transformed images",
                        "Transforms images, such as photographs, into stimuli"},
    [EVK_KIND_MATCH] = {"Images made alike",
                        "Brings images to the same luminance, histogram or spectrum"},
    [EVK_KIND_ADVERSARIAL] = {"Adversarial stimuli",
                              "Changes images within a budget so that responses which models of "
                              "visual-cortex neurons predict rise or fall"},
};

evk_json *evk_describe_head(struct evk_json_writer *w, enum evk_set_kind kind)
{
    evk_json_writer_init(w);
    evk_json_put_text(w, w->root, "Name", heads[kind].name);
    evk_json_put_text(w, w->root, "BIDSVersion", "1.10.0");
    evk_json_put_text(w, w->root, "DatasetType", "derivative");
    put_generator(w, heads[kind].what);
    return evk_json_put_object(w, w->root, "StimulusSet");
}

static void put_encoding(struct evk_json_writer *w, evk_json *set)
{
    evk_json_put_text(w, set, "PixelEncoding", evk_pixel_encoding);
}

static void put_targets(struct evk_json_writer *w, evk_json *set, const evk_target *targets,
                        size_t count)
{
    evk_json *models;

    put_encoding(w, set);
    evk_json_put_text(w, set, "Rounding", evk_rounding);
    models = evk_json_put_array(w, set, "Models");
    for (size_t i = 0; i < count; i++)
        put_target(w, models, &targets[i]);
}

void evk_describe(struct evk_json_writer *w, const evk_target *targets, size_t count,
                  const evk_recipe *recipe)
{
    evk_recipe record = *recipe;
    evk_json *set = evk_describe_head(w, recipe->minimize ? EVK_KIND_MIN : EVK_KIND_MAX);

    record.start = evk_start_image_name(recipe);
    evk_params_put(w, evk_json_put_object(w, set, "Options"), evk_recipe_params(), &record);
    put_targets(w, set, targets, count);
}

struct files {
    struct evk_json_writer *w;
    evk_json *set, *list; /* list is NULL until there is a file */
};

/* An evk_prior_file_fn. */
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

void evk_describe_natural(struct evk_json_writer *w, const evk_target *targets, size_t count,
                          int64_t keep, int64_t least)
{
    evk_json *set = evk_describe_head(w, EVK_KIND_NATURAL), *options;

    evk_json_put_text(w, set, "SetType", "natural");
    options = evk_json_put_object(w, set, "Options");
    evk_json_put_int(w, options, "keep", keep);
    evk_json_put_int(w, options, "least", least);
    put_targets(w, set, targets, count);
}

void evk_describe_leaves(struct evk_json_writer *w, int64_t count, int64_t height, int64_t width,
                         int64_t seed)
{
    evk_json *set = evk_describe_head(w, EVK_KIND_LEAVES), *options;

    evk_json_put_text(w, set, "SetType", "natural");
    evk_json_put_text(w, set, "Method", "leaves");
    options = evk_json_put_object(w, set, "Options");
    evk_json_put_int(w, options, "count", count);
    evk_json_put_int(w, options, "height", height);
    evk_json_put_int(w, options, "width", width);
    evk_json_put_int(w, options, "seed", seed);
    put_encoding(w, set);
}

void evk_describe_gaudy(struct evk_json_writer *w, const evk_gaudy_options *o,
                        const struct evk_source *source, const char *names,
                        const evk_target *target)
{
    evk_json *set = evk_describe_head(w, EVK_KIND_GAUDY), *options, *images;

    evk_json_put_text(w, set, "SetType", "gaudy");
    evk_json_put_text(w, set, "Method", "transform");
    options = evk_json_put_object(w, set, "Options");
    evk_json_put_text(w, options, "transform", o->transform);
    evk_json_put_int(w, options, "height", source->height);
    evk_json_put_int(w, options, "width", source->width);
    evk_json_put_int(w, options, "keep", o->keep);
    if (o->keep)
        evk_json_put_text(w, options, "by", o->by);
    evk_json_put_int(w, options, "random", o->random);
    evk_json_put_int(w, options, "seed", o->seed);
    evk_json_put_bool(w, options, "with-originals", o->with_originals);
    evk_json_put_bool(w, options, "jpeg", o->jpeg);
    images = evk_json_put_object(w, set, "Images");
    evk_json_put_int(w, images, "Count", (int64_t)evk_image_list_count(source->images));
    evk_json_put_text(w, images, "NamesSHA256", names);
    evk_frame_describe(w, images, source->images);
    if (target)
        put_targets(w, set, target, 1);
    else
        put_encoding(w, set);
}

void evk_describe_match(struct evk_json_writer *w, const struct evk_matching *m)
{
    evk_json *set = evk_describe_head(w, EVK_KIND_MATCH), *object;

    evk_json_put_text(w, set, "SetType", "control");
    evk_json_put_text(w, set, "Method", "match");
    object = evk_json_put_object(w, set, "Options");
    evk_params_put(w, object, evk_match_params(), m->options);
    evk_json_put_int(w, object, "height", m->options->height);
    evk_json_put_int(w, object, "width", m->options->width);
    object = evk_json_put_object(w, set, "Images");
    evk_json_put_int(w, object, "Count", (int64_t)evk_image_list_count(m->source.images));
    evk_json_put_text(w, object, "PixelSHA256", m->pixels);
    evk_frame_describe(w, object, m->source.images);
    evk_frame_describe_changes(w, object, m->source.images, NULL);
    object = evk_json_put_object(w, set, "Target");
    put_numbers(w, object, "Mean", m->target.mean, m->target.planes);
    put_numbers(w, object, "SD", m->target.sd, m->target.planes);
    put_encoding(w, set);
}

/* Which images a list has, as one member of a set's description. */
static evk_status put_images(struct evk_json_writer *w, evk_json *set, const char *key,
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
    s = evk_reference_digest(images, &size, run, hash, changes, err);
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

evk_status evk_describe_adversarial(struct evk_json_writer *w, const evk_target *targets,
                                    size_t count, const evk_adversarial_options *options,
                                    const evk_image_list *images, const evk_run *run,
                                    evk_error *err)
{
    evk_json *set = evk_describe_head(w, EVK_KIND_ADVERSARIAL);
    evk_param params[EVK_ADVERSARIAL_PARAMS];

    evk_adversarial_params(params);
    evk_json_put_text(w, set, "SetType", "adversarial");
    evk_params_put(w, evk_json_put_object(w, set, "Options"), params, options);
    put_targets(w, set, targets, count);
    EVK_TRY(evk_describe_files(w, &options->attack.priors, err));
    return put_images(w, set, "Bases", images, targets[0].model, run, err);
}

evk_status evk_describe_reference(struct evk_json_writer *w, evk_json *set,
                                  const evk_image_list *images, const evk_model *first,
                                  const evk_run *run, evk_error *err)
{
    return put_images(w, set, "Reference", images, first, run, err);
}
