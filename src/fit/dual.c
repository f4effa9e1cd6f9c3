/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dual.c - ridge regression in as many unknowns as there are images */
#include "fit/dual.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/lapack.h"
#include "linalg/product.h"

/* Sets u, and d->root; returns how many images have weight. */
static int64_t take_roots(struct evk_dual *d, const double *weight, double *u)
{
    int64_t weighted = 0;
    double sum = 0;

    for (int64_t i = 0; i < d->n; i++) {
        d->root[i] = sqrt(weight[i]);
        sum += weight[i];
        weighted += weight[i] > 0;
    }
    for (int64_t i = 0; i < d->n; i++)
        u[i] = d->root[i] / sqrt(sum);
    return weighted;
}

/* With h = a u and s = u' h, p a p is a - u h' - h u' + s u u'. */
double evk_dual_centre(int64_t n, const double *u, double *h, double *a)
{
    double s = 0, trace = 0;

    for (int64_t i = 0; i < n; i++) {
        h[i] = 0;
        for (int64_t j = 0; j < n; j++)
            h[i] += a[i * n + j] * u[j];
        s += u[i] * h[i];
    }
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            a[i * n + j] += s * u[i] * u[j] - u[i] * h[j] - h[i] * u[j];
    for (int64_t i = 0; i < n; i++)
        trace += a[i * n + i];
    return trace;
}

/*
 * u is an eigenvector with the eigenvalue 0, as others may be.  With an eigenvalue above all others
 * instead, it comes last, and is told from them.
 */
static void lift(int64_t n, const double *u, double by, double *a)
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            a[i * n + j] += by * u[i] * u[j];
}

static evk_status decompose(struct evk_dual *d, const double *kernel, const double *weight,
                            double *u, evk_error *err)
{
    const int64_t n = d->n, weighted = take_roots(d, weight, u);
    double *a = d->g, sum;

    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            a[i * n + j] = d->root[i] * d->root[j] * kernel[i * n + j];
    sum = evk_dual_centre(n, u, d->values, a);
    d->mean = sum > 0 ? sum / (double)weighted : 1;
    lift(n, u, 2 * (sum > 0 ? sum : 1), a);
    return evk_lapack_eigen(n, a, d->values, d->vectors, err);
}

evk_status evk_dual_init(struct evk_dual *d, int64_t n, const double *kernel, const double *weight,
                         int threads, evk_error *err)
{
    evk_status status;
    double *u = NULL;

    *d = (struct evk_dual){.n = n, .threads = threads};
    status = evk_alloc(&d->root, n, sizeof(double), "a fit", err);
    if (!status)
        status = evk_alloc(&d->values, n, sizeof(double), "a fit", err);
    if (!status)
        status = evk_alloc(&d->vectors, n * n, sizeof(double), "a fit", err);
    if (!status)
        status = evk_alloc(&d->g, n * n, sizeof(double), "a fit", err);
    if (!status)
        status = evk_alloc(&u, n, sizeof(double), "a fit", err);
    if (!status)
        status = decompose(d, kernel, weight, u, err);
    if (status)
        evk_dual_release(d);
    free(u);
    return status;
}

void evk_dual_release(struct evk_dual *d)
{
    free(d->root);
    free(d->values);
    free(d->vectors);
    free(d->g);
    d->root = d->values = d->vectors = d->g = NULL;
}

/* Rounding may have made an eigenvalue of 0 negative. */
evk_status evk_dual_penalise(struct evk_dual *d, double penalty, evk_error *err)
{
    struct evk_dense v = {d->vectors, NULL, d->n, 1};
    const struct evk_operand operand = {evk_fill_dense, &v, d->n};
    evk_status status;
    double *scale;

    EVK_TRY(evk_alloc(&scale, d->n, sizeof(double), "a fit", err));
    for (int64_t q = 0; q < d->n - 1; q++)
        scale[q] = 1 / sqrt((d->values[q] > 0 ? d->values[q] : 0) + penalty);
    v.scale = scale;
    memset(d->g, 0, sizeof(double) * (size_t)(d->n * d->n));
    status = evk_add_product(d->threads, d->n - 1, &operand, &operand, d->g, err);
    free(scale);
    return status;
}

evk_status evk_dual_apply(const struct evk_dual *d, int64_t units, const double *y, double *gy,
                          evk_error *err)
{
    const struct evk_dense a = {d->g, NULL, d->n, 1}, b = {y, NULL, units, 1};
    const struct evk_operand left = {evk_fill_dense, &a, d->n};
    const struct evk_operand right = {evk_fill_dense, &b, units};

    return evk_add_product(d->threads, d->n, &left, &right, gy, err);
}
