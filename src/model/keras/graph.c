/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graph.c - from the description of a model, such as config.json, to a network */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/keras/keras.h"

enum { LAYERS_MAX = 10000 };

void evk_keras_release(struct evk_keras *k)
{
    for (int i = 0; i < k->count; i++) {
        free(k->layers[i].label);
        free(k->layers[i].group);
        free(k->layers[i].input);
        evk_names_release(&k->layers[i].arrays);
    }
    free(k->layers);
    free(k->input);
    k->layers = NULL;
    k->count = 0;
}

static evk_status set_class(struct evk_keras_layer *l, const char *name, evk_error *err)
{
    struct evk_str known = EVK_STR_INIT;
    evk_status s;

    l->class = evk_keras_class_find(name);
    if (l->class) {
        evk_str_printf(&known, "'%s' (%s)", l->name, name);
        s = evk_str_check(&known, err);
        if (!s)
            s = evk_strdup(&l->label, known.data, err);
        evk_str_release(&known);
        return s;
    }
    evk_keras_class_names(&known);
    s = evk_fail(err, EVK_EUNSUPPORTED, "layer '%s' (%s): is not supported; supported: %s", l->name,
                 name, known.data);
    evk_str_release(&known);
    return s;
}

/* Fails where the class, though it has the name of a Keras class, belongs to another module or was
   registered by a user. */
static evk_status check_module(const struct evk_keras_layer *l, const evk_json *entry,
                               const char *class, evk_error *err)
{
    static const char *const keras[] = {"keras.", "keras_core.", "tf_keras.", "tensorflow."};
    const char *module = evk_json_text(evk_json_get(entry, "module"));
    const char *registered = evk_json_text(evk_json_get(entry, "registered_name"));
    bool ours = !module;

    for (size_t i = 0; i < sizeof(keras) / sizeof(keras[0]) && !ours; i++)
        ours = strncmp(module, keras[i], strlen(keras[i])) == 0;
    if (ours && (!registered || strcmp(registered, class) == 0))
        return EVK_OK;
    return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                          "its class is '%.60s' of '%.60s', which is not supported; supported: "
                          "classes of Keras",
                          registered ? registered : class, module ? module : "no module");
}

static evk_status read_class(const struct evk_keras *k, struct evk_keras_layer *l,
                             const evk_json *entry, evk_error *err)
{
    const char *name = evk_json_text(evk_json_get(entry, "class_name"));

    l->config = evk_json_get(entry, "config");
    l->name = evk_json_text(evk_json_get(entry, "name"));
    if (!l->name)
        l->name = evk_json_text(evk_json_get(l->config, "name"));
    if (!name || !l->name || !l->name[0])
        return evk_fail(err, EVK_EFORMAT, "%s has a layer without class_name or name",
                        k->source->config);
    EVK_TRY(set_class(l, name, err));
    EVK_TRY(check_module(l, entry, name, err));
    return evk_keras_check_keys(l, err);
}

/*
 * Has the list of a Sequential model no InputLayer?  The config of its first
 * layer then has the key batch_input_shape, as an InputLayer's config has.
 */
static bool leaves_input(const evk_json *list)
{
    const evk_json *first = evk_json_at(list, 0);
    const char *class = evk_json_text(evk_json_get(first, "class_name"));

    return class && strcmp(class, "InputLayer") != 0 &&
           evk_json_get(evk_json_get(first, "config"), "batch_input_shape");
}

/* Makes k->layers[0] an InputLayer with the config of the first layer of such a list. */
static evk_status add_input_layer(struct evk_keras *k, const evk_json *list, evk_error *err)
{
    const evk_json *config = evk_json_get(evk_json_at(list, 0), "config");
    const char *name = evk_json_text(evk_json_get(config, "name"));
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_printf(&text, "%s_input", name ? name : "first");
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_strdup(&k->input, text.data, err);
    evk_str_release(&text);
    if (s)
        return s;
    k->layers[0].config = config;
    k->layers[0].name = k->input;
    return set_class(&k->layers[0], "InputLayer", err);
}

/* Reads name, class and config of every layer of the list.  chain: the model is Sequential. */
static evk_status read_layers(struct evk_keras *k, const evk_json *list, bool chain, evk_error *err)
{
    const size_t count = evk_json_count(list);
    const int more = chain && leaves_input(list);

    if (count == 0 || count > LAYERS_MAX)
        return evk_fail(err, EVK_EFORMAT, "%s has %zu layers, expected 1 to %d", k->source->config,
                        count, LAYERS_MAX);
    EVK_TRY(evk_alloc(&k->layers, (int64_t)count + more, sizeof(*k->layers), "layers", err));
    k->count = (int)count + more;
    for (int i = 0; i < k->count; i++) {
        k->layers[i].node = -1;
        if (i < more)
            EVK_TRY(add_input_layer(k, list, err));
        else
            EVK_TRY(read_class(k, &k->layers[i], evk_json_at(list, (size_t)(i - more)), err));
        for (int j = 0; j < i; j++)
            if (strcmp(k->layers[i].name, k->layers[j].name) == 0)
                return evk_keras_fail(&k->layers[i], EVK_EFORMAT, err,
                                      "another layer has this name");
    }
    return EVK_OK;
}

/* Finds the layer of a connection, which is [layer, call, output]: a "keras_history", or an
   entry of output_layers.  Call and output must be 0, since every layer is called once, for one
   output. */
static evk_status find_source(const struct evk_keras *k, const evk_json *v, int *out,
                              evk_error *err)
{
    const char *name = evk_json_text(evk_json_at(v, 0));
    int64_t call = -1, output = -1;

    if (!name || !evk_json_int(evk_json_at(v, 1), &call) ||
        !evk_json_int(evk_json_at(v, 2), &output))
        return evk_fail(err, EVK_EFORMAT, "%s has a connection that cannot be read",
                        k->source->config);
    for (int i = 0; i < k->count; i++) {
        if (strcmp(k->layers[i].name, name) != 0)
            continue;
        if (call != 0 || output != 0)
            return evk_keras_fail(&k->layers[i], EVK_EUNSUPPORTED, err,
                                  "call %lld, output %lld of it is used: shared layers are not "
                                  "supported; every layer must be called once, for one output",
                                  (long long)call, (long long)output);
        *out = i;
        return EVK_OK;
    }
    return evk_fail(err, EVK_EFORMAT, "%s has a connection to a layer '%s' that it lacks",
                    k->source->config, name);
}

static evk_status add_input(const struct evk_keras *k, struct evk_keras_layer *l,
                            const evk_json *source, evk_error *err)
{
    int *more, input;

    EVK_TRY(find_source(k, source, &input, err));
    more = realloc(l->input, (size_t)(l->inputs + 1) * sizeof(*more));
    if (!more)
        return evk_fail(err, EVK_ENOMEM, "out of memory for connections");
    l->input = more;
    l->input[l->inputs++] = input;
    return EVK_OK;
}

static evk_status fail_call(const struct evk_keras_layer *l, const char *what, const evk_json *v,
                            evk_error *err)
{
    char text[EVK_JSON_BRIEF];

    return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                          "it is called with %.60s %s, which is not supported; supported: outputs "
                          "of layers, and else null or false",
                          what, evk_json_brief(v, text));
}

/* Checks the named arguments of a call: all but inputs, such as training and mask, must be off. */
static evk_status check_call(const struct evk_keras_layer *l, const evk_json *named, evk_error *err)
{
    const char *key = NULL;

    while ((key = evk_json_key_after(named, key)) != NULL)
        if (strcmp(key, "inputs") != 0 && !evk_keras_is_off(evk_json_get(named, key)))
            return fail_call(l, key, evk_json_get(named, key), err);
    return EVK_OK;
}

/* Adds an input to the layer for each tensor in an argument of its call, in order.  Lists in the
   argument are searched too, at most depth levels deep. */
static evk_status add_tensors(const struct evk_keras *k, struct evk_keras_layer *l,
                              const evk_json *v, int depth, evk_error *err)
{
    const evk_json *history = evk_json_get(evk_json_get(v, "config"), "keras_history");

    if (history)
        return add_input(k, l, history, err);
    /* Keras 2 has a tensor as ["name", 0, 0], and behind that may have named arguments. */
    if (evk_json_text(evk_json_at(v, 0)) && evk_json_count(v) >= 3) {
        EVK_TRY(check_call(l, evk_json_at(v, 3), err));
        return add_input(k, l, v, err);
    }
    if (!evk_keras_is_off(v) && (depth == 0 || !evk_json_is_array(v)))
        return fail_call(l, "the argument", v, err);
    for (size_t i = 0; i < evk_json_count(v); i++)
        EVK_TRY(add_tensors(k, l, evk_json_at(v, i), depth - 1, err));
    return EVK_OK;
}

static evk_status read_inputs(const struct evk_keras *k, struct evk_keras_layer *l,
                              const evk_json *inbound, evk_error *err)
{
    const evk_json *call = evk_json_at(inbound, 0), *args = evk_json_get(call, "args");

    if (evk_json_count(inbound) > 1)
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "it is called %zu times: shared layers are not supported; every "
                              "layer must be called once",
                              evk_json_count(inbound));
    EVK_TRY(check_call(l, evk_json_get(call, "kwargs"), err));
    EVK_TRY(add_tensors(k, l, args ? args : call, 3, err));
    /* Keras 3 may pass the tensor by name. */
    if (l->inputs == 0)
        EVK_TRY(add_tensors(k, l, evk_json_get(evk_json_get(call, "kwargs"), "inputs"), 3, err));
    return EVK_OK;
}

static evk_status build_layer(struct evk_keras *k, struct evk_keras_layer *l, evk_error *err)
{
    int x[EVK_INPUTS_MAX];

    if (l->inputs > EVK_INPUTS_MAX)
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err, "it has %d inputs, supported: up to %d",
                              l->inputs, EVK_INPUTS_MAX);
    if (l->class->inputs == EVK_KERAS_MANY ? l->inputs < 1 : l->inputs != l->class->inputs)
        return evk_keras_fail(l, EVK_EFORMAT, err, "it has %d inputs, expected %s%d", l->inputs,
                              l->class->inputs == EVK_KERAS_MANY ? "at least " : "",
                              l->class->inputs == EVK_KERAS_MANY ? 1 : l->class->inputs);
    for (int j = 0; j < l->inputs; j++)
        x[j] = k->layers[l->input[j]].node;
    EVK_TRY(l->class->build(k, l, x, &l->node, err));
    EVK_TRY(evk_keras_check_weights(k, l, err));
    return evk_network_record(k->network, l->name, l->class->name, l->node, l->weights, err);
}

static bool is_ready(const struct evk_keras *k, const struct evk_keras_layer *l)
{
    for (int j = 0; j < l->inputs; j++)
        if (k->layers[l->input[j]].node < 0)
            return false;
    return true;
}

/* Builds all layers.  The list may be in any order, so each round builds the layers whose inputs
   have been built; a round that builds none means that the layers form a loop. */
static evk_status build_layers(struct evk_keras *k, evk_error *err)
{
    for (int built = 0; built < k->count;) {
        const int before = built;

        for (int i = 0; i < k->count; i++) {
            struct evk_keras_layer *l = &k->layers[i];

            if (l->node >= 0 || !is_ready(k, l))
                continue;
            EVK_TRY(build_layer(k, l, err));
            built++;
        }
        if (built == before)
            for (int i = 0; i < k->count; i++)
                if (k->layers[i].node < 0)
                    return evk_keras_fail(&k->layers[i], EVK_EFORMAT, err,
                                          "it is part of a loop of layers");
    }
    return EVK_OK;
}

/* Makes the output of the network: that of the only output layer, or the outputs of several output
   layers, flattened and joined. */
static evk_status build_output(struct evk_keras *k, const evk_json *outputs, evk_error *err)
{
    const bool bare = evk_json_text(evk_json_at(outputs, 0));
    const size_t count = bare ? 1 : evk_json_count(outputs);
    struct evk_graph *g = &k->network->graph;
    int nodes[EVK_INPUTS_MAX], layer, last;

    if (count == 0 || count > EVK_INPUTS_MAX)
        return evk_fail(err, EVK_EFORMAT, "%s has %zu output layers, expected 1 to %d",
                        k->source->config, count, EVK_INPUTS_MAX);
    for (size_t i = 0; i < count; i++) {
        EVK_TRY(find_source(k, bare ? outputs : evk_json_at(outputs, i), &layer, err));
        nodes[i] = k->layers[layer].node;
        if (count > 1)
            EVK_TRY(evk_add_flatten(g, k->layers[layer].label, nodes[i], &nodes[i], err));
    }
    last = nodes[0];
    if (count > 1)
        EVK_TRY(evk_add_concat(g, "that joins the outputs", (int)count, nodes, 2, &last, err));
    return evk_network_prune(k->network, last, err);
}

/* Sets the inputs of every layer; fails unless there is just one InputLayer, which is the image. */
static evk_status connect_layers(struct evk_keras *k, const evk_json *list, bool chain,
                                 evk_error *err)
{
    int inputs = 0;

    for (int i = 0; i < k->count; i++) {
        struct evk_keras_layer *l = &k->layers[i];

        if (!chain)
            EVK_TRY(read_inputs(k, l, evk_json_get(evk_json_at(list, (size_t)i), "inbound_nodes"),
                                err));
        else if (i > 0) {
            EVK_TRY(evk_alloc(&l->input, 1, sizeof(*l->input), "connections", err));
            l->input[l->inputs++] = i - 1;
        }
        inputs += strcmp(l->class->name, "InputLayer") == 0;
    }
    if (inputs != 1)
        return evk_fail(err, EVK_EUNSUPPORTED, "%s has %d InputLayers, expected one, the image",
                        k->source->config, inputs);
    return EVK_OK;
}

evk_status evk_keras_build(struct evk_keras *k, const evk_json *config, evk_error *err)
{
    const char *class = evk_json_text(evk_json_get(config, "class_name"));
    const evk_json *inner = evk_json_get(config, "config"), *layers = evk_json_get(inner, "layers");
    const evk_json *list = evk_json_is_array(inner) ? inner : layers; /* Sequential, Keras 2.2 */
    const bool chain = class && strcmp(class, "Sequential") == 0;

    if (!class || (!chain && strcmp(class, "Functional") != 0 && strcmp(class, "Model") != 0))
        return evk_fail(err, EVK_EUNSUPPORTED, "%s holds a '%s', supported: Functional, Sequential",
                        k->source->config, class ? class : "model without class_name");
    if (list != inner)
        EVK_TRY(evk_keras_check_model(k->source->config, inner, err));
    EVK_TRY(read_layers(k, list, chain, err));
    EVK_TRY(connect_layers(k, list, chain, err));
    EVK_TRY(k->source->locate(k, err));
    EVK_TRY(build_layers(k, err));
    if (chain)
        return evk_network_prune(k->network, k->layers[k->count - 1].node, err);
    return build_output(k, evk_json_get(inner, "output_layers"), err);
}
