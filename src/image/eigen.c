/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eigen.c - eigenvalues and eigenvectors of symmetric matrices */
#include "image/eigen.h"

#include <math.h>

enum { SWEEPS_MAX = 40 };

/* Rotate rows p and q of m (n, n) by the angle whose cosine is c and whose sine is s. */
static void turn_rows(int64_t n, double *m, int64_t p, int64_t q, double c, double s)
{
    double *x = m + p * n, *y = m + q * n;

    for (int64_t i = 0; i < n; i++) {
        const double a = x[i], b = y[i];

        x[i] = c * a - s * b;
        y[i] = s * a + c * b;
    }
}

static void turn_columns(int64_t n, double *m, int64_t p, int64_t q, double c, double s)
{
    for (int64_t i = 0; i < n; i++) {
        const double a = m[i * n + p], b = m[i * n + q];

        m[i * n + p] = c * a - s * b;
        m[i * n + q] = s * a + c * b;
    }
}

/*
 * Rotate a (n, n) so that a[p][q] becomes zero, and the rows of vectors with it.  Returns 0, and
 * changes nothing, where a[p][q] is too small to matter.
 */
static int rotate(int64_t n, double *a, double *vectors, int64_t p, int64_t q)
{
    const double off = a[p * n + q], x = a[p * n + p], y = a[q * n + q];
    double theta, t, c;

    if (fabs(off) <= 1e-17 * (fabs(x) + fabs(y)) || fabs(off) < 1e-300)
        return 0;
    theta = (y - x) / (2 * off);
    t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    c = 1 / sqrt(t * t + 1);
    turn_rows(n, a, p, q, c, t * c);
    turn_columns(n, a, p, q, c, t * c);
    a[p * n + q] = a[q * n + p] = 0;
    turn_rows(n, vectors, p, q, c, t * c);
    return 1;
}

static void exchange(int64_t n, double *values, double *vectors, int64_t i, int64_t j)
{
    const double v = values[i];

    values[i] = values[j];
    values[j] = v;
    for (int64_t k = 0; k < n; k++) {
        const double x = vectors[i * n + k];

        vectors[i * n + k] = vectors[j * n + k];
        vectors[j * n + k] = x;
    }
}

static void fix_sign(int64_t n, double *v)
{
    int64_t largest = 0;

    for (int64_t i = 1; i < n; i++)
        if (fabs(v[i]) > fabs(v[largest]))
            largest = i;
    if (v[largest] < 0)
        for (int64_t i = 0; i < n; i++)
            v[i] = -v[i];
}

void evk_eigen(int64_t n, double *a, double *values, double *vectors)
{
    int turned = 1;

    for (int64_t i = 0; i < n * n; i++)
        vectors[i] = i % (n + 1) == 0;
    for (int sweep = 0; turned && sweep < SWEEPS_MAX; sweep++) {
        turned = 0;
        for (int64_t p = 0; p < n; p++)
            for (int64_t q = p + 1; q < n; q++)
                turned |= rotate(n, a, vectors, p, q);
    }
    for (int64_t i = 0; i < n; i++)
        values[i] = a[i * n + i];
    for (int64_t i = 0; i < n; i++) {
        int64_t best = i;

        for (int64_t j = i + 1; j < n; j++)
            if (values[j] > values[best])
                best = j;
        if (best != i)
            exchange(n, values, vectors, i, best);
        fix_sign(n, vectors + i * n);
    }
}
