/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * penalty.h - penalties on an image, which are sums over it, and their derivatives
 *
 * These are plain loops, compiled once for each instruction set.  Every product and every sum is
 * rounded by itself, so every instruction set gives the same bits.  Sums over an image are kept in
 * lanes, in double: element i is added to lane i % LANES, and sum_doubles (ascent.h) adds the
 * lanes.
 */

/* Do the work of variation() for n elements; n is a constant, LANES, for all but the last call. */
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
 * Total variation: the sum of length - epsilon, where length = sqrt(dx^2 + dy^2 + epsilon^2) with
 * dx = right - x and dy = down - x.  Also
 * p = dx / length and q = dy / length, of which the gradient is made.  right and down, the
 * neighbours of x, may be x itself.
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

/* Do the work of powers() for n elements, at most LANES. */
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
 * Returns the sum of |d|^p, where d = (x - centre) scale and p is at least 1.  Also y = |d|^(p - 1)
 * with the sign of d, and 0 where d is 0.  Powers are products of floats.
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
