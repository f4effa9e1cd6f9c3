/* SPDX-License-Identifier: GPL-3.0-or-later */
/* connections.c - which layers a layer reads, from the calls in a description */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/keras/classes.h"

/* Every layer is called once, for one output, so that call and output must be 0.  The call of a model
   may be number 1, since Keras counts the call by which the model itself was made as number 0. */
evk_status evk_keras_find_source(const struct evk_keras *k, const struct evk_keras_model *m,
                                 const evk_json *v, int *out, evk_error *err)
{
    const char *name = evk_json_text(evk_json_at(v, 0));
    int64_t call = -1, output = -1;

    if (!name || !evk_json_int(evk_json_at(v, 1), &call) ||
        !evk_json_int(evk_json_at(v, 2), &output))
        return evk_fail(err, EVK_EFORMAT, "%s has a connection that cannot be read",
                        k->source->config);
    for (int i = 0; i < m->count; i++) {
        if (strcmp(m->layers[i].name, name) != 0)
            continue;
        if (call < 0 || call > evk_keras_is_model(&m->layers[i]) || output != 0)
            return evk_keras_fail(&m->layers[i], EVK_EUNSUPPORTED, err,
                                  "call %lld, output %lld of it is used: shared layers are not "
                                  "supported; every layer must be called once, for one output",
                                  (long long)call, (long long)output);
        *out = i;
        return EVK_OK;
    }
    return evk_fail(err, EVK_EFORMAT, "%s has a connection to a layer '%s' that it lacks",
                    k->source->config, name);
}

static evk_status add_input(const struct evk_keras *k, const struct evk_keras_model *m,
                            struct evk_keras_layer *l, const evk_json *source, evk_error *err)
{
    int *more, input;

    if (l->inputs == EVK_INPUTS_MAX)
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "it has over %d inputs, supported: up to %d", EVK_INPUTS_MAX,
                              EVK_INPUTS_MAX);
    EVK_TRY(evk_keras_find_source(k, m, source, &input, err));
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
static evk_status add_tensors(const struct evk_keras *k, const struct evk_keras_model *m,
                              struct evk_keras_layer *l, const evk_json *v, int depth,
                              evk_error *err)
{
    const evk_json *history = evk_json_get(evk_json_get(v, "config"), "keras_history");

    if (history)
        return add_input(k, m, l, history, err);
    /* Keras 2 has a tensor as ["name", 0, 0], and behind that may have named arguments. */
    if (evk_json_text(evk_json_at(v, 0)) && evk_json_count(v) >= 3) {
        EVK_TRY(check_call(l, evk_json_at(v, 3), err));
        return add_input(k, m, l, v, err);
    }
    if (!evk_keras_is_off(v) && (depth == 0 || !evk_json_is_array(v)))
        return fail_call(l, "the argument", v, err);
    for (size_t i = 0; i < evk_json_count(v); i++)
        EVK_TRY(add_tensors(k, m, l, evk_json_at(v, i), depth - 1, err));
    return EVK_OK;
}

static evk_status read_inputs(const struct evk_keras *k, const struct evk_keras_model *m,
                              struct evk_keras_layer *l, const evk_json *inbound, evk_error *err)
{
    const evk_json *call = evk_json_at(inbound, 0), *args = evk_json_get(call, "args");

    if (evk_json_count(inbound) > 1)
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "it is called %zu times: shared layers are not supported; every "
                              "layer must be called once",
                              evk_json_count(inbound));
    EVK_TRY(check_call(l, evk_json_get(call, "kwargs"), err));
    EVK_TRY(add_tensors(k, m, l, args ? args : call, 3, err));
    /* Keras 3 may pass the tensor by name. */
    if (l->inputs == 0)
        EVK_TRY(add_tensors(k, m, l, evk_json_get(evk_json_get(call, "kwargs"), "inputs"), 3, err));
    return EVK_OK;
}

evk_status evk_keras_connect(const struct evk_keras *k, struct evk_keras_model *m, evk_error *err)
{
    for (int i = 0; i < m->count; i++) {
        struct evk_keras_layer *l = &m->layers[i];

        if (!m->chain) {
            const evk_json *entry = evk_json_at(m->list, (size_t)i);

            EVK_TRY(read_inputs(k, m, l, evk_json_get(entry, "inbound_nodes"), err));
        } else if (i > 0) {
            EVK_TRY(evk_alloc(&l->input, 1, sizeof(*l->input), "connections", err));
            l->input[l->inputs++] = i - 1;
        }
    }
    return EVK_OK;
}
