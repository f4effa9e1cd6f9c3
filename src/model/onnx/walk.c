/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * walk.c - node after node of an ONNX file becomes layers
 *
 * A node whose inputs are all constants is computed at once.  Operators on shapes do that
 * themselves; any other operator is built into a graph of its own, which runs once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/onnx/ops.h"
#include "nn/run.h"

enum {
    LABEL = 160,
    NAME = 256,         /* bytes of a layer's name that listings have */
    LAYERS_MAX = 65536, /* of the network; a node becomes one, or a few */
    WORK_MAX = 1 << 30  /* operations that constants take to compute, all together */
};

static void frame_free(struct evk_onnx_frame *f)
{
    for (int64_t i = 0; i < f->default_count; i++)
        onnx__attribute_proto__free_unpacked(f->defaults[i], NULL);
    free(f->defaults);
    free(f);
}

void evk_onnx_release(struct evk_onnx *o)
{
    for (int64_t i = 0; i < o->count; i++) {
        free(o->nodes[i].input);
        free(o->nodes[i].output);
    }
    for (int64_t i = 0; i < o->frame_count; i++)
        frame_free(o->frames[i]);
    for (int64_t i = 0; i < o->memory_count; i++)
        free(o->memory[i]);
    evk_names_release(&o->beside);
    free(o->nodes);
    free(o->frames);
    free(o->memory);
    free(o->values);
    free(o->initializers);
    free(o->names);
    free(o->given);
    *o = (struct evk_onnx){0};
}

/* ---- constants ------------------------------------------------------------------------------ */

/* Runs a graph that depends on no image, and keeps the values of tensor v as a constant. */
static evk_status run_once(struct evk_onnx_call *c, struct evk_onnx_value *v, evk_error *err)
{
    const int64_t n = evk_onnx_count(v);
    struct evk_plan plan;
    float *arena = NULL, *values, zero = 0;
    const char *wanted;
    evk_status s;

    EVK_TRY(evk_onnx_alloc(c, &values, n, sizeof(*values), err));
    c->o->work += evk_graph_flops(c->o->graph);
    if (c->o->work > WORK_MAX)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "it computes constants, which takes over %lld operations",
                             (long long)WORK_MAX);
    EVK_TRY(evk_plan_init(&plan, c->o->graph, evk_kernels_best(&wanted), err));
    s = evk_onnx_charge(c, plan.arena, sizeof(*arena), err);
    if (!s)
        s = evk_alloc_floats(&arena, plan.arena, "a constant", err);
    if (!s) {
        evk_run_prepare(&plan, arena);
        evk_run_forward(&plan, NULL, arena, &zero);
        memcpy(values, arena + plan.places[v->node].y, (size_t)n * sizeof(*values));
        *v = evk_onnx_shape(v->axes, v->dim);
        v->real = values;
    }
    free(arena);
    evk_plan_release(&plan);
    return s;
}

/* Builds the call in c->o->graph, which is empty, and makes its first output a constant; further
   ones are not computed. */
static evk_status compute(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_shape one = {1, 1, 1, false};
    struct evk_onnx_value first, *v = &c->out[0];
    const struct evk_onnx_value *given = c->in[0];
    int order[EVK_ONNX_AXES], image;
    evk_status s;

    for (int a = 0; a < EVK_ONNX_AXES; a++)
        order[a] = a;
    EVK_TRY(evk_add_input(c->o->graph, "constant", &one, &image, err));
    EVK_TRY(evk_onnx_node_of(c, given, &first, err));
    c->in[0] = &first;
    s = c->node->op->build(c, err);
    c->in[0] = given;
    if (!s && v->set && v->node >= 0)
        s = evk_onnx_order(c, v, order, v, err);
    /* the values of the last node are those that the plan keeps */
    if (!s && v->set && v->node >= 0)
        s = evk_graph_prune(c->o->graph, v->node, NULL, err);
    v->node = v->node < 0 ? -1 : c->o->graph->count - 1;
    if (!s && v->set && v->node >= 0)
        s = run_once(c, v, err);
    for (int i = 1; i < c->outputs; i++)
        c->out[i].set = false;
    return s;
}

static evk_status compute_constant(struct evk_onnx_call *c, evk_error *err)
{
    struct evk_graph scratch = {0}, *graph = c->o->graph;
    evk_status s;

    c->o->graph = &scratch;
    s = compute(c, err);
    c->o->graph = graph;
    evk_graph_release(&scratch);
    return s;
}

/* ---- nodes ---------------------------------------------------------------------------------- */

/* Gives the tensor of an input, or NULL where the input is left out. */
static evk_status take_input(struct evk_onnx *o, int64_t tensor, const struct evk_onnx_value **out,
                             evk_error *err)
{
    *out = NULL;
    if (tensor < 0)
        return EVK_OK;
    if (!o->values[tensor].set && o->initializers[tensor]) {
        EVK_TRY(evk_onnx_tensor(o, o->initializers[tensor], &o->values[tensor], err));
        o->values[tensor].initial = true;
    }
    if (o->values[tensor].set)
        *out = &o->values[tensor];
    return EVK_OK;
}

static evk_status check_inputs(const struct evk_onnx_call *c, bool *constant, evk_error *err)
{
    const struct evk_onnx_op *op = c->node->op;

    *constant = true;
    if (c->inputs < op->least || c->inputs > op->most)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "it has %d inputs, expected %d to %d", c->inputs,
                             op->least, op->most);
    for (int i = 0; i < c->inputs; i++) {
        if (!c->in[i] && i < op->least)
            return evk_onnx_fail(c, EVK_EFORMAT, err, "its input %d is left out", i);
        *constant = *constant && (!c->in[i] || c->in[i]->node < 0);
    }
    return EVK_OK;
}

/* Counts the weights that a node reads, each of them once. */
static int64_t take_weights(struct evk_onnx_call *c)
{
    int64_t n = 0;

    for (int i = 0; i < c->inputs; i++) {
        const struct evk_onnx_value *v = c->in[i];

        if (!v || !v->initial || !v->real)
            continue;
        n += evk_onnx_count(v);
        c->o->values[c->node->input[i]].initial = false;
    }
    return n;
}

/* Does the operator compute its constants itself? */
static bool computes_itself(const struct evk_onnx_call *c)
{
    bool whole = c->node->op->constants == EVK_ONNX_WHOLE;

    for (int i = 0; i < c->inputs; i++)
        whole = whole && c->in[i] && c->in[i]->whole;
    return whole || c->node->op->constants == EVK_ONNX_ALL;
}

evk_status evk_onnx_build_call(struct evk_onnx_call *c, bool *constant, evk_error *err)
{
    EVK_TRY(check_inputs(c, constant, err));
    if (*constant && !computes_itself(c))
        return compute_constant(c, err);
    EVK_TRY(c->node->op->build(c, err));
    *constant = c->out[0].node < 0;
    return evk_onnx_check_layers(c, err);
}

/* Lists the layer of an output of 4 axes (images, channels, rows, columns) as the map that it is. */
static void record_map(struct evk_network *n, const struct evk_onnx_value *v)
{
    static const int order[] = {0, 2, 3, 1};

    if (v->axes == 4 && v->dim[0] == 1 && evk_onnx_lies(v, order))
        evk_network_record_shape(n, &(struct evk_shape){v->dim[2], v->dim[3], v->dim[1], false});
}

static evk_status build(struct evk_onnx_call *c, evk_error *err)
{
    struct evk_onnx *o = c->o;
    const int before = o->graph->count;
    char name[NAME];
    bool constant;

    EVK_TRY(evk_onnx_build_call(c, &constant, err));
    if (!o->network || constant || o->graph->count == before)
        return EVK_OK;
    EVK_TRY(evk_network_record(o->network, evk_show(c->node->name, name, sizeof(name)),
                               c->node->proto->op_type, c->out[0].node, take_weights(c), err));
    record_map(o->network, &c->out[0]);
    return EVK_OK;
}

evk_status evk_onnx_check_layers(const struct evk_onnx_call *c, evk_error *err)
{
    if (c->o->graph->count <= LAYERS_MAX)
        return EVK_OK;
    return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "the network has over %d layers by then",
                         LAYERS_MAX);
}

/* Is a node in a branch that is not taken?  A condition that is not there belongs to such a branch,
   too. */
static evk_status is_left_out(struct evk_onnx *o, const struct evk_onnx_node *n, bool *out,
                              evk_error *err)
{
    const struct evk_onnx_value *v;

    EVK_TRY(take_input(o, n->guard.condition, &v, err));
    *out = n->guard.condition >= 0 &&
           (!v || (v->whole && evk_onnx_count(v) == 1 && (v->whole[0] != 0) != n->guard.taken));
    return EVK_OK;
}

/* Does a node in a branch lack an input that it must have?  The branch is inside another one, which
   is not taken. */
static bool lacks_input(const struct evk_onnx_call *c)
{
    const struct evk_onnx_op *op = c->node->op;
    bool lacks = false;

    for (int i = 0; i < c->inputs && i < op->least; i++)
        lacks = lacks || (c->node->input[i] >= 0 && !c->in[i]);
    return lacks && c->node->guard.condition >= 0;
}

evk_status evk_onnx_build_node(struct evk_onnx *o, const struct evk_onnx_node *n, evk_error *err)
{
    const struct evk_onnx_value *in[EVK_INPUTS_MAX] = {NULL};
    struct evk_onnx_value out[EVK_INPUTS_MAX] = {{0}};
    char label[LABEL];
    bool left_out;
    struct evk_onnx_call c = {
        .o = o,
        .node = n,
        .label = label,
        .opset = n->frame->opset,
        .inputs = n->inputs,
        .outputs = n->outputs,
        .in = in,
        .out = out,
    };

    EVK_TRY(is_left_out(o, n, &left_out, err));
    if (left_out)
        return EVK_OK;
    snprintf(label, sizeof(label), "'%.100s' (%.40s)", n->name, n->proto->op_type);
    if (!n->op)
        return evk_onnx_fail(&c, EVK_EUNSUPPORTED, err, "the operator is not supported");
    for (int i = 0; i < n->inputs; i++)
        EVK_TRY(take_input(o, n->input[i], &in[i], err));
    if (lacks_input(&c))
        return EVK_OK;
    EVK_TRY(build(&c, err));
    for (int i = 0; i < n->outputs; i++)
        if (n->output[i] >= 0 && out[i].set)
            o->values[n->output[i]] = out[i];
    return EVK_OK;
}

/* Reads the inputs that are known, and makes the other one the image, which is tensor *out. */
static evk_status take_inputs(struct evk_onnx *o, int64_t *out, evk_error *err)
{
    const Onnx__GraphProto *g = o->model->graph;
    const Onnx__ValueInfoProto *image = NULL;

    for (size_t i = 0; i < g->n_input; i++) {
        const int64_t tensor = evk_onnx_find(o, g->input[i]->name);
        bool known = o->initializers[tensor] != NULL;

        for (int64_t f = 0; f < o->feed_count && !known; f++)
            if (strcmp(o->feeds[f].name, g->input[i]->name) == 0) {
                EVK_TRY(evk_onnx_tensor(o, o->feeds[f].tensor, &o->values[tensor], err));
                known = true;
            }
        if (known)
            continue;
        if (image)
            return evk_fail(err, EVK_EUNSUPPORTED,
                            "its graph has several inputs, '%.100s' and '%.100s', expected one, "
                            "the image",
                            image->name, g->input[i]->name);
        image = g->input[i];
    }
    if (!image)
        return evk_fail(err, EVK_EUNSUPPORTED, "its graph has no input, expected one, the image");
    *out = evk_onnx_find(o, image->name);
    return evk_onnx_input(o, image, *out, err);
}

evk_status evk_onnx_build_values(struct evk_onnx *o, evk_error *err)
{
    int64_t image;

    o->graph = &o->network->graph;
    EVK_TRY(evk_onnx_plan(o, err));
    EVK_TRY(take_inputs(o, &image, err));
    for (int64_t i = 0; i < o->count; i++)
        EVK_TRY(evk_onnx_build_node(o, &o->nodes[i], err));
    if (!o->tensors)
        evk_onnx_preprocessing(o, image);
    return EVK_OK;
}

evk_status evk_onnx_build(struct evk_onnx *o, evk_error *err)
{
    EVK_TRY(evk_onnx_build_values(o, err));
    return evk_onnx_output(o, err);
}
