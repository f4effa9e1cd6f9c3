/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ascent.h - what an ascent does to an image between two passes.  Template: wants nothing.
 *
 * Plain loops, built for each instruction set; products and sums are rounded
 * each by itself, so every one gives the same bits.
 */

static double sum_doubles(double lane[LANES])
{
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++)
            lane[l] += lane[l + half];
    return lane[0];
}

/* Sum of squares in double: element i in lane i % LANES, the lanes added by one fixed tree. */
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
 * Sums of d = (x - pivot) inverse and of its squares, in lanes as above; pivot and inverse (period)
 * repeat, period a multiple of LANES
 */
static void moments(int64_t n, int64_t period, const double *pivot, const double *inverse,
                    const float *x, double sums[2])
{
    double sum[LANES] = {0}, squares[LANES] = {0};
    int64_t i = 0, at = 0;

    for (; i + LANES <= n; i += LANES) {
        for (int l = 0; l < LANES; l++) {
            const double d = ((double)x[i + l] - pivot[at + l]) * inverse[at + l];

            sum[l] += d;
            squares[l] += d * d;
        }
        at = at + LANES < period ? at + LANES : 0;
    }
    for (int l = 0; i < n; i++, l++) {
        const double d = ((double)x[i] - pivot[at + l]) * inverse[at + l];

        sum[l] += d;
        squares[l] += d * d;
    }
    sums[0] = sum_doubles(sum);
    sums[1] = sum_doubles(squares);
}

/* x = a x + shift, rounded once, in the box of display values; shift (period) repeats */
static void stretch(int64_t n, int64_t period, double a, const double *shift, float *x)
{
    for (int64_t i = 0; i < n; i += period) {
        const int64_t m = n - i < period ? n - i : period;

        for (int64_t j = 0; j < m; j++) {
            const double v = a * (double)x[i + j] + shift[j];

            x[i + j] = (float)(v < 0 ? 0 : v > 255 ? 255 : v);
        }
    }
}

/* x = a x */
static void scale(int64_t n, float a, float *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] *= a;
}

/* x = x + a g, in the box of display values */
static void step(int64_t n, float a, const float *g, float *x)
{
    for (int64_t i = 0; i < n; i++) {
        const float v = x[i] + a * g[i];

        x[i] = v < 0 ? 0 : v > 255 ? 255 : v;
    }
}

/* Values of a row at a time: enough to hide the latency of their sums. */
enum { BLUR_BLOCK = 64 };

/* A constant count, so that the sums stay in registers. */
static inline __attribute__((always_inline)) void blur_block(const int n, int64_t radius,
                                                             const float *w, int64_t apart,
                                                             const float *x, float *restrict y)
{
    float sum[BLUR_BLOCK];

    for (int j = 0; j < n; j++)
        sum[j] = w[0] * x[j];
    for (int64_t d = 1; d <= radius; d++) {
        const float *left = x - d * apart, *right = x + d * apart;

        for (int j = 0; j < n; j++)
            sum[j] += w[d] * (left[j] + right[j]);
    }
    for (int j = 0; j < n; j++)
        y[j] = sum[j];
}

/*
 * y[i] = w[0] x[i] + w[1] (x[i - apart] + x[i + apart]) + ... + w[radius] (...), added up in that
 * order; x has radius * apart more values on either side
 */
static void blur(int64_t n, int64_t radius, const float *w, int64_t apart, const float *x, float *y)
{
    int64_t i = 0;

    for (; i + BLUR_BLOCK <= n; i += BLUR_BLOCK)
        blur_block(BLUR_BLOCK, radius, w, apart, x + i, y + i);
    for (; i + LANES <= n; i += LANES)
        blur_block(LANES, radius, w, apart, x + i, y + i);
    for (; i < n; i++)
        blur_block(1, radius, w, apart, x + i, y + i);
}
