/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.c - the outputs of an ONNX graph become neurons */
#include <string.h>

#include "model/onnx/onnx.h"

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

evk_status evk_onnx_output(struct evk_onnx *o, evk_error *err)
{
    const Onnx__GraphProto *g = o->model->graph;
    struct evk_onnx_call c = {.o = o, .label = "that joins the outputs"};
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
            return evk_network_prune(o->network, nodes[0], err);
        EVK_TRY(evk_add_flatten(o->graph, c.label, nodes[i], &nodes[i], err));
    }
    EVK_TRY(evk_add_concat(o->graph, c.label, (int)g->n_output, nodes, 2, &last, err));
    return evk_network_prune(o->network, last, err);
}
