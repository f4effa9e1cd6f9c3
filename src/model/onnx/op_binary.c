/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * op_binary.c - operators of ONNX on two tensors, value by value
 *
 * ONNX repeats a tensor along each axis where it has one value and the other has more.  Layers do
 * that for rows, columns and channels, so the axes are sorted into these three.
 */
#include <string.h>

#include "base/mem.h"
#include "model/onnx/binary.h"
#include "model/onnx/ops.h"

struct evk_onnx_value evk_onnx_lift(const struct evk_onnx_value *v, int axes)
{
    struct evk_onnx_value r = *v;
    const int more = axes - v->axes;

    r.axes = axes;
    for (int a = 0; a < axes; a++) {
        r.dim[a] = a < more ? 1 : v->dim[a - more];
        r.order[a] = a < more ? a : v->order[a - more] + more;
    }
    return r;
}

evk_status evk_onnx_broadcast(const struct evk_onnx_call *c, const struct evk_onnx_value *a,
                              const struct evk_onnx_value *b, struct evk_onnx_value *out,
                              evk_error *err)
{
    const int axes = a->axes > b->axes ? a->axes : b->axes;
    const struct evk_onnx_value x = evk_onnx_lift(a, axes), y = evk_onnx_lift(b, axes);
    char s[EVK_SHAPE_TEXT], t[EVK_SHAPE_TEXT];

    *out = evk_onnx_shape(axes, x.dim);
    for (int i = 0; i < axes; i++) {
        if (x.dim[i] != y.dim[i] && x.dim[i] != 1 && y.dim[i] != 1)
            return evk_onnx_fail(c, EVK_EFORMAT, err, "its inputs are %s and %s, which do not fit",
                                 evk_shape_text(a->axes, a->dim, s),
                                 evk_shape_text(b->axes, b->dim, t));
        out->dim[i] = x.dim[i] == 1 ? y.dim[i] : x.dim[i];
    }
    if (!evk_onnx_fits(axes, out->dim))
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its output has over %d values",
                             EVK_NODE_VALUES_MAX);
    return EVK_OK;
}

/* ---- a constant that is the same for all pixels --------------------------------------------- */

/*
 * Are the values of constant b, lifted to the axes of x, the same for all rows and columns of x's
 * node?  Copies those of the channels, (c), to values.
 */
static bool channel_values(const struct evk_onnx_value *x, const struct evk_shape *s,
                           const struct evk_onnx_value *b, float *values)
{
    int64_t inner = 1, stride[EVK_ONNX_AXES], step = 1;
    int first = x->axes;

    while (first > 0 && inner < s->c)
        inner *= x->dim[x->order[--first]];
    if (inner != s->c)
        return false;
    for (int a = x->axes - 1; a >= 0; a--) {
        stride[a] = b->dim[a] == 1 ? 0 : step;
        step *= b->dim[a];
    }
    for (int i = 0; i < first; i++)
        if (b->dim[x->order[i]] != 1)
            return false;
    for (int64_t k = 0; k < s->c; k++) {
        int64_t rest = k, from = 0;

        for (int i = x->axes - 1; i >= first; i--) {
            from += rest % x->dim[x->order[i]] * stride[x->order[i]];
            rest /= x->dim[x->order[i]];
        }
        values[k] = b->real ? b->real[from] : (float)b->whole[from];
    }
    return true;
}

/* Adds scale x + shift, where one of the two is `values` and the other leaves x as it is: a batch
   norm, which other layers can take over. */
static evk_status add_affine(struct evk_onnx_call *c, int x, int64_t channels, const float *scale,
                             const float *shift, int *out, evk_error *err)
{
    struct evk_tensor ones, zeros = {0}, gamma = {0}, beta = {0};
    evk_status s = evk_onnx_weights(c, &ones, 1, &channels, err);

    if (!s)
        s = evk_onnx_weights(c, &zeros, 1, &channels, err);
    if (!s)
        s = evk_onnx_weights(c, &gamma, 1, &channels, err);
    if (!s)
        s = evk_onnx_weights(c, &beta, 1, &channels, err);
    for (int64_t i = 0; i < channels && !s; i++) {
        ones.data[i] = 1;
        gamma.data[i] = scale ? scale[i] : 1;
        beta.data[i] = shift ? shift[i] : 0;
    }
    if (!s)
        s = evk_add_batchnorm(c->o->graph, c->label, x,
                              &(struct evk_norm){&gamma, &beta, &zeros, &ones, 0}, out, err);
    evk_tensor_release(&ones);
    evk_tensor_release(&zeros);
    evk_tensor_release(&gamma);
    evk_tensor_release(&beta);
    return s;
}

/* Computes x OP b, or b OP x where turned is set, where b is the same for all pixels.  *done is
   false where the function is not linear in x, or b is another constant. */
static evk_status try_affine(struct evk_onnx_call *c, const struct evk_onnx_value *x,
                             const struct evk_onnx_value *b, bool turned, const char *function,
                             int *out, bool *done, evk_error *err)
{
    const struct evk_shape s = c->o->graph->nodes[x->node].out;
    const bool add = strcmp(function, "add") == 0, sub = strcmp(function, "sub") == 0;
    const bool mul = strcmp(function, "mul") == 0, div = strcmp(function, "div") == 0 && !turned;
    float *values, *minus;

    *done = false;
    if (!add && !sub && !mul && !div)
        return EVK_OK;
    EVK_TRY(evk_onnx_alloc(c, &values, s.c, sizeof(*values), err));
    EVK_TRY(evk_onnx_alloc(c, &minus, s.c, sizeof(*minus), err));
    if (!channel_values(x, &s, b, values))
        return EVK_OK;
    *done = true;
    for (int64_t i = 0; i < s.c; i++) {
        minus[i] = -1;
        if (sub && !turned)
            values[i] = -values[i];
        if (div)
            values[i] = 1 / values[i];
    }
    return add_affine(c, x->node, s.c,
                      mul || div      ? values
                      : sub && turned ? minus
                                      : NULL,
                      add || sub ? values : NULL, out, err);
}

/* ---- axes to rows, columns and channels ----------------------------------------------------- */

/* Sizes of rows, columns and channels of two operands. */
struct sorted {
    int64_t a[3], b[3];
};

/* Sorts the axes by the shape that a node of the result's size has.  False where that shape divides
   axes otherwise. */
static bool sort_by(const struct evk_shape *s, const struct evk_onnx_value *r, const int64_t *a,
                    const int64_t *b, struct sorted *out)
{
    const int64_t size[3] = {s->h, s->w, s->c};
    int k = 0;
    int64_t n = 1;

    *out = (struct sorted){{1, 1, 1}, {1, 1, 1}};
    for (int i = 0; i < r->axes; i++) {
        const int axis = r->order[i];

        while (k < 2 && n == size[k] && r->dim[axis] > 1) {
            k++;
            n = 1;
        }
        n *= r->dim[axis];
        out->a[k] *= a[axis];
        out->b[k] *= b[axis];
        if (n > size[k])
            return false;
    }
    for (k = 0; k < 3; k++)
        if ((out->a[k] != size[k] && out->a[k] != 1) || (out->b[k] != size[k] && out->b[k] != 1))
            return false;
    return true;
}

/* Sorts the axes so that neighbours along which the same operands are repeated are together.  False
   where there are more than three kinds of neighbours. */
static bool sort_axes(const struct evk_onnx_value *r, const int64_t *a, const int64_t *b,
                      struct sorted *out)
{
    int k = -1, last = -1;

    *out = (struct sorted){{1, 1, 1}, {1, 1, 1}};
    for (int i = r->axes - 1; i >= 0; i--) {
        const int axis = r->order[i];
        const int kind = (a[axis] == 1) + 2 * (b[axis] == 1);

        if (r->dim[axis] == 1)
            continue;
        if (kind != last)
            k++;
        if (k > 2)
            return false;
        last = kind;
        out->a[2 - k] *= a[axis];
        out->b[2 - k] *= b[axis];
    }
    return true;
}

/* Repeats the values of v, so that it has the shape of r. */
static evk_status repeat(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                         const struct evk_onnx_value *r, struct evk_onnx_value *out, evk_error *err)
{
    const int64_t *pick[EVK_ONNX_AXES] = {NULL};
    int64_t *zeros, most = 1;

    for (int i = 0; i < r->axes; i++)
        most = r->dim[i] > most ? r->dim[i] : most;
    EVK_TRY(evk_onnx_alloc(c, &zeros, most, sizeof(*zeros), err));
    for (int i = 0; i < r->axes; i++)
        if (v->dim[i] != r->dim[i])
            pick[i] = zeros;
    return evk_onnx_pick(c, v, pick, r->dim, 0, out, err);
}

static int64_t count3(const int64_t *size)
{
    return size[0] * size[1] * size[2];
}

/* Gives an operand the shape that it is sorted into; a vector stays one. */
static evk_status operand(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                          const int64_t size[3], int *node, evk_error *err)
{
    const struct evk_shape *s = &c->o->graph->nodes[v->node].out;

    *node = v->node;
    if (s->h == size[0] && s->w == size[1] && s->c == size[2])
        return EVK_OK;
    return evk_onnx_as(c, v, size[0], size[1], size[2], node, err);
}

/* Computes a function of two nodes that lie in the order of r. */
static evk_status add_layer(struct evk_onnx_call *c, struct evk_onnx_value *a,
                            struct evk_onnx_value *b, const char *function,
                            struct evk_onnx_value *r, evk_error *err)
{
    const struct evk_onnx_value *larger = evk_onnx_count(a) >= evk_onnx_count(b) ? a : b;
    const struct evk_shape s = c->o->graph->nodes[larger->node].out;
    struct sorted sorted;
    int nodes[2];

    if (evk_onnx_count(larger) != evk_onnx_count(r) || !sort_by(&s, r, a->dim, b->dim, &sorted)) {
        if (!sort_axes(r, a->dim, b->dim, &sorted)) {
            EVK_TRY(repeat(c, a, r, a, err));
            EVK_TRY(repeat(c, b, r, b, err));
            sort_axes(r, a->dim, b->dim, &sorted);
        }
    }
    EVK_TRY(operand(c, a, sorted.a, &nodes[0], err));
    EVK_TRY(operand(c, b, sorted.b, &nodes[1], err));
    if (strcmp(function, "add") == 0 && count3(sorted.a) == count3(sorted.b) &&
        evk_shape_equal(&c->o->graph->nodes[nodes[0]].out, &c->o->graph->nodes[nodes[1]].out))
        return evk_add_add(c->o->graph, c->label, 2, nodes, &r->node, err);
    return evk_add_binary(c->o->graph, c->label, nodes[0], nodes[1], function, &r->node, err);
}

evk_status evk_onnx_binary(struct evk_onnx_call *c, const struct evk_onnx_value *a,
                           const struct evk_onnx_value *b, const char *function,
                           struct evk_onnx_value *out, evk_error *err)
{
    const struct evk_onnx_value *constant = a->node < 0 ? a : b->node < 0 ? b : NULL;
    struct evk_onnx_value r, x, y;
    bool done = false;

    EVK_TRY(evk_onnx_broadcast(c, a, b, &r, err));
    if (evk_onnx_count(&r) == 0)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "its output is empty");
    x = evk_onnx_lift(a, r.axes);
    y = evk_onnx_lift(b, r.axes);
    if (constant) {
        struct evk_onnx_value *node = constant == a ? &y : &x, *other = constant == a ? &x : &y;

        memcpy(r.order, node->order, sizeof(r.order));
        if (evk_onnx_count(node) == evk_onnx_count(&r))
            EVK_TRY(try_affine(c, node, other, constant == a, function, &r.node, &done, err));
    }
    if (!done) {
        EVK_TRY(evk_onnx_node_of(c, &x, &x, err));
        EVK_TRY(evk_onnx_node_of(c, &y, &y, err));
        if (!constant || evk_onnx_count(&x) != evk_onnx_count(&y))
            memcpy(r.order, evk_onnx_count(&x) >= evk_onnx_count(&y) ? x.order : y.order,
                   sizeof(r.order));
        EVK_TRY(evk_onnx_order(c, &x, r.order, &x, err));
        EVK_TRY(evk_onnx_order(c, &y, r.order, &y, err));
        EVK_TRY(add_layer(c, &x, &y, function, &r, err));
    }
    *out = r;
    return EVK_OK;
}

/* ---- whole numbers -------------------------------------------------------------------------- */

/* Wraps around where the result has no room, as ONNX's whole numbers do. */
static int64_t whole_of(const char *function, int64_t a, int64_t b)
{
    switch (function[0]) {
    case 'a':
        return (int64_t)((uint64_t)a + (uint64_t)b);
    case 's':
        return (int64_t)((uint64_t)a - (uint64_t)b);
    case 'd':
        return b == 0 || (a == INT64_MIN && b == -1) ? 0 : a / b;
    default:
        break;
    }
    if (strcmp(function, "mul") == 0)
        return (int64_t)((uint64_t)a * (uint64_t)b);
    if (strcmp(function, "min") == 0)
        return a < b ? a : b;
    if (strcmp(function, "equal") == 0)
        return a == b;
    return a > b ? a : b;
}

static evk_status whole_pair(struct evk_onnx_call *c, const struct evk_onnx_value *a,
                             const struct evk_onnx_value *b, const char *function,
                             struct evk_onnx_value *out, evk_error *err)
{
    struct evk_onnx_value r, x, y;
    int64_t *values;

    EVK_TRY(evk_onnx_broadcast(c, a, b, &r, err));
    x = evk_onnx_lift(a, r.axes);
    y = evk_onnx_lift(b, r.axes);
    EVK_TRY(repeat(c, &x, &r, &x, err));
    EVK_TRY(repeat(c, &y, &r, &y, err));
    EVK_TRY(evk_onnx_alloc(c, &values, evk_onnx_count(&r), sizeof(*values), err));
    for (int64_t i = 0; i < evk_onnx_count(&r); i++) {
        if (strcmp(function, "div") == 0 && y.whole[i] == 0)
            return evk_onnx_fail(c, EVK_EFORMAT, err, "it divides a whole number by 0");
        values[i] = whole_of(function, x.whole[i], y.whole[i]);
    }
    r.whole = values;
    *out = r;
    return EVK_OK;
}

evk_status evk_onnx_whole(struct evk_onnx_call *c, const char *function, evk_error *err)
{
    c->out[0] = *c->in[0];
    for (int i = 1; i < c->inputs; i++)
        EVK_TRY(whole_pair(c, &c->out[0], c->in[i], function, &c->out[0], err));
    return EVK_OK;
}

evk_status evk_onnx_whole_neg(struct evk_onnx_call *c, evk_error *err)
{
    static const int64_t zero = 0;
    struct evk_onnx_value nothing = evk_onnx_shape(0, NULL);

    nothing.whole = &zero;
    return whole_pair(c, &nothing, c->in[0], "sub", &c->out[0], err);
}

/* ---- operators ------------------------------------------------------------------------------ */

evk_status evk_onnx_op_binary(struct evk_onnx_call *c, evk_error *err)
{
    if (c->in[0]->node < 0 && c->in[1]->node < 0)
        return evk_onnx_whole(c, c->node->op->detail, err);
    return evk_onnx_binary(c, c->in[0], c->in[1], c->node->op->detail, &c->out[0], err);
}

evk_status evk_onnx_op_compare(struct evk_onnx_call *c, evk_error *err)
{
    if (c->in[0]->node >= 0 || c->in[1]->node >= 0 || !c->in[0]->whole || !c->in[1]->whole)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "its inputs are not both constants of whole numbers");
    return evk_onnx_whole(c, c->node->op->detail, err);
}

/* Max, Min, Sum and Mean of any number of tensors; a mean is the sum times a constant. */
evk_status evk_onnx_op_several(struct evk_onnx_call *c, evk_error *err)
{
    const bool mean = strcmp(c->node->op->detail, "mean") == 0;
    const double p[2] = {1.0 / c->inputs, 0};
    bool whole = true;

    EVK_TRY(evk_onnx_all_inputs(c, err));
    for (int i = 0; i < c->inputs; i++)
        whole = whole && c->in[i]->node < 0 && c->in[i]->whole;
    if (whole)
        return evk_onnx_whole(c, c->node->op->detail, err);
    EVK_TRY(evk_onnx_node_of(c, c->in[0], &c->out[0], err));
    for (int i = 1; i < c->inputs; i++)
        EVK_TRY(evk_onnx_binary(c, &c->out[0], c->in[i], mean ? "add" : c->node->op->detail,
                                &c->out[0], err));
    if (!mean)
        return EVK_OK;
    return evk_add_function(c->o->graph, c->label, c->out[0].node, "affine", p, &c->out[0].node,
                            err);
}

evk_status evk_onnx_op_pow(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *y = c->in[1];
    struct evk_onnx_value shape;
    double p[2] = {0, 0};

    if (y->node >= 0 || evk_onnx_count(y) != 1 || c->in[0]->node < 0)
        return evk_onnx_binary(c, c->in[0], y, "pow", &c->out[0], err);
    EVK_TRY(evk_onnx_broadcast(c, c->in[0], y, &shape, err));
    p[0] = y->real ? (double)y->real[0] : (double)y->whole[0];
    c->out[0] = evk_onnx_lift(c->in[0], shape.axes);
    return evk_add_function(c->o->graph, c->label, c->in[0]->node, "power", p, &c->out[0].node,
                            err);
}
