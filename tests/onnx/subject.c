/* SPDX-License-Identifier: GPL-3.0-or-later */
/* subject.c - one output of a conformance case, as a network that is ready to run */
#include "subject.h"

#include <stdlib.h>

#include "base/mem.h"

/* Gives the free axes of an input the sizes that the data set has. */
static void fix_shape(const Onnx__ValueInfoProto *input, const Onnx__TensorProto *t)
{
    Onnx__TensorShapeProto *shape = input->type->tensor_type->shape;

    for (size_t a = 0; shape && a < shape->n_dim && a < t->n_dims; a++) {
        shape->dim[a]->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
        shape->dim[a]->dim_value = t->dims[a];
    }
}

static evk_status build(struct subject *s, const struct conformance_case *c,
                        const struct data_set *d, evk_error *err)
{
    Onnx__ValueInfoProto *input[TENSORS_MAX];
    const int count = case_inputs(c, input);

    if (count != d->inputs)
        return evk_fail(err, EVK_EFORMAT, "it has %d inputs, and files of %d", count, d->inputs);
    fix_shape(input[0], d->input[0]);
    for (int i = 1; i < count; i++)
        if (d->input[i])
            s->feeds[s->onnx.feed_count++] = (struct evk_onnx_feed){input[i]->name, d->input[i]};
    EVK_TRY(evk_onnx_build_values(&s->onnx, err));
    return evk_onnx_tensor(&s->onnx, d->input[0], &s->image, err);
}

evk_status subject_make(struct subject *out, const struct conformance_case *c,
                        const struct data_set *d, int i, evk_error *err)
{
    const char *output = c->model->graph->output[i]->name, *wanted;
    struct evk_graph *graph = &out->network.graph;

    *out = (struct subject){.onnx = {.model = c->model, .tensors = true}};
    out->onnx.options = &out->options;
    out->onnx.network = &out->network;
    out->onnx.feeds = out->feeds;
    EVK_TRY(build(out, c, d, err));
    out->value = out->onnx.values[evk_onnx_find(&out->onnx, output)];
    if (!out->value.set)
        return evk_fail(err, EVK_EUNSUPPORTED, "its output '%.100s' is not computed", output);
    if (out->value.node < 0)
        return EVK_OK;
    EVK_TRY(evk_graph_prune(graph, out->value.node, NULL, err));
    evk_graph_fold(graph);
    EVK_TRY(evk_plan_init(&out->plan, graph, evk_kernels_best(&wanted), err));
    EVK_TRY(evk_alloc_floats(&out->arena, out->plan.arena, "a pass", err));
    evk_run_prepare(&out->plan, out->arena);
    return EVK_OK;
}

void subject_release(struct subject *s)
{
    free(s->arena);
    evk_plan_release(&s->plan);
    evk_onnx_release(&s->onnx);
    evk_network_release(&s->network);
}

void subject_places(const struct subject *s, int64_t *place)
{
    const struct evk_onnx_value *v = &s->value;
    const int64_t n = evk_onnx_count(v);
    int64_t stride[EVK_ONNX_AXES], step = 1;

    for (int i = v->axes - 1; i >= 0; i--) {
        const int a = v->node < 0 ? i : v->order[i];

        stride[a] = step;
        step *= v->dim[a];
    }
    for (int64_t i = 0; i < n; i++) {
        int64_t rest = i;

        place[i] = 0;
        for (int a = v->axes - 1; a >= 0; a--) {
            place[i] += rest % v->dim[a] * stride[a];
            rest /= v->dim[a];
        }
    }
}
