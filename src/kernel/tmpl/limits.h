/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * limits.h - sums over an image, and simple changes of it, for constraints on luminance and
 * contrast
 *
 * These are plain loops, compiled once for each instruction set.  Every product and every sum is
 * rounded by itself, so every instruction set gives the same bits.  An array of `period` floats
 * repeats: element i is used with its float i % period.  period is a multiple of LANES.
 */

/* x clamped to low..high */
static inline float clamped(float x, float low, float high)
{
    const float v = x < low ? low : x;

    return v > high ? high : v;
}

/*
 * Add n elements to the sums of channel_sums().  n is a constant, LANES, for all but the last call,
 * so that the loop becomes vector code.  weight NULL: each element has weight 1.
 */
static inline __attribute__((always_inline)) void channel_block(const int n, const float *low,
                                                                const float *high,
                                                                const float *weight, const float *x,
                                                                double *restrict sum,
                                                                double *restrict squares)
{
    for (int l = 0; l < n; l++) {
        const double d = (double)clamped(x[l], low[l], high[l]) - 128;
        const double counted = weight ? (double)weight[l] * d : d;

        sum[l] += counted;
        squares[l] += counted * d;
    }
}

/* The usual period: vectors of pixels of three channels. */
enum { COLOURS = 3 * LANES };

/* Add all whole periods of COLOURS elements, with sums in registers; returns how many elements. */
static inline __attribute__((always_inline)) int64_t channel_colours(int64_t n, const float *low,
                                                                     const float *high,
                                                                     const float *weight,
                                                                     const float *x, double *sum,
                                                                     double *squares)
{
    double sums[COLOURS] = {0}, more[COLOURS] = {0};
    int64_t i = 0;

    for (; i + COLOURS <= n; i += COLOURS)
        channel_block(COLOURS, low, high, weight ? weight + i : NULL, x + i, sums, more);
    for (int j = 0; j < COLOURS; j++) {
        sum[j] = sums[j];
        squares[j] = more[j];
    }
    return i;
}

/* The body that channel_sums (weight NULL) and channel_sums_seen share. */
static inline __attribute__((always_inline)) void channel_sums_of(
    int64_t n, int64_t period, const float *low, const float *high, const float *weight,
    const float *x, double *sum, double *squares)
{
    int64_t i = 0, at = 0;

    for (int64_t j = 0; j < period; j++)
        sum[j] = squares[j] = 0;
    if (period == COLOURS)
        i = channel_colours(n, low, high, weight, x, sum, squares);
    for (; i + LANES <= n; i += LANES) {
        channel_block(LANES, low + at, high + at, weight ? weight + i : NULL, x + i, sum + at,
                      squares + at);
        at = at + LANES < period ? at + LANES : 0;
    }
    channel_block((int)(n - i), low + at, high + at, weight ? weight + i : NULL, x + i, sum + at,
                  squares + at);
}

/*
 * Sums of d and of d^2, where d = x - 128 with x clamped to low..high.  All four arrays have
 * `period` elements: element i of x is clamped by low[i % period] and high[i % period], and added
 * to sum[i % period] and squares[i % period].
 */
static void channel_sums(int64_t n, int64_t period, const float *low, const float *high,
                         const float *x, double *sum, double *squares)
{
    channel_sums_of(n, period, low, high, NULL, x, sum, squares);
}

/* Computes the sums of channel_sums, but with d and d^2 multiplied by weight[i]. */
static void channel_sums_seen(int64_t n, int64_t period, const float *low, const float *high,
                              const float *weight, const float *x, double *sum, double *squares)
{
    channel_sums_of(n, period, low, high, weight, x, sum, squares);
}

/*
 * Add n pixels to the lanes of gray_sums().  weight has 3 floats for each pixel, of which the first
 * is used; NULL: each pixel has weight 1.
 */
static inline __attribute__((always_inline)) void gray_block(const int n, const float low[3],
                                                             const float high[3],
                                                             const float *weight, const float *x,
                                                             double lane[2][LANES])
{
    for (int l = 0; l < n; l++) {
        const float r = clamped(x[3 * l], low[0], high[0]);
        const float g = clamped(x[3 * l + 1], low[1], high[1]);
        const float b = clamped(x[3 * l + 2], low[2], high[2]);
        const double d = (double)(0.299F * r + 0.587F * g + 0.114F * b) - 128;
        const double counted = weight ? (double)weight[3 * l] * d : d;

        lane[0][l] += counted;
        lane[1][l] += counted * d;
    }
}

/* The body that gray_sums (weight NULL) and gray_sums_seen share. */
static inline __attribute__((always_inline)) void gray_sums_of(int64_t pixels, const float low[3],
                                                               const float high[3],
                                                               const float *weight, const float *x,
                                                               double sums[2])
{
    double lane[2][LANES] = {{0}};
    int64_t i = 0;

    for (; i + LANES <= pixels; i += LANES)
        gray_block(LANES, low, high, weight ? weight + 3 * i : NULL, x + 3 * i, lane);
    gray_block((int)(pixels - i), low, high, weight ? weight + 3 * i : NULL, x + 3 * i, lane);
    for (int s = 0; s < 2; s++)
        sums[s] = sum_doubles(lane[s]);
}

/*
 * Sums of d and of d^2 over RGB pixels, where d = gray - 128.  gray is the luma of Rec. 601 of the
 * pixel, whose channels are clamped to low..high first.
 */
static void gray_sums(int64_t pixels, const float low[3], const float high[3], const float *x,
                      double sums[2])
{
    gray_sums_of(pixels, low, high, NULL, x, sums);
}

/* Does as gray_sums, but multiplies d and d^2 by the first of the pixel's 3 floats in weight. */
static void gray_sums_seen(int64_t pixels, const float low[3], const float high[3],
                           const float *weight, const float *x, double sums[2])
{
    gray_sums_of(pixels, low, high, weight, x, sums);
}

/* Returns how many x are below low, or at high or above. */
static int64_t outside(int64_t n, float low, float high, const float *x)
{
    int64_t count = 0;

    for (int64_t i = 0; i < n; i += 4096) {
        const int m = n - i < 4096 ? (int)(n - i) : 4096;
        int some = 0;

        for (int j = 0; j < m; j++)
            some += (x[i + j] < low) | (x[i + j] >= high);
        count += some;
    }
    return count;
}

/* y = the larger of (x - pivot) up and (pivot - x) down; pivot, up and down have `period` floats */
static void reach(int64_t n, int64_t period, const float *pivot, const float *up, const float *down,
                  const float *x, float *y)
{
    for (int64_t i = 0; i < n; i += period) {
        const int64_t m = n - i < period ? n - i : period;

        for (int64_t j = 0; j < m; j++) {
            const float d = x[i + j] - pivot[j], over = d * up[j], under = -d * down[j];

            y[i + j] = over > under ? over : under;
        }
    }
}

/*
 * Where x is more than up above the pivot `at`, or more than down below it, the distance beyond
 * that is multiplied by slope; at, up and down have `period` floats.
 */
static void bend(int64_t n, int64_t period, const float *at, const float *up, const float *down,
                 float slope, float *restrict x)
{
    for (int64_t i = 0; i < n; i += period) {
        const int64_t m = n - i < period ? n - i : period;

        for (int64_t j = 0; j < m; j++) {
            const float d = x[i + j] - at[j], high = d - up[j], low = d + down[j];
            const float above = at[j] + (up[j] + high * slope);
            const float below = at[j] + (low * slope - down[j]);
            const float bent = low < 0 ? below : x[i + j];

            x[i + j] = high > 0 ? above : bent;
        }
    }
}

/* Clamp x[i] to low[i]..high[i]. */
static void hold(int64_t n, const float *restrict low, const float *restrict high,
                 float *restrict x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = clamped(x[i], low[i], high[i]);
}

/* x = a x + shift; shift has `period` floats */
static void affine(int64_t n, int64_t period, float a, const float *shift, float *x)
{
    for (int64_t i = 0; i < n; i += period) {
        const int64_t m = n - i < period ? n - i : period;

        for (int64_t j = 0; j < m; j++)
            x[i + j] = a * x[i + j] + shift[j];
    }
}

/* Do the work of mix_channels() for n pixels; n is a constant, LANES, for all but the last call. */
static inline __attribute__((always_inline)) void mix_block(const int n, const float *m,
                                                            const float *shift,
                                                            const float *restrict x,
                                                            float *restrict y)
{
    for (int l = 0; l < n; l++) {
        const float r = x[3 * l], g = x[3 * l + 1], b = x[3 * l + 2];

        y[3 * l] = m[0] * r + m[1] * g + m[2] * b + shift[0];
        y[3 * l + 1] = m[3] * r + m[4] * g + m[5] * b + shift[1];
        y[3 * l + 2] = m[6] * r + m[7] * g + m[8] * b + shift[2];
    }
}

/* Multiply each RGB pixel by a matrix: y = mix x + shift; mix is (3, 3), row-major. */
static void mix_channels(int64_t pixels, const float mix[9], const float shift[3], const float *x,
                         float *y)
{
    float m[9], s[3];
    int64_t i = 0;

    for (int j = 0; j < 9; j++)
        m[j] = mix[j];
    for (int j = 0; j < 3; j++)
        s[j] = shift[j];
    for (; i + LANES <= pixels; i += LANES)
        mix_block(LANES, m, s, x + 3 * i, y + 3 * i);
    mix_block((int)(pixels - i), m, s, x + 3 * i, y + 3 * i);
}
