/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_norm.c - the class BatchNormalization, as in prediction: with its moving statistics */
#include "model/keras/classes.h"

enum { GAMMA, BETA, MEAN, VARIANCE, ARRAYS };

/* The axis must be the last one: -1, or 3 for a map and 1 for a vector, or a list of only that. */
static evk_status check_axis(const struct evk_keras_layer *l, const struct evk_shape *in,
                             evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, "axis");
    const int64_t last = in->flat ? 1 : 3;
    int64_t axis = -1;

    if (evk_json_is_array(v) && evk_json_count(v) == 1)
        v = evk_json_at(v, 0);
    if (!evk_json_is_null(v) && (!evk_json_int(v, &axis) || (axis != -1 && axis != last)))
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "axis %lld is not supported; supported: the last one, -1",
                              (long long)axis);
    return EVK_OK;
}

evk_status evk_keras_BatchNormalization(struct evk_keras *k, struct evk_keras_layer *l,
                                        const int *x, int *out, evk_error *err)
{
    static const char *const what[ARRAYS] = {"gamma", "beta", "moving mean", "moving variance"};
    const struct evk_shape in = *evk_keras_shape(k, *x);
    bool has[ARRAYS] = {true, true, true, true};
    struct evk_tensor t[ARRAYS] = {{0}};
    struct evk_norm norm;
    double epsilon;
    evk_status s;

    EVK_TRY(check_axis(l, &in, err));
    EVK_TRY(evk_keras_bool(l, "scale", true, &has[GAMMA], err));
    EVK_TRY(evk_keras_bool(l, "center", true, &has[BETA], err));
    EVK_TRY(evk_keras_real(l, "epsilon", 1e-3, &epsilon, err));
    s = EVK_OK;
    for (int i = 0; i < ARRAYS && !s; i++)
        if (has[i])
            s = evk_keras_weight(k, l, what[i], 1, &in.c, &t[i], err);
    for (int64_t c = 0; c < in.c && !s; c++)
        if (!((double)t[VARIANCE].data[c] + epsilon > 0))
            s = evk_keras_fail(l, EVK_EFORMAT, err,
                               "moving variance is %g at %lld, expected above %g",
                               (double)t[VARIANCE].data[c], (long long)c, -epsilon);
    norm = (struct evk_norm){has[GAMMA] ? &t[GAMMA] : NULL, has[BETA] ? &t[BETA] : NULL, &t[MEAN],
                             &t[VARIANCE], epsilon};
    if (!s)
        s = evk_add_batchnorm(&k->network->graph, l->label, *x, &norm, out, err);
    for (int i = 0; i < ARRAYS; i++)
        evk_tensor_release(&t[i]);
    return s;
}
