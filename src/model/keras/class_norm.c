/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_norm.c - the classes of normalisations */
#include <math.h>

#include "model/keras/classes.h"
#include "model/onnx/reduce.h"

/* ---- by stored statistics ------------------------------------------------------------------- */

enum { GAMMA, BETA, MEAN, VARIANCE, ARRAYS };

/* Reads the arrays of a batch norm of n channels, of which gamma and beta may be missing. */
static evk_status read_batch_norm(struct evk_keras *k, struct evk_keras_layer *l, int64_t n,
                                  const bool has[ARRAYS], double epsilon,
                                  struct evk_tensor t[ARRAYS], evk_error *err)
{
    static const char *const what[ARRAYS] = {"gamma", "beta", "moving mean", "moving variance"};

    for (int i = 0; i < ARRAYS; i++)
        if (has[i])
            EVK_TRY(evk_keras_weight(k, l, what[i], 1, &n, &t[i], err));
    for (int64_t c = 0; c < n; c++)
        if (!((double)t[VARIANCE].data[c] + epsilon > 0))
            return evk_keras_fail(l, EVK_EFORMAT, err,
                                  "moving variance is %g at %lld, expected above %g",
                                  (double)t[VARIANCE].data[c], (long long)c, -epsilon);
    return EVK_OK;
}

/* The layer uses its moving statistics, as Keras does in prediction. */
evk_status evk_keras_batch_norm(struct evk_keras *k, struct evk_keras_layer *l,
                                const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                                evk_error *err)
{
    struct evk_onnx_call c = evk_keras_call(k, l);
    bool has[ARRAYS] = {true, true, true, true};
    struct evk_tensor t[ARRAYS] = {{0}};
    struct evk_norm norm;
    double epsilon;
    evk_status s;
    int axis;

    EVK_TRY(evk_keras_axis(l, "axis", x[0], -1, &axis, err));
    EVK_TRY(evk_keras_bool(l, "scale", true, &has[GAMMA], err));
    EVK_TRY(evk_keras_bool(l, "center", true, &has[BETA], err));
    EVK_TRY(evk_keras_real(l, "epsilon", 1e-3, &epsilon, err));
    EVK_TRY(evk_onnx_inside(&c, x[0], axis, out, err));
    s = read_batch_norm(k, l, x[0]->dim[axis], has, epsilon, t, err);
    norm = (struct evk_norm){has[GAMMA] ? &t[GAMMA] : NULL, has[BETA] ? &t[BETA] : NULL, &t[MEAN],
                             &t[VARIANCE], epsilon};
    if (!s)
        s = evk_add_batchnorm(k->onnx.graph, l->label, out->node, &norm, &out->node, err);
    for (int i = 0; i < ARRAYS; i++)
        evk_tensor_release(&t[i]);
    return s;
}

/* ---- by statistics of the image ------------------------------------------------------------- */

/* Reads gamma and beta, (axes, dim), as constants; where the layer has none, they are 1 and 0. */
static evk_status read_affine(struct evk_keras *k, struct evk_keras_layer *l, int axes,
                              const int64_t *dim, struct evk_onnx_value v[2], evk_error *err)
{
    static const char *const key[] = {"scale", "center"}, *const what[] = {"gamma", "beta"};

    for (int i = 0; i < 2; i++) {
        float *values;
        bool has;

        EVK_TRY(evk_keras_bool(l, key[i], true, &has, err));
        if (has) {
            EVK_TRY(evk_keras_constant(k, l, what[i], axes, dim, &v[i], err));
            continue;
        }
        EVK_TRY(evk_keras_values(k, l, axes, dim, &values, &v[i], err));
        for (int64_t j = 0; j < evk_onnx_count(&v[i]); j++)
            values[j] = i == 0 ? 1 : 0;
    }
    return EVK_OK;
}

/* Turns an order of axes round: to[from[a]] is a. */
static void invert(const int *from, int axes, int *to)
{
    for (int a = 0; a < axes; a++)
        to[from[a]] = a;
}

/* The chosen axes are brought to the end, where ONNX's operator has them, and back. */
evk_status evk_keras_layer_norm(struct evk_keras *k, struct evk_keras_layer *l,
                                const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                                evk_error *err)
{
    int from[EVK_ONNX_AXES] = {0}, to[EVK_ONNX_AXES], n = 0, kept;
    struct evk_onnx_argument arguments[2] = {{.name = "axis", .kind = EVK_ONNX_INT},
                                             {.name = "epsilon", .kind = EVK_ONNX_REAL}};
    struct evk_onnx_call c = evk_keras_call(k, l);
    struct evk_onnx_value v, affine[2];
    bool chosen[EVK_ONNX_AXES];
    int64_t dim[EVK_ONNX_AXES];
    const int axes = x[0]->axes;

    EVK_TRY(evk_keras_axes(l, "axis", x[0], -1, chosen, err));
    EVK_TRY(evk_keras_real(l, "epsilon", 1e-3, &arguments[1].is.real, err));
    for (int a = 0; a < axes; a++)
        if (!chosen[a])
            from[n++] = a;
    kept = n;
    for (int a = 0; a < axes; a++)
        if (chosen[a]) {
            dim[n - kept] = x[0]->dim[a];
            from[n++] = a;
        }
    arguments[0].is.whole = kept;
    invert(from, axes, to);
    EVK_TRY(read_affine(k, l, axes - kept, dim, affine, err));
    EVK_TRY(evk_onnx_transpose(&c, x[0], from, &v, err));
    EVK_TRY(evk_keras_apply(k, l, "LayerNormalization", 3,
                            (const struct evk_onnx_value *[]){&v, &affine[0], &affine[1]},
                            arguments, 2, &v, err));
    return evk_onnx_transpose(&c, &v, to, out, err);
}

/* Reads how many groups there are; -1 means as many as there are channels. */
static evk_status read_groups(const struct evk_keras_layer *l, int64_t channels, int64_t *out,
                              evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, "groups");
    char text[EVK_JSON_BRIEF];

    *out = 32;
    if (!evk_json_is_null(v) && !evk_json_int(v, out))
        *out = 0;
    if (*out == -1)
        *out = channels;
    if (*out < 1 || channels % *out != 0)
        return evk_keras_fail(l, EVK_EFORMAT, err,
                              "groups is %s, which do not divide %lld channels",
                              evk_json_brief(v, text), (long long)channels);
    return EVK_OK;
}

/* The channels are brought to axis 1, where ONNX's operator has them, and back. */
evk_status evk_keras_group_norm(struct evk_keras *k, struct evk_keras_layer *l,
                                const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                                evk_error *err)
{
    struct evk_onnx_argument arguments[2] = {{.name = "num_groups", .kind = EVK_ONNX_INT},
                                             {.name = "epsilon", .kind = EVK_ONNX_REAL}};
    struct evk_onnx_call c = evk_keras_call(k, l);
    int from[EVK_ONNX_AXES] = {0}, to[EVK_ONNX_AXES], axis, n = 2;
    struct evk_onnx_value v = *x[0], affine[2];

    EVK_TRY(evk_keras_axis(l, "axis", &v, -1, &axis, err));
    EVK_TRY(evk_keras_real(l, "epsilon", 1e-3, &arguments[1].is.real, err));
    EVK_TRY(read_groups(l, v.dim[axis], &arguments[0].is.whole, err));
    EVK_TRY(read_affine(k, l, 1, &v.dim[axis], affine, err));
    if (v.axes == 2) /* the operator needs an axis behind the channels */
        EVK_TRY(evk_onnx_reshape(&c, x[0], 3, (int64_t[]){v.dim[0], v.dim[1], 1}, &v, err));
    from[1] = axis;
    for (int a = 1; a < v.axes; a++)
        if (a != axis)
            from[n++] = a;
    invert(from, v.axes, to);
    EVK_TRY(evk_onnx_transpose(&c, &v, from, &v, err));
    EVK_TRY(evk_keras_apply(k, l, "GroupNormalization", 3,
                            (const struct evk_onnx_value *[]){&v, &affine[0], &affine[1]},
                            arguments, 2, &v, err));
    EVK_TRY(evk_onnx_transpose(&c, &v, to, &v, err));
    return evk_onnx_reshape(&c, &v, x[0]->axes, x[0]->dim, out, err);
}

/* y = x / sqrt(max(the sum of x^2 over the axes, 1e-12)). */
evk_status evk_keras_unit_norm(struct evk_keras *k, struct evk_keras_layer *l,
                               const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                               evk_error *err)
{
    struct evk_onnx_call c = evk_keras_call(k, l);
    bool chosen[EVK_ONNX_AXES];
    struct evk_onnx_value norm;

    EVK_TRY(evk_keras_axes(l, "axis", x[0], -1, chosen, err));
    EVK_TRY(evk_onnx_reduce(&c, x[0], chosen, true, "sum_square", &norm, err));
    EVK_TRY(evk_keras_function(k, l, "clip", 1e-12, HUGE_VAL, &norm, err));
    EVK_TRY(evk_keras_function(k, l, "sqrt", 0, 0, &norm, err));
    return evk_keras_apply(k, l, "Div", 2, (const struct evk_onnx_value *[]){x[0], &norm}, NULL, 0,
                           out, err);
}
