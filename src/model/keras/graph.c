/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graph.c - building the layers of a description, and of models inside models, into a network */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/keras/classes.h"
#include "model/way.h"

enum {
    ALL_LAYERS_MAX = 20000, /* of all models together */
    DEPTH = 16              /* models inside models that are searched for a data_format */
};

void evk_keras_release(struct evk_keras *k)
{
    evk_onnx_release(&k->onnx);
}

void evk_keras_set_version(struct evk_keras *k, const char *version)
{
    static const char known[] = "0123456789abcdefghijklmnopqrstuvwxyz.-+_";
    const size_t n = version ? strlen(version) : 0;

    if (n < 2 || n >= sizeof(k->version) || strspn(version, known) != n || version[0] < '1' ||
        version[0] > '9' || version[1] != '.')
        return;
    memcpy(k->version, version, n + 1);
    k->keras = version[0] < '3' ? 2 : 3;
}

evk_status evk_keras_note(struct evk_keras *k, const char *what, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_puts(&text, what);
    if (k->version[0])
        evk_str_printf(&text, ", written by keras %s", k->version);
    else
        evk_str_printf(&text, ", which does not say its version of Keras: Keras %lld is assumed",
                       (long long)k->keras);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_network_note(k->network, "recognised", text.data, err);
    evk_str_release(&text);
    return s;
}

/* ---- layers --------------------------------------------------------------------------------- */

/*
 * Lists a layer that has been built.  A map is brought into the order of rows, columns and channels,
 * in which most layers read maps, so that listings and units see the map.
 */
static evk_status record(struct evk_keras *k, const struct evk_keras_layer *l,
                         struct evk_onnx_value *v, evk_error *err)
{
    static const int first[] = {0, 2, 3, 1}, last[] = {0, 1, 2, 3};
    const int *order = k->channels_first ? first : last;
    struct evk_onnx_call c = evk_keras_call(k, l);
    struct evk_shape shape = {1, 1, v->dim[1], true};

    if (l->class->build == evk_keras_input)
        return evk_network_record(k->network, l->path, l->class->name, v->node, 0, err);
    if (v->axes == 4) {
        EVK_TRY(evk_onnx_order(&c, v, order, v, err));
        shape = (struct evk_shape){v->dim[order[1]], v->dim[order[2]], v->dim[order[3]], false};
    }
    EVK_TRY(evk_network_record(k->network, l->path, l->class->name, v->node, l->weights, err));
    if (v->axes == 2 || v->axes == 4)
        evk_network_record_shape(k->network, &shape);
    return EVK_OK;
}

/* Does a layer cut, turn or resize an image, so that what is scaled stays so?  Padding does that
   only before any scaling, since zeros are not scaled. */
static bool is_geometry(const struct evk_keras *k, const struct evk_keras_layer *l)
{
    return l->class->build == evk_keras_resizing || l->class->build == evk_keras_cropping ||
           l->class->build == evk_keras_permute ||
           (l->class->build == evk_keras_zero_padding && !k->network->preprocesses);
}

static evk_status build_layer(struct evk_keras *k, const struct evk_keras_model *m,
                              struct evk_keras_layer *l, evk_error *err)
{
    const struct evk_onnx_value *x[EVK_INPUTS_MAX] = {NULL};
    struct evk_onnx_value out = {0};
    int made;

    if (++k->layers > ALL_LAYERS_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "%s has over %d layers", k->source->config,
                        ALL_LAYERS_MAX);
    if (l->class->inputs == EVK_KERAS_MANY ? l->inputs < 1 : l->inputs != l->class->inputs)
        return evk_keras_fail(l, EVK_EFORMAT, err, "it has %d inputs, expected %s%d", l->inputs,
                              l->class->inputs == EVK_KERAS_MANY ? "at least " : "",
                              l->class->inputs == EVK_KERAS_MANY ? 1 : l->class->inputs);
    for (int j = 0; j < l->inputs; j++)
        x[j] = &m->layers[l->input[j]].value;
    EVK_TRY(l->class->build(k, l, x, &out, err));
    made = out.node;
    if (!evk_keras_is_model(l)) {
        EVK_TRY(evk_keras_check_weights(k, l, err));
        EVK_TRY(record(k, l, &out, err));
    }
    if (made == k->scaled)
        k->scaled = out.node;
    if (x[0] && x[0]->node == k->scaled && is_geometry(k, l))
        k->scaled = out.node;
    l->value = out;
    l->value.set = true;
    return EVK_OK;
}

static bool is_ready(const struct evk_keras_model *m, const struct evk_keras_layer *l)
{
    for (int j = 0; j < l->inputs; j++)
        if (!m->layers[l->input[j]].value.set)
            return false;
    return true;
}

/* Builds all layers.  The list may be in any order, so each round builds the layers whose inputs
   have been built; a round that builds none means that the layers form a loop. */
static evk_status build_layers(struct evk_keras *k, struct evk_keras_model *m, evk_error *err)
{
    int left = 1;

    while (left > 0) {
        bool built = false;

        left = 0;
        for (int i = 0; i < m->count; i++) {
            struct evk_keras_layer *l = &m->layers[i];

            if (l->value.set)
                continue;
            left++;
            if (!is_ready(m, l))
                continue;
            EVK_TRY(build_layer(k, m, l, err));
            built = true;
        }
        for (int i = 0; left > 0 && !built && i < m->count; i++)
            if (!m->layers[i].value.set)
                return evk_keras_fail(&m->layers[i], EVK_EFORMAT, err,
                                      "it is part of a loop of layers");
    }
    return EVK_OK;
}

/* Lists the layers of a description's input_layers or output_layers: *count of them, by index. */
static evk_status list_ends(const struct evk_keras *k, const struct evk_keras_model *m,
                            const evk_json *ends, const char *what, int index[EVK_INPUTS_MAX],
                            int *count, evk_error *err)
{
    const bool bare = evk_json_text(evk_json_at(ends, 0));
    const size_t n = bare ? 1 : evk_json_count(ends);

    if (n == 0 || n > EVK_INPUTS_MAX)
        return evk_fail(err, EVK_EFORMAT, "%s has %zu %s layers, expected 1 to %d",
                        k->source->config, n, what, EVK_INPUTS_MAX);
    for (size_t i = 0; i < n; i++)
        EVK_TRY(evk_keras_find_source(k, m, bare ? ends : evk_json_at(ends, i), &index[i], err));
    *count = (int)n;
    return EVK_OK;
}

/* Lists the layers that give the outputs of a model. */
static evk_status list_outputs(const struct evk_keras *k, const struct evk_keras_model *m,
                               const evk_json *config, int index[EVK_INPUTS_MAX], int *count,
                               evk_error *err)
{
    index[0] = m->count - 1;
    *count = 1;
    return m->chain ? EVK_OK
                    : list_ends(k, m, evk_json_get(config, "output_layers"), "output", index, count,
                                err);
}

/* ---- models inside models ------------------------------------------------------------------- */

/* Gives the InputLayers of a model the tensors that its layer reads. */
static evk_status give_inputs(const struct evk_keras *k, struct evk_keras_model *m,
                              const struct evk_keras_layer *outer, const evk_json *config,
                              const struct evk_onnx_value *const *x, evk_error *err)
{
    int index[EVK_INPUTS_MAX] = {0}, count = 1;

    if (!m->chain)
        EVK_TRY(list_ends(k, m, evk_json_get(config, "input_layers"), "input", index, &count, err));
    if (count != outer->inputs)
        return evk_keras_fail(outer, EVK_EFORMAT, err, "the model has %d inputs, expected %d",
                              count, outer->inputs);
    for (int i = 0; i < count; i++) {
        struct evk_keras_layer *l = &m->layers[index[i]];

        if (l->class->build != evk_keras_input || l->value.set)
            return evk_keras_fail(l, EVK_EFORMAT, err,
                                  "it is an input of the model, expected an InputLayer, once");
        l->value = *x[i];
    }
    for (int i = 0; i < m->count; i++)
        if (m->layers[i].class->build == evk_keras_input && !m->layers[i].value.set)
            return evk_keras_fail(&m->layers[i], EVK_EFORMAT, err,
                                  "it is not among the inputs of the model");
    return EVK_OK;
}

static evk_status build_inner(struct evk_keras *k, struct evk_keras_model *m,
                              const struct evk_keras_layer *outer, const evk_json *description,
                              const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                              evk_error *err)
{
    const evk_json *config = evk_json_get(description, "config");
    int index[EVK_INPUTS_MAX], count;

    EVK_TRY(evk_keras_read_model(k, m, description, err));
    EVK_TRY(evk_keras_connect(k, m, err));
    EVK_TRY(k->source->locate(k, m, err));
    EVK_TRY(give_inputs(k, m, outer, config, x, err));
    EVK_TRY(build_layers(k, m, err));
    EVK_TRY(list_outputs(k, m, config, index, &count, err));
    if (count > 1)
        return evk_keras_fail(outer, EVK_EUNSUPPORTED, err,
                              "the model has %d outputs, supported: 1 of a model inside a model",
                              count);
    *out = m->layers[index[0]].value;
    return EVK_OK;
}

evk_status evk_keras_model(struct evk_keras *k, struct evk_keras_layer *l,
                           const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                           evk_error *err)
{
    struct evk_keras_model m = {.outer = l, .depth = l->depth + 1};
    const evk_status s = build_inner(k, &m, l, l->entry, x, out, err);
    evk_keras_model_release(&m);
    return s;
}

/* ---- the whole model ------------------------------------------------------------------------ */

/* Makes the output of the network: that of the only output layer, or the outputs of several output
   layers, flattened and joined. */
static evk_status build_output(struct evk_keras *k, const struct evk_keras_model *m,
                               const evk_json *config, evk_error *err)
{
    static const int natural[EVK_ONNX_AXES] = {0, 1, 2, 3, 4, 5, 6, 7};
    struct evk_graph *g = &k->network->graph;
    int index[EVK_INPUTS_MAX], nodes[EVK_INPUTS_MAX], count, last;

    EVK_TRY(list_outputs(k, m, config, index, &count, err));
    for (int i = 0; i < count; i++) {
        const struct evk_keras_layer *l = &m->layers[index[i]];
        struct evk_onnx_call c = evk_keras_call(k, l);
        struct evk_onnx_value v;

        EVK_TRY(evk_onnx_order(&c, &l->value, natural, &v, err));
        nodes[i] = v.node;
        if (count > 1)
            EVK_TRY(evk_add_flatten(g, l->label, nodes[i], &nodes[i], err));
    }
    last = nodes[0];
    if (count > 1)
        EVK_TRY(evk_add_concat(g, "that joins the outputs", count, nodes, 2, &last, err));
    return evk_network_prune(k->network, last, err);
}

/* Finds the data_format of the first layer that has one, in the description's order. */
static const char *find_format(const evk_json *list, int depth)
{
    const char *found = NULL;

    for (size_t i = 0; i < evk_json_count(list) && !found; i++) {
        const evk_json *config = evk_json_get(evk_json_at(list, i), "config");
        const evk_json *inner = evk_json_is_array(config) ? config : evk_json_get(config, "layers");

        found = evk_json_text(evk_json_get(config, "data_format"));
        if (!found && depth > 0 && evk_json_is_array(inner))
            found = find_format(inner, depth - 1);
    }
    return found;
}

/* Fails unless there is just one InputLayer, which is the image. */
static evk_status check_image(const struct evk_keras *k, const struct evk_keras_model *m,
                              evk_error *err)
{
    int inputs = 0;

    for (int i = 0; i < m->count; i++)
        inputs += m->layers[i].class->build == evk_keras_input;
    if (inputs != 1)
        return evk_fail(err, EVK_EUNSUPPORTED, "%s has %d InputLayers, expected one, the image",
                        k->source->config, inputs);
    return EVK_OK;
}

static evk_status build_whole(struct evk_keras *k, struct evk_keras_model *m,
                              const evk_json *description, evk_error *err)
{
    const char *format;

    EVK_TRY(evk_keras_read_model(k, m, description, err));
    format = find_format(m->list, DEPTH);
    k->channels_first = format && strcmp(format, "channels_first") == 0;
    EVK_TRY(evk_keras_connect(k, m, err));
    EVK_TRY(check_image(k, m, err));
    EVK_TRY(k->source->locate(k, m, err));
    EVK_TRY(build_layers(k, m, err));
    return build_output(k, m, evk_json_get(description, "config"), err);
}

/* Counts the nodes that read a node.  Where several layers read the image, one of them may read the
   image without its scaling. */
static int count_readers(const struct evk_graph *g, int node)
{
    int readers = 0;

    for (int i = 0; i < g->count; i++)
        for (int j = 0; j < g->nodes[i].inputs; j++)
            readers += g->nodes[i].input[j] == node;
    return readers;
}

/* Notes the preprocessing that layers have found, if it changes the image. */
static evk_status note_preprocessing(struct evk_keras *k, evk_error *err)
{
    struct evk_network *n = k->network;
    bool changes = false;

    for (int64_t c = 0; n->preprocesses && c < evk_keras_shape(k, 0)->c; c++)
        changes = changes || n->mean[c] != 0 || n->scale[c] != 1;
    n->preprocesses = changes && count_readers(&n->graph, 0) == 1;
    return evk_network_note_preprocessing(n, err);
}

/* Adds to a failure the line that writes the model as ONNX, with which most other layers open. */
static evk_status add_way(const struct evk_keras *k, evk_status s, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;

    if (s != EVK_EUNSUPPORTED || k->beyond_images || !err)
        return s;
    evk_str_printf(&text, "%s; ", err->msg);
    evk_way_add(&text,
                k->keras == 2 ? "write the model as ONNX: python -m tf2onnx.convert --keras {path} "
                                "--output {name}.onnx --opset 17"
                              : "write the model as ONNX in Keras: model.export(\"{name}.onnx\", "
                                "format=\"onnx\")",
                k->options->path, "");
    if (!evk_str_check(&text, NULL))
        evk_error_set(err, s, "%s", text.data);
    evk_str_release(&text);
    return s;
}

evk_status evk_keras_build(struct evk_keras *k, const evk_json *description, size_t bytes,
                           evk_error *err)
{
    struct evk_keras_model m = {.outer = NULL};
    evk_status s;

    k->onnx = (struct evk_onnx){.part = "layer",
                                .options = k->options,
                                .graph = &k->network->graph,
                                .bytes = (int64_t)bytes};
    s = build_whole(k, &m, description, err);
    if (!s)
        s = note_preprocessing(k, err);
    evk_keras_model_release(&m);
    return add_way(k, s, err);
}
