/* SPDX-License-Identifier: GPL-3.0-or-later */
/* op_constant.c - operators of ONNX that give constants, such as the shapes of tensors */
#include <math.h>
#include <string.h>

#include "model/onnx/binary.h"
#include "model/onnx/ops.h"

evk_status evk_onnx_op_identity(struct evk_onnx_call *c, evk_error *err)
{
    (void)err;
    c->out[0] = *c->in[0];
    return EVK_OK;
}

/* A dropout keeps all values, and its mask says so. */
evk_status evk_onnx_op_dropout(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *training = c->inputs > 2 ? c->in[2] : NULL;
    const int64_t n = evk_onnx_count(c->in[0]);
    int64_t *mask;

    if (training && (training->node >= 0 || !training->whole || training->whole[0] != 0))
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "it is in training mode: export the network in evaluation mode");

    c->out[0] = *c->in[0];
    if (c->outputs < 2)
        return EVK_OK;
    EVK_TRY(evk_onnx_alloc(c, &mask, n, sizeof(*mask), err));
    for (int64_t i = 0; i < n; i++)
        mask[i] = 1;
    c->out[1] = evk_onnx_shape(c->in[0]->axes, c->in[0]->dim);
    c->out[1].whole = mask;
    return EVK_OK;
}

/* Copies n numbers of `size` bytes, and makes c->out[0] a tensor of one axis, or of none. */
static evk_status copy_numbers(struct evk_onnx_call *c, const void *values, int64_t n, size_t size,
                               bool scalar, void **copy, evk_error *err)
{
    EVK_TRY(evk_onnx_alloc(c, copy, n, size, err));
    if (n)
        memcpy(*copy, values, (size_t)n * size);
    c->out[0] = evk_onnx_shape(scalar ? 0 : 1, &n);
    return EVK_OK;
}

static evk_status whole_constant(struct evk_onnx_call *c, const int64_t *values, int64_t n,
                                 bool scalar, evk_error *err)
{
    void *copy;

    EVK_TRY(copy_numbers(c, values, n, sizeof(*values), scalar, &copy, err));
    c->out[0].whole = copy;
    return EVK_OK;
}

static evk_status real_constant(struct evk_onnx_call *c, const float *values, int64_t n,
                                bool scalar, evk_error *err)
{
    void *copy;

    EVK_TRY(copy_numbers(c, values, n, sizeof(*values), scalar, &copy, err));
    c->out[0].real = copy;
    return EVK_OK;
}

evk_status evk_onnx_op_constant(struct evk_onnx_call *c, evk_error *err)
{
    const Onnx__AttributeProto *a;

    if ((a = evk_onnx_attribute(c, "value")) != NULL && a->t) {
        EVK_TRY(evk_onnx_tensor(c->o, a->t, &c->out[0], err));
        c->out[0].initial = true;
        return EVK_OK;
    }
    if ((a = evk_onnx_attribute(c, "value_float")) != NULL)
        return real_constant(c, &a->f, 1, true, err);
    if ((a = evk_onnx_attribute(c, "value_floats")) != NULL)
        return real_constant(c, a->floats, (int64_t)a->n_floats, false, err);
    if ((a = evk_onnx_attribute(c, "value_int")) != NULL)
        return whole_constant(c, &a->i, 1, true, err);
    if ((a = evk_onnx_attribute(c, "value_ints")) != NULL)
        return whole_constant(c, a->ints, (int64_t)a->n_ints, false, err);
    return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "it is no constant of numbers");
}

evk_status evk_onnx_op_constant_of_shape(struct evk_onnx_call *c, evk_error *err)
{
    const Onnx__AttributeProto *a = evk_onnx_attribute(c, "value");
    const float zero = 0;
    struct evk_onnx_value one = evk_onnx_shape(0, NULL);
    const int64_t *pick[EVK_ONNX_AXES] = {NULL};
    int64_t dim[EVK_ONNX_INTS], *zeros;
    int count;

    EVK_TRY(evk_onnx_ints_in(c, 0, "shape", dim, &count, err));
    if (count > EVK_ONNX_AXES)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "its output has %d axes, supported: up to %d", count, EVK_ONNX_AXES);
    if (a && a->t)
        EVK_TRY(evk_onnx_tensor(c->o, a->t, &one, err));
    else
        one.real = &zero;
    if (evk_onnx_count(&one) != 1)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its value has %lld numbers, expected 1",
                             (long long)evk_onnx_count(&one));
    one.axes = 0;
    one = evk_onnx_lift(&one, count);
    for (int i = 0; i < count; i++) {
        if (dim[i] < 0 || dim[i] > EVK_NODE_VALUES_MAX)
            return evk_onnx_fail(c, EVK_EFORMAT, err, "an axis of its output has %lld values",
                                 (long long)dim[i]);
        EVK_TRY(evk_onnx_alloc(c, &zeros, dim[i], sizeof(*zeros), err));
        pick[i] = zeros;
    }
    return evk_onnx_pick(c, &one, pick, dim, 0, &c->out[0], err);
}

/* The shape of a tensor, from axis start to axis end where the node says so, or its size. */
evk_status evk_onnx_op_shape(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *v = c->in[0];
    const int64_t n = evk_onnx_count(v);
    int64_t start, end;

    if (c->node->op->detail)
        return whole_constant(c, &n, 1, true, err);
    EVK_TRY(evk_onnx_int(c, "start", 0, &start, err));
    EVK_TRY(evk_onnx_int(c, "end", v->axes, &end, err));
    start = start < 0 ? start + v->axes : start;
    end = end < 0 ? end + v->axes : end;
    start = start < 0 ? 0 : start;
    end = end > v->axes ? v->axes : end;
    return whole_constant(c, v->dim + (end > start ? start : 0), end > start ? end - start : 0,
                          false, err);
}

static double number_of(const struct evk_onnx_value *v)
{
    return v->real ? (double)v->real[0] : (double)v->whole[0];
}

enum kind { REAL, WHOLE, TRUTH, OTHER };

/* Returns a number as a whole number, or as a truth value, within the range of whole numbers. */
static int64_t whole_of(double x, enum kind to)
{
    if (to == TRUTH)
        return x != 0;
    return x >= -9.2e18 && x <= 9.2e18 ? (int64_t)x : x > 0 ? INT64_MAX : INT64_MIN;
}

evk_status evk_onnx_op_range(struct evk_onnx_call *c, evk_error *err)
{
    double at[3], n;
    int64_t count, *whole;
    float *real;

    for (int i = 0; i < 3; i++) {
        if (c->in[i]->node >= 0 || evk_onnx_count(c->in[i]) != 1)
            return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "its input %d is no constant number", i);
        at[i] = number_of(c->in[i]);
    }
    n = ceil((at[1] - at[0]) / at[2]);
    if (!(n <= EVK_NODE_VALUES_MAX))
        return evk_onnx_fail(c, EVK_EFORMAT, err, "it has over %d values", EVK_NODE_VALUES_MAX);
    count = n > 0 ? (int64_t)n : 0;
    EVK_TRY(evk_onnx_alloc(c, &whole, count, sizeof(*whole), err));
    EVK_TRY(evk_onnx_alloc(c, &real, count, sizeof(*real), err));
    for (int64_t i = 0; i < count; i++) {
        real[i] = (float)(at[0] + (double)i * at[2]);
        whole[i] = whole_of(at[0] + (double)i * at[2], WHOLE);
    }
    return c->in[0]->real ? real_constant(c, real, count, false, err)
                          : whole_constant(c, whole, count, false, err);
}

/* ---- Cast ----------------------------------------------------------------------------------- */

static enum kind kind_of(int64_t type)
{
    switch (type) {
    case ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT:
    case ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16:
    case ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16:
    case ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE:
        return REAL;
    case ONNX__TENSOR_PROTO__DATA_TYPE__BOOL:
        return TRUTH;
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT8:
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT16:
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT32:
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT64:
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT8:
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT16:
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT32:
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT64:
        return WHOLE;
    default:
        return OTHER;
    }
}

/* Returns what is left of a whole number in ONNX's type: its lowest bits, with their sign. */
static int64_t in_type(int64_t x, int64_t type)
{
    switch (type) {
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT8:
        return (int8_t)(uint8_t)x;
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT16:
        return (int16_t)(uint16_t)x;
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT32:
        return (int32_t)(uint32_t)x;
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT8:
        return (uint8_t)x;
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT16:
        return (uint16_t)x;
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT32:
        return (uint32_t)x;
    default:
        return x;
    }
}

static evk_status cast_constant(struct evk_onnx_call *c, enum kind to, int64_t type, evk_error *err)
{
    const struct evk_onnx_value *v = c->in[0];
    const int64_t n = evk_onnx_count(v);
    int64_t *whole;
    float *real;

    c->out[0] = *v;
    if (to == REAL && v->real)
        return EVK_OK;
    c->out[0].real = NULL;
    c->out[0].whole = NULL;
    if (to == REAL) {
        EVK_TRY(evk_onnx_alloc(c, &real, n, sizeof(*real), err));
        for (int64_t i = 0; i < n; i++)
            real[i] = (float)v->whole[i];
        c->out[0].real = real;
        return EVK_OK;
    }
    EVK_TRY(evk_onnx_alloc(c, &whole, n, sizeof(*whole), err));
    for (int64_t i = 0; i < n; i++)
        whole[i] = v->real       ? whole_of((double)v->real[i], to)
                   : to == TRUTH ? v->whole[i] != 0
                                 : in_type(v->whole[i], type);
    c->out[0].whole = whole;
    return EVK_OK;
}

/* Real numbers of all sizes are floats here; the image itself cannot become whole numbers. */
evk_status evk_onnx_op_cast(struct evk_onnx_call *c, evk_error *err)
{
    int64_t type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    enum kind to;

    if (c->inputs == 1)
        EVK_TRY(evk_onnx_int(c, "to", type, &type, err));
    else if (c->in[1]->node < 0 && !c->in[1]->real)
        type = ONNX__TENSOR_PROTO__DATA_TYPE__INT64;
    to = kind_of(type);
    if (to == OTHER || (to != REAL && c->in[0]->node >= 0))
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "it makes numbers of ONNX's type %lld, supported: real numbers",
                             (long long)type);
    if (c->in[0]->node < 0)
        return cast_constant(c, to, type, err);
    c->out[0] = *c->in[0];
    return EVK_OK;
}

/* ---- Where ---------------------------------------------------------------------------------- */

/* Gives a constant the shape `all`, as ONNX repeats it. */
static evk_status spread(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                         const struct evk_onnx_value *all, struct evk_onnx_value *out,
                         evk_error *err)
{
    const int64_t *pick[EVK_ONNX_AXES] = {NULL};
    int64_t *zeros;

    *out = evk_onnx_lift(v, all->axes);
    for (int a = 0; a < all->axes; a++)
        if (out->dim[a] != all->dim[a]) {
            EVK_TRY(evk_onnx_alloc(c, &zeros, all->dim[a], sizeof(*zeros), err));
            pick[a] = zeros;
        }
    return evk_onnx_pick(c, out, pick, all->dim, 0, out, err);
}

evk_status evk_onnx_op_where(struct evk_onnx_call *c, evk_error *err)
{
    struct evk_onnx_value all, v[3];
    int64_t n, *whole;
    float *real;

    for (int i = 0; i < 3; i++)
        if (c->in[i]->node >= 0)
            return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "its inputs are not all constants");
    EVK_TRY(evk_onnx_broadcast(c, c->in[0], c->in[1], &all, err));
    EVK_TRY(evk_onnx_broadcast(c, &all, c->in[2], &all, err));
    for (int i = 0; i < 3; i++)
        EVK_TRY(spread(c, c->in[i], &all, &v[i], err));
    if (!v[0].whole || !v[1].real != !v[2].real)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its inputs are of different types");
    n = evk_onnx_count(&all);
    EVK_TRY(evk_onnx_alloc(c, &whole, n, sizeof(*whole), err));
    EVK_TRY(evk_onnx_alloc(c, &real, n, sizeof(*real), err));
    for (int64_t i = 0; i < n; i++) {
        const struct evk_onnx_value *from = v[0].whole[i] ? &v[1] : &v[2];

        if (from->real)
            real[i] = from->real[i];
        else
            whole[i] = from->whole[i];
    }
    c->out[0] = evk_onnx_shape(all.axes, all.dim);
    c->out[0].real = v[1].real ? real : NULL;
    c->out[0].whole = v[1].real ? NULL : whole;
    return EVK_OK;
}
