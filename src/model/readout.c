/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readout.c - the readout of a network replaced by one that evoke fitted */
#include "model/readout.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/named.h"
#include "base/near.h"

static const char NAME[] = "of the fitted readout";

/* ---- layers ---------------------------------------------------------------------------------- */

/* Is the layer's output a map of several pixels that the network's outputs depend on? */
static bool is_map(const struct evk_layer_record *l)
{
    return l->node >= 0 && !l->shape.flat && l->shape.h * l->shape.w > 1;
}

static bool is_activation(const struct evk_layer_record *l)
{
    return l->node != l->before;
}

/* Finds the last map before the network's own readout.  ONNX files may have the responses
   themselves as a map, of one row or column; it has as many values as the network has outputs. */
static evk_status find_default(const struct evk_network *n, const struct evk_layer_record **out,
                               evk_error *err)
{
    const int64_t outputs = evk_shape_count(&n->graph.nodes[n->graph.count - 1].out);
    const struct evk_layer_record *any = NULL, *other = NULL, *active = NULL;

    for (int64_t i = 0; i < n->count; i++) {
        const struct evk_layer_record *l = &n->layers[i];

        if (!is_map(l) || evk_shape_count(&l->shape) == outputs)
            continue;
        any = l;
        other = l->node > 0 && l->shape.c != outputs ? l : other;
        active = is_activation(l) ? l : active;
    }
    *out = active ? active : other ? other : any;
    if (!*out)
        return evk_fail(
            err, EVK_EINVAL,
            "has no map of several pixels for a readout to read, expected the name of a "
            "layer that 'evoke info' lists, as in MODEL@LAYER");
    return EVK_OK;
}

static evk_status unknown_layer(const struct evk_network *n, const char *name, evk_error *err)
{
    struct evk_near near = evk_near_begin(name, strlen(name));
    char hint[EVK_NEAR_HINT];

    for (int64_t i = 0; i < n->count; i++)
        evk_near_offer(&near, n->layers[i].name);
    return evk_fail(err, EVK_EINVAL,
                    "'%.200s' is no layer of the model, expected one that 'evoke info' lists%s",
                    name, evk_near_hint(&near, "", hint));
}

static evk_status find_layer(const struct evk_network *n, const char *name,
                             const struct evk_layer_record **out, evk_error *err)
{
    *out = NULL;
    for (int64_t i = 0; i < n->count; i++)
        if (strcmp(n->layers[i].name, name) == 0)
            *out = &n->layers[i];
    if (!*out)
        return unknown_layer(n, name, err);
    if ((*out)->node < 0)
        return evk_fail(err, EVK_EINVAL,
                        "no output of the model depends on layer '%.200s', expected another layer",
                        name);
    return EVK_OK;
}

/* ---- features -------------------------------------------------------------------------------- */

int64_t evk_features_count(const struct evk_features *f)
{
    int64_t count = 0;

    for (size_t i = 0; i < f->count; i++)
        count += evk_shape_count(&f->blocks[i].shape);
    return count;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static evk_status add_block(struct evk_features *f, const struct evk_layer_record *l,
                            evk_error *err)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->blocks[i].layer, l->name) == 0)
            return evk_fail(err, EVK_EINVAL, "layer '%.200s' is named twice, expected it once",
                            l->name);
    f->blocks[f->count++] = (struct evk_feature_block){
        l->name, {least(f->grid, l->shape.h), least(f->grid, l->shape.w), l->shape.c, false}};
    return EVK_OK;
}

evk_status evk_readout_find(const struct evk_network *n, const struct evk_readout *r,
                            struct evk_features *out, evk_error *err)
{
    const struct evk_layer_record *l;

    *out = (struct evk_features){.grid = r->grid};
    if (r->grid < 1 || r->grid > EVK_READOUT_GRID_MAX)
        return evk_fail(err, EVK_EINVAL, "its grid is %lld, expected 1 to %d rows and columns",
                        (long long)r->grid, EVK_READOUT_GRID_MAX);
    if (r->layer_count > EVK_READOUT_LAYERS_MAX)
        return evk_fail(err, EVK_EINVAL, "its readout reads %zu layers, expected at most %d",
                        r->layer_count, EVK_READOUT_LAYERS_MAX);
    if (r->layer_count == 0) {
        EVK_TRY(find_default(n, &l, err));
        return add_block(out, l, err);
    }
    for (size_t i = 0; i < r->layer_count; i++) {
        EVK_TRY(find_layer(n, r->layers[i], &l, err));
        EVK_TRY(add_block(out, l, err));
    }
    return EVK_OK;
}

/* ---- nodes ----------------------------------------------------------------------------------- */

/* Gives in *x the node of a layer's values, in the shape that the list of layers has for them. */
static evk_status take_layer(struct evk_graph *g, const struct evk_layer_record *l, int *x,
                             evk_error *err)
{
    struct evk_box box = evk_box_whole(&l->shape);

    *x = l->node;
    if (l->reshaped)
        return evk_add_reshape(g, NAME, *x, &l->shape, x, err);
    if (g->nodes[*x].out.c == l->shape.c)
        return EVK_OK;
    box.first[2] += l->first;
    box.last[2] += l->first;
    return evk_add_crop(g, NAME, *x, &box, x, err);
}

/* Adds the nodes that give the features of one layer as a vector. */
static evk_status add_features(struct evk_network *n, const struct evk_feature_block *b, int *x,
                               evk_error *err)
{
    struct evk_graph *g = &n->graph;
    const struct evk_layer_record *l;

    EVK_TRY(find_layer(n, b->layer, &l, err));
    EVK_TRY(take_layer(g, l, x, err));
    if (l->shape.flat)
        return EVK_OK;
    if (b->shape.h != l->shape.h || b->shape.w != l->shape.w)
        EVK_TRY(evk_add_gridpool(g, NAME, *x, b->shape.h, b->shape.w, x, err));
    return evk_add_flatten(g, NAME, *x, x, err);
}

/* Adds the weighted sums of the features, node *x, and the function of them. */
static evk_status add_sums(struct evk_graph *g, const struct evk_readout *r, int *x, evk_error *err)
{
    const int64_t dim[2] = {g->nodes[*x].out.c, r->neurons};
    struct evk_tensor kernel = {0}, bias = {0};
    evk_status s = evk_tensor_new(&kernel, 2, dim, err);

    if (!s)
        s = evk_tensor_new(&bias, 1, &dim[1], err);
    if (!s) {
        memcpy(kernel.data, r->weights, (size_t)(dim[0] * dim[1]) * sizeof(*kernel.data));
        memcpy(bias.data, r->bias, (size_t)dim[1] * sizeof(*bias.data));
        s = evk_add_dense(g, NAME, *x, &kernel, &bias, x, err);
    }
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
    if (!s && strcmp(r->output, "linear") != 0)
        s = evk_add_activation(g, NAME, *x, r->output, x, err);
    return s;
}

evk_status evk_readout_attach(struct evk_network *n, const struct evk_readout *r,
                              const struct evk_features *features, evk_error *err)
{
    static const char *const outputs[] = {"linear", "softplus", NULL};
    int x[EVK_READOUT_LAYERS_MAX], last, i;

    if (r->weights)
        EVK_TRY(evk_word_find(&i, "the readout's output", r->output, outputs, err));
    for (size_t b = 0; b < features->count; b++)
        EVK_TRY(add_features(n, &features->blocks[b], &x[b], err));
    last = x[0];
    if (features->count > 1)
        EVK_TRY(evk_add_concat(&n->graph, NAME, (int)features->count, x, 2, &last, err));
    if (r->weights)
        EVK_TRY(add_sums(&n->graph, r, &last, err));
    evk_names_release(&n->names);
    return evk_network_prune(n, last, err);
}
