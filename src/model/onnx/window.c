/* SPDX-License-Identifier: GPL-3.0-or-later */
/* window.c - attributes of ONNX's convolutions and pools, and maps of one image */
#include "model/onnx/window.h"
#include "model/onnx/value.h"

#include <string.h>

enum { SIZE_MAX_WINDOW = 1 << 20 }; /* the most of a kernel size, stride, dilation or padding */

evk_status evk_onnx_map_size(const struct evk_onnx_call *c, const struct evk_onnx_value *v,
                             int64_t size[2], evk_error *err)
{
    if (v->axes != 3 && v->axes != 4)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "its input has %d axes, supported: 4 (images, channels, rows, "
                             "columns), or 3 without rows",
                             v->axes);
    size[0] = v->axes == 4 ? v->dim[2] : 1;
    size[1] = v->dim[v->axes - 1];
    return EVK_OK;
}

evk_status evk_onnx_each_map(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                             evk_onnx_map_function *function, const void *how,
                             struct evk_onnx_value *out, evk_error *err)
{
    static const int orders[2][4] = {{0, 2, 1}, {0, 2, 3, 1}};
    const int *order = orders[v->axes - 3];
    struct evk_onnx_value lying, one;
    struct evk_onnx_value maps[EVK_INPUTS_MAX];
    const struct evk_onnx_value *list[EVK_INPUTS_MAX];
    int64_t size[2];

    EVK_TRY(evk_onnx_map_size(c, v, size, err));
    if (v->dim[0] > EVK_INPUTS_MAX)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "it reads %lld images, supported: up to %d",
                             (long long)v->dim[0], EVK_INPUTS_MAX);
    EVK_TRY(evk_onnx_order(c, v, order, &lying, err));
    for (int64_t i = 0; i < v->dim[0]; i++) {
        const struct evk_shape *s;
        int node;

        one = lying;
        if (v->dim[0] > 1)
            EVK_TRY(evk_onnx_range(c, &lying, 0, i, 1, &one, err));
        EVK_TRY(evk_onnx_as(c, &one, size[0], size[1], v->dim[1], &node, err));
        EVK_TRY(function(c, i, node, how, &node, err));
        EVK_TRY(evk_onnx_check_layers(c, err));
        s = &c->o->graph->nodes[node].out;
        maps[i] = (struct evk_onnx_value){.axes = v->axes, .node = node, .set = true};
        maps[i].dim[0] = 1;
        maps[i].dim[1] = s->c;
        maps[i].dim[v->axes - 1] = s->w;
        if (v->axes == 4)
            maps[i].dim[2] = s->h;
        memcpy(maps[i].order, order, (size_t)v->axes * sizeof(*order));
        list[i] = &maps[i];
    }
    if (v->dim[0] > 1)
        return evk_onnx_join(c, (int)v->dim[0], list, 0, out, err);
    *out = maps[0];
    return EVK_OK;
}

/* Puts the numbers of an attribute, one an axis, behind `missing` numbers for rows that a tensor of
   3 axes lacks. */
static evk_status take_numbers(const struct evk_onnx_call *c, const struct evk_onnx_value *v,
                               const char *name, int64_t least, const int64_t *given, int count,
                               int64_t *out, evk_error *err)
{
    const int missing = 4 - v->axes;

    if (count != 2 - missing)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "'%s' has %d numbers, expected %d", name, count,
                             2 - missing);
    for (int i = 0; i < count; i++) {
        if (given[i] < least || given[i] > SIZE_MAX_WINDOW)
            return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "'%s' is %lld, expected %lld to %d",
                                 name, (long long)given[i], (long long)least, SIZE_MAX_WINDOW);
        out[i + missing] = given[i];
    }
    return EVK_OK;
}

evk_status evk_onnx_pair(const struct evk_onnx_call *c, const struct evk_onnx_value *v,
                         const char *name, int64_t fallback, int64_t least, int64_t out[2],
                         evk_error *err)
{
    int64_t given[EVK_ONNX_INTS];
    int count;

    out[0] = v->axes == 4 ? fallback : least > 0 ? 1 : 0;
    out[1] = fallback;
    EVK_TRY(evk_onnx_ints(c, name, given, &count, err));
    return count ? take_numbers(c, v, name, least, given, count, out, err) : EVK_OK;
}

static int64_t span(int64_t size, int64_t dilation)
{
    return (size - 1) * dilation + 1;
}

/* Sets the padding before and behind one axis so that each stride has an output. */
static void pad_same(int64_t n, int64_t size, int64_t stride, bool upper, int64_t *before,
                     int64_t *behind)
{
    const int64_t outputs = (n + stride - 1) / stride;
    const int64_t total = (outputs - 1) * stride + size - n;

    *before = total > 0 ? (upper ? total / 2 : total - total / 2) : 0;
    *behind = total > 0 ? total - *before : 0;
}

/* Reads the paddings of the attribute pads: before each axis, then behind each. */
static evk_status read_pads(const struct evk_onnx_call *c, const struct evk_onnx_value *v,
                            struct evk_window *w, evk_error *err)
{
    int64_t given[EVK_ONNX_INTS], before[2] = {0, 0}, behind[2] = {0, 0};
    const int axes = v->axes - 2;
    int count;

    EVK_TRY(evk_onnx_ints(c, "pads", given, &count, err));
    if (count && count != 2 * axes)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "'pads' has %d numbers, expected %d", count,
                             2 * axes);
    if (count) {
        EVK_TRY(take_numbers(c, v, "pads", 0, given, axes, before, err));
        EVK_TRY(take_numbers(c, v, "pads", 0, given + axes, axes, behind, err));
    }
    w->top = before[0];
    w->left = before[1];
    w->bottom = behind[0];
    w->right = behind[1];
    return EVK_OK;
}

/* Returns how far the last window of ceil_mode reaches beyond the padded axis of n values.  A
   window that would begin behind the input is left out, as in PyTorch. */
static int64_t beyond(int64_t n, int64_t before, int64_t behind, int64_t size, int64_t stride)
{
    const int64_t room = n + before + behind - size;
    int64_t last = (room + stride - 1) / stride;

    if (last * stride >= n + before)
        last--;
    return last * stride > room ? last * stride - room : 0;
}

evk_status evk_onnx_window(const struct evk_onnx_call *c, const struct evk_onnx_value *v,
                           const int64_t kernel[2], struct evk_window *out, int64_t extra[2],
                           evk_error *err)
{
    int64_t stride[2], dilation[2], size[2], ceil_mode;
    char pad[16];
    bool same;

    EVK_TRY(evk_onnx_map_size(c, v, size, err));
    EVK_TRY(evk_onnx_pair(c, v, "strides", 1, 1, stride, err));
    EVK_TRY(evk_onnx_pair(c, v, "dilations", 1, 1, dilation, err));
    EVK_TRY(evk_onnx_int(c, "ceil_mode", 0, &ceil_mode, err));
    EVK_TRY(evk_onnx_text(c, "auto_pad", "NOTSET", pad, sizeof(pad), err));
    *out = (struct evk_window){kernel[0],   kernel[1], stride[0], stride[1], dilation[0],
                               dilation[1], 0,         0,         0,         0};
    same = strcmp(pad, "SAME_UPPER") == 0 || strcmp(pad, "SAME_LOWER") == 0;
    if (strcmp(pad, "NOTSET") == 0)
        EVK_TRY(read_pads(c, v, out, err));
    else if (!same && strcmp(pad, "VALID") != 0)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its auto_pad is '%s'", pad);
    if (same) {
        pad_same(size[0], span(kernel[0], dilation[0]), stride[0], pad[5] == 'U', &out->top,
                 &out->bottom);
        pad_same(size[1], span(kernel[1], dilation[1]), stride[1], pad[5] == 'U', &out->left,
                 &out->right);
    }
    extra[0] = extra[1] = 0;
    if (ceil_mode) {
        extra[0] = beyond(size[0], out->top, out->bottom, span(kernel[0], dilation[0]), stride[0]);
        extra[1] = beyond(size[1], out->left, out->right, span(kernel[1], dilation[1]), stride[1]);
    }
    return EVK_OK;
}
