/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reduce.c - one value for the columns of each row and channel: their sum, maximum, ...
 *
 * A new reduction is a function that adds a value to the sums, one that gives the result, and one
 * that gives the slope of the result with respect to a value, and a row of the list reductions.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "nn/layers.h"

/* What is known of the columns of one row and channel. */
struct sums {
    int64_t n;      /* columns that were added */
    double total;   /* the sum, or the product, of their terms */
    double extreme; /* the largest value, or the smallest */
    int64_t at;     /* the first column that has the extreme value */
    int64_t zeros;  /* zeros that were left out of a product */
};

struct reduction {
    const char *name;
    void (*add)(struct sums *s, double x);                      /* adds the value of column s->n */
    double (*result)(const struct sums *s);                     /* of all columns */
    double (*slope)(const struct sums *s, int64_t i, double x); /* d result / d x of column i */
};

/* ---- sums of terms -------------------------------------------------------------------------- */

static void add_value(struct sums *s, double x)
{
    s->total += x;
}

static void add_magnitude(struct sums *s, double x)
{
    s->total += fabs(x);
}

static void add_square(struct sums *s, double x)
{
    s->total += x * x;
}

static double total(const struct sums *s)
{
    return s->total;
}

static double mean(const struct sums *s)
{
    return s->total / (double)s->n;
}

static double root(const struct sums *s)
{
    return sqrt(s->total);
}

static double log_total(const struct sums *s)
{
    return evk_log(s->total);
}

static double slope_one(const struct sums *s, int64_t i, double x)
{
    (void)s;
    (void)i;
    (void)x;
    return 1;
}

static double slope_mean(const struct sums *s, int64_t i, double x)
{
    (void)i;
    (void)x;
    return 1 / (double)s->n;
}

static double slope_magnitude(const struct sums *s, int64_t i, double x)
{
    (void)s;
    (void)i;
    return x > 0 ? 1 : x < 0 ? -1 : 0;
}

static double slope_square(const struct sums *s, int64_t i, double x)
{
    (void)s;
    (void)i;
    return 2 * x;
}

/* Where all columns are 0, the root has no slope, and 0 is given. */
static double slope_root(const struct sums *s, int64_t i, double x)
{
    (void)i;
    return s->total == 0 ? 0 : x / sqrt(s->total);
}

/* Where the sum is 0, the slope is infinite, and 0 is given, as function.c does. */
static double slope_log(const struct sums *s, int64_t i, double x)
{
    (void)i;
    (void)x;
    return s->total == 0 ? 0 : 1 / s->total;
}

/* ---- extreme values, the first of equal ones ------------------------------------------------ */

static void add_extreme(struct sums *s, double x, bool further)
{
    if (s->n == 0 || further || isnan(x)) {
        s->extreme = x;
        s->at = s->n;
    }
}

static void add_max(struct sums *s, double x)
{
    add_extreme(s, x, x > s->extreme);
}

static void add_min(struct sums *s, double x)
{
    add_extreme(s, x, x < s->extreme);
}

static double extreme(const struct sums *s)
{
    return s->extreme;
}

static double slope_extreme(const struct sums *s, int64_t i, double x)
{
    (void)x;
    return i == s->at;
}

/* ---- products, from which zeros are left out, so that they can be divided by a factor ------- */

static void add_factor(struct sums *s, double x)
{
    if (s->n == 0)
        s->total = 1;
    if (x == 0)
        s->zeros++;
    else
        s->total *= x;
}

static double product(const struct sums *s)
{
    return s->zeros ? 0 : s->total;
}

/* The slope is the product of the other columns. */
static double slope_product(const struct sums *s, int64_t i, double x)
{
    (void)i;
    if (s->zeros > (x == 0))
        return 0;
    return x == 0 ? s->total : s->total / x;
}

/* ---- log(sum exp(x)): total is the sum of exp(x - extreme), which does not overflow --------- */

static void add_exp(struct sums *s, double x)
{
    const double before = s->extreme;

    add_max(s, x);
    if (isinf(s->extreme)) /* every value is -infinity, or one is infinity */
        s->total = s->extreme > 0;
    else if (s->at == s->n)
        s->total = 1 + (s->n > 0 ? s->total * evk_exp(before - x) : 0);
    else
        s->total += evk_exp(x - s->extreme);
}

static double log_sum_exp(const struct sums *s)
{
    return isinf(s->extreme) ? s->extreme : s->extreme + evk_log(s->total);
}

static double slope_exp(const struct sums *s, int64_t i, double x)
{
    (void)i;
    return isinf(s->extreme) ? 0 : evk_exp(x - s->extreme) / s->total;
}

static const struct reduction reductions[] = {
    {"sum", add_value, total, slope_one},         {"mean", add_value, mean, slope_mean},
    {"max", add_max, extreme, slope_extreme},     {"min", add_min, extreme, slope_extreme},
    {"prod", add_factor, product, slope_product}, {"l1", add_magnitude, total, slope_magnitude},
    {"l2", add_square, root, slope_root},         {"sum_square", add_square, total, slope_square},
    {"log_sum", add_value, log_total, slope_log}, {"log_sum_exp", add_exp, log_sum_exp, slope_exp},
};

/* ---- the layer ------------------------------------------------------------------------------ */

struct reduce {
    const struct reduction *r;
};

static evk_status reduce_shape(const void *self, int inputs, const struct evk_shape *in,
                               struct evk_shape *out, evk_error *err)
{
    (void)self;
    (void)inputs;
    if (in->flat)
        return evk_fail(err, EVK_EFORMAT, "its input is a vector, expected rows and columns");
    *out = (struct evk_shape){in->h, 1, in->c, false};
    return EVK_OK;
}

/* Channels that are reduced together, so that memory is read in order: those of one block. */
enum { BLOCK = 128 };

/* A block of channels of one row. */
struct block {
    int64_t at;     /* index in y of the first channel */
    int64_t count;  /* channels */
    const float *x; /* the first channel of column 0; the next column is in->c floats further */
    struct sums sums[BLOCK];
};

static void add_columns(const struct reduction *r, const struct evk_shape *in, struct block *b)
{
    memset(b->sums, 0, (size_t)b->count * sizeof(*b->sums));
    for (int64_t i = 0; i < in->w; i++)
        for (int64_t j = 0; j < b->count; j++) {
            r->add(&b->sums[j], (double)b->x[i * in->c + j]);
            b->sums[j].n++;
        }
}

/* Gives in *b the next block of row `row`, from channel c on, with its sums. */
static void sum_block(const struct reduction *r, const struct evk_pass *p, int64_t row, int64_t c,
                      struct block *b)
{
    b->at = row * p->in->c + c;
    b->count = p->in->c - c < BLOCK ? p->in->c - c : BLOCK;
    b->x = p->x[0] + row * p->in->w * p->in->c + c;
    add_columns(r, p->in, b);
}

static void reduce_forward(const void *self, const struct evk_pass *p)
{
    const struct reduce *l = self;
    struct block b;

    for (int64_t row = 0; row < p->in->h; row++)
        for (int64_t c = 0; c < p->in->c; c += BLOCK) {
            sum_block(l->r, p, row, c, &b);
            for (int64_t j = 0; j < b.count; j++)
                p->y[b.at + j] = (float)l->r->result(&b.sums[j]);
        }
}

/* The sums are computed again: y has them only rounded to float. */
static void reduce_backward(const void *self, const struct evk_pass *p)
{
    const struct reduce *l = self;
    struct block b;

    for (int64_t row = 0; row < p->in->h; row++)
        for (int64_t c = 0; c < p->in->c; c += BLOCK) {
            float *gx = p->gx[0] + row * p->in->w * p->in->c + c;

            sum_block(l->r, p, row, c, &b);
            for (int64_t i = 0; i < p->in->w; i++, gx += p->in->c, b.x += p->in->c)
                for (int64_t j = 0; j < b.count; j++)
                    gx[j] += (float)((double)p->gy[b.at + j] *
                                     l->r->slope(&b.sums[j], i, (double)b.x[j]));
        }
}

static int64_t reduce_flops(const void *self, const struct evk_shape *in,
                            const struct evk_shape *out)
{
    (void)self;
    (void)out;
    return evk_shape_count(in);
}

extern const struct evk_layer_type evk_layer_reduce;
const struct evk_layer_type evk_layer_reduce = {
    .name = "reduce",
    .summary = "sum, mean, max, min, prod, l1, l2, sum_square, log_sum or log_sum_exp of columns",
    .params = "which of them",
    .shape = reduce_shape,
    .forward = reduce_forward,
    .backward = reduce_backward,
    .flops = reduce_flops,
    .field = evk_field_all_columns,
    .focus = {.cut = evk_focus_same},
    .release = free,
};

evk_status evk_add_reduce(struct evk_graph *g, const char *name, int x, const char *function,
                          int *out, evk_error *err)
{
    const size_t count = sizeof(reductions) / sizeof(reductions[0]);
    struct reduce *l;
    size_t i = 0;

    while (i < count && strcmp(reductions[i].name, function) != 0)
        i++;
    if (i == count)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "layer %s: reduction '%s' is not supported; supported: %s", name, function,
                        evk_layer_reduce.summary);
    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->r = &reductions[i];
    return evk_graph_add_take(g, &evk_layer_reduce, l, name, 1, &x, out, err);
}
