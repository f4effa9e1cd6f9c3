/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_scale.c - the classes Rescaling and Normalization, with which networks often begin */
#include <math.h>
#include <string.h>

#include "model/keras/classes.h"

/* The least SD of Normalization: Keras' epsilon. */
static const double LEAST_SD = 1e-7;

/* Finds a number or a list of numbers: an array of NumPy is an object that has them, and lists may
   be in lists, one for each axis in front. */
static const evk_json *find_numbers(const struct evk_keras_layer *l, const char *key)
{
    const evk_json *v = evk_json_get(l->config, key);
    const char *class = evk_json_text(evk_json_get(v, "class_name"));

    if (class && strcmp(class, "__numpy__") == 0)
        v = evk_json_get(evk_json_get(v, "config"), "value");
    while (evk_json_is_array(v) && evk_json_count(v) == 1)
        v = evk_json_at(v, 0);
    return v;
}

/* Reads a number, or a list of numbers, into (count) values.  Where there is none, they become
   `fallback`, or, if that is not a number, the config is refused. */
static evk_status read_numbers(const struct evk_keras_layer *l, const char *key, double fallback,
                               int64_t count, float *out, evk_error *err)
{
    const evk_json *v = find_numbers(l, key);
    char text[EVK_JSON_BRIEF];

    for (int64_t i = 0; i < count; i++) {
        const evk_json *one = evk_json_is_array(v) ? evk_json_at(v, (size_t)i) : v;
        double number = fallback;

        if ((!evk_json_is_null(v) && !evk_json_real(one, &number)) || !isfinite(number) ||
            (evk_json_is_array(v) && (int64_t)evk_json_count(v) != count))
            return evk_keras_fail(
                l, EVK_EFORMAT, err, "%s is %s, expected a number or a list of %lld numbers", key,
                evk_json_brief(evk_json_get(l->config, key), text), (long long)count);
        out[i] = (float)number;
    }
    return EVK_OK;
}

/*
 * Notes that the network begins with (x - mean) / scale, of one value or one a channel, where tensor
 * x is the image, or the image behind layers that have been noted before: y is (image - mean') /
 * scale', with mean' = mean scale0 + mean0 and scale' = scale scale0.
 */
static void note_preprocessing(struct evk_keras *k, const struct evk_onnx_value *x,
                               const struct evk_onnx_value *y, const float *mean,
                               const float *scale, int64_t count)
{
    struct evk_network *n = k->network;
    const int64_t channels = evk_keras_shape(k, 0)->c;

    if (x->node != k->scaled || channels > EVK_CHANNELS_MAX || (count != 1 && count != channels))
        return;
    for (int64_t c = 0; c < channels; c++) {
        const double by = n->preprocesses ? n->scale[c] : 1,
                     from = n->preprocesses ? n->mean[c] : 0;

        n->mean[c] = (double)mean[count == 1 ? 0 : c] * by + from + 0.0;
        n->scale[c] = (double)scale[count == 1 ? 0 : c] * by;
    }
    n->preprocesses = true;
    k->scaled = y->node;
}

/* y = x scale + offset, each a number or one a channel. */
evk_status evk_keras_rescaling(struct evk_keras *k, struct evk_keras_layer *l,
                               const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                               evk_error *err)
{
    const bool listed =
        evk_json_is_array(find_numbers(l, "scale")) || evk_json_is_array(find_numbers(l, "offset"));
    const int channel = x[0]->axes == 4 && k->channels_first ? 1 : x[0]->axes - 1;
    const int64_t count = listed ? x[0]->dim[channel] : 1;
    int64_t dim[EVK_ONNX_AXES] = {1, 1, 1, 1, 1, 1, 1, 1};
    struct evk_onnx_value factor, term, product;
    float *factors, *terms;

    dim[channel] = count;
    EVK_TRY(evk_keras_values(k, l, x[0]->axes, dim, &factors, &factor, err));
    EVK_TRY(evk_keras_values(k, l, x[0]->axes, dim, &terms, &term, err));
    EVK_TRY(read_numbers(l, "scale", NAN, count, factors, err));
    EVK_TRY(read_numbers(l, "offset", 0, count, terms, err));
    EVK_TRY(evk_keras_apply(k, l, "Mul", 2, (const struct evk_onnx_value *[]){x[0], &factor}, NULL,
                            0, &product, err));
    EVK_TRY(evk_keras_apply(k, l, "Add", 2, (const struct evk_onnx_value *[]){&product, &term},
                            NULL, 0, out, err));
    for (int64_t i = 0; i < count; i++) {
        terms[i] = factors[i] == 0 ? 0 : -terms[i] / factors[i];
        factors[i] = factors[i] == 0 ? INFINITY : 1 / factors[i];
    }
    note_preprocessing(k, x[0], out, terms, factors, count);
    return EVK_OK;
}

/* Reads mean and variance of Normalization: from its arrays, behind which there is a count, or from
   its config. */
static evk_status read_statistics(struct evk_keras *k, struct evk_keras_layer *l, int axes,
                                  const int64_t *dim, float **mean, float **variance,
                                  struct evk_onnx_value v[2], evk_error *err)
{
    static const char *const what[] = {"mean", "variance"};
    struct evk_tensor t[3] = {{0}, {0}, {0}};
    float **values[2] = {mean, variance};
    evk_status s = EVK_OK;

    if (l->arrays.count == 0 && evk_json_is_null(evk_json_get(l->config, "mean")))
        return evk_keras_fail(l, EVK_EFORMAT, err,
                              "%s has no mean and variance for it, and neither has its config",
                              k->source->weights);
    for (int i = 0; i < 2 && !s; i++) {
        s = evk_keras_values(k, l, axes, dim, values[i], &v[i], err);
        if (!s && l->arrays.count == 0)
            s = read_numbers(l, what[i], i, evk_onnx_count(&v[i]), *values[i], err);
        else if (!s)
            s = evk_keras_numbers(k, l, what[i], evk_onnx_count(&v[i]), &t[i], err);
        if (!s && l->arrays.count)
            memcpy(*values[i], t[i].data, (size_t)evk_onnx_count(&v[i]) * sizeof(**values[i]));
    }
    if (!s && l->arrays.count)
        s = evk_keras_numbers(k, l, "count", 1, &t[2], err);
    for (int i = 0; i < 3; i++)
        evk_tensor_release(&t[i]);
    return s;
}

static bool is_empty(const evk_json *v)
{
    return evk_json_is_array(v) && evk_json_count(v) == 0;
}

/* y = (x - mean) / max(sqrt(variance), 1e-7), or, inverted, x is y.  Without axes there is one mean
   for all values. */
evk_status evk_keras_normalization(struct evk_keras *k, struct evk_keras_layer *l,
                                   const struct evk_onnx_value *const *x,
                                   struct evk_onnx_value *out, evk_error *err)
{
    const evk_json *given = evk_json_get(l->config, "axis");
    int64_t dim[EVK_ONNX_AXES] = {1, 1, 1, 1, 1, 1, 1, 1};
    bool chosen[EVK_ONNX_AXES] = {false}, invert;
    struct evk_onnx_value v[2], first;
    float *mean, *sd;

    if (!given || (!evk_json_is_null(given) && !is_empty(given)))
        EVK_TRY(evk_keras_axes(l, "axis", x[0], -1, chosen, err));
    for (int a = 0; a < x[0]->axes; a++)
        dim[a] = chosen[a] ? x[0]->dim[a] : 1;
    EVK_TRY(evk_keras_bool(l, "invert", false, &invert, err));
    EVK_TRY(read_statistics(k, l, x[0]->axes, dim, &mean, &sd, v, err));
    for (int64_t i = 0; i < evk_onnx_count(&v[1]); i++)
        sd[i] = (float)fmax(sqrt((double)sd[i]), LEAST_SD);
    EVK_TRY(evk_keras_apply(k, l, invert ? "Mul" : "Sub", 2,
                            (const struct evk_onnx_value *[]){x[0], &v[invert]}, NULL, 0, &first,
                            err));
    EVK_TRY(evk_keras_apply(k, l, invert ? "Add" : "Div", 2,
                            (const struct evk_onnx_value *[]){&first, &v[!invert]}, NULL, 0, out,
                            err));
    if (!invert)
        note_preprocessing(k, x[0], out, mean, sd, evk_onnx_count(&v[0]));
    return EVK_OK;
}
