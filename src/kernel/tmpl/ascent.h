/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ascent.h - what gradient ascent does to an image between two passes of the network
 *
 * These are plain loops, compiled once for each instruction set.  Every product
 * and every sum is rounded by itself, so every instruction set gives the same
 * bits.  Display values are floats from 0 to 255.
 */

/* Add the lanes: the upper half to the lower half, until one is left. */
static double sum_doubles(double lane[LANES])
{
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++)
            lane[l] += lane[l + half];
    return lane[0];
}

/*
 * Returns the sum of squares, in double: element i is added to lane i % LANES, and sum_doubles adds
 * the lanes.
 */
static double sum_squares(int64_t n, const float *x)
{
    double lane[LANES] = {0};
    int64_t i = 0;

    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++)
            lane[l] += (double)x[i + l] * (double)x[i + l];
    for (int l = 0; i < n; i++, l++)
        lane[l] += (double)x[i] * (double)x[i];
    return sum_doubles(lane);
}

/*
 * Add n elements to the lanes of moments().  n is a constant, LANES, for all but the last call, so
 * that the loop becomes vector code.  weight NULL: each element has weight 1.
 */
static inline __attribute__((always_inline)) void moments_block(const int n, const double *pivot,
                                                                const double *inverse,
                                                                const float within[2],
                                                                const float *weight, const float *x,
                                                                double lane[3][LANES])
{
    for (int l = 0; l < n; l++) {
        const double between = (double)((x[l] > within[0]) & (x[l] < within[1]));
        const double in = weight ? (double)weight[l] * between : between;
        const double d = ((double)x[l] - pivot[l]) * inverse[l];

        lane[0][l] += in;
        lane[1][l] += in * d;
        lane[2][l] += in * d * d;
    }
}

/* The body that moments (weight NULL) and moments_seen share. */
static inline __attribute__((always_inline)) void moments_of(
    int64_t n, int64_t period, const double *pivot, const double *inverse, const float within[2],
    const float *weight, const float *x, double sums[3])
{
    double lane[3][LANES] = {{0}};
    int64_t i = 0, at = 0;

    for (; i + LANES <= n; i += LANES) {
        moments_block(LANES, pivot + at, inverse + at, within, weight ? weight + i : NULL, x + i,
                      lane);
        at = at + LANES < period ? at + LANES : 0;
    }
    moments_block((int)(n - i), pivot + at, inverse + at, within, weight ? weight + i : NULL, x + i,
                  lane);
    for (int s = 0; s < 3; s++)
        sums[s] = sum_doubles(lane[s]);
}

/*
 * Three sums over those x[i] that are strictly between within[0] and within[1]: of 1, of d and of
 * d^2, where d = (x[i] - pivot[i % period]) inverse[i % period].  The sums are in double, in lanes
 * as in sum_squares; period is a multiple of LANES.
 */
static void moments(int64_t n, int64_t period, const double *pivot, const double *inverse,
                    const float within[2], const float *x, double sums[3])
{
    moments_of(n, period, pivot, inverse, within, NULL, x, sums);
}

/* Computes the sums of moments, but with each term multiplied by weight[i]. */
static void moments_seen(int64_t n, int64_t period, const double *pivot, const double *inverse,
                         const float within[2], const float *weight, const float *x, double sums[3])
{
    moments_of(n, period, pivot, inverse, within, weight, x, sums);
}

/*
 * x[i] = a x[i] + shift[i % period], computed in double, rounded once to float and clamped to
 * 0..255, for those x[i] that are strictly between within[0] and within[1]; the others stay as they
 * are.
 */
static void stretch(int64_t n, int64_t period, double a, const double *shift, const float within[2],
                    float *x)
{
    const float low = within[0], high = within[1];

    for (int64_t i = 0; i < n; i += period) {
        const int64_t m = n - i < period ? n - i : period;

        for (int64_t j = 0; j < m; j++) {
            const float was = x[i + j], v = (float)(a * (double)was + shift[j]);
            const float above = v < 0 ? 0 : v, boxed = above > 255 ? 255 : above;

            x[i + j] = was > low ? was < high ? boxed : was : was;
        }
    }
}

/* x = a x */
static void scale(int64_t n, float a, float *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] *= a;
}

/* x = x + a g, clamped to 0..255 */
static void step(int64_t n, float a, const float *g, float *x)
{
    for (int64_t i = 0; i < n; i++) {
        const float v = x[i] + a * g[i];

        x[i] = v < 0 ? 0 : v > 255 ? 255 : v;
    }
}

/* How many values of a row are summed at a time: enough to hide the latency of an addition. */
enum { BLUR_BLOCK = 64 };

/* Blur n values; n is a constant once this is inlined, so that the sums stay in registers. */
static inline __attribute__((always_inline)) void blur_block(const int n, int64_t radius,
                                                             const float *w, int64_t stride,
                                                             const float *x, float *restrict y)
{
    float sum[BLUR_BLOCK];

    for (int j = 0; j < n; j++)
        sum[j] = w[0] * x[j];
    for (int64_t d = 1; d <= radius; d++) {
        const float *left = x - d * stride, *right = x + d * stride;

        for (int j = 0; j < n; j++)
            sum[j] += w[d] * (left[j] + right[j]);
    }
    for (int j = 0; j < n; j++)
        y[j] = sum[j];
}

/*
 * A symmetric filter: y[i] = w[0] x[i] + w[1] (x[i - stride] + x[i + stride]) + ... up to
 * w[radius], added in that order.  x must have radius * stride more values on either side.
 */
static void blur(int64_t n, int64_t radius, const float *w, int64_t stride, const float *x,
                 float *y)
{
    int64_t i = 0;

    for (; i + BLUR_BLOCK <= n; i += BLUR_BLOCK)
        blur_block(BLUR_BLOCK, radius, w, stride, x + i, y + i);
    for (; i + LANES <= n; i += LANES)
        blur_block(LANES, radius, w, stride, x + i, y + i);
    for (; i < n; i++)
        blur_block(1, radius, w, stride, x + i, y + i);
}
