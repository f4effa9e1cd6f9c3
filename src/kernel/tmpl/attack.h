/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * attack.h - steps and projections of a perturbation of a base image
 *
 * These are plain loops, compiled once for each instruction set.  Every product and every sum is
 * rounded by itself, so every instruction set gives the same bits.  A perturbation v turns a value
 * of the base image into base + v, clamped to the box of display values, 0..255.
 *
 * Sums over an image are kept in lanes, in double: element i is added to lane i % LANES, and
 * sum_doubles (ascent.h) adds the lanes.
 */

/* Replace each x by its sign: 1, 0 or -1. */
static void sign(int64_t n, float *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = (float)((x[i] > 0) - (x[i] < 0));
}

/* v = (x - base) + a g: the perturbation of x after a step along the gradient */
static void nudge(int64_t n, float a, const float *g, const float *base, const float *x, float *v)
{
    for (int64_t i = 0; i < n; i++)
        v[i] = (x[i] - base[i]) + a * g[i];
}

/*
 * v = (x - base) + (a (z - x) + (1 - a) (x - last)): the perturbation of x after a step towards z
 * with momentum, where last is the x before
 */
static void momentum(int64_t n, float a, const float *base, const float *z, const float *x,
                     const float *last, float *v)
{
    for (int64_t i = 0; i < n; i++)
        v[i] = (x[i] - base[i]) + (a * (z[i] - x[i]) + (1 - a) * (x[i] - last[i]));
}

/* x = base + s v, clamped to the box */
static void apply_scaled(int64_t n, float s, const float *base, const float *v, float *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = clamped(base[i] + s * v[i], 0, 255);
}

/* x = base + (v clamped to -most..most), clamped to the box */
static void apply_clamped(int64_t n, float most, const float *base, const float *v, float *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = clamped(base[i] + clamped(v[i], -most, most), 0, 255);
}

/* x = base + (v moved towards 0 by t, or to 0 if it is nearer), clamped to the box */
static void apply_soft(int64_t n, float t, const float *base, const float *v, float *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = clamped(base[i] + (v[i] - clamped(v[i], -t, t)), 0, 255);
}

/* Add n elements to the lanes of scaled_sums(). */
static inline __attribute__((always_inline)) void scaled_block(const int n, float s,
                                                               const float *base, const float *v,
                                                               double lane[2][LANES])
{
    for (int l = 0; l < n; l++) {
        const float d = s * v[l], boxed = clamped(d, -base[l], 255 - base[l]);
        const double free = (double)(boxed == d ? v[l] : 0);
        const double cut = (double)(boxed == d ? 0 : boxed);

        lane[0][l] += cut * cut;
        lane[1][l] += free * free;
    }
}

/*
 * Two sums of squares for the perturbation s v.  sums[0] is over the
 * elements that the box cuts off: of what remains of s v there.  sums[1] is over the other
 * elements: of v, not s v.
 */
static void scaled_sums(int64_t n, float s, const float *base, const float *v, double sums[2])
{
    double lane[2][LANES] = {{0}};
    int64_t i = 0;

    for (; i + LANES <= n; i += LANES)
        scaled_block(LANES, s, base + i, v + i, lane);
    scaled_block((int)(n - i), s, base + i, v + i, lane);
    for (int j = 0; j < 2; j++)
        sums[j] = sum_doubles(lane[j]);
}

/* Add n elements to the lanes of soft_sums(). */
static inline __attribute__((always_inline)) void soft_block(const int n, float t,
                                                             const float *base, const float *v,
                                                             double lane[2][LANES])
{
    for (int l = 0; l < n; l++) {
        const float d = v[l] - clamped(v[l], -t, t), boxed = clamped(d, -base[l], 255 - base[l]);

        lane[0][l] += (double)fabsf(boxed);
        lane[1][l] += (double)((boxed == d) & (d != 0));
    }
}

/*
 * Two sums for v moved towards 0 by t and cut off by the box: sums[0] is the sum of magnitudes, and
 * sums[1] the number of elements that are neither 0 nor cut off, whose magnitudes grow as t falls.
 */
static void soft_sums(int64_t n, float t, const float *base, const float *v, double sums[2])
{
    double lane[2][LANES] = {{0}};
    int64_t i = 0;

    for (; i + LANES <= n; i += LANES)
        soft_block(LANES, t, base + i, v + i, lane);
    soft_block((int)(n - i), t, base + i, v + i, lane);
    for (int j = 0; j < 2; j++)
        sums[j] = sum_doubles(lane[j]);
}

/*
 * Clamp v so that base + v is in the box, then round it to the nearest whole number, halves away
 * from 0.
 */
static void round_in_box(int64_t n, const float *base, float *v)
{
    for (int64_t i = 0; i < n; i++) {
        const float in = clamped(v[i], -base[i], 255 - base[i]);

        v[i] = (float)(int32_t)(in + (in < 0 ? -0.5F : 0.5F));
    }
}

/* Add n elements to the lanes of magnitudes(). */
static inline __attribute__((always_inline)) void magnitudes_block(const int n, const float *v,
                                                                   float largest[LANES],
                                                                   double lane[2][LANES])
{
    for (int l = 0; l < n; l++) {
        const float m = fabsf(v[l]);

        largest[l] = m > largest[l] ? m : largest[l];
        lane[0][l] += (double)m;
        lane[1][l] += (double)(m * m);
    }
}

/*
 * sums: the largest |v[i]|, the sum of |v[i]|, and the sum of v[i]^2.  They are exact where all
 * v[i] are whole numbers below 4096 in magnitude.
 */
static void magnitudes(int64_t n, const float *v, double sums[3])
{
    float largest[LANES] = {0};
    double lane[2][LANES] = {{0}};
    int64_t i = 0;

    for (; i + LANES <= n; i += LANES)
        magnitudes_block(LANES, v + i, largest, lane);
    magnitudes_block((int)(n - i), v + i, largest, lane);
    sums[0] = 0;
    for (int l = 0; l < LANES; l++)
        sums[0] = (double)largest[l] > sums[0] ? (double)largest[l] : sums[0];
    sums[1] = sum_doubles(lane[0]);
    sums[2] = sum_doubles(lane[1]);
}
