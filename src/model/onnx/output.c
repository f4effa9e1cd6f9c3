/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.c - the outputs of an ONNX graph become neurons */
#include <stdio.h>
#include <string.h>

#include "model/neurons.h"
#include "model/onnx/value.h"

/* Are the channels of an output of 4 axes the last of them?  They are where the node that makes the
   output put them there, or where they lie innermost in memory and were last in the image, too. */
static bool is_channels_last(const struct evk_onnx *o, const struct evk_onnx_value *v,
                             int64_t tensor)
{
    if (v->order[3] != 3)
        return false;
    for (int64_t i = 0; i < o->count; i++)
        for (int j = 0; j < o->nodes[i].outputs; j++)
            if (o->nodes[i].output[j] == tensor && strcmp(o->nodes[i].op->name, "Transpose") == 0)
                return true;
    return o->channels_last;
}

/* Gives the node of an output.  A map lies as maps do: rows, columns, channels. */
static evk_status output_node(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                              int64_t tensor, int *node, evk_error *err)
{
    static const int first[] = {0, 2, 3, 1};
    struct evk_onnx_value plain;
    int order[EVK_ONNX_AXES];

    EVK_TRY(evk_onnx_node_of(c, v, &plain, err));
    for (int a = 0; a < v->axes; a++)
        order[a] = v->axes == 4 && !is_channels_last(c->o, &plain, tensor) ? first[a] : a;
    EVK_TRY(evk_onnx_order(c, &plain, order, &plain, err));
    *node = plain.node;
    if (v->axes == 4 && v->dim[0] == 1)
        return evk_onnx_as(c, &plain, v->dim[order[1]], v->dim[order[2]], v->dim[order[3]], node,
                           err);
    return EVK_OK;
}

/* ---- names ---------------------------------------------------------------------------------- */

enum { NAMED_MAX = 1 << 16 }; /* the most positions of a map that get names */

/* Gives the values of a map names such as "row3_column5_channel2". */
static evk_status name_map(struct evk_network *n, const struct evk_shape *s, evk_error *err)
{
    char name[80];

    if (evk_shape_count(s) > NAMED_MAX)
        return EVK_OK;
    for (int64_t y = 0; y < s->h; y++)
        for (int64_t x = 0; x < s->w; x++)
            for (int64_t c = 0; c < s->c; c++) {
                snprintf(name, sizeof(name), "row%lld_column%lld_channel%lld", (long long)y,
                         (long long)x, (long long)c);
                EVK_TRY(evk_names_add(&n->names, name, err));
            }
    return EVK_OK;
}

/* Can all outputs of the graph be names of neurons, or of groups of neurons? */
static bool have_names(const Onnx__GraphProto *g)
{
    for (size_t i = 0; i < g->n_output; i++)
        if (evk_neuron_check_name(g->output[i]->name, NULL))
            return false;
    return true;
}

/*
 * Several outputs of one value each are neurons with the outputs' names; of other outputs, each
 * is a data key, which has the neurons numbered.  Where a name cannot stand in tables, all are
 * numbered.
 */
static evk_status name_outputs(struct evk_network *n, const Onnx__GraphProto *g,
                               const int64_t *counts, evk_error *err)
{
    bool single = true;

    if (!have_names(g))
        return EVK_OK;
    for (size_t i = 0; i < g->n_output; i++)
        single = single && counts[i] == 1;
    for (size_t i = 0; i < g->n_output; i++)
        if (single)
            EVK_TRY(evk_names_add(&n->names, g->output[i]->name, err));
        else
            EVK_TRY(evk_network_population(n, g->output[i]->name, counts[i], err));
    return EVK_OK;
}

/* A map of one image has its neurons named by their place; those of other outputs are numbered. */
static evk_status one_output(struct evk_onnx *o, const struct evk_onnx_value *v, int node,
                             evk_error *err)
{
    const struct evk_shape s = o->graph->nodes[node].out;

    if (v->axes == 4 && v->dim[0] == 1 && s.h * s.w > 1)
        EVK_TRY(name_map(o->network, &s, err));
    return evk_network_prune(o->network, node, err);
}

evk_status evk_onnx_output(struct evk_onnx *o, evk_error *err)
{
    const Onnx__GraphProto *g = o->model->graph;
    struct evk_onnx_call c = {.o = o, .label = "that joins the outputs"};
    int64_t counts[EVK_INPUTS_MAX];
    int nodes[EVK_INPUTS_MAX], last;

    if (g->n_output > EVK_INPUTS_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "its graph has %zu outputs, supported: up to %d",
                        g->n_output, EVK_INPUTS_MAX);
    for (size_t i = 0; i < g->n_output; i++) {
        const int64_t tensor = evk_onnx_find(o, g->output[i]->name);
        const struct evk_onnx_value *v = &o->values[tensor];

        if (!v->set)
            return evk_fail(err, EVK_EUNSUPPORTED, "its output '%.100s' is not computed",
                            g->output[i]->name);
        EVK_TRY(output_node(&c, v, tensor, &nodes[i], err));
        if (g->n_output == 1)
            return one_output(o, v, nodes[0], err);
        counts[i] = evk_onnx_count(v);
        EVK_TRY(evk_add_flatten(o->graph, c.label, nodes[i], &nodes[i], err));
    }
    EVK_TRY(evk_add_concat(o->graph, c.label, (int)g->n_output, nodes, 2, &last, err));
    EVK_TRY(name_outputs(o->network, g, counts, err));
    return evk_network_prune(o->network, last, err);
}
