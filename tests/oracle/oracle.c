/* SPDX-License-Identifier: GPL-3.0-or-later */
/* oracle.c - layers by definition: plain loops in double over (h, w, c) */
#include "oracle.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/test.h"

/* Roundings of a term besides those of its sum: scaling of its weight, its product, the result. */
enum { MORE = 4 };

static const double U = 0x1p-24;

struct map map_new(int64_t h, int64_t w, int64_t c)
{
    struct map m = {.h = h, .w = w, .c = c};
    const size_t n = (size_t)(h * w * c) + 1;

    m.v = calloc(n, sizeof(*m.v));
    m.e = calloc(n, sizeof(*m.e));
    if (!m.v || !m.e)
        fail_msg("no memory for %zu values", n);
    return m;
}

struct map map_of(int64_t h, int64_t w, int64_t c, const float *values)
{
    struct map m = map_new(h, w, c);

    for (int64_t i = 0; i < h * w * c; i++)
        m.v[i] = (double)values[i];
    return m;
}

void map_release(struct map *m)
{
    free(m->v);
    free(m->e);
    *m = (struct map){0};
}

int64_t map_count(const struct map *m)
{
    return m->h * m->w * m->c;
}

void map_check(const struct map *want, const float *got, const char *what)
{
    for (int64_t i = 0; i < map_count(want); i++)
        if (!(fabs((double)got[i] - want->v[i]) <= want->e[i]))
            fail_msg("%s: %.9g at %lld, expected %.9g within %.3g", what, (double)got[i],
                     (long long)i, want->v[i], want->e[i]);
}

/* A sum: its value, the sum of its terms' magnitudes, and what the errors of its terms add. */
struct sum {
    double value, magnitude, error;
    int64_t terms;
};

static void add_term(struct sum *s, double weight, double value, double error)
{
    s->value += weight * value;
    s->magnitude += fabs(weight) * (fabs(value) + error);
    s->error += fabs(weight) * error;
    s->terms++;
}

static void close_sum(struct map *y, int64_t at, const struct sum *s)
{
    y->v[at] = s->value;
    y->e[at] = s->error + sum_bound(s->terms + MORE, s->magnitude);
    if (s->terms > y->terms)
        y->terms = s->terms;
}

static int64_t outputs(int64_t n, int64_t before, int64_t after, int64_t size, int64_t dilation,
                       int64_t stride)
{
    int64_t count = 0;

    for (int64_t at = -before; at + (size - 1) * dilation < n + after; at += stride)
        count++;
    return count;
}

static struct map window_map(const struct map *x, const struct oracle_window *v, int64_t c)
{
    return map_new(outputs(x->h, v->top, v->bottom, v->h, v->dilation_h, v->stride_h),
                   outputs(x->w, v->left, v->right, v->w, v->dilation_w, v->stride_w), c);
}

/* Returns the index in x that tap (r, s) of output pixel (i, j) reads in channel c; -1: padding. */
static int64_t place(const struct map *x, const struct oracle_window *v, int64_t i, int64_t j,
                     int64_t r, int64_t s, int64_t c)
{
    const int64_t y = i * v->stride_h - v->top + r * v->dilation_h;
    const int64_t z = j * v->stride_w - v->left + s * v->dilation_w;

    return y < 0 || y >= x->h || z < 0 || z >= x->w ? -1 : (y * x->w + z) * x->c + c;
}

struct map oracle_conv2d(const struct map *x, const struct oracle_window *v, int64_t o,
                         const float *w, const float *bias)
{
    struct map y = window_map(x, v, o);

    for (int64_t at = 0; at < map_count(&y); at++) {
        const int64_t i = at / (y.w * o), j = at / o % y.w, k = at % o;
        struct sum sum = {0};

        for (int64_t t = 0; t < v->h * v->w * x->c; t++) {
            const int64_t r = t / (v->w * x->c), s = t / x->c % v->w;
            const int64_t from = place(x, v, i, j, r, s, t % x->c);

            if (from >= 0)
                add_term(&sum, (double)w[t * o + k], x->v[from], x->e[from]);
        }
        if (bias)
            add_term(&sum, 1, (double)bias[k], 0);
        close_sum(&y, at, &sum);
    }
    return y;
}

struct map oracle_depthwise(const struct map *x, const struct oracle_window *v, int64_t m,
                            const float *w, const float *bias)
{
    const int64_t o = x->c * m;
    struct map y = window_map(x, v, o);

    for (int64_t at = 0; at < map_count(&y); at++) {
        const int64_t i = at / (y.w * o), j = at / o % y.w, k = at % o;
        struct sum sum = {0};

        for (int64_t r = 0; r < v->h; r++)
            for (int64_t s = 0; s < v->w; s++) {
                const int64_t from = place(x, v, i, j, r, s, k / m);

                if (from >= 0)
                    add_term(&sum, (double)w[(r * v->w + s) * o + k], x->v[from], x->e[from]);
            }
        if (bias)
            add_term(&sum, 1, (double)bias[k], 0);
        close_sum(&y, at, &sum);
    }
    return y;
}

/* Add a term.  Until all are added, gx->e has sums of magnitudes, and count numbers of terms. */
static void add_slope(struct map *gx, int64_t *count, int64_t at, double term)
{
    gx->v[at] += term;
    gx->e[at] += fabs(term);
    count[at]++;
}

static struct map close_slopes(struct map gx, int64_t *count)
{
    for (int64_t i = 0; i < map_count(&gx); i++)
        gx.e[i] = sum_bound(count[i] + MORE, gx.e[i]);
    free(count);
    return gx;
}

static int64_t *counts(const struct map *x)
{
    int64_t *count = calloc((size_t)map_count(x) + 1, sizeof(*count));

    if (!count)
        fail_msg("no memory for counts");
    return count;
}

struct map oracle_conv2d_gradient(const struct map *x, const struct oracle_window *v,
                                  const float *w, const struct map *gy)
{
    struct map gx = map_new(x->h, x->w, x->c);
    int64_t *count = counts(x);

    for (int64_t at = 0; at < map_count(gy); at++) {
        const int64_t i = at / (gy->w * gy->c), j = at / gy->c % gy->w, k = at % gy->c;

        for (int64_t t = 0; t < v->h * v->w * x->c; t++) {
            const int64_t r = t / (v->w * x->c), s = t / x->c % v->w;
            const int64_t to = place(x, v, i, j, r, s, t % x->c);

            if (to >= 0)
                add_slope(&gx, count, to, gy->v[at] * (double)w[t * gy->c + k]);
        }
    }
    return close_slopes(gx, count);
}

struct map oracle_depthwise_gradient(const struct map *x, const struct oracle_window *v, int64_t m,
                                     const float *w, const struct map *gy)
{
    struct map gx = map_new(x->h, x->w, x->c);
    int64_t *count = counts(x);

    for (int64_t at = 0; at < map_count(gy); at++) {
        const int64_t i = at / (gy->w * gy->c), j = at / gy->c % gy->w, k = at % gy->c;

        for (int64_t t = 0; t < v->h * v->w; t++) {
            const int64_t to = place(x, v, i, j, t / v->w, t % v->w, k / m);

            if (to >= 0)
                add_slope(&gx, count, to, gy->v[at] * (double)w[t * gy->c + k]);
        }
    }
    return close_slopes(gx, count);
}

struct map oracle_dense(const struct map *x, int64_t o, const float *w, const float *bias)
{
    const struct oracle_window point = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};

    return oracle_conv2d(x, &point, o, w, bias);
}

/*
 * The bound also holds where a batch norm is absorbed by the layer before it, whose sums scale and
 * shift then go through.
 */
struct map oracle_batchnorm(const struct map *x, const float *gamma, const float *beta,
                            const float *mean, const float *variance, double epsilon)
{
    struct map y = map_new(x->h, x->w, x->c);

    for (int64_t i = 0; i < map_count(x); i++) {
        const int64_t c = i % x->c;
        const double g = gamma ? (double)gamma[c] : 1, b = beta ? (double)beta[c] : 0;
        const double scale = g / sqrt((double)variance[c] + epsilon);
        const double shift = fabs(b) + fabs((double)mean[c] * scale);

        y.v[i] = (x->v[i] - (double)mean[c]) * scale + b;
        y.e[i] = fabs(scale) * x->e[i] +
                 sum_bound(x->terms + MORE, fabs(scale) * (fabs(x->v[i]) + x->e[i]) + shift);
    }
    return y;
}

struct map oracle_maxpool(const struct map *x, const struct oracle_window *v)
{
    struct map y = window_map(x, v, x->c);

    for (int64_t at = 0; at < map_count(&y); at++) {
        const int64_t i = at / (y.w * y.c), j = at / y.c % y.w;

        y.v[at] = -HUGE_VAL;
        for (int64_t r = 0; r < v->h; r++)
            for (int64_t s = 0; s < v->w; s++) {
                const int64_t from = place(x, v, i, j, r, s, at % y.c);

                if (from < 0)
                    continue;
                y.v[at] = fmax(y.v[at], x->v[from]);
                y.e[at] = fmax(y.e[at], x->e[from]);
            }
    }
    return y;
}

struct map oracle_avgpool(const struct map *x, const struct oracle_window *v)
{
    struct map y = window_map(x, v, x->c);

    for (int64_t at = 0; at < map_count(&y); at++) {
        const int64_t i = at / (y.w * y.c), j = at / y.c % y.w;
        struct sum sum = {0};

        for (int64_t r = 0; r < v->h; r++)
            for (int64_t s = 0; s < v->w; s++) {
                const int64_t from = place(x, v, i, j, r, s, at % y.c);

                if (from >= 0)
                    add_term(&sum, 1, x->v[from], x->e[from]);
            }
        sum.value /= (double)sum.terms;
        sum.magnitude /= (double)sum.terms;
        sum.error /= (double)sum.terms;
        close_sum(&y, at, &sum);
    }
    y.terms = 0;
    return y;
}

struct map oracle_globalpool(const struct map *x)
{
    const struct oracle_window all = {x->h, x->w, 1, 1, 1, 1, 0, 0, 0, 0};

    return oracle_avgpool(x, &all);
}

/* A pixel belongs to cell i of g along an axis of n pixels where the intervals (pixel, pixel + 1) and
   (i n / g, (i + 1) n / g) overlap. */
static bool in_cell(int64_t pixel, int64_t i, int64_t g, int64_t n)
{
    return (pixel + 1) * g > i * n && pixel * g < (i + 1) * n;
}

struct map oracle_gridpool(const struct map *x, int64_t rows, int64_t columns)
{
    struct map y = map_new(rows, columns, x->c);

    for (int64_t at = 0; at < map_count(&y); at++) {
        const int64_t i = at / (y.w * y.c), j = at / y.c % y.w;
        struct sum sum = {0};

        for (int64_t from = at % y.c; from < map_count(x); from += x->c)
            if (in_cell(from / (x->w * x->c), i, rows, x->h) &&
                in_cell(from / x->c % x->w, j, columns, x->w))
                add_term(&sum, 1, x->v[from], x->e[from]);
        sum.value /= (double)sum.terms;
        sum.magnitude /= (double)sum.terms;
        sum.error /= (double)sum.terms;
        close_sum(&y, at, &sum);
    }
    y.terms = 0;
    return y;
}

/* Where every input is off by E at most, y_i is at most multiplied by exp(2 E). */
struct map oracle_softmax(const struct map *x)
{
    struct map y = map_new(x->h, x->w, x->c);

    for (int64_t i = 0; i < map_count(x); i += x->c) {
        double sum = 0, error = 0;

        for (int64_t c = 0; c < x->c; c++) {
            sum += exp(x->v[i + c]);
            error = fmax(error, x->e[i + c]);
        }
        for (int64_t c = 0; c < x->c; c++) {
            y.v[i + c] = exp(x->v[i + c]) / sum;
            y.e[i + c] = y.v[i + c] * (expm1(2 * error) + 2 * U) + 1e-15;
        }
    }
    return y;
}

struct map oracle_relu(const struct map *x, double slope, double threshold, double max)
{
    struct map y = map_new(x->h, x->w, x->c);

    for (int64_t i = 0; i < map_count(x); i++) {
        const double v = x->v[i];

        y.v[i] = v >= max ? max : v >= threshold ? v : slope * (v - threshold);
        y.e[i] = fmax(1, fabs(slope)) * x->e[i] +
                 (v >= threshold ? 0 : sum_bound(MORE, fabs(slope) * (fabs(v) + fabs(threshold))));
    }
    return y;
}

static double activate(const char *name, double x)
{
    if (strcmp(name, "elu") == 0)
        return x > 0 ? x : expm1(x);
    if (strcmp(name, "elu_plus_one") == 0)
        return x > 0 ? x + 1 : exp(x);
    if (strcmp(name, "softplus") == 0)
        return log1p(exp(x));
    if (strcmp(name, "sigmoid") == 0)
        return 1 / (1 + exp(-x));
    if (strcmp(name, "tanh") == 0)
        return tanh(x);
    if (strcmp(name, "gelu") == 0)
        return x * 0.5 * erfc(-x / sqrt(2));
    fail_msg("no activation '%s' here", name);
    return 0;
}

/*
 * No activation function is steeper than 1.13, the largest slope of gelu; the function itself, in
 * double, is off by 1e-14 at most.
 */
struct map oracle_activation(const struct map *x, const char *name)
{
    struct map y = map_new(x->h, x->w, x->c);

    for (int64_t i = 0; i < map_count(x); i++) {
        y.v[i] = activate(name, x->v[i]);
        y.e[i] = 1.13 * x->e[i] + 2 * U * fabs(y.v[i]) + 1e-14;
    }
    return y;
}

static void copy(const struct map *from, int64_t i, struct map *to, int64_t j)
{
    to->v[j] = from->v[i];
    to->e[j] = from->e[i];
}

struct map oracle_pad(const struct map *x, int64_t top, int64_t bottom, int64_t left, int64_t right)
{
    struct map y = map_new(x->h + top + bottom, x->w + left + right, x->c);

    for (int64_t i = 0; i < map_count(x); i++) {
        const int64_t row = i / (x->w * x->c) + top, column = i / x->c % x->w + left;

        copy(x, i, &y, (row * y.w + column) * y.c + i % x->c);
    }
    return y;
}

struct map oracle_flatten(const struct map *x)
{
    struct map y = map_new(1, 1, map_count(x));

    for (int64_t i = 0; i < y.c; i++)
        copy(x, i, &y, i);
    return y;
}

struct map oracle_add(const struct map *a, const struct map *b)
{
    struct map y = map_new(a->h, a->w, a->c);

    for (int64_t i = 0; i < map_count(a); i++) {
        struct sum sum = {0};

        add_term(&sum, 1, a->v[i], a->e[i]);
        add_term(&sum, 1, b->v[i], b->e[i]);
        close_sum(&y, i, &sum);
    }
    y.terms = 0;
    return y;
}

struct map oracle_concat(const struct map *a, const struct map *b, int axis)
{
    struct map y = map_new(a->h + (axis == 0 ? b->h : 0), a->w + (axis == 1 ? b->w : 0),
                           a->c + (axis == 2 ? b->c : 0));

    for (int64_t i = 0; i < map_count(&y); i++) {
        int64_t at[3] = {i / (y.w * y.c), i / y.c % y.w, i % y.c};
        const int64_t size[3] = {a->h, a->w, a->c};
        const struct map *from = at[axis] < size[axis] ? a : b;

        if (from == b)
            at[axis] -= size[axis];
        copy(from, (at[0] * from->w + at[1]) * from->c + at[2], &y, i);
    }
    return y;
}
