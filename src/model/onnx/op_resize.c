/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * op_resize.c - ONNX's Resize and Upsample
 *
 * Every axis is resized by itself: to the nearest value by taking values, otherwise by weighted
 * sums of neighbours.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/onnx/ops.h"

enum { TAPS_MAX = 4096 }; /* neighbours that one value is the weighted sum of */

enum mode { NEAREST, LINEAR, CUBIC };

struct resize {
    enum mode mode;
    char place[EVK_ONNX_WORD],
        round[EVK_ONNX_WORD]; /* coordinate_transformation_mode, nearest_mode */
    double cubic, outside;    /* cubic_coeff_a, extrapolation_value */
    int64_t exclude, antialias;
    int64_t size[EVK_ONNX_AXES];  /* of the output */
    double scale[EVK_ONNX_AXES];  /* output over input */
    double roi[2][EVK_ONNX_AXES]; /* start and end, for tf_crop_and_resize */
};

/* Returns the place in an axis of n values, before clipping, that value i of the output has. */
static double exact_place(const struct resize *r, int axis, int64_t n, int64_t i)
{
    const double x = (double)i, scale = r->scale[axis], last = (double)n - 1;
    const double count = (double)r->size[axis], start = r->roi[0][axis], end = r->roi[1][axis];

    if (strcmp(r->place, "align_corners") == 0)
        return count > 1 ? x * last / (count - 1) : 0;
    if (strcmp(r->place, "asymmetric") == 0)
        return x / scale;
    if (strcmp(r->place, "pytorch_half_pixel") == 0)
        return count > 1 ? (x + 0.5) / scale - 0.5 : 0;
    if (strcmp(r->place, "tf_half_pixel_for_nn") == 0)
        return (x + 0.5) / scale;
    if (strcmp(r->place, "tf_crop_and_resize") == 0)
        return count > 1 ? start * last + x * (end - start) * last / (count - 1)
                         : 0.5 * (start + end) * last;
    if (strcmp(r->place, "half_pixel_symmetric") == 0)
        return 0.5 * (double)n * (1 - count / (scale * (double)n)) + (x + 0.5) / scale - 0.5;
    return (x + 0.5) / scale - 0.5;
}

/* Returns such a place; far outside, or where the file's numbers give none, it is anywhere
   outside. */
static double place_of(const struct resize *r, int axis, int64_t n, int64_t i)
{
    return fmin(fmax(exact_place(r, axis, n, i), -1e9), 1e9);
}

static int64_t nearest(const struct resize *r, double x)
{
    if (strcmp(r->round, "floor") == 0)
        return (int64_t)floor(x);
    if (strcmp(r->round, "ceil") == 0)
        return (int64_t)ceil(x);
    if (strcmp(r->round, "round_prefer_ceil") == 0)
        return (int64_t)floor(x + 0.5);
    return (int64_t)ceil(x - 0.5);
}

static int64_t between(int64_t low, int64_t i, int64_t high)
{
    return i < low ? low : i > high ? high : i;
}

/* Returns the weight of a neighbour at distance d: linear, or Keys' cubic with parameter a. */
static double kernel(const struct resize *r, double d)
{
    const double a = r->cubic;

    d = fabs(d);
    if (r->mode == LINEAR)
        return d < 1 ? 1 - d : 0;
    if (d <= 1)
        return ((a + 2) * d - (a + 3)) * d * d + 1;
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

/* The neighbours that the values of an axis are the sums of. */
struct taps {
    int32_t *start, *source; /* as in struct evk_resample, along one axis; owned */
    float *weight;           /* owned */
};

/* Appends the neighbours of one place.  Those outside count as the value at the edge, or with
   exclude_outside not at all. */
static void add_taps(const struct resize *r, double x, int64_t n, double stretch, int64_t reach,
                     struct taps *t, int64_t i)
{
    const int64_t first = (int64_t)floor(x) - reach + 1;
    int32_t at = t->start[i];
    double sum = 0;

    for (int64_t j = first; j < first + 2 * reach; j++) {
        const double w = kernel(r, ((double)j - x) * stretch);

        if (w == 0 || (r->exclude && (j < 0 || j >= n)))
            continue;
        t->source[at] = (int32_t)between(0, j, n - 1);
        t->weight[at++] = (float)w;
        sum += w;
    }
    for (int32_t k = t->start[i]; k < at; k++)
        t->weight[k] = (float)((double)t->weight[k] / sum);
    t->start[i + 1] = at;
}

static void taps_release(struct taps *t)
{
    free(t->start);
    free(t->source);
    free(t->weight);
}

/* Finds the neighbours of all values of an axis.  With antialias, an axis that becomes smaller has
   a kernel that is wider by as much. */
static evk_status find_taps(struct evk_onnx_call *c, const struct resize *r, int axis, int64_t n,
                            struct taps *t, evk_error *err)
{
    const double stretch = r->antialias && r->scale[axis] < 1 ? r->scale[axis] : 1;
    const int64_t reach = (int64_t)ceil((r->mode == CUBIC ? 2 : 1) / stretch);
    const int64_t count = r->size[axis];

    if (2 * reach > TAPS_MAX || count > EVK_NODE_VALUES_MAX / (2 * reach))
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "its scale of %g is too small",
                             r->scale[axis]);
    EVK_TRY(evk_onnx_charge(c, (4 * reach + 1) * count, sizeof(*t->start), err));
    EVK_TRY(evk_alloc(&t->start, count + 1, sizeof(*t->start), "weights", err));
    EVK_TRY(evk_alloc(&t->source, 2 * reach * count, sizeof(*t->source), "weights", err));
    EVK_TRY(evk_alloc(&t->weight, 2 * reach * count, sizeof(*t->weight), "weights", err));
    for (int64_t i = 0; i < count; i++)
        add_taps(r, place_of(r, axis, n, i), n, stretch, reach, t, i);
    return EVK_OK;
}

/* Lays the neighbours along an axis out for pixels: the axis is rows or columns of a map of h x w
   pixels, and the other one stays. */
static evk_status add_sums(struct evk_onnx_call *c, const struct taps *t, int64_t outer, int64_t n,
                           int64_t count, int x, int *out, evk_error *err)
{
    const int64_t taps = t->start[count];
    struct evk_resample all = {outer, count, NULL, NULL, NULL};
    int32_t *start, *source;
    float *weight;

    if (outer * taps > EVK_NODE_VALUES_MAX)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "it has over %d weights",
                             EVK_NODE_VALUES_MAX);
    EVK_TRY(evk_onnx_alloc(c, &start, outer * count + 1, sizeof(*start), err));
    EVK_TRY(evk_onnx_alloc(c, &source, outer * taps, sizeof(*source), err));
    EVK_TRY(evk_onnx_alloc(c, &weight, outer * taps, sizeof(*weight), err));
    for (int64_t o = 0; o < outer; o++) {
        for (int64_t i = 0; i < count; i++)
            start[o * count + i + 1] = (int32_t)(o * taps + t->start[i + 1]);
        for (int64_t k = 0; k < taps; k++) {
            source[o * taps + k] = (int32_t)(o * n + t->source[k]);
            weight[o * taps + k] = t->weight[k];
        }
    }
    all.start = start;
    all.source = source;
    all.weight = weight;
    return evk_add_resample(c->o->graph, c->label, x, &all, out, err);
}

/* Resizes one axis of *v by weighted sums: the axes inside it become channels. */
static evk_status sum_axis(struct evk_onnx_call *c, const struct resize *r, int axis,
                           struct evk_onnx_value *v, evk_error *err)
{
    const int64_t n = v->dim[axis];
    struct taps t = {NULL, NULL, NULL};
    int64_t inner = 1, outer;
    bool after = false;
    evk_status s;
    int node;

    for (int i = 0; i < v->axes; i++) {
        inner *= after ? v->dim[v->order[i]] : 1;
        after = after || v->order[i] == axis;
    }
    EVK_TRY(evk_onnx_node_of(c, v, v, err));
    outer = evk_onnx_count(v) / n / inner;
    EVK_TRY(evk_onnx_as(c, v, outer, n, inner, &node, err));
    s = find_taps(c, r, axis, n, &t, err);
    if (!s)
        s = add_sums(c, &t, outer, n, r->size[axis], node, &v->node, err);
    taps_release(&t);
    v->dim[axis] = r->size[axis];
    return s;
}

/* Resizes one axis by taking values.  With `edges`, only values whose place is outside become the
   extrapolation value. */
static evk_status take_axis(struct evk_onnx_call *c, const struct resize *r, int axis, int64_t n,
                            bool edges, struct evk_onnx_value *v, evk_error *err)
{
    const bool crop = strcmp(r->place, "tf_crop_and_resize") == 0;
    const int64_t *pick[EVK_ONNX_AXES] = {NULL};
    int64_t dim[EVK_ONNX_AXES], *list;
    bool same = r->size[axis] == v->dim[axis];

    EVK_TRY(evk_onnx_alloc(c, &list, r->size[axis], sizeof(*list), err));
    for (int64_t i = 0; i < r->size[axis]; i++) {
        const double x = place_of(r, axis, n, i);

        list[i] = edges ? i : between(0, nearest(r, x), n - 1);
        if (crop && (x < 0 || x > (double)n - 1))
            list[i] = -1;
        same = same && list[i] == i;
    }
    if (same)
        return EVK_OK;
    memcpy(dim, v->dim, sizeof(dim));
    dim[axis] = r->size[axis];
    pick[axis] = list;
    return evk_onnx_pick(c, v, pick, dim, r->outside, v, err);
}

/* ---- what the node says --------------------------------------------------------------------- */

/* Reads real numbers from input i, a constant.  *count is 0 where it is left out or empty. */
static evk_status read_reals(const struct evk_onnx_call *c, int i, double out[EVK_ONNX_INTS],
                             int *count, evk_error *err)
{
    const struct evk_onnx_value *v = i < c->inputs ? c->in[i] : NULL;

    *count = 0;
    if (!v)
        return EVK_OK;
    if (v->node >= 0 || evk_onnx_count(v) > EVK_ONNX_INTS)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "its input %d is no list of up to %d constants", i, EVK_ONNX_INTS);
    *count = (int)evk_onnx_count(v);
    for (int j = 0; j < *count; j++)
        out[j] = v->real ? (double)v->real[j] : (double)v->whole[j];
    return EVK_OK;
}

/* Sets size and scale of one axis from a scale or, where `sized` is set, from a size. */
static evk_status set_axis(const struct evk_onnx_call *c, struct resize *r, int axis, double value,
                           bool sized, evk_error *err)
{
    const double n = (double)c->in[0]->dim[axis], count = sized ? value : floor(n * value);

    if (!(count >= 1) || count > EVK_NODE_VALUES_MAX)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "an axis of its output has %g values", count);
    r->size[axis] = (int64_t)count;
    r->scale[axis] = sized ? count / n : value;
    return EVK_OK;
}

/* With keep_aspect_ratio_policy, all axes that are named get one scale. */
static evk_status keep_aspect(const struct evk_onnx_call *c, struct resize *r, const int *axes,
                              int count, evk_error *err)
{
    static const char *const policies[] = {"stretch", "not_larger", "not_smaller", NULL};
    char policy[EVK_ONNX_WORD];
    double scale = 0;

    EVK_TRY(evk_onnx_word(c, "keep_aspect_ratio_policy", policies, policy, err));
    if (strcmp(policy, "stretch") == 0)
        return EVK_OK;
    for (int i = 0; i < count; i++)
        if (i == 0 || (policy[4] == 'l' ? r->scale[axes[i]] < scale : r->scale[axes[i]] > scale))
            scale = r->scale[axes[i]];
    for (int i = 0; i < count; i++) {
        EVK_TRY(set_axis(c, r, axes[i], floor((double)c->in[0]->dim[axes[i]] * scale + 0.5), true,
                         err));
        r->scale[axes[i]] = scale;
    }
    return EVK_OK;
}

/* Reads which axes a list of `count` numbers is for. */
static evk_status read_axes(const struct evk_onnx_call *c, int count, int *axes, evk_error *err)
{
    int64_t given[EVK_ONNX_INTS];
    int n;

    EVK_TRY(evk_onnx_ints(c, "axes", given, &n, err));
    if (n == 0)
        for (; n < c->in[0]->axes; n++)
            given[n] = n;
    if (n != count || n > EVK_ONNX_AXES)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "it has %d scales or sizes, expected %d", count,
                             n);
    for (int i = 0; i < n; i++)
        EVK_TRY(evk_onnx_axis(c, c->in[0], given[i], &axes[i], err));
    return EVK_OK;
}

/* The scales of Upsample are an attribute before opset 9, and its input 1 then; those of Resize are
   its input 1 in opset 10, and its input 2 since then. */
static evk_status read_sizes(const struct evk_onnx_call *c, struct resize *r, evk_error *err)
{
    const Onnx__AttributeProto *a = evk_onnx_attribute(c, "scales");
    const bool upsample = strcmp(c->node->op->name, "Upsample") == 0;
    double values[EVK_ONNX_INTS];
    int axes[EVK_ONNX_AXES] = {0}, count;
    bool sized = false;

    EVK_TRY(read_reals(c, upsample || c->opset < 11 ? 1 : 2, values, &count, err));
    if (count == 0 && a && a->n_floats <= EVK_ONNX_INTS)
        for (; count < (int)a->n_floats; count++)
            values[count] = (double)a->floats[count];
    if (count == 0) {
        EVK_TRY(read_reals(c, 3, values, &count, err));
        sized = true;
    }
    EVK_TRY(read_axes(c, count, axes, err));
    for (int i = 0; i < count; i++)
        EVK_TRY(set_axis(c, r, axes[i], values[i], sized, err));
    return sized ? keep_aspect(c, r, axes, count, err) : EVK_OK;
}

static evk_status read_roi(const struct evk_onnx_call *c, struct resize *r, evk_error *err)
{
    double values[EVK_ONNX_INTS];
    int axes[EVK_ONNX_AXES] = {0}, count;

    if (strcmp(r->place, "tf_crop_and_resize") != 0)
        return EVK_OK;
    EVK_TRY(read_reals(c, 1, values, &count, err));
    EVK_TRY(read_axes(c, count / 2, axes, err));
    for (int i = 0; i < count / 2; i++) {
        r->roi[0][axes[i]] = values[i];
        r->roi[1][axes[i]] = values[i + count / 2];
    }
    return EVK_OK;
}

static evk_status read_resize(const struct evk_onnx_call *c, struct resize *r, evk_error *err)
{
    /* the first of each is the default of Resize, the second that of its older forms */
    static const char *const places[] = {
        "half_pixel",         "asymmetric",           "align_corners",        "pytorch_half_pixel",
        "tf_crop_and_resize", "tf_half_pixel_for_nn", "half_pixel_symmetric", NULL};
    static const char *const rounds[] = {"round_prefer_floor", "floor", "ceil", "round_prefer_ceil",
                                         NULL};
    const bool old = c->opset < 11 || strcmp(c->node->op->name, "Upsample") == 0;
    char mode[16];

    EVK_TRY(evk_onnx_text(c, "mode", "nearest", mode, sizeof(mode), err));
    r->mode = strcmp(mode, "nearest") == 0                                   ? NEAREST
              : strcmp(mode, "linear") == 0 || strcmp(mode, "bilinear") == 0 ? LINEAR
                                                                             : CUBIC;
    if (r->mode == CUBIC && strcmp(mode, "cubic") != 0)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "its mode is '%s'", mode);
    EVK_TRY(evk_onnx_word(c, "coordinate_transformation_mode", old ? places + 1 : places, r->place,
                          err));
    EVK_TRY(evk_onnx_word(c, "nearest_mode", old ? rounds + 1 : rounds, r->round, err));
    EVK_TRY(evk_onnx_real(c, "cubic_coeff_a", -0.75, &r->cubic, err));
    EVK_TRY(evk_onnx_real(c, "extrapolation_value", 0, &r->outside, err));
    EVK_TRY(evk_onnx_int(c, "exclude_outside", 0, &r->exclude, err));
    EVK_TRY(evk_onnx_int(c, "antialias", 0, &r->antialias, err));
    for (int a = 0; a < c->in[0]->axes; a++) {
        r->size[a] = c->in[0]->dim[a];
        r->scale[a] = r->roi[1][a] = 1;
    }
    EVK_TRY(read_sizes(c, r, err));
    return read_roi(c, r, err);
}

evk_status evk_onnx_op_resize(struct evk_onnx_call *c, evk_error *err)
{
    struct resize r = {.mode = NEAREST};
    struct evk_onnx_value *v = &c->out[0];

    EVK_TRY(read_resize(c, &r, err));
    *v = *c->in[0];
    if (!evk_onnx_fits(v->axes, r.size))
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "its output has over %d values",
                             EVK_NODE_VALUES_MAX);
    for (int a = 0; a < v->axes; a++) {
        const int64_t n = v->dim[a];
        const bool crop = strcmp(r.place, "tf_crop_and_resize") == 0;

        if (r.size[a] == n && r.scale[a] == 1 && !crop)
            continue;
        if (r.mode == NEAREST)
            EVK_TRY(take_axis(c, &r, a, n, false, v, err));
        else
            EVK_TRY(sum_axis(c, &r, a, v, err));
        if (r.mode != NEAREST && crop)
            EVK_TRY(take_axis(c, &r, a, n, true, v, err));
    }
    return EVK_OK;
}
