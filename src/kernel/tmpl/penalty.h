/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * penalty.h - sums over an image, and their slopes.  Template: wants ascent.h.
 *
 * Plain loops as in ascent.h: products and sums are rounded each by itself.
 */

/* A block of variation, of a constant length wherever it matters. */
static inline __attribute__((always_inline)) void variation_block(
    const int n, float epsilon, const float *x, const float *right, const float *down,
    float *restrict p, float *restrict q, double lane[LANES])
{
    for (int l = 0; l < n; l++) {
        const float dx = right[l] - x[l], dy = down[l] - x[l];
        const float length = sqrtf(dx * dx + dy * dy + epsilon * epsilon);

        p[l] = dx / length;
        q[l] = dy / length;
        lane[l] += (double)length - (double)epsilon;
    }
}

/*
 * Sum of length - epsilon in double, in lanes as sum_squares, where length is the root of
 * dx^2 + dy^2 + epsilon^2, dx = right - x and dy = down - x; p = dx / length, q = dy / length.
 * right and down may be x itself.
 */
static double variation(int64_t n, float epsilon, const float *x, const float *right,
                        const float *down, float *p, float *q)
{
    double lane[LANES] = {0};
    int64_t i = 0;

    for (; i + LANES <= n; i += LANES)
        variation_block(LANES, epsilon, x + i, right + i, down + i, p + i, q + i, lane);
    variation_block((int)(n - i), epsilon, x + i, right + i, down + i, p + i, q + i, lane);
    return sum_doubles(lane);
}

static inline __attribute__((always_inline)) void powers_block(const int n, int64_t p, float centre,
                                                               float scale, const float *x,
                                                               float *restrict y,
                                                               double lane[LANES])
{
    float d[LANES], size[LANES], power[LANES];

    for (int l = 0; l < n; l++) {
        d[l] = (x[l] - centre) * scale;
        size[l] = fabsf(d[l]);
        power[l] = 1;
    }
    for (int64_t k = 1; k < p; k++)
        for (int l = 0; l < n; l++)
            power[l] *= size[l];
    for (int l = 0; l < n; l++) {
        y[l] = d[l] < 0 ? -power[l] : d[l] > 0 ? power[l] : 0;
        lane[l] += (double)power[l] * (double)size[l];
    }
}

/*
 * Sum of |d|^p in double, in lanes as sum_squares, d = (x - centre) scale, p at least 1;
 * y = |d|^(p - 1) with the sign of d, and 0 where d is; powers are multiplied up in float
 */
static double powers(int64_t n, int64_t p, float centre, float scale, const float *x, float *y)
{
    double lane[LANES] = {0};
    int64_t i = 0;

    for (; i + LANES <= n; i += LANES)
        powers_block(LANES, p, centre, scale, x + i, y + i, lane);
    powers_block((int)(n - i), p, centre, scale, x + i, y + i, lane);
    return sum_doubles(lane);
}
