/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_activation.c - the classes Activation and ReLU, and the "activation" of other classes */
#include <math.h>
#include <string.h>

#include "model/keras/classes.h"

static evk_status add_named(struct evk_keras *k, const struct evk_keras_layer *l, const char *name,
                            int *node, evk_error *err)
{
    struct evk_graph *g = &k->network->graph;

    if (strcmp(name, "linear") == 0)
        return EVK_OK;
    if (strcmp(name, "relu") == 0)
        return evk_add_relu(g, l->label, *node, 0, 0, INFINITY, node, err);
    if (strcmp(name, "softmax") == 0)
        return evk_add_softmax(g, l->label, *node, node, err);
    return evk_add_activation(g, l->label, *node, name, node, err);
}

evk_status evk_keras_activation(struct evk_keras *k, const struct evk_keras_layer *l, int *node,
                                evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, "activation");
    const char *name = evk_json_text(v);

    if (evk_json_is_null(v))
        return EVK_OK;
    if (!name)
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "its activation is an object, supported: names such as relu");
    return add_named(k, l, name, node, err);
}

evk_status evk_keras_Activation(struct evk_keras *k, struct evk_keras_layer *l, const int *x,
                                int *out, evk_error *err)
{
    int node = *x;

    EVK_TRY(evk_keras_activation(k, l, &node, err));
    *out = node;
    return EVK_OK;
}

evk_status evk_keras_ReLU(struct evk_keras *k, struct evk_keras_layer *l, const int *x, int *out,
                          evk_error *err)
{
    double max, slope, threshold;

    EVK_TRY(evk_keras_real(l, "max_value", HUGE_VAL, &max, err));
    EVK_TRY(evk_keras_real(l, "negative_slope", 0, &slope, err));
    EVK_TRY(evk_keras_real(l, "threshold", 0, &threshold, err));
    return evk_add_relu(&k->network->graph, l->label, *x, (float)slope, (float)threshold,
                        (float)max, out, err);
}
