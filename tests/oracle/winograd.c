/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * winograd.c - how far floats may be from a convolution that Winograd's F(4, 5) computes
 *
 * With the matrices A, B and G of tmpl/winograd.h, an output is a sum of A' ((G g) (B' d)).  Floats
 * are within sum_bound(n, s) of it, where s is the same expression of the magnitudes of all
 * factors, and n is the number of roundings that a term goes through (Higham 2002, section 3.1).
 */
#include <math.h>
#include <stdbool.h>

#include "../harness/test.h"
#include "oracle.h"

enum { POINTS = 8, OUTS = 4, WIDTH = 5 };
/* Roundings of a term in the transforms of inputs, weights and sums, and by scale and bias. */
enum { TRANSFORMS = 16 };

/* The finite points; the last point is at infinity. */
static const double point[POINTS - 1] = {0, 1, -1, 2, -2, 0.5, -0.5};

static struct {
    double a[OUTS][POINTS]; /* |A'|: what the sum at point p adds to output i of a tile */
    double b[POINTS]
            [POINTS]; /* |B'|: the coefficient of x^q in the product of (x - point k) over all
                                 finite points k except point p */
    double g[POINTS][WIDTH]; /* G */
} m;

static void find_matrices(void)
{
    for (int p = 0; p < POINTS; p++) {
        const bool finite = p < POINTS - 1;
        double c[POINTS + 1] = {1}, divisor = 1;

        for (int k = 0; k < POINTS - 1; k++) {
            if (k == p)
                continue;
            divisor *= finite ? point[p] - point[k] : 1;
            for (int q = POINTS - 1; q >= 0; q--)
                c[q] = (q > 0 ? c[q - 1] : 0) - point[k] * c[q];
        }
        for (int q = 0; q < POINTS; q++)
            m.b[p][q] = fabs(c[q]);
        for (int i = 0; i < OUTS; i++)
            m.a[i][p] = finite ? pow(fabs(point[p]), i) : i == OUTS - 1;
        for (int k = 0; k < WIDTH; k++)
            m.g[p][k] = finite ? pow(point[p], k) / divisor : k == WIDTH - 1;
    }
}

/* |G g| of the weights w, which are `step` floats from each other. */
static double weight_at(const float *w, int64_t step, int p)
{
    double sum = 0;

    for (int k = 0; k < WIDTH; k++)
        sum += m.g[p][k] * (double)w[k * step];
    return fabs(sum);
}

/* |B'| |d| of the inputs of tile t in a row and a channel. */
static double input_at(const struct map *x, const struct oracle_window *v, int64_t row, int64_t c,
                       int64_t t, int p)
{
    double sum = 0;

    for (int q = 0; q < POINTS; q++) {
        const int64_t z = OUTS * t + q - v->left;

        if (row >= 0 && row < x->h && z >= 0 && z < x->w)
            sum += m.b[p][q] * fabs(x->v[(row * x->w + z) * x->c + c]);
    }
    return sum;
}

void oracle_winograd_bounds(struct map *y, const struct map *x, const struct oracle_window *v,
                            const float *w)
{
    const int64_t step = x->c * y->c;

    find_matrices();
    for (int64_t at = 0; at < map_count(y); at++) {
        const int64_t i = at / (y->w * y->c), j = at / y->c % y->w, k = at % y->c;
        double sum = 0;

        for (int64_t n = 0; n < v->h * x->c; n++)
            for (int p = 0; p < POINTS; p++) {
                const int64_t r = n / x->c, c = n % x->c;

                sum += m.a[j % OUTS][p] * input_at(x, v, i - v->top + r, c, j / OUTS, p) *
                       weight_at(w + r * WIDTH * step + c * y->c + k, step, p);
            }
        y->e[at] += sum_bound(v->h * x->c + TRANSFORMS, sum);
    }
}

/* |A| |gy| of the outputs of tile t in a row and a channel. */
static double output_at(const struct map *gy, int64_t row, int64_t k, int64_t t, int p)
{
    double sum = 0;

    for (int i = 0; i < OUTS; i++)
        if (OUTS * t + i < gy->w)
            sum += m.a[i][p] * fabs(gy->v[(row * gy->w + OUTS * t + i) * gy->c + k]);
    return sum;
}

/* Adds to the bounds of gx what tile t of output row i adds to channel c by kernel row r. */
static void add_tile(struct map *gx, const struct oracle_window *v, const float *w,
                     const struct map *gy, int64_t i, int64_t t, int64_t r, int64_t c)
{
    const int64_t step = gx->c * gy->c, y = i - v->top + r;
    double sum[POINTS] = {0};

    if (y < 0 || y >= gx->h)
        return;
    for (int64_t k = 0; k < gy->c; k++)
        for (int p = 0; p < POINTS; p++)
            sum[p] += output_at(gy, i, k, t, p) *
                      weight_at(w + r * WIDTH * step + c * gy->c + k, step, p);
    for (int q = 0; q < POINTS; q++) {
        const int64_t z = OUTS * t + q - v->left;

        for (int p = 0; p < POINTS && z >= 0 && z < gx->w; p++)
            gx->e[(y * gx->w + z) * gx->c + c] +=
                sum_bound(gy->c + 2 * v->h + TRANSFORMS, m.b[p][q] * sum[p]);
    }
}

void oracle_winograd_gradient_bounds(struct map *gx, const struct oracle_window *v, const float *w,
                                     const struct map *gy)
{
    find_matrices();
    for (int64_t i = 0; i < gy->h; i++)
        for (int64_t t = 0; OUTS * t < gy->w; t++)
            for (int64_t n = 0; n < v->h * gx->c; n++)
                add_tile(gx, v, w, gy, i, t, n / gx->c, n % gx->c);
}
