/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * binary.c - an elementwise function of two inputs, of which each may be repeated along some axes
 *
 * The output is walked through in spans of values that follow each other, along which an input has
 * either as many values or a single one.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/whole.h"
#include "nn/layers.h"

struct operation {
    const char *name;
    void (*forward)(int64_t n, const float *a, const float *b, float *y);
    /* Computes ga = gy dy/da and gb = gy dy/db. */
    void (*backward)(int64_t n, const float *a, const float *b, const float *gy, float *ga,
                     float *gb);
};

/* ---- operations ----------------------------------------------------------------------------- */

/* Defines NAME_forward and NAME_backward, as struct operation has them, from formulas in a, b and,
   for the gradients, gy. */
#define OPERATION(name, value, slope_a, slope_b)                                          \
    static void name##_forward(int64_t n, const float *of_a, const float *of_b, float *y) \
    {                                                                                     \
        for (int64_t i = 0; i < n; i++) {                                                 \
            const float a = of_a[i], b = of_b[i];                                         \
                                                                                          \
            y[i] = value;                                                                 \
        }                                                                                 \
    }                                                                                     \
                                                                                          \
    static void name##_backward(int64_t n, const float *of_a, const float *of_b,          \
                                const float *of_y, float *ga, float *gb)                  \
    {                                                                                     \
        for (int64_t i = 0; i < n; i++) {                                                 \
            const float a = of_a[i], b = of_b[i], gy = of_y[i];                           \
                                                                                          \
            (void)a;                                                                      \
            (void)b;                                                                      \
            ga[i] = slope_a;                                                              \
            gb[i] = slope_b;                                                              \
        }                                                                                 \
    }

static float power(float a, float b)
{
    return (float)evk_pow((double)a, (double)b);
}

/* Where gy is 0 the gradients are 0, even where the slope is infinite, as that of a square root
   at 0 is. */
static float power_slope_a(float a, float b, float gy)
{
    const double x = (double)a, e = (double)b;

    return gy == 0 || b == 0 ? 0 : (float)((double)gy * e * evk_pow(x, e - 1));
}

static float power_slope_b(float a, float b, float gy)
{
    const double x = (double)a;

    return gy == 0 || !(a > 0) ? 0 : (float)((double)gy * evk_pow(x, (double)b) * evk_log(x));
}

/* Is a what min, or max, chooses?  Where a and b are equal it chooses a, and it chooses NaN before
   any number. */
static bool is_min(float a, float b)
{
    return a <= b || isnan(a);
}

static bool is_max(float a, float b)
{
    return a >= b || isnan(a);
}

OPERATION(add, a + b, gy, gy)
OPERATION(sub, a - b, gy, -gy)
OPERATION(mul, a *b, gy *b, gy *a)
OPERATION(div, a / b, gy / b, -gy *(a / b) / b)
OPERATION(pow, power(a, b), power_slope_a(a, b, gy), power_slope_b(a, b, gy))
OPERATION(min, is_min(a, b) ? a : b, is_min(a, b) ? gy : 0, is_min(a, b) ? 0 : gy)
OPERATION(max, is_max(a, b) ? a : b, is_max(a, b) ? gy : 0, is_max(a, b) ? 0 : gy)

static const struct operation operations[] = {
    {"add", add_forward, add_backward}, {"sub", sub_forward, sub_backward},
    {"mul", mul_forward, mul_backward}, {"div", div_forward, div_backward},
    {"pow", pow_forward, pow_backward}, {"min", min_forward, min_backward},
    {"max", max_forward, max_backward},
};

/* ---- spans ---------------------------------------------------------------------------------- */

/* How the values of an input are reached: floats from a row, a column and a channel of the output
   to the next, which are 0 along an axis where the input is repeated. */
struct steps {
    int64_t y, x, c;
};

static struct steps steps_of(const struct evk_shape *s)
{
    return (struct steps){s->h > 1 ? s->w * s->c : 0, s->w > 1 ? s->c : 0, s->c > 1 ? 1 : 0};
}

/* The spans of the output: those of h times w, of n values each.  An input of which wide is set has
   n values along a span, another one has a single one. */
struct spans {
    int64_t h, w, n;
    struct steps step[2];
    bool wide[2];
};

/* A span is as long as the inputs allow: all of the axes at the end along which the same inputs are
   repeated.  An axis of size 1 makes no difference. */
static struct spans spans_of(const struct evk_pass *p)
{
    int64_t size[3] = {p->out.h, p->out.w, p->out.c};
    struct spans s = {.n = 1, .step = {steps_of(&p->in[0]), steps_of(&p->in[1])}};

    for (int axis = 2; axis >= 0; axis--) {
        bool wide[2];

        for (int j = 0; j < 2; j++) {
            const struct steps *step = &s.step[j];

            wide[j] = (axis == 2 ? step->c : axis == 1 ? step->x : step->y) > 0;
        }
        if (size[axis] == 1)
            continue;
        if (s.n > 1 && (wide[0] != s.wide[0] || wide[1] != s.wide[1]))
            break;
        memcpy(s.wide, wide, sizeof(wide));
        s.n *= size[axis];
        size[axis] = 1;
    }
    s.h = size[0];
    s.w = size[1];
    return s;
}

/* ---- passes --------------------------------------------------------------------------------- */

enum { BLOCK = 256 }; /* values that are computed at a time */

static const float *repeated(float value, float block[BLOCK])
{
    for (int i = 0; i < BLOCK; i++)
        block[i] = value;
    return block;
}

static void forward_span(const struct operation *f, const struct spans *s, const float *const x[2],
                         float *y)
{
    float block[2][BLOCK];
    const float *from[2];

    for (int j = 0; j < 2; j++)
        from[j] = s->wide[j] ? x[j] : repeated(*x[j], block[j]);
    for (int64_t i = 0; i < s->n; i += BLOCK)
        f->forward(evk_smaller(BLOCK, s->n - i), from[0] + (s->wide[0] ? i : 0),
                   from[1] + (s->wide[1] ? i : 0), y + i);
}

static void binary_forward(const void *self, const struct evk_pass *p)
{
    const struct operation *const *l = self;
    const struct spans s = spans_of(p);
    float *to = p->y;

    for (int64_t y = 0; y < s.h; y++)
        for (int64_t x = 0; x < s.w; x++, to += s.n) {
            const float *from[2];

            for (int j = 0; j < 2; j++)
                from[j] = p->x[j] + y * s.step[j].y + x * s.step[j].x;
            forward_span(*l, &s, from, to);
        }
}

static float sum(int64_t n, const float *x)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += (double)x[i];
    return (float)sum;
}

static void backward_span(const struct operation *f, const struct spans *s,
                          const struct evk_pass *p, const int64_t at[2], const float *gy)
{
    float block[2][BLOCK], g[2][BLOCK];
    const float *from[2];

    for (int j = 0; j < 2; j++)
        from[j] = s->wide[j] ? p->x[j] + at[j] : repeated(p->x[j][at[j]], block[j]);
    for (int64_t i = 0; i < s->n; i += BLOCK) {
        const int64_t n = evk_smaller(BLOCK, s->n - i);

        f->backward(n, from[0] + (s->wide[0] ? i : 0), from[1] + (s->wide[1] ? i : 0), gy + i, g[0],
                    g[1]);
        for (int j = 0; j < 2; j++)
            if (s->wide[j])
                p->k->axpy(n, 1, g[j], p->gx[j] + at[j] + i);
            else
                p->gx[j][at[j]] += sum(n, g[j]);
    }
}

static void binary_backward(const void *self, const struct evk_pass *p)
{
    const struct operation *const *l = self;
    const struct spans s = spans_of(p);
    const float *gy = p->gy;

    for (int64_t y = 0; y < s.h; y++)
        for (int64_t x = 0; x < s.w; x++, gy += s.n) {
            int64_t at[2];

            for (int j = 0; j < 2; j++)
                at[j] = y * s.step[j].y + x * s.step[j].x;
            backward_span(*l, &s, p, at, gy);
        }
}

/* ---- the layer ------------------------------------------------------------------------------ */

/* Gives the size along an axis of the output; returns whether the sizes of the inputs agree. */
static bool join(int64_t a, int64_t b, int64_t *out)
{
    *out = a == 1 ? b : a;
    return a == b || a == 1 || b == 1;
}

static evk_status binary_shape(const void *self, int inputs, const struct evk_shape *in,
                               struct evk_shape *out, evk_error *err)
{
    const struct evk_shape *a = &in[0], *b = &in[1];
    char text[2][EVK_LAYER_SHAPE_TEXT];

    (void)self;
    (void)inputs;
    if (!join(a->h, b->h, &out->h) || !join(a->w, b->w, &out->w) || !join(a->c, b->c, &out->c))
        return evk_fail(err, EVK_EFORMAT,
                        "its inputs are %s and %s, expected equal sizes, or 1, along each axis",
                        evk_layer_shape_text(a, text[0]), evk_layer_shape_text(b, text[1]));
    out->flat = a->flat && b->flat;
    return EVK_OK;
}

static int64_t binary_flops(const void *self, const struct evk_shape *in,
                            const struct evk_shape *out)
{
    (void)self;
    (void)in;
    return evk_shape_count(out);
}

/* Along an axis where the input has one value, that value counts for all. */
static void binary_field(const void *self, const struct evk_shape *in, int j,
                         const struct evk_shape *out, struct evk_box *box)
{
    const int64_t size[3] = {in[j].h, in[j].w, in[j].c};

    (void)self;
    (void)out;
    for (int a = 0; a < 3; a++)
        if (size[a] == 1)
            box->first[a] = box->last[a] = 0;
}

extern const struct evk_layer_type evk_layer_binary;
const struct evk_layer_type evk_layer_binary = {
    .name = "binary",
    .summary = "add, sub, mul, div, pow, min or max of two inputs",
    .params = "function",
    .shape = binary_shape,
    .forward = binary_forward,
    .backward = binary_backward,
    .flops = binary_flops,
    .field = binary_field,
    .focus = {.cut = evk_focus_same},
    .release = free,
};

evk_status evk_add_binary(struct evk_graph *g, const char *name, int a, int b, const char *function,
                          int *out, evk_error *err)
{
    const size_t count = sizeof(operations) / sizeof(operations[0]);
    const int inputs[] = {a, b};
    const struct operation **l;
    size_t i = 0;

    if (strcmp(function, "add") == 0 && evk_shape_equal(&g->nodes[a].out, &g->nodes[b].out))
        return evk_add_add(g, name, 2, inputs, out, err);
    while (i < count && strcmp(operations[i].name, function) != 0)
        i++;
    if (i == count)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "layer %s: function '%s' of two inputs is not supported; supported: %s",
                        name, function, evk_layer_binary.summary);
    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    *l = &operations[i];
    return evk_graph_add_take(g, &evk_layer_binary, l, name, 2, inputs, out, err);
}
