/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compact.c - recognising the published compact models of area V4 by their architecture
 *
 * They take images of 112x112 RGB pixels, and consist of a 5x5 convolution, of
 * four 5x5 separable convolutions with strides 2, 2, 1 and 1, and of a dense
 * readout or, in shared models, of a 1x1 convolution and a 28x28 depthwise
 * convolution.  Between these, batch norms and ReLUs may stand or be missing:
 * the published linear models have no ReLUs.
 */
#include "model/compact.h"

#include <string.h>

#include "nn/window.h"

const double evk_compact_mean[3] = {116.222, 109.270, 100.381};

/* A layer of the architecture. */
struct step {
    const char *type;
    /* size and stride of the window, along both axes; size 0: the layer has no window */
    int64_t size, stride;
    int64_t before, after; /* padding before (top, left) and after (bottom, right) */
};

/* clang-format off */
#define TRUNK                                                            \
    {"conv2d", 5, 1, 2, 2},                                              \
    {"depthwise", 5, 2, 1, 2}, {"conv2d", 1, 1, 0, 0},                   \
    {"depthwise", 5, 2, 1, 2}, {"conv2d", 1, 1, 0, 0},                   \
    {"depthwise", 5, 1, 2, 2}, {"conv2d", 1, 1, 0, 0},                   \
    {"depthwise", 5, 1, 2, 2}, {"conv2d", 1, 1, 0, 0}
static const struct step one_neuron[] = {TRUNK, {"reshape", 0, 0, 0, 0}, {"dense", 0, 0, 0, 0}};
static const struct step shared[] = {TRUNK, {"conv2d", 1, 1, 0, 0}, {"depthwise", 28, 1, 0, 0},
                                     {"reshape", 0, 0, 0, 0}};
/* clang-format on */

static bool matches(const struct evk_node *n, const struct step *s)
{
    const struct evk_window *v = n->type->window ? n->type->window(n->layer) : NULL;

    if (!evk_layer_is(n->type, s->type))
        return false;
    if (s->size == 0)
        return true;
    return v && v->h == s->size && v->w == s->size && v->stride_h == s->stride &&
           v->stride_w == s->stride && v->dilation_h == 1 && v->dilation_w == 1 &&
           v->top == s->before && v->left == s->before && v->bottom == s->after &&
           v->right == s->after;
}

/* Are these steps all layers of the graph, each reading the one before, if batch norms and ReLUs
   are not counted? */
static bool is_chain(const struct evk_graph *g, const struct step *steps, size_t count)
{
    size_t at = 0;

    for (int i = 1; i < g->count; i++) {
        const struct evk_node *n = &g->nodes[i];

        if (n->inputs != 1 || n->input[0] != i - 1)
            return false;
        if (strcmp(n->type->name, "batchnorm") == 0 || strcmp(n->type->name, "relu") == 0)
            continue;
        if (at == count || !matches(n, &steps[at++]))
            return false;
    }
    return at == count;
}

bool evk_is_compact(const struct evk_graph *g)
{
    const struct evk_shape *in = &g->nodes[0].out;

    return in->h == 112 && in->w == 112 && in->c == 3 &&
           (is_chain(g, one_neuron, sizeof(one_neuron) / sizeof(one_neuron[0])) ||
            is_chain(g, shared, sizeof(shared) / sizeof(shared[0])));
}
