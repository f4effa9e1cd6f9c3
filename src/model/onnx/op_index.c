/* SPDX-License-Identifier: GPL-3.0-or-later */
/* op_index.c - operators of ONNX that take values by their index */
#include <string.h>

#include "model/onnx/binary.h"
#include "model/onnx/ops.h"
#include "model/onnx/window.h"

/* Gives axis `axis` of *v the values that a list names, n of them. */
static evk_status take(struct evk_onnx_call *c, struct evk_onnx_value *v, int axis,
                       const int64_t *list, int64_t n, double fill, evk_error *err)
{
    const int64_t *pick[EVK_ONNX_AXES] = {NULL};
    int64_t dim[EVK_ONNX_AXES];

    memcpy(dim, v->dim, sizeof(dim));
    dim[axis] = n;
    pick[axis] = list;
    return evk_onnx_pick(c, v, pick, dim, fill, v, err);
}

/* Allocates a list of n indices, where n must be a size that a tensor can have. */
static evk_status new_list(struct evk_onnx_call *c, int64_t n, int64_t **out, evk_error *err)
{
    if (n < 0 || n > EVK_NODE_VALUES_MAX)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "an axis of its output has %lld values",
                             (long long)n);
    return evk_onnx_alloc(c, out, n, sizeof(**out), err);
}

evk_status evk_onnx_op_concat(struct evk_onnx_call *c, evk_error *err)
{
    int64_t given;
    int axis;

    EVK_TRY(evk_onnx_all_inputs(c, err));
    EVK_TRY(evk_onnx_int(c, "axis", 1, &given, err));
    EVK_TRY(evk_onnx_axis(c, c->in[0], given, &axis, err));
    return evk_onnx_join(c, c->inputs, c->in, axis, &c->out[0], err);
}

evk_status evk_onnx_op_expand(struct evk_onnx_call *c, evk_error *err)
{
    struct evk_onnx_value wanted = {.axes = 0}, all;
    int64_t dim[EVK_ONNX_INTS], *zeros;
    int count;

    EVK_TRY(evk_onnx_ints_in(c, 1, "shape", dim, &count, err));
    if (count > EVK_ONNX_AXES)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "its shape has %d axes, supported: up to %d",
                             count, EVK_ONNX_AXES);
    wanted = evk_onnx_shape(count, dim);
    EVK_TRY(evk_onnx_broadcast(c, c->in[0], &wanted, &all, err));
    c->out[0] = evk_onnx_lift(c->in[0], all.axes);
    for (int a = 0; a < all.axes; a++) {
        if (all.dim[a] == c->out[0].dim[a])
            continue;
        EVK_TRY(new_list(c, all.dim[a], &zeros, err));
        EVK_TRY(take(c, &c->out[0], a, zeros, all.dim[a], 0, err));
    }
    return EVK_OK;
}

/* The axis is replaced by those of the indices. */
evk_status evk_onnx_op_gather(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *v = c->in[0], *which = c->in[1];
    const int64_t n = evk_onnx_count(which);
    int64_t given, *list, dim[EVK_ONNX_AXES];
    struct evk_onnx_value r = *v;
    int axis, axes = 0;

    EVK_TRY(evk_onnx_int(c, "axis", 0, &given, err));
    EVK_TRY(evk_onnx_axis(c, v, given, &axis, err));
    if (which->node >= 0 || !which->whole || v->axes - 1 + which->axes > EVK_ONNX_AXES)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "its indices depend on the image or have too many axes, expected "
                             "constants");
    EVK_TRY(new_list(c, n, &list, err));
    for (int64_t i = 0; i < n; i++) {
        list[i] = which->whole[i] < 0 ? which->whole[i] + v->dim[axis] : which->whole[i];
        if (list[i] < 0 || list[i] >= v->dim[axis])
            return evk_onnx_fail(c, EVK_EFORMAT, err,
                                 "index %lld is out of range, expected 0 to %lld",
                                 (long long)which->whole[i], (long long)v->dim[axis] - 1);
    }
    EVK_TRY(take(c, &r, axis, list, n, 0, err));
    for (int a = 0; a < axis; a++)
        dim[axes++] = v->dim[a];
    for (int a = 0; a < which->axes; a++)
        dim[axes++] = which->dim[a];
    for (int a = axis + 1; a < v->axes; a++)
        dim[axes++] = v->dim[a];
    return evk_onnx_reshape(c, &r, axes, dim, &c->out[0], err);
}

evk_status evk_onnx_op_tile(struct evk_onnx_call *c, evk_error *err)
{
    int64_t times[EVK_ONNX_INTS], *list;
    int count;

    EVK_TRY(evk_onnx_ints_in(c, 1, "repeats", times, &count, err));
    c->out[0] = *c->in[0];
    if (count != c->out[0].axes)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "it has %d repeats, expected %d", count,
                             c->out[0].axes);
    for (int a = 0; a < count; a++) {
        const int64_t n = c->out[0].dim[a];

        if (times[a] < 1 || times[a] > EVK_NODE_VALUES_MAX)
            return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "it repeats an axis %lld times",
                                 (long long)times[a]);
        if (times[a] == 1)
            continue;
        EVK_TRY(new_list(c, n * times[a], &list, err));
        for (int64_t i = 0; i < n * times[a]; i++)
            list[i] = i % n;
        EVK_TRY(take(c, &c->out[0], a, list, n * times[a], 0, err));
    }
    return EVK_OK;
}

/* ---- Split ---------------------------------------------------------------------------------- */

/* Gives how many values of the axis each output has: equal parts, of which the last may be smaller,
   where the node does not say. */
static evk_status split_sizes(const struct evk_onnx_call *c, int64_t n, int64_t *sizes,
                              evk_error *err)
{
    const int64_t even = (n + c->outputs - 1) / c->outputs;
    int count;

    EVK_TRY(evk_onnx_ints_in(c, 1, "split", sizes, &count, err));
    if (count == 0)
        for (; count < c->outputs; count++)
            sizes[count] = count < c->outputs - 1 ? even : n - even * (c->outputs - 1);
    if (count != c->outputs)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "it has %d parts, expected %d", count,
                             c->outputs);
    return EVK_OK;
}

evk_status evk_onnx_op_split(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *v = c->in[0];
    int64_t sizes[EVK_ONNX_INTS], given, first = 0;
    int axis;

    EVK_TRY(evk_onnx_int(c, "axis", 0, &given, err));
    EVK_TRY(evk_onnx_axis(c, v, given, &axis, err));
    EVK_TRY(split_sizes(c, v->dim[axis], sizes, err));
    for (int i = 0; i < c->outputs; i++) {
        if (sizes[i] < 0 || sizes[i] > v->dim[axis] - first)
            return evk_onnx_fail(c, EVK_EFORMAT, err, "its parts are more than the %lld values",
                                 (long long)v->dim[axis]);
        if (sizes[i] > 0 || v->node < 0)
            EVK_TRY(evk_onnx_range(c, v, axis, first, sizes[i], &c->out[i], err));
        first += sizes[i];
    }
    if (first != v->dim[axis])
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its parts have %lld values, expected %lld",
                             (long long)first, (long long)v->dim[axis]);
    return EVK_OK;
}

/* ---- Slice ---------------------------------------------------------------------------------- */

static int64_t between(int64_t low, int64_t i, int64_t high)
{
    return i < low ? low : i > high ? high : i;
}

/* Gives the values from start to end (not included) of an axis of n values, step apart. */
static evk_status slice_axis(struct evk_onnx_call *c, struct evk_onnx_value *v, int axis,
                             int64_t start, int64_t end, int64_t step, evk_error *err)
{
    const int64_t n = v->dim[axis];
    int64_t count = 0, *list;

    if (step == 0 || step == INT64_MIN)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its step is %lld", (long long)step);
    start = start < 0 ? between(-1, start + n, n) : start;
    end = end < 0 ? between(-1, end + n, n) : end;
    start = step > 0 ? between(0, start, n) : between(0, start, n - 1);
    end = step > 0 ? between(0, end, n) : between(-1, end, n - 1);
    if (step > 0 && end > start)
        count = (end - start - 1) / step + 1;
    if (step < 0 && start > end)
        count = (start - end - 1) / -step + 1;
    if (n == 0)
        count = 0;
    EVK_TRY(new_list(c, count, &list, err));
    for (int64_t i = 0; i < count; i++)
        list[i] = start + i * step;
    return take(c, v, axis, list, count, 0, err);
}

/* Starts, ends, axes and steps are attributes before opset 10, and inputs since then. */
evk_status evk_onnx_op_slice(struct evk_onnx_call *c, evk_error *err)
{
    int64_t starts[EVK_ONNX_INTS], ends[EVK_ONNX_INTS], axes[EVK_ONNX_INTS], steps[EVK_ONNX_INTS];
    int count, end_count, axis_count, step_count, axis;

    EVK_TRY(evk_onnx_ints_in(c, 1, "starts", starts, &count, err));
    EVK_TRY(evk_onnx_ints_in(c, 2, "ends", ends, &end_count, err));
    EVK_TRY(evk_onnx_ints_in(c, 3, "axes", axes, &axis_count, err));
    EVK_TRY(evk_onnx_ints_in(c, 4, "steps", steps, &step_count, err));
    if (end_count != count || (axis_count && axis_count != count) ||
        (step_count && step_count != count) || count > c->in[0]->axes)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "it has %d starts, %d ends, %d axes, %d steps",
                             count, end_count, axis_count, step_count);
    c->out[0] = *c->in[0];
    for (int i = 0; i < count; i++) {
        EVK_TRY(evk_onnx_axis(c, c->in[0], axis_count ? axes[i] : i, &axis, err));
        EVK_TRY(
            slice_axis(c, &c->out[0], axis, starts[i], ends[i], step_count ? steps[i] : 1, err));
    }
    return EVK_OK;
}

/* ---- Pad ------------------------------------------------------------------------------------ */

/* Returns which value of an axis of n values stands at place i, which may lie outside; -1: none. */
static int64_t padded(const char *mode, int64_t i, int64_t n)
{
    const int64_t period = mode[0] == 'w' ? n : n > 1 ? 2 * (n - 1) : 1;

    if (i >= 0 && i < n)
        return i;
    if (mode[0] == 'e')
        return between(0, i, n - 1);
    if (mode[0] == 'c')
        return -1;
    i = (i % period + period) % period;
    return i < n ? i : period - i;
}

struct padding {
    char mode[16];
    double fill;
    int64_t before[EVK_ONNX_AXES], behind[EVK_ONNX_AXES];
};

static evk_status read_fill(const struct evk_onnx_call *c, double *fill, evk_error *err)
{
    const struct evk_onnx_value *v = c->inputs > 2 ? c->in[2] : NULL;

    if (!v)
        return evk_onnx_real(c, "value", 0, fill, err);
    if (v->node >= 0 || evk_onnx_count(v) != 1)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "its value is no constant number");
    *fill = v->real ? (double)v->real[0] : (double)v->whole[0];
    return EVK_OK;
}

static evk_status read_padding(const struct evk_onnx_call *c, struct padding *p, evk_error *err)
{
    int64_t pads[EVK_ONNX_INTS], axes[EVK_ONNX_INTS];
    int count, axis_count, axis;

    EVK_TRY(evk_onnx_text(c, "mode", "constant", p->mode, sizeof(p->mode), err));
    if (strcmp(p->mode, "constant") != 0 && strcmp(p->mode, "reflect") != 0 &&
        strcmp(p->mode, "edge") != 0 && strcmp(p->mode, "wrap") != 0)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "its mode is '%s'", p->mode);
    EVK_TRY(read_fill(c, &p->fill, err));
    EVK_TRY(evk_onnx_ints_in(c, 1, "pads", pads, &count, err));
    EVK_TRY(evk_onnx_ints_in(c, 3, "axes", axes, &axis_count, err));
    if (axis_count == 0)
        for (; axis_count < c->in[0]->axes; axis_count++)
            axes[axis_count] = axis_count;
    if (count != 2 * axis_count)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "it has %d pads, expected %d", count,
                             2 * axis_count);
    for (int i = 0; i < axis_count; i++) {
        EVK_TRY(evk_onnx_axis(c, c->in[0], axes[i], &axis, err));
        p->before[axis] = pads[i];
        p->behind[axis] = pads[i + axis_count];
        if (pads[i] > EVK_NODE_VALUES_MAX || pads[i] < -EVK_NODE_VALUES_MAX ||
            pads[i + axis_count] > EVK_NODE_VALUES_MAX ||
            pads[i + axis_count] < -EVK_NODE_VALUES_MAX)
            return evk_onnx_fail(c, EVK_EFORMAT, err, "a pad is %lld", (long long)pads[i]);
    }
    return EVK_OK;
}

static evk_status zeros_around(struct evk_onnx_call *c, int64_t image, int x, const void *how,
                               int *out, evk_error *err)
{
    (void)image;
    return evk_add_pad(c->o->graph, c->label, x, how, out, err);
}

/* Are zeros added around the rows and columns of a map, and nothing else done? */
static bool is_frame(const struct evk_onnx_call *c, const struct padding *p)
{
    const struct evk_onnx_value *v = c->in[0];
    bool frame =
        v->node >= 0 && v->axes == 4 && v->order[3] == 1 && p->mode[0] == 'c' && p->fill == 0;

    for (int a = 0; a < v->axes && frame; a++)
        frame = p->before[a] >= 0 && p->behind[a] >= 0 &&
                (a >= 2 || (p->before[a] == 0 && p->behind[a] == 0));
    return frame;
}

evk_status evk_onnx_op_pad(struct evk_onnx_call *c, evk_error *err)
{
    struct padding p = {.fill = 0};
    int64_t *list;

    EVK_TRY(read_padding(c, &p, err));
    c->out[0] = *c->in[0];
    if (is_frame(c, &p))
        return evk_onnx_each_map(
            c, c->in[0], zeros_around,
            &(struct evk_pad){p.before[2], p.behind[2], p.before[3], p.behind[3]}, &c->out[0], err);
    for (int a = 0; a < c->out[0].axes; a++) {
        const int64_t n = c->out[0].dim[a], count = n + p.before[a] + p.behind[a];

        if (p.before[a] == 0 && p.behind[a] == 0)
            continue;
        if (n == 0 && p.mode[0] != 'c')
            return evk_onnx_fail(c, EVK_EFORMAT, err, "its axis %d has no values to repeat", a);
        EVK_TRY(new_list(c, count, &list, err));
        for (int64_t i = 0; i < count; i++)
            list[i] = padded(p.mode, i - p.before[a], n);
        EVK_TRY(take(c, &c->out[0], a, list, count, p.fill, err));
    }
    return EVK_OK;
}
