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
#include "model/keras/classes.h"

enum { VERSION_MAX = 32 };

static const char CONFIG[] = "model_config", WEIGHTS[] = "/model_weights";

/* Appends the path of each name in a group to the arrays of a layer, or of those names only whose
   last part but one is `only`: "trunk/conv/kernel:0" has the part "conv". */
static evk_status add_names(struct evk_keras_layer *l, const char *group,
                            const struct evk_names *names, const char *only, evk_error *err)
{
    const size_t n = only ? strlen(only) : 0;
    struct evk_str path = EVK_STR_INIT;
    evk_status s = EVK_OK;

    for (size_t i = 0; i < names->count && !s; i++) {
        const char *name = names->names[i], *end = strrchr(name, '/'), *start = end;

        while (start && start > name && start[-1] != '/')
            start--;
        if (only && (!end || (size_t)(end - start) != n || memcmp(start, only, n) != 0))
            continue;
        path.size = 0;
        evk_str_printf(&path, "%s/%s", group, name);
        s = evk_str_check(&path, err);
        if (!s)
            s = evk_names_add(&l->arrays, path.data, err);
    }
    l->present = (int64_t)l->arrays.count;
    evk_str_release(&path);
    return s;
}

/* A class without weights may have arrays all the same: the state of random numbers. */
static evk_status locate_layer(const struct evk_keras *k, struct evk_keras_layer *l, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    struct evk_names names = {NULL, 0};
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
    if (!s && l->class->build != evk_keras_model)
        s = evk_hdf5_texts(k->file, l->group, "weight_names", &names, err);
    if (!s)
        s = add_names(l, l->group, &names, NULL, err);
    evk_names_release(&names);
    return s;
}

/* The group of a model inside another one has the arrays of all its layers, of which each finds its
   own by its name. */
static evk_status locate_inner(const struct evk_keras *k, struct evk_keras_model *m, evk_error *err)
{
    struct evk_names names = {NULL, 0};
    evk_status s;

    if (!m->outer->group)
        return EVK_OK;
    s = evk_hdf5_texts(k->file, m->outer->group, "weight_names", &names, err);
    for (int i = 0; i < m->count && !s; i++) {
        struct evk_keras_layer *l = &m->layers[i];

        if (!l->class->group)
            continue;
        s = evk_strdup(&l->group, m->outer->group, err);
        if (!s && l->class->build != evk_keras_model)
            s = add_names(l, l->group, &names, l->name, err);
    }
    evk_names_release(&names);
    return s;
}

static evk_status legacy_locate(struct evk_keras *k, struct evk_keras_model *m, evk_error *err)
{
    if (m->outer)
        return locate_inner(k, m, err);
    for (int i = 0; i < m->count; i++) {
        const evk_status s = locate_layer(k, &m->layers[i], err);

        if (s)
            return evk_wrap(err, s, "layer %s", m->layers[i].label);
    }
    return EVK_OK;
}

/* Does a text look like the number of a version, so that it can be shown? */
static bool is_version(const char *text)
{
    static const char known[] = "0123456789abcdefghijklmnopqrstuvwxyz.-+_";
    const size_t n = strlen(text);

    return n > 0 && n <= VERSION_MAX && strspn(text, known) == n;
}

static evk_status legacy_note(const struct evk_keras *k, evk_error *err)
{
    const char *version = evk_hdf5_text(k->file, "/", "keras_version");
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_puts(&text, "an HDF5 file with a model_config attribute");
    if (version && is_version(version))
        evk_str_printf(&text, ", written by keras %s", version);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_network_note(k->network, "recognised", text.data, err);
    evk_str_release(&text);
    return s;
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
        s = legacy_note(&k, err);
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
