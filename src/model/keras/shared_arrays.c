/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shared_arrays.c - which arrays of an inner model belong to which of its layers, in HDF5 files
 *
 * Such a file lists the arrays of an inner model together: first those that training changes, layer
 * by layer, and then all others, layer by layer.  Keras 3 lists the arrays of a model that is not
 * trained layer by layer.  Keras gives the arrays to the layers in that order, whatever names the
 * arrays have; so how many arrays each layer has must be known beforehand.
 */
#include <string.h>

#include "base/mem.h"
#include "model/keras/classes.h"

enum { DEPTH_MAX = 16 };

/* Numbers of arrays: those that training changes, and others. */
struct counts {
    int64_t trained, others;
};

/* Does a config turn something on, which is on where the config does not say? */
static bool is_on(const evk_json *config, const char *key)
{
    return evk_json_bool(evk_json_get(config, key), true);
}

/* Counts the arrays of a layer that is no model. */
static struct counts count_layer(const struct evk_keras_class *class, const evk_json *config)
{
    const bool moving = class->build == evk_keras_batch_norm;
    const bool fixed = class->build == evk_keras_normalization;
    struct counts c = {moving ? 0 : class->least, moving ? class->least : 0};

    if (strstr(class->reads, "use_bias"))
        c.trained += is_on(config, "use_bias");
    if (strstr(class->reads, "center"))
        c.trained += is_on(config, "scale") + is_on(config, "center");
    if (fixed && evk_json_is_null(evk_json_get(config, "mean")))
        c.others = 3; /* mean, variance and a count */
    return c;
}

/* Counts the arrays of an entry of a list of layers, and of all layers in it. */
static struct counts count_entry(const evk_json *entry, int depth)
{
    const char *name = evk_json_text(evk_json_get(entry, "class_name"));
    const struct evk_keras_class *class = name ? evk_keras_class_find(name) : NULL;
    const evk_json *config = evk_json_get(entry, "config");
    const evk_json *list = evk_json_is_array(config) ? config : evk_json_get(config, "layers");
    struct counts c = {0, 0};

    if (!class || !class->group || depth == 0)
        return c;
    if (class->build != evk_keras_model)
        c = count_layer(class, config);
    for (size_t i = 0; class->build == evk_keras_model && i < evk_json_count(list); i++) {
        const struct counts one = count_entry(evk_json_at(list, i), depth - 1);

        c.trained += one.trained;
        c.others += one.others;
    }
    if (!is_on(config, "trainable"))
        c = (struct counts){0, c.trained + c.others};
    return c;
}

/* Appends n arrays of `all`, from number *at on, to those of a layer. */
static evk_status take(struct evk_keras_layer *l, const struct evk_names *all, int64_t *at,
                       int64_t n, evk_error *err)
{
    for (int64_t i = 0; i < n; i++)
        EVK_TRY(evk_names_add(&l->arrays, all->names[(*at)++], err));
    l->present = (int64_t)l->arrays.count;
    return EVK_OK;
}

/* Gives a layer its arrays of those of the model that it is in. */
static evk_status share(struct evk_keras_layer *l, const struct evk_keras_layer *outer,
                        bool together, int64_t *trained, int64_t *others, evk_error *err)
{
    const struct counts c = count_entry(l->entry, DEPTH_MAX);

    if (!l->class->group)
        return EVK_OK;
    EVK_TRY(evk_strdup(&l->group, outer->group, err));
    EVK_TRY(take(l, &outer->arrays, together ? others : trained, c.trained, err));
    return take(l, &outer->arrays, others, c.others, err);
}

evk_status evk_keras_share_arrays(struct evk_keras *k, struct evk_keras_model *m, evk_error *err)
{
    const struct evk_keras_layer *outer = m->outer;
    const bool together = k->keras == 3 && !is_on(outer->config, "trainable");
    int64_t trained = 0, others = 0, all = 0;

    for (int i = 0; i < m->count; i++) {
        const struct counts c = count_entry(m->layers[i].entry, DEPTH_MAX);

        others += together ? 0 : c.trained;
        all += c.trained + c.others;
    }
    if ((int64_t)outer->arrays.count != all)
        return evk_keras_fail(outer, EVK_EFORMAT, err,
                              "%s has %zu arrays at %s, expected %lld for the layers of the model",
                              k->source->weights, outer->arrays.count,
                              outer->group ? outer->group : "no group of its own", (long long)all);
    for (int i = 0; i < m->count && outer->group; i++)
        EVK_TRY(share(&m->layers[i], outer, together, &trained, &others, err));
    return EVK_OK;
}
