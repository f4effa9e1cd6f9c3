/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config.c - reading values of a layer's config */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "model/keras/keras.h"

/* The largest count, size, stride or dilation: far above any real one, and far below what could
   overflow. */
enum { NUMBER_MAX = 65536 };

void evk_keras_error(const struct evk_keras_layer *l, evk_status code, evk_error *err,
                     const char *fmt, ...)
{
    char text[sizeof(err->msg)];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    evk_error_set(err, code, "layer %s: %s", l->label, text);
}

static bool read_positive(const evk_json *v, int64_t *out)
{
    return evk_json_int(v, out) && *out >= 1 && *out <= NUMBER_MAX;
}

evk_status evk_keras_count(const struct evk_keras_layer *l, const char *key, int64_t *out,
                           evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, key);
    char text[EVK_JSON_BRIEF];

    if (!read_positive(v, out))
        return evk_keras_fail(l, EVK_EFORMAT, err, "%s is %s, expected a whole number from 1 to %d",
                              key, evk_json_brief(v, text), NUMBER_MAX);
    return EVK_OK;
}

evk_status evk_keras_pair(const struct evk_keras_layer *l, const char *key, const int64_t *fallback,
                          int64_t out[2], evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, key);
    char text[EVK_JSON_BRIEF];
    bool ok;

    if (evk_json_is_null(v) && fallback) {
        memcpy(out, fallback, 2 * sizeof(*out));
        return EVK_OK;
    }
    if (evk_json_is_array(v)) {
        ok = evk_json_count(v) == 2 && read_positive(evk_json_at(v, 0), &out[0]) &&
             read_positive(evk_json_at(v, 1), &out[1]);
    } else {
        ok = read_positive(v, &out[0]);
        out[1] = out[0];
    }
    if (!ok)
        return evk_keras_fail(l, EVK_EFORMAT, err,
                              "%s is %s, expected one or two whole numbers from 1 to %d", key,
                              evk_json_brief(v, text), NUMBER_MAX);
    return EVK_OK;
}

evk_status evk_keras_real(const struct evk_keras_layer *l, const char *key, double fallback,
                          double *out, evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, key);

    char text[EVK_JSON_BRIEF];

    *out = fallback;
    if (!evk_json_is_null(v) && (!evk_json_real(v, out) || !isfinite(*out)))
        return evk_keras_fail(l, EVK_EFORMAT, err, "%s is %s, expected a finite number", key,
                              evk_json_brief(v, text));
    return EVK_OK;
}

evk_status evk_keras_only_int(const struct evk_keras_layer *l, const char *key, int64_t only,
                              evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, key);
    char text[EVK_JSON_BRIEF];
    int64_t i;

    if (!evk_json_is_null(v) && (!evk_json_int(v, &i) || i != only))
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err, "%s %s is not supported; supported: %lld",
                              key, evk_json_brief(v, text), (long long)only);
    return EVK_OK;
}

evk_status evk_keras_bool(const struct evk_keras_layer *l, const char *key, bool fallback,
                          bool *out, evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, key);
    char text[EVK_JSON_BRIEF];

    if (!evk_json_is_null(v) && !evk_json_is_bool(v))
        return evk_keras_fail(l, EVK_EFORMAT, err, "%s is %s, expected true or false", key,
                              evk_json_brief(v, text));
    *out = evk_json_bool(v, fallback);
    return EVK_OK;
}

evk_status evk_keras_word(const struct evk_keras_layer *l, const char *key,
                          const char *const words[], const char **out, evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, key);
    const char *text = evk_json_is_null(v) ? words[0] : evk_json_text(v);
    struct evk_str known = EVK_STR_INIT;
    char brief[EVK_JSON_BRIEF];
    evk_status s;

    for (int i = 0; words[i]; i++) {
        *out = words[i];
        if (text && strcmp(text, words[i]) == 0)
            return EVK_OK;
    }
    for (int i = 0; words[i]; i++)
        evk_str_printf(&known, "%s%s", i ? ", " : "", words[i]);
    s = evk_str_check(&known, err);
    if (!s)
        s = evk_keras_fail(l, EVK_EUNSUPPORTED, err, "%s %s is not supported; supported: %s", key,
                           evk_json_brief(v, brief), known.data);
    evk_str_release(&known);
    return s;
}

evk_status evk_keras_channels_first(const struct evk_keras_layer *l, bool *out, evk_error *err)
{
    static const char *const words[] = {"channels_last", "channels_first", NULL};
    const char *word;

    EVK_TRY(evk_keras_word(l, "data_format", words, &word, err));
    *out = word == words[1];
    return EVK_OK;
}

/* Turns a number of the config into an axis of tensor x. */
static evk_status read_axis(const struct evk_keras_layer *l, const char *key, const evk_json *v,
                            const struct evk_onnx_value *x, int64_t fallback, int *out,
                            evk_error *err)
{
    char text[EVK_JSON_BRIEF];
    int64_t axis = fallback;

    if (!evk_json_is_null(v) && !evk_json_int(v, &axis))
        return evk_keras_fail(l, EVK_EFORMAT, err, "%s is %s, expected a whole number", key,
                              evk_json_brief(v, text));
    if (axis < 0)
        axis += x->axes;
    if (axis < 1 || axis >= x->axes)
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "%s %s is not supported; supported: 1 to %d, or -1 for the last", key,
                              evk_json_brief(v, text), x->axes - 1);
    *out = (int)axis;
    return EVK_OK;
}

evk_status evk_keras_axis(const struct evk_keras_layer *l, const char *key,
                          const struct evk_onnx_value *x, int64_t fallback, int *out,
                          evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, key);

    if (evk_json_is_array(v) && evk_json_count(v) == 1)
        v = evk_json_at(v, 0);
    return read_axis(l, key, v, x, fallback, out, err);
}

evk_status evk_keras_axes(const struct evk_keras_layer *l, const char *key,
                          const struct evk_onnx_value *x, int64_t fallback, bool out[EVK_ONNX_AXES],
                          evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, key);
    const size_t count = evk_json_is_array(v) ? evk_json_count(v) : 1;
    int axis;

    memset(out, 0, EVK_ONNX_AXES * sizeof(*out));
    for (size_t i = 0; i < count; i++) {
        EVK_TRY(read_axis(l, key, evk_json_is_array(v) ? evk_json_at(v, i) : v, x, fallback, &axis,
                          err));
        out[axis] = true;
    }
    return EVK_OK;
}

/*
 * Works out TensorFlow's padding "same" along one axis of n pixels: there are
 * ceil(n / stride) outputs, and half of the padding that they need, rounded
 * down, comes before the axis.
 */
static void same_padding(int64_t n, int64_t size, int64_t stride, int64_t dilation, int64_t *before,
                         int64_t *after)
{
    const int64_t outputs = (n + stride - 1) / stride;
    int64_t total = (outputs - 1) * stride + (size - 1) * dilation + 1 - n;

    total = total > 0 ? total : 0;
    *before = total / 2;
    *after = total - *before;
}

evk_status evk_keras_window(const struct evk_keras_layer *l, const char *size_key,
                            const struct evk_shape *in, struct evk_window *out, evk_error *err)
{
    static const int64_t ones[2] = {1, 1}, twos[2] = {2, 2};
    const evk_json *rule = evk_json_get(l->config, "padding");
    const char *padding = evk_json_text(rule);
    const bool pools = strcmp(size_key, "pool_size") == 0;
    int64_t size[2], stride[2], dilation[2] = {1, 1};
    char text[EVK_JSON_BRIEF];
    struct evk_window v;

    EVK_TRY(evk_keras_pair(l, size_key, pools ? twos : NULL, size, err));
    EVK_TRY(evk_keras_pair(l, "strides", pools ? size : ones, stride, err));
    if (!pools)
        EVK_TRY(evk_keras_pair(l, "dilation_rate", ones, dilation, err));
    v = (struct evk_window){size[0],     size[1], stride[0], stride[1], dilation[0],
                            dilation[1], 0,       0,         0,         0};
    if (padding && strcmp(padding, "same") == 0) {
        same_padding(in->h, v.h, v.stride_h, v.dilation_h, &v.top, &v.bottom);
        same_padding(in->w, v.w, v.stride_w, v.dilation_w, &v.left, &v.right);
    } else if (!evk_json_is_null(rule) && (!padding || strcmp(padding, "valid") != 0)) {
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "padding %s is not supported; supported: same, valid",
                              evk_json_brief(rule, text));
    }
    *out = v;
    return EVK_OK;
}
