/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rank1.c - readouts that are a product of space and features */
#include "fit/rank1.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/cholesky.h"
#include "linalg/product.h"

enum { ROUNDS = 3, ITERATIONS = 100 };

/* Of the penalty on space: how much is on differences of neighbours, and how much on the weights. */
static const double smoothness = 1, size = 0.1;

static void count(const struct evk_fit_core *c, int64_t *places, int64_t *channels)
{
    *places = *channels = 0;
    for (int64_t b = 0; b < c->blocks; b++) {
        *places += c->rows[b] * c->columns[b];
        *channels += c->channels[b];
    }
}

evk_status evk_rank1_init(struct evk_rank1 *r, const struct evk_fit_features *f, evk_error *err)
{
    static const char what[] = "a factorized readout";
    int64_t most;
    evk_status status;

    *r = (struct evk_rank1){0};
    EVK_TRY(evk_linalg_kernels(&r->k, err));
    count(f->core, &r->places, &r->channels);
    most = r->places > r->channels ? r->places : r->channels;
    status = evk_alloc(&r->space, r->places, sizeof(double), what, err);
    if (!status)
        status = evk_alloc(&r->of_channel, r->channels, sizeof(double), what, err);
    if (!status)
        status = evk_alloc(&r->predicted, f->images, sizeof(double), what, err);
    if (!status)
        status = evk_alloc_floats(&r->floats, r->channels + most, what, err);
    if (!status)
        status = evk_alloc(&r->design, f->images * (most + 2) + most * (2 * most + 1),
                           sizeof(double), what, err);
    if (status) {
        evk_rank1_release(r);
        return status;
    }
    r->target = r->design + f->images * most;
    r->root = r->target + f->images;
    r->penalty = r->root + f->images;
    r->product = r->penalty + most * most;
    r->solution = r->product + most * most;
    return EVK_OK;
}

void evk_rank1_release(struct evk_rank1 *r)
{
    free(r->space);
    free(r->of_channel);
    free(r->predicted);
    free(r->floats);
    free(r->design);
    *r = (struct evk_rank1){0};
}

static double length(int64_t n, const double *x)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sqrt(sum);
}

static void scale(int64_t n, double by, double *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] *= by;
}

/* left = w right, and right = w' left. */
static void iterate(int64_t rows, int64_t columns, const double *w, double *left, double *right)
{
    for (int64_t i = 0; i < rows; i++) {
        left[i] = 0;
        for (int64_t j = 0; j < columns; j++)
            left[i] += w[i * columns + j] * right[j];
    }
    scale(rows, 1 / length(rows, left), left);
    for (int64_t j = 0; j < columns; j++)
        right[j] = 0;
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            right[j] += w[i * columns + j] * left[i];
}

/* Power iteration from the longest row, which is not orthogonal to the pair unless others are. */
void evk_rank1_pair(int64_t rows, int64_t columns, const double *w, double *left, double *right)
{
    int64_t longest = 0;
    double value;

    for (int64_t i = 1; i < rows; i++)
        if (length(columns, w + i * columns) > length(columns, w + longest * columns))
            longest = i;
    memcpy(right, w + longest * columns, sizeof(*right) * (size_t)columns);
    memset(left, 0, sizeof(*left) * (size_t)rows);
    if (!(length(columns, right) > 0))
        return;
    for (int i = 0; i < ITERATIONS; i++)
        iterate(rows, columns, w, left, right);
    value = length(columns, right);
    scale(rows, sqrt(value), left);
    scale(columns, 1 / sqrt(value), right);
}

void evk_rank1_start(struct evk_rank1 *r, const struct evk_fit_features *f, const double *w)
{
    const struct evk_fit_core *c = f->core;
    double *space = r->space, *of_channel = r->of_channel;

    for (int64_t b = 0; b < c->blocks; b++) {
        const int64_t places = c->rows[b] * c->columns[b];

        evk_rank1_pair(places, c->channels[b], w, space, of_channel);
        space += places;
        of_channel += c->channels[b];
        w += places * c->channels[b];
    }
}

void evk_fit_features_floats(const struct evk_fit_features *f, float *z)
{
    const int64_t n = f->core->features;

    for (int64_t i = 0; i < f->images; i++)
        for (int64_t e = 0; e < n; e++)
            z[i * n + e] = (float)(f->scale[e] * ((double)f->core->x[i * n + e] - f->mean[e]));
}

/* One image: sums over places for each channel; row: (channels). */
static void reduce_space(const struct evk_rank1 *r, const struct evk_fit_core *c, const float *z,
                         float *row)
{
    const double *space = r->space;

    memset(row, 0, sizeof(*row) * (size_t)r->channels);
    for (int64_t b = 0; b < c->blocks; b++) {
        const int64_t n = c->channels[b], places = c->rows[b] * c->columns[b];

        for (int64_t p = 0; p < places; p++)
            r->k->axpy(n, (float)space[p], z + p * n, row);
        z += places * n;
        space += places;
        row += n;
    }
}

/* One image: sums over channels for each place; row: (places); by: (channels). */
static void reduce_channels(const struct evk_rank1 *r, const struct evk_fit_core *c, const float *z,
                            const float *by, float *row)
{
    for (int64_t b = 0; b < c->blocks; b++) {
        const int64_t n = c->channels[b], places = c->rows[b] * c->columns[b];

        for (int64_t p = 0; p < places; p++)
            row[p] = r->k->dot(n, by, z + p * n);
        z += places * n;
        by += n;
        row += places;
    }
}

/* Sets the design, of all images: what is left of z when space, or features, are given. */
static void reduce(struct evk_rank1 *r, const struct evk_rank1_task *t, bool to_space)
{
    const struct evk_fit_core *c = t->features->core;
    const int64_t n = to_space ? r->places : r->channels;
    float *row = r->floats + r->channels;

    for (int64_t k = 0; k < r->channels; k++)
        r->floats[k] = (float)r->of_channel[k];
    for (int64_t i = 0; i < t->features->images; i++) {
        if (to_space)
            reduce_channels(r, c, t->z + i * c->features, r->floats, row);
        else
            reduce_space(r, c, t->z + i * c->features, row);
        for (int64_t e = 0; e < n; e++)
            r->design[i * n + e] = (double)row[e];
    }
}

/* Each weighted row of n less the weighted mean row, times the root of its weight; mean: (n). */
static void centre(const struct evk_rank1_task *t, int64_t n, const double *root, double *mean,
                   double *rows)
{
    const int64_t images = t->features->images;
    double all = 0;

    memset(mean, 0, sizeof(*mean) * (size_t)n);
    for (int64_t i = 0; i < images; i++) {
        all += t->weight[i];
        for (int64_t j = 0; j < n; j++)
            mean[j] += t->weight[i] * rows[i * n + j];
    }
    for (int64_t i = 0; i < images; i++)
        for (int64_t j = 0; j < n; j++)
            rows[i * n + j] = root[i] * (rows[i * n + j] - mean[j] / all);
}

/* Adds to a (places, places) what the squared differences of neighbours and the squares cost. */
static void add_space_penalty(const struct evk_fit_core *c, int64_t n, double by, double *a)
{
    int64_t at = 0;

    for (int64_t b = 0; b < c->blocks; at += c->rows[b] * c->columns[b], b++)
        for (int64_t p = 0; p < c->rows[b] * c->columns[b]; p++) {
            const int64_t next[2] = {
                (p + 1) % c->columns[b] ? p + 1 : -1,
                p + c->columns[b] < c->rows[b] * c->columns[b] ? p + c->columns[b] : -1};

            a[(at + p) * n + at + p] += by * size;
            for (int i = 0; i < 2; i++)
                if (next[i] >= 0) {
                    a[(at + p) * n + at + p] += by * smoothness;
                    a[(at + next[i]) * n + at + next[i]] += by * smoothness;
                    a[(at + p) * n + at + next[i]] -= by * smoothness;
                    a[(at + next[i]) * n + at + p] -= by * smoothness;
                }
        }
}

/* Solves for n coefficients; where there is nothing to solve, they are 0. */
static evk_status solve(struct evk_rank1 *r, int64_t n, evk_error *err)
{
    struct evk_system s;

    EVK_TRY(evk_system_init(&s, n, 1, err));
    evk_system_begin(&s, n, 1);
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = i; j < n; j++)
            *evk_system_a(&s, i, j) = r->product[i * n + j] + r->penalty[i * n + j];
        *evk_system_b(&s, i, 0) = r->solution[i];
    }
    if (!evk_system_solve(&s))
        evk_system_begin(&s, n, 1);
    for (int64_t i = 0; i < n; i++)
        r->solution[i] = *evk_system_b(&s, i, 0);
    evk_system_release(&s);
    return EVK_OK;
}

/* The products of the design with itself and with the responses. */
static evk_status multiply(struct evk_rank1 *r, const struct evk_fit_features *f, int64_t n,
                           evk_error *err)
{
    const struct evk_dense d = {r->design, NULL, n, 1}, y = {r->target, NULL, 1, 1};
    const struct evk_operand a = {evk_fill_dense, &d, n}, b = {evk_fill_dense, &y, 1};

    memset(r->product, 0, sizeof(double) * (size_t)(n * n));
    memset(r->solution, 0, sizeof(double) * (size_t)n);
    EVK_TRY(evk_add_product(1, f->images, &a, &a, r->product, err));
    return evk_add_product(1, f->images, &a, &b, r->solution, err);
}

/* One half of a round: finds space, or features. */
static evk_status step(struct evk_rank1 *r, const struct evk_rank1_task *t, bool to_space,
                       evk_error *err)
{
    const struct evk_fit_features *f = t->features;
    const int64_t n = to_space ? r->places : r->channels;
    double trace = 0;

    reduce(r, t, to_space);
    for (int64_t i = 0; i < f->images; i++) {
        r->root[i] = sqrt(t->weight[i]);
        r->target[i] = r->root[i] > 0 ? t->y[i] : 0;
    }
    centre(t, n, r->root, r->solution, r->design);
    centre(t, 1, r->root, r->solution, r->target);
    EVK_TRY(multiply(r, f, n, err));
    for (int64_t i = 0; i < n; i++)
        trace += r->product[i * n + i] / (double)n;
    memset(r->penalty, 0, sizeof(double) * (size_t)(n * n));
    if (to_space)
        add_space_penalty(f->core, n, t->penalty * trace, r->penalty);
    for (int64_t i = 0; !to_space && i < n; i++)
        r->penalty[i * n + i] = t->penalty * trace;
    EVK_TRY(solve(r, n, err));
    memcpy(to_space ? r->space : r->of_channel, r->solution, sizeof(double) * (size_t)n);
    return EVK_OK;
}

/* What the readout says of each image, with the constant that the weighted mean asks for. */
static void predict(struct evk_rank1 *r, const struct evk_rank1_task *t)
{
    const struct evk_fit_features *f = t->features;
    double all = 0, sum = 0;

    reduce(r, t, true);
    for (int64_t i = 0; i < f->images; i++) {
        r->predicted[i] = 0;
        for (int64_t p = 0; p < r->places; p++)
            r->predicted[i] += r->space[p] * r->design[i * r->places + p];
        if (t->weight[i] > 0) {
            all += t->weight[i];
            sum += t->weight[i] * (t->y[i] - r->predicted[i]);
        }
    }
    r->constant = sum / all;
    for (int64_t i = 0; i < f->images; i++)
        r->predicted[i] += r->constant;
}

evk_status evk_rank1_fit(struct evk_rank1 *r, const struct evk_rank1_task *task, evk_error *err)
{
    for (int i = 0; i < ROUNDS; i++) {
        EVK_TRY(step(r, task, false, err));
        EVK_TRY(step(r, task, true, err));
    }
    predict(r, task);
    return EVK_OK;
}
