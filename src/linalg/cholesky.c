/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cholesky.c - Cholesky's factor in square blocks, most of whose work is the kernel `panels`
 *
 * A panel of the upper factor u is what the kernel reads: block (J, I) of u' u is the sum, over the
 * rows above, of a product of panels J and I.  Right-hand sides are further columns of the same
 * elimination.
 */
#include "linalg/cholesky.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "linalg/product.h"

enum { P = EVK_PANEL };

static int64_t panels_of(int64_t columns)
{
    return (columns + P - 1) / P;
}

evk_status evk_system_init(struct evk_system *s, int64_t most_n, int64_t most_columns,
                           evk_error *err)
{
    const int64_t across = panels_of(most_n);
    evk_status status;

    *s = (struct evk_system){.most_n = most_n, .most_columns = most_columns};
    EVK_TRY(evk_linalg_kernels(&s->k, err));
    status =
        evk_alloc(&s->a, across * P * across * P, sizeof(double), "a system of equations", err);
    if (!status)
        status = evk_alloc(&s->b, across * P * panels_of(most_columns) * P, sizeof(double),
                           "a system of equations", err);
    if (!status)
        status =
            evk_alloc(&s->inverses, across * P * P, sizeof(double), "a system of equations", err);
    if (!status)
        status = evk_alloc(&s->zeros, panels_of(most_columns), sizeof(*s->zeros),
                           "a system of equations", err);
    if (status)
        evk_system_release(s);
    return status;
}

void evk_system_release(struct evk_system *s)
{
    free(s->a);
    free(s->b);
    free(s->inverses);
    free(s->zeros);
    s->a = s->b = s->inverses = NULL;
    s->zeros = NULL;
}

/* Block (j, i) of panels. */
static double *block(const struct evk_system *s, double *panels, int64_t j, int64_t i)
{
    return panels + (i * s->room + j * P) * P;
}

/* Rows and columns beyond n are those of the unit matrix. */
void evk_system_begin(struct evk_system *s, int64_t n, int64_t columns)
{
    assert(n <= s->most_n && columns <= s->most_columns);
    s->n = n;
    s->columns = columns;
    s->room = panels_of(n) * P;
    for (int64_t i = 0; i < s->room / P; i++) /* what is below the diagonal is never read */
        memset(block(s, s->a, 0, i), 0, sizeof(double) * (size_t)((i + 1) * P * P));
    memset(s->b, 0, sizeof(double) * (size_t)(s->room * panels_of(columns) * P));
    for (int64_t i = n; i < s->room; i++)
        *evk_system_a(s, i, i) = 1;
    for (int64_t i = 0; i < panels_of(columns); i++)
        s->zeros[i] = 0;
}

/* The factor of a square block, in its upper triangle. */
static bool factor(double *a)
{
    for (int64_t q = 0; q < P; q++) {
        const double pivot = a[q * P + q];

        if (!(pivot > 0) || !isfinite(pivot))
            return false;
        for (int64_t j = q; j < P; j++)
            a[q * P + j] /= sqrt(pivot);
        for (int64_t i = q + 1; i < P; i++)
            for (int64_t j = i; j < P; j++)
                a[i * P + j] -= a[q * P + i] * a[q * P + j];
    }
    return true;
}

/* The inverse of the upper triangle of a square block. */
static void invert(const double *u, double *inverse)
{
    memset(inverse, 0, sizeof(double) * P * P);
    for (int64_t i = P - 1; i >= 0; i--) {
        double *row = inverse + i * P;

        row[i] = 1;
        for (int64_t q = i + 1; q < P; q++)
            for (int64_t j = q; j < P; j++)
                row[j] -= u[i * P + q] * inverse[q * P + j];
        for (int64_t j = i; j < P; j++)
            row[j] /= u[i * P + i];
    }
}

/* x = a' x, for square blocks. */
static void multiply(const struct evk_system *s, const double *a, double *x)
{
    double y[P * P] = {0};

    s->k->panels(P, a, x, y);
    memcpy(x, y, sizeof(y));
}

/*
 * Subtracts from block (j, i) of panels what the rows of u above it contribute; those of the first
 * `zeros` blocks contribute nothing.
 */
static void reduce(const struct evk_system *s, double *panels, int64_t j, int64_t i, int64_t zeros)
{
    double sum[P * P] = {0}, *to = block(s, panels, j, i);

    s->k->panels((j - zeros) * P, block(s, s->a, zeros, j), block(s, panels, zeros, i), sum);
    for (int64_t e = 0; e < P * P; e++)
        to[e] -= sum[e];
}

/* Block row j of u, and of u'^-1 b. */
static bool eliminate_row(const struct evk_system *s, int64_t j)
{
    const int64_t across = s->room / P;
    double *inverse = s->inverses + j * P * P;

    reduce(s, s->a, j, j, 0);
    if (!factor(block(s, s->a, j, j)))
        return false;
    invert(block(s, s->a, j, j), inverse);
    for (int64_t i = j + 1; i < across; i++) {
        reduce(s, s->a, j, i, 0);
        multiply(s, inverse, block(s, s->a, j, i));
    }
    for (int64_t i = 0; i < panels_of(s->columns); i++) {
        if (j < s->zeros[i])
            continue;
        reduce(s, s->b, j, i, s->zeros[i]);
        multiply(s, inverse, block(s, s->b, j, i));
    }
    return true;
}

static void transpose(double sign, const double *a, double *to)
{
    for (int64_t i = 0; i < P; i++)
        for (int64_t j = 0; j < P; j++)
            to[j * P + i] = sign * a[i * P + j];
}

/* Block row j of the solution, after the rows below it. */
static void substitute_row(const struct evk_system *s, int64_t j)
{
    double a[P * P];

    for (int64_t i = j + 1; i < s->room / P; i++) {
        transpose(-1, block(s, s->a, j, i), a);
        for (int64_t c = 0; c < panels_of(s->columns); c++)
            s->k->panels(P, a, block(s, s->b, i, c), block(s, s->b, j, c));
    }
    transpose(1, s->inverses + j * P * P, a);
    for (int64_t c = 0; c < panels_of(s->columns); c++)
        multiply(s, a, block(s, s->b, j, c));
}

bool evk_system_eliminate(struct evk_system *s)
{
    for (int64_t j = 0; j < s->room / P; j++)
        if (!eliminate_row(s, j))
            return false;
    return true;
}

bool evk_system_solve(struct evk_system *s)
{
    if (!evk_system_eliminate(s))
        return false;
    for (int64_t j = s->room / P - 1; j >= 0; j--)
        substitute_row(s, j);
    return true;
}

double evk_system_log_determinant(const struct evk_system *s)
{
    double sum = 0;

    for (int64_t i = 0; i < s->n; i++)
        sum += 2 * evk_log(*evk_system_a(s, i, i));
    return sum;
}
