/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layers.c - reading the list of layers of a description, such as config.json */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "model/keras/keras.h"

enum {
    LAYERS_MAX = 10000,
    DEPTH_MAX = 16,
    SHOWN = 8,         /* classes that a message names */
    NAME_LONGEST = 512 /* bytes of a name of a layer */
};

void evk_keras_model_release(struct evk_keras_model *m)
{
    for (int i = 0; i < m->count; i++) {
        free(m->layers[i].path);
        free(m->layers[i].label);
        free(m->layers[i].group);
        free(m->layers[i].input);
        evk_names_release(&m->layers[i].arrays);
    }
    free(m->layers);
    free(m->input);
    *m = (struct evk_keras_model){0};
}

/* ---- classes ------------------------------------------------------------------------------ */

static const char *class_of(const evk_json *entry)
{
    return evk_json_text(evk_json_get(entry, "class_name"));
}

/* Is the class of entry i unknown, and no earlier entry's? */
static bool is_news(const evk_json *list, size_t i)
{
    const char *class = class_of(evk_json_at(list, i));

    if (!class || evk_keras_class_find(class))
        return false;
    for (size_t j = 0; j < i; j++) {
        const char *before = class_of(evk_json_at(list, j));

        if (before && strcmp(before, class) == 0)
            return false;
    }
    return true;
}

/* Is the class one of networks of sequences or volumes, which evoke opens in no format? */
static bool is_beyond_images(const char *class)
{
    static const char *const parts[] = {
        "1D", "3D", "LSTM", "GRU", "RNN", "TimeDistributed", "Bidirectional", "Embedding"};

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strstr(class, parts[i]))
            return true;
    return false;
}

/* Fails with the names of all classes in the list that are not supported. */
static evk_status fail_classes(struct evk_keras *k, const struct evk_keras_layer *l,
                               const evk_json *list, evk_error *err)
{
    struct evk_str names = EVK_STR_INIT;
    int count = 0;
    evk_status s;

    for (size_t i = 0; i < evk_json_count(list); i++) {
        const char *class = class_of(evk_json_at(list, i));

        if (!is_news(list, i))
            continue;
        k->beyond_images = k->beyond_images || is_beyond_images(class);
        if (count <= SHOWN)
            evk_str_printf(&names, "%s%.60s", count ? ", " : "", count == SHOWN ? "..." : class);
        count++;
    }
    s = evk_str_check(&names, err);
    if (!s)
        s = evk_fail(err, EVK_EUNSUPPORTED,
                     "layer '%.100s': evoke does not compute %s of this model (%s)%s", l->path,
                     count == 1 ? "a class" : "some classes", names.data,
                     k->beyond_images ? "; it opens networks of single images, and networks of "
                                        "sequences or volumes in no format"
                                      : "");
    evk_str_release(&names);
    return s;
}

/* Sets path, class and label of a layer whose name is set. */
static evk_status set_class(struct evk_keras *k, const struct evk_keras_model *m,
                            struct evk_keras_layer *l, const char *class, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_printf(&text, "%s%s%s", m->outer ? m->outer->path : "", m->outer ? "/" : "", l->name);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_strdup(&l->path, text.data, err);
    evk_str_release(&text);
    if (s)
        return s;
    l->class = evk_keras_class_find(class);
    if (!l->class)
        return fail_classes(k, l, m->list, err);
    evk_str_printf(&text, "'%s' (%s)", l->path, class);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_strdup(&l->label, text.data, err);
    evk_str_release(&text);
    return s;
}

evk_status evk_keras_check_module(const struct evk_keras_layer *l, const evk_json *entry,
                                  const char *class, evk_error *err)
{
    static const char *const keras[] = {"keras", "keras_core", "tf_keras", "tensorflow"};
    const char *module = evk_json_text(evk_json_get(entry, "module"));
    const char *registered = evk_json_text(evk_json_get(entry, "registered_name"));
    bool ours = !module;

    for (size_t i = 0; i < sizeof(keras) / sizeof(keras[0]) && !ours; i++) {
        const size_t n = strlen(keras[i]);

        ours = strncmp(module, keras[i], n) == 0 && (module[n] == '.' || !module[n]);
    }
    if (ours && (!registered || strcmp(registered, class) == 0))
        return EVK_OK;
    return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                          "its class is '%.60s' of '%.60s', which is not supported; supported: "
                          "classes of Keras",
                          registered ? registered : class, module ? module : "no module");
}

static evk_status read_class(struct evk_keras *k, const struct evk_keras_model *m,
                             struct evk_keras_layer *l, const evk_json *entry, evk_error *err)
{
    const char *class = class_of(entry);

    l->entry = entry;
    l->depth = m->depth;
    l->config = evk_json_get(entry, "config");
    l->name = evk_json_text(evk_json_get(entry, "name"));
    if (!l->name)
        l->name = evk_json_text(evk_json_get(l->config, "name"));
    if (!class || !l->name || !l->name[0])
        return evk_fail(err, EVK_EFORMAT, "%s has a layer without class_name or name",
                        k->source->config);
    if (strlen(l->name) > NAME_LONGEST)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "%s has a layer '%.40s...', whose name has over %d bytes",
                        k->source->config, l->name, NAME_LONGEST);
    EVK_TRY(set_class(k, m, l, class, err));
    EVK_TRY(evk_keras_check_module(l, entry, class, err));
    return evk_keras_check_keys(l, err);
}

/* ---- the input of a Sequential model -------------------------------------------------------- */

/*
 * Finds a config that gives the shape of the input of a Sequential model which has no InputLayer:
 * that of its first layer, or of the model that is its first layer, or the model's own.  Returns
 * NULL where none does.
 */
static const evk_json *find_shape(const evk_json *config, int depth)
{
    const evk_json *list = evk_json_is_array(config) ? config : evk_json_get(config, "layers");
    const evk_json *found = NULL;

    if (evk_json_get(config, "batch_input_shape") || evk_json_get(config, "batch_shape"))
        return config;
    if (depth > 0 && evk_json_count(list) > 0)
        found = find_shape(evk_json_get(evk_json_at(list, 0), "config"), depth - 1);
    return found || !evk_json_get(config, "build_input_shape") ? found : config;
}

/* Must the first layer of the list be put behind an InputLayer?  In a model inside another one, the
   InputLayer stands for the model's input, and needs no shape. */
static bool lacks_input(const struct evk_keras_model *m)
{
    const char *class = class_of(evk_json_at(m->list, 0));

    return m->chain && class && strcmp(class, "InputLayer") != 0;
}

static evk_status add_input_layer(struct evk_keras *k, struct evk_keras_model *m,
                                  const evk_json *config, evk_error *err)
{
    const char *name =
        evk_json_text(evk_json_get(evk_json_get(evk_json_at(m->list, 0), "config"), "name"));
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_printf(&text, "%s_input", name ? name : "first");
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_strdup(&m->input, text.data, err);
    evk_str_release(&text);
    if (s)
        return s;
    m->layers[0].config = find_shape(config, DEPTH_MAX);
    m->layers[0].name = m->input;
    return set_class(k, m, &m->layers[0], "InputLayer", err);
}

/* ---- the list ------------------------------------------------------------------------------- */

/* Reads name, class and config of every layer of m->list, which is in the model's config. */
static evk_status read_list(struct evk_keras *k, struct evk_keras_model *m, const evk_json *config,
                            evk_error *err)
{
    const size_t count = evk_json_count(m->list);
    const int more = lacks_input(m);

    if (count == 0 || count > LAYERS_MAX)
        return evk_fail(err, EVK_EFORMAT, "%s has %zu layers, expected 1 to %d", k->source->config,
                        count, LAYERS_MAX);
    EVK_TRY(evk_alloc(&m->layers, (int64_t)count + more, sizeof(*m->layers), "layers", err));
    m->count = (int)count + more;
    for (int i = 0; i < m->count; i++) {
        if (i < more)
            EVK_TRY(add_input_layer(k, m, config, err));
        else
            EVK_TRY(read_class(k, m, &m->layers[i], evk_json_at(m->list, (size_t)(i - more)), err));
        for (int j = 0; j < i; j++)
            if (strcmp(m->layers[i].name, m->layers[j].name) == 0)
                return evk_keras_fail(&m->layers[i], EVK_EFORMAT, err,
                                      "another layer has this name");
    }
    return EVK_OK;
}

evk_status evk_keras_read_model(struct evk_keras *k, struct evk_keras_model *m,
                                const evk_json *description, evk_error *err)
{
    const char *class = class_of(description);
    const evk_json *inner = evk_json_get(description, "config");

    m->chain = class && strcmp(class, "Sequential") == 0;
    if (!class || (!m->chain && strcmp(class, "Functional") != 0 && strcmp(class, "Model") != 0))
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "%s holds a '%.60s', supported: Functional, Sequential", k->source->config,
                        class ? class : "model without class_name");
    if (m->depth > DEPTH_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "%s has models inside models, over %d deep",
                        k->source->config, DEPTH_MAX);
    m->list = evk_json_is_array(inner) ? inner : evk_json_get(inner, "layers"); /* Keras 2.2 */
    if (m->list != inner)
        EVK_TRY(evk_keras_check_model(k->source->config, inner, err));
    return read_list(k, m, inner, err);
}
