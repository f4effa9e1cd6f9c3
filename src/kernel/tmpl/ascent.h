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

/* One block of moments, of a constant length wherever it matters; weight NULL: all count once. */
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
 * Of the x between two limits, which do not count: their number, and the sums of d = (x - pivot)
 * inverse and of its squares, in lanes as above; pivot and inverse (period) repeat, period a
 * multiple of LANES
 */
static void moments(int64_t n, int64_t period, const double *pivot, const double *inverse,
                    const float within[2], const float *x, double sums[3])
{
    moments_of(n, period, pivot, inverse, within, NULL, x, sums);
}

/* The same, each value counted as much as its weight (n). */
static void moments_seen(int64_t n, int64_t period, const double *pivot, const double *inverse,
                         const float within[2], const float *weight, const float *x, double sums[3])
{
    moments_of(n, period, pivot, inverse, within, weight, x, sums);
}

/*
 * Of the x between two limits: x = a x + shift, rounded once, in the box of display values; shift
 * (period) repeats
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
