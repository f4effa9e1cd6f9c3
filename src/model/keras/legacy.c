/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * legacy.c - the loader of HDF5 files of Keras 2, whose attribute model_config is the description
 *
 * Every layer has a group in /model_weights.  The group's attribute weight_names lists the layer's
 * arrays in Keras' order, as paths within the group.
 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "model/keras/keras.h"

static const char CONFIG[] = "model_config", WEIGHTS[] = "/model_weights";

/* Lists the paths of the arrays in the group of a layer, in the order of its weight_names. */
static evk_status list_arrays(const struct evk_keras *k, struct evk_keras_layer *l, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    struct evk_names names = {NULL, 0};
    evk_status s = evk_hdf5_texts(k->file, l->group, "weight_names", &names, err);

    for (size_t i = 0; i < names.count && !s; i++) {
        path.size = 0;
        evk_str_printf(&path, "%s/%s", l->group, names.names[i]);
        s = evk_str_check(&path, err);
        if (!s)
            s = evk_names_add(&l->arrays, path.data, err);
    }
    l->present = (int64_t)l->arrays.count;
    evk_names_release(&names);
    evk_str_release(&path);
    return s;
}

/* A class without weights may have arrays all the same: the state of random numbers. */
static evk_status locate_layer(const struct evk_keras *k, struct evk_keras_layer *l, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    evk_status s;

    if (!l->class->group)
        return EVK_OK;
    evk_str_printf(&path, "%s/%s", WEIGHTS, l->name);
    s = evk_str_check(&path, err);
    if (!s && !evk_hdf5_has(k->file, path.data)) {
        if (l->class->least > 0)
            s = evk_fail(err, EVK_EFORMAT, "the file has no group %s", path.data);
        evk_str_release(&path);
        return s;
    }
    if (!s)
        s = evk_strdup(&l->group, path.data, err);
    evk_str_release(&path);
    return s ? s : list_arrays(k, l, err);
}

static evk_status legacy_locate(struct evk_keras *k, struct evk_keras_model *m, evk_error *err)
{
    if (m->outer)
        return evk_keras_share_arrays(k, m, err);
    for (int i = 0; i < m->count; i++) {
        const evk_status s = locate_layer(k, &m->layers[i], err);

        if (s)
            return evk_wrap(err, s, "layer %s", m->layers[i].label);
    }
    return EVK_OK;
}

static evk_status legacy_load(struct evk_network *out, const unsigned char *data, size_t size,
                              const struct evk_load_options *options, evk_error *err)
{
    static const struct evk_keras_source source = {CONFIG, "the file", legacy_locate};
    struct evk_keras k = {.source = &source, .options = options, .network = out, .keras = 2};
    evk_json *config = NULL;
    const char *text;
    evk_status s;

    EVK_TRY(evk_hdf5_open(&k.file, data, size, err));
    evk_keras_set_version(&k, evk_hdf5_text(k.file, "/", "keras_version"));
    text = evk_hdf5_text(k.file, "/", CONFIG);
    if (text) {
        s = evk_json_parse(&config, text, strlen(text), err);
        s = s ? evk_wrap(err, s, "%s", CONFIG) : evk_keras_build(&k, config, size, err);
    } else {
        s = evk_fail(err, EVK_EFORMAT, "has no attribute %s, expected that of a Keras model",
                     CONFIG);
    }
    if (!s)
        s = evk_keras_note(&k, "an HDF5 file with a model_config attribute", err);
    evk_keras_release(&k);
    evk_hdf5_close(k.file);
    evk_json_free(config);
    return s;
}

static enum evk_probe legacy_probe(const unsigned char *data, size_t size)
{
    return evk_hdf5_probe(data, size) && evk_hdf5_mentions(data, size, CONFIG) ? EVK_PROBE_YES
                                                                               : EVK_PROBE_NO;
}

extern const struct evk_loader evk_loader_keras_h5;
const struct evk_loader evk_loader_keras_h5 = {
    .name = "keras_h5",
    .summary = "Keras HDF5 model (.h5, .hdf5)",
    .probe = legacy_probe,
    .load = legacy_load,
};
