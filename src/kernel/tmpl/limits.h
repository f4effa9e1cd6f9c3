/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * limits.h - what constraints on an image need to know of it.  Template: wants ascent.h.
 *
 * Plain loops, built for each instruction set; products and sums are rounded each by itself, so
 * every one gives the same bits.  What repeats has a period that is a multiple of LANES.
 */

static inline float held(float x, float low, float high)
{
    const float v = x < low ? low : x;

    return v > high ? high : v;
}

/*
 * One block of channel_sums, of a constant length wherever it matters; weight NULL: each value
 * counts once.
 */
static inline __attribute__((always_inline)) void channel_block(const int n, const float *low,
                                                                const float *high,
                                                                const float *weight, const float *x,
                                                                double *restrict sum,
                                                                double *restrict squares)
{
    for (int l = 0; l < n; l++) {
        const double d = (double)held(x[l], low[l], high[l]) - 128;
        const double counted = weight ? (double)weight[l] * d : d;

        sum[l] += counted;
        squares[l] += counted * d;
    }
}

static inline __attribute__((always_inline)) void channel_sums_of(
    int64_t n, int64_t period, const float *low, const float *high, const float *weight,
    const float *x, double *sum, double *squares)
{
    int64_t i = 0, at = 0;

    for (int64_t j = 0; j < period; j++)
        sum[j] = squares[j] = 0;
    for (; i + LANES <= n; i += LANES) {
        channel_block(LANES, low + at, high + at, weight ? weight + i : NULL, x + i, sum + at,
                      squares + at);
        at = at + LANES < period ? at + LANES : 0;
    }
    channel_block((int)(n - i), low + at, high + at, weight ? weight + i : NULL, x + i, sum + at,
                  squares + at);
}

/*
 * Of x held between low and high (period): the sums of d = x - 128 and of its squares (period),
 * element i in sum i % period
 */
static void channel_sums(int64_t n, int64_t period, const float *low, const float *high,
                         const float *x, double *sum, double *squares)
{
    channel_sums_of(n, period, low, high, NULL, x, sum, squares);
}

/* The same with weight d and weight d^2, weight (n). */
static void channel_sums_seen(int64_t n, int64_t period, const float *low, const float *high,
                              const float *weight, const float *x, double *sum, double *squares)
{
    channel_sums_of(n, period, low, high, weight, x, sum, squares);
}

/* weight (3 n), the first of each pixel; NULL: each pixel counts once. */
static inline __attribute__((always_inline)) void gray_block(const int n, const float low[3],
                                                             const float high[3],
                                                             const float *weight, const float *x,
                                                             double lane[2][LANES])
{
    for (int l = 0; l < n; l++) {
        const float r = held(x[3 * l], low[0], high[0]);
        const float g = held(x[3 * l + 1], low[1], high[1]);
        const float b = held(x[3 * l + 2], low[2], high[2]);
        const double d = (double)(0.299F * r + 0.587F * g + 0.114F * b) - 128;
        const double counted = weight ? (double)weight[3 * l] * d : d;

        lane[0][l] += counted;
        lane[1][l] += counted * d;
    }
}

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
 * Of pixels (pixels, 3) held between low and high: the sums of d = gray - 128 and of its squares;
 * gray is that of Rec. 601
 */
static void gray_sums(int64_t pixels, const float low[3], const float high[3], const float *x,
                      double sums[2])
{
    gray_sums_of(pixels, low, high, NULL, x, sums);
}

/* The same with weight d and weight d^2; of weight (pixels, 3) each pixel's first counts. */
static void gray_sums_seen(int64_t pixels, const float low[3], const float high[3],
                           const float *weight, const float *x, double sums[2])
{
    gray_sums_of(pixels, low, high, weight, x, sums);
}

/* How many x are below low, or not below high. */
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

/* y = the larger of (x - pivot) up and (pivot - x) down; pivot, up, down (period) repeat */
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

/* x held between low and high (n) */
static void hold(int64_t n, const float *restrict low, const float *restrict high,
                 float *restrict x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = held(x[i], low[i], high[i]);
}

/* x = a x + shift; shift (period) repeats */
static void affine(int64_t n, int64_t period, float a, const float *shift, float *x)
{
    for (int64_t i = 0; i < n; i += period) {
        const int64_t m = n - i < period ? n - i : period;

        for (int64_t j = 0; j < m; j++)
            x[i + j] = a * x[i + j] + shift[j];
    }
}

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

/* Of pixels (pixels, 3): y = mix x + shift, mix (3, 3) by rows */
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
