/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_activation.c - the classes of functions, and the "activation" of other classes */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/named.h"
#include "base/str.h"
#include "model/keras/classes.h"
#include "model/onnx/reduce.h"

/* A function that an "activation" names, and what the function is among those of nn/layers.h. */
static const struct activation {
    const char *name, *function;
    double p[2];
    int64_t keras; /* the version of Keras in which the name means this function; 0: all */
} activations[] = {
    {"selu", "selu", {1.6732632423543772, 1.0507009873554805}, 0},
    {"celu", "celu", {1, 0}, 0},
    {"softplus", "softplus", {0, 0}, 0},
    {"softsign", "softsign", {0, 0}, 0},
    {"sigmoid", "sigmoid", {0, 0}, 0},
    {"hard_sigmoid", "hard_sigmoid", {0.2, 0.5}, 2},
    {"hard_sigmoid", "hard_sigmoid", {1.0 / 6, 0.5}, 3},
    {"tanh", "tanh", {0, 0}, 0},
    {"hard_tanh", "clip", {-1, 1}, 0},
    {"gelu", "gelu", {0, 0}, 0},
    {"silu", "silu", {0, 0}, 0},
    {"swish", "silu", {0, 0}, 0},
    {"hard_silu", "hard_swish", {0, 0}, 0},
    {"hard_swish", "hard_swish", {0, 0}, 0},
    {"mish", "mish", {0, 0}, 0},
    {"exponential", "exp", {0, 0}, 0},
    {"hard_shrink", "shrink", {0.5, 0}, 0},
    {"soft_shrink", "shrink", {0.5, 0.5}, 0},
};

enum { ACTIVATIONS = sizeof(activations) / sizeof(activations[0]) };

static evk_status add_relu(struct evk_keras *k, const struct evk_keras_layer *l, double slope,
                           double threshold, double max, struct evk_onnx_value *v, evk_error *err)
{
    return evk_add_relu(k->onnx.graph, l->label, v->node, (float)slope, (float)threshold,
                        (float)max, &v->node, err);
}

/* An ELU of alpha 1 has a layer of its own. */
static evk_status add_elu(struct evk_keras *k, const struct evk_keras_layer *l, double alpha,
                          struct evk_onnx_value *v, evk_error *err)
{
    return alpha == 1 ? evk_add_elu(k->onnx.graph, l->label, v->node, false, &v->node, err)
                      : evk_keras_function(k, l, "elu", alpha, 0, v, err);
}

static evk_status add_softmax(struct evk_keras *k, const struct evk_keras_layer *l,
                              const char *operator, int64_t axis, struct evk_onnx_value *v,
                              evk_error *err)
{
    const struct evk_onnx_argument argument = {
        .name = "axis", .kind = EVK_ONNX_INT, .is.whole = axis};
    const struct evk_onnx_value x = *v, *in = &x;

    return evk_keras_apply(k, l, operator, 1, &in, &argument, 1, v, err);
}

static evk_status fail_name(const struct evk_keras_layer *l, const char *name, evk_error *err)
{
    struct evk_str known = EVK_STR_INIT;
    evk_status s;

    for (int i = 0; i < ACTIVATIONS; i++)
        if (activations[i].keras != 3)
            evk_str_printf(&known, ", %s", activations[i].name);
    s = evk_str_check(&known, err);
    if (!s)
        s = evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                           "its activation '%.60s' is not supported; supported: linear, relu, "
                           "relu6, leaky_relu, elu, softmax, log_softmax%s",
                           name, known.data);
    evk_str_release(&known);
    return s;
}

static evk_status add_named(struct evk_keras *k, const struct evk_keras_layer *l, const char *name,
                            struct evk_onnx_value *v, evk_error *err)
{
    if (strcmp(name, "linear") == 0)
        return EVK_OK;
    if (strcmp(name, "relu") == 0)
        return add_relu(k, l, 0, 0, INFINITY, v, err);
    if (strcmp(name, "relu6") == 0)
        return add_relu(k, l, 0, 0, 6, v, err);
    if (strcmp(name, "leaky_relu") == 0)
        return add_relu(k, l, 0.2, 0, INFINITY, v, err);
    if (strcmp(name, "elu") == 0)
        return add_elu(k, l, 1, v, err);
    if (strcmp(name, "softmax") == 0)
        return add_softmax(k, l, "Softmax", -1, v, err);
    if (strcmp(name, "log_softmax") == 0)
        return add_softmax(k, l, "LogSoftmax", -1, v, err);
    for (int i = 0; i < ACTIVATIONS; i++)
        if (strcmp(name, activations[i].name) == 0 &&
            (activations[i].keras == 0 || activations[i].keras == k->keras))
            return evk_keras_function(k, l, activations[i].function, activations[i].p[0],
                                      activations[i].p[1], v, err);
    return fail_name(l, name, err);
}

/* Adds an activation that is a layer, {"class_name", "config"}, of a class without weights. */
static evk_status add_layer(struct evk_keras *k, const struct evk_keras_layer *l,
                            const evk_json *layer, struct evk_onnx_value *v, evk_error *err)
{
    const char *class = evk_json_text(evk_json_get(layer, "class_name"));
    const struct evk_onnx_value x = *v, *in = &x;
    struct evk_keras_layer inner = *l;

    inner.class = class ? evk_keras_class_find(class) : NULL;
    inner.config = evk_json_get(layer, "config");
    if (!inner.class || inner.class->group || inner.class->inputs != 1 || !inner.config ||
        inner.class->build == evk_keras_activation_of)
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "its activation is an object of class '%.60s', supported: names such "
                              "as relu, and layers without weights such as LeakyReLU",
                              class ? class : "none");
    EVK_TRY(evk_keras_check_module(l, layer, class, err));
    EVK_TRY(evk_keras_check_keys(&inner, err));
    return inner.class->build(k, &inner, &in, v, err);
}

/* Returns the name in an object of class "function", NULL where it is not a function of Keras. */
static const char *name_in(const evk_json *v)
{
    static const char *const modules[] = {"builtins", "keras", "tf_keras", "tensorflow", NULL};
    const char *class = evk_json_text(evk_json_get(v, "class_name"));
    const char *module = evk_json_text(evk_json_get(v, "module"));
    const char *registered = evk_json_text(evk_json_get(v, "registered_name"));
    const char *name = evk_json_text(evk_json_get(v, "config"));
    char first[16];

    if (!class || strcmp(class, "function") != 0 || !name)
        return NULL;
    snprintf(first, sizeof(first), "%.*s", module ? (int)strcspn(module, ".") : 0,
             module ? module : "");
    if ((module && !evk_is_word(first, modules)) ||
        (registered && strcmp(registered, "function") != 0 && strcmp(registered, name) != 0))
        return NULL;
    return name;
}

/* Adds the activation that v is: a name, a name in an object of class "function", or a layer. */
static evk_status add_activation(struct evk_keras *k, const struct evk_keras_layer *l,
                                 const evk_json *v, struct evk_onnx_value *out, evk_error *err)
{
    const char *name = evk_json_text(v);

    if (evk_json_is_null(v))
        return EVK_OK;
    if (!name)
        name = name_in(v);
    return name ? add_named(k, l, name, out, err) : add_layer(k, l, v, out, err);
}

evk_status evk_keras_activation(struct evk_keras *k, struct evk_keras_layer *l,
                                struct evk_onnx_value *v, evk_error *err)
{
    return add_activation(k, l, evk_json_get(l->config, "activation"), v, err);
}

evk_status evk_keras_activation_of(struct evk_keras *k, struct evk_keras_layer *l,
                                   const struct evk_onnx_value *const *x,
                                   struct evk_onnx_value *out, evk_error *err)
{
    *out = *x[0];
    return evk_keras_activation(k, l, out, err);
}

evk_status evk_keras_relu(struct evk_keras *k, struct evk_keras_layer *l,
                          const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                          evk_error *err)
{
    double max, slope, threshold;

    EVK_TRY(evk_keras_real(l, "max_value", HUGE_VAL, &max, err));
    EVK_TRY(evk_keras_real(l, "negative_slope", 0, &slope, err));
    EVK_TRY(evk_keras_real(l, "threshold", 0, &threshold, err));
    *out = *x[0];
    return add_relu(k, l, slope, threshold, max, out, err);
}

/* The slope is "alpha" in Keras 2, and "negative_slope" in Keras 3. */
evk_status evk_keras_leaky_relu(struct evk_keras *k, struct evk_keras_layer *l,
                                const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                                evk_error *err)
{
    const bool old = evk_json_is_null(evk_json_get(l->config, "negative_slope"));
    double slope;

    EVK_TRY(evk_keras_real(l, old ? "alpha" : "negative_slope", 0.3, &slope, err));
    *out = *x[0];
    return add_relu(k, l, slope, 0, INFINITY, out, err);
}

evk_status evk_keras_elu(struct evk_keras *k, struct evk_keras_layer *l,
                         const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                         evk_error *err)
{
    double alpha;

    EVK_TRY(evk_keras_real(l, "alpha", 1, &alpha, err));
    *out = *x[0];
    return add_elu(k, l, alpha, out, err);
}

/* There is one slope for each value of the input; along shared_axes there is only one. */
evk_status evk_keras_prelu(struct evk_keras *k, struct evk_keras_layer *l,
                           const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                           evk_error *err)
{
    bool shared[EVK_ONNX_AXES] = {false};
    const struct evk_onnx_value *in[2] = {x[0], NULL};
    int64_t dim[EVK_ONNX_AXES];
    struct evk_onnx_value slope;

    if (!evk_json_is_null(evk_json_get(l->config, "shared_axes")))
        EVK_TRY(evk_keras_axes(l, "shared_axes", x[0], 1, shared, err));
    for (int a = 1; a < x[0]->axes; a++)
        dim[a - 1] = shared[a] ? 1 : x[0]->dim[a];
    EVK_TRY(evk_keras_constant(k, l, "alpha", x[0]->axes - 1, dim, &slope, err));
    in[1] = &slope;
    return evk_keras_apply(k, l, "PRelu", 2, in, NULL, 0, out, err);
}

/* Softmax over several axes together: the exponential of x - log sum exp(x). */
static evk_status add_joint_softmax(struct evk_keras *k, const struct evk_keras_layer *l,
                                    const bool *chosen, struct evk_onnx_value *v, evk_error *err)
{
    struct evk_onnx_call c = evk_keras_call(k, l);
    struct evk_onnx_value sum, x = *v;

    EVK_TRY(evk_onnx_reduce(&c, &x, chosen, true, "log_sum_exp", &sum, err));
    EVK_TRY(evk_keras_apply(k, l, "Sub", 2, (const struct evk_onnx_value *[]){&x, &sum}, NULL, 0, v,
                            err));
    return evk_keras_function(k, l, "exp", 0, 0, v, err);
}

evk_status evk_keras_softmax(struct evk_keras *k, struct evk_keras_layer *l,
                             const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                             evk_error *err)
{
    bool chosen[EVK_ONNX_AXES];
    int axis = 0, count = 0;

    EVK_TRY(evk_keras_axes(l, "axis", x[0], -1, chosen, err));
    for (int a = 0; a < x[0]->axes; a++)
        if (chosen[a]) {
            axis = a;
            count++;
        }
    *out = *x[0];
    return count == 1 ? add_softmax(k, l, "Softmax", axis, out, err)
                      : add_joint_softmax(k, l, chosen, out, err);
}
