/* SPDX-License-Identifier: GPL-3.0-or-later */
/* op_shape.c - operators of ONNX that give the same values other axes */
#include <string.h>

#include "model/onnx/ops.h"

evk_status evk_onnx_op_flatten(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *v = c->in[0];
    int64_t dim[2] = {1, 1}, axis;

    EVK_TRY(evk_onnx_int(c, "axis", 1, &axis, err));
    axis = axis < 0 ? axis + v->axes : axis;
    if (axis < 0 || axis > v->axes)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its axis is %lld, expected at most %d",
                             (long long)axis, v->axes);
    for (int a = 0; a < v->axes; a++)
        dim[a >= axis] *= v->dim[a];
    return evk_onnx_reshape(c, v, 2, dim, &c->out[0], err);
}

/* A size of 0 is that of the input, and one of -1 is whatever is left. */
evk_status evk_onnx_op_reshape(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *v = c->in[0];
    int64_t dim[EVK_ONNX_INTS], zero, known = 1;
    int count, open = -1;

    EVK_TRY(evk_onnx_ints_in(c, 1, "shape", dim, &count, err));
    EVK_TRY(evk_onnx_int(c, "allowzero", 0, &zero, err));
    if (count > EVK_ONNX_AXES)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "its shape has %d axes, supported: up to %d",
                             count, EVK_ONNX_AXES);
    for (int a = 0; a < count; a++) {
        if (dim[a] == 0 && !zero && a < v->axes)
            dim[a] = v->dim[a];
        if (dim[a] == -1 && open < 0)
            open = a;
        else if (dim[a] < 0 || dim[a] > EVK_NODE_VALUES_MAX || known > EVK_NODE_VALUES_MAX)
            return evk_onnx_fail(c, EVK_EFORMAT, err, "its shape has an axis of %lld",
                                 (long long)dim[a]);
        else
            known *= dim[a];
    }
    if (open >= 0)
        dim[open] = known ? evk_onnx_count(v) / known : 0;
    return evk_onnx_reshape(c, v, count, dim, &c->out[0], err);
}

evk_status evk_onnx_op_squeeze(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *v = c->in[0];
    int64_t axes[EVK_ONNX_INTS], dim[EVK_ONNX_AXES];
    bool gone[EVK_ONNX_AXES];
    int count, axis, n = 0;

    EVK_TRY(evk_onnx_ints_in(c, 1, "axes", axes, &count, err));
    for (int a = 0; a < v->axes; a++)
        gone[a] = count == 0 && v->dim[a] == 1;
    for (int i = 0; i < count; i++) {
        EVK_TRY(evk_onnx_axis(c, v, axes[i], &axis, err));
        if (v->dim[axis] != 1)
            return evk_onnx_fail(c, EVK_EFORMAT, err, "its axis %d has %lld values, expected 1",
                                 axis, (long long)v->dim[axis]);
        gone[axis] = true;
    }
    for (int a = 0; a < v->axes; a++)
        if (!gone[a])
            dim[n++] = v->dim[a];
    return evk_onnx_reshape(c, v, n, dim, &c->out[0], err);
}

evk_status evk_onnx_op_unsqueeze(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *v = c->in[0];
    int64_t axes[EVK_ONNX_INTS], dim[EVK_ONNX_AXES];
    bool new[EVK_ONNX_AXES] = {false};
    int count, axis, from = 0;
    struct evk_onnx_value out;

    EVK_TRY(evk_onnx_ints_in(c, 1, "axes", axes, &count, err));
    out = evk_onnx_shape(0, NULL);
    out.axes = v->axes + count;
    if (out.axes > EVK_ONNX_AXES)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "its output has %d axes, supported: up to %d", out.axes,
                             EVK_ONNX_AXES);
    for (int i = 0; i < count; i++) {
        EVK_TRY(evk_onnx_axis(c, &out, axes[i], &axis, err));
        if (new[axis])
            return evk_onnx_fail(c, EVK_EFORMAT, err, "its axes have %d twice", axis);
        new[axis] = true;
    }
    for (int a = 0; a < out.axes; a++)
        dim[a] = new[a] ? 1 : v->dim[from++];
    return evk_onnx_reshape(c, v, out.axes, dim, &c->out[0], err);
}

evk_status evk_onnx_op_transpose(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *v = c->in[0];
    int64_t perm[EVK_ONNX_INTS];
    bool seen[EVK_ONNX_AXES] = {false};
    int from[EVK_ONNX_AXES], count;

    EVK_TRY(evk_onnx_ints(c, "perm", perm, &count, err));
    if (count != 0 && count != v->axes)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its perm has %d axes, its input %d", count,
                             v->axes);
    for (int a = 0; a < v->axes; a++) {
        EVK_TRY(evk_onnx_axis(c, v, count ? perm[a] : v->axes - 1 - a, &from[a], err));
        if (seen[from[a]])
            return evk_onnx_fail(c, EVK_EFORMAT, err, "its perm has axis %d twice", from[a]);
        seen[from[a]] = true;
    }
    return evk_onnx_transpose(c, v, from, &c->out[0], err);
}

/* Reads the block size of a map of 4 axes. */
static evk_status read_block(const struct evk_onnx_call *c, int64_t *block, evk_error *err)
{
    EVK_TRY(evk_onnx_int(c, "blocksize", 0, block, err));
    if (*block < 1 || *block > 1024 || c->in[0]->axes != 4)
        return evk_onnx_fail(c, EVK_EFORMAT, err,
                             "its blocksize is %lld and its input has %d axes, expected 1 to 1024 "
                             "and 4 axes",
                             (long long)*block, c->in[0]->axes);
    return EVK_OK;
}

/* Channels become rows and columns: of DCR, the block comes before the channels that stay, and of
   CRD behind them. */
evk_status evk_onnx_op_depth_to_space(struct evk_onnx_call *c, evk_error *err)
{
    static const char *const modes[] = {"DCR", "CRD", NULL};
    static const int dcr[6] = {0, 3, 4, 1, 5, 2}, crd[6] = {0, 1, 4, 2, 5, 3};
    const int64_t *d = c->in[0]->dim;
    struct evk_onnx_value v;
    int64_t b, depth;
    char mode[EVK_ONNX_WORD];
    bool first;

    EVK_TRY(read_block(c, &b, err));
    EVK_TRY(evk_onnx_word(c, "mode", modes, mode, err));
    first = strcmp(mode, "DCR") == 0;
    depth = d[1] / (b * b);
    if (depth * b * b != d[1])
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its %lld channels are no blocks of %lldx%lld",
                             (long long)d[1], (long long)b, (long long)b);
    EVK_TRY(evk_onnx_reshape(c, c->in[0], 6,
                             first ? (int64_t[]){d[0], b, b, depth, d[2], d[3]}
                                   : (int64_t[]){d[0], depth, b, b, d[2], d[3]},
                             &v, err));
    EVK_TRY(evk_onnx_transpose(c, &v, first ? dcr : crd, &v, err));
    return evk_onnx_reshape(c, &v, 4, (int64_t[]){d[0], depth, d[2] * b, d[3] * b}, &c->out[0],
                            err);
}

evk_status evk_onnx_op_space_to_depth(struct evk_onnx_call *c, evk_error *err)
{
    static const int from[6] = {0, 3, 5, 1, 2, 4};
    const int64_t *d = c->in[0]->dim;
    struct evk_onnx_value v;
    int64_t b;

    EVK_TRY(read_block(c, &b, err));
    if (d[2] % b != 0 || d[3] % b != 0)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its map of %lldx%lld is no blocks of %lldx%lld",
                             (long long)d[2], (long long)d[3], (long long)b, (long long)b);
    EVK_TRY(evk_onnx_reshape(c, c->in[0], 6, (int64_t[]){d[0], d[1], d[2] / b, b, d[3] / b, b}, &v,
                             err));
    EVK_TRY(evk_onnx_transpose(c, &v, from, &v, err));
    return evk_onnx_reshape(c, &v, 4, (int64_t[]){d[0], d[1] * b * b, d[2] / b, d[3] / b},
                            &c->out[0], err);
}
