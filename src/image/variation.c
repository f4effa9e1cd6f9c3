/* SPDX-License-Identifier: GPL-3.0-or-later */
/* variation.c - the total variation of an image and its gradient */
#include "image/variation.h"

#include <string.h>

/*
 * Add to the gradient g what row y's differences contribute.  p and q (w, c) are, but for the
 * factor a, the derivatives of the sum with respect to dx and dy of each value: a value gets -a (p
 * + q), its right neighbour a p, the neighbour below a q.  Row y of g already has what row y - 1
 * contributed; row y + 1 is set here.
 */
static void add_row_gradient(const struct evk_kernels *k, const struct evk_extent *e, int64_t y,
                             float a, const float *p, const float *q, float *g)
{
    const int64_t n = e->w * e->c;
    float *own = g + y * n, *below = own + n;

    k->axpy(n, -a, p, own);
    k->axpy(n, -a, q, own);
    k->axpy(n - e->c, a, p, own + e->c);
    if (y + 1 == e->h)
        return;
    memset(below, 0, (size_t)n * sizeof(*below));
    k->axpy(n, a, q, below);
}

double evk_variation(const struct evk_kernels *k, const struct evk_extent *e, float epsilon,
                     const float *x, float *gradient, float *scratch)
{
    const int64_t n = e->w * e->c, inner = n - e->c;
    float *p = scratch, *q = scratch + n;
    double sum = 0;

    memset(gradient, 0, (size_t)n * sizeof(*gradient));
    for (int64_t y = 0; y < e->h; y++) {
        const float *row = x + y * n, *down = y + 1 < e->h ? row + n : row;

        sum += k->variation(inner, epsilon, row, row + e->c, down, p, q);
        sum += k->variation(e->c, epsilon, row + inner, row + inner, down + inner, p + inner,
                            q + inner);
        add_row_gradient(k, e, y, 1, p, q, gradient);
    }
    return sum;
}

double evk_variation_squared(const struct evk_kernels *k, const struct evk_extent *e,
                             const float *x, float *gradient, float *scratch)
{
    const int64_t n = e->w * e->c, inner = n - e->c;
    float *p = scratch, *q = scratch + n;
    double sum = 0;

    memset(gradient, 0, (size_t)n * sizeof(*gradient));
    for (int64_t y = 0; y < e->h; y++) {
        const float *row = x + y * n, *down = y + 1 < e->h ? row + n : row;

        memcpy(p, row + e->c, (size_t)inner * sizeof(*p));
        memcpy(p + inner, row + inner, (size_t)e->c * sizeof(*p));
        memcpy(q, down, (size_t)n * sizeof(*q));
        k->axpy(n, -1, row, p);
        k->axpy(n, -1, row, q);
        sum += k->sum_squares(n, p) + k->sum_squares(n, q);
        add_row_gradient(k, e, y, 2, p, q, gradient);
    }
    return sum;
}
