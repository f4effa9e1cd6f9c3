/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.c - the outputs of an ONNX graph become neurons */
#include <stdio.h>

#include "model/neurons.h"
#include "model/onnx/value.h"

/* Gives the node of an output.  A map lies as maps do: rows, columns, channels. */
static evk_status output_node(struct evk_onnx_call *c, const struct evk_onnx_value *v, int *node,
                              evk_error *err)
{
    static const int map[] = {0, 2, 3, 1};
    struct evk_onnx_value plain;
    int order[EVK_ONNX_AXES];

    for (int a = 0; a < v->axes; a++)
        order[a] = v->axes == 4 && !c->o->channels_last ? map[a] : a;
    EVK_TRY(evk_onnx_node_of(c, v, &plain, err));
    EVK_TRY(evk_onnx_order(c, &plain, order, &plain, err));
    *node = plain.node;
    return EVK_OK;
}

/* ---- names --------------------------------------------------------------------------------- */

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
 * Several outputs of one value each are neurons with the outputs' names; of other outputs, each is a
 * data key, which has the neurons numbered.  Where a name cannot stand in tables, all are numbered.
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

static evk_status one_output(struct evk_onnx *o, int node, evk_error *err)
{
    const struct evk_shape s = o->graph->nodes[node].out;

    if (s.h * s.w > 1 && s.c > 0)
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
        const struct evk_onnx_value *v = &o->values[evk_onnx_find(o, g->output[i]->name)];

        if (!v->set)
            return evk_fail(err, EVK_EUNSUPPORTED, "its output '%.100s' is not computed",
                            g->output[i]->name);
        EVK_TRY(output_node(&c, v, &nodes[i], err));
        if (g->n_output == 1)
            return one_output(o, nodes[0], err);
        counts[i] = evk_onnx_count(v);
        EVK_TRY(evk_add_flatten(o->graph, c.label, nodes[i], &nodes[i], err));
    }
    EVK_TRY(evk_add_concat(o->graph, c.label, (int)g->n_output, nodes, 2, &last, err));
    EVK_TRY(name_outputs(o->network, g, counts, err));
    return evk_network_prune(o->network, last, err);
}
