/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * attack.h - steps and projections of a perturbation of a base image.  Template: wants limits.h.
 *
 * Plain loops, built for each instruction set; products and sums are rounded each by itself, so
 * every one gives the same bits.  A perturbation v takes a value b to b + v, in the box 0..255.
 */

/* x = its sign: 1, 0 or -1 */
static void sign(int64_t n, float *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = (float)((x[i] > 0) - (x[i] < 0));
}

/* v = (x - base) + a g */
static void nudge(int64_t n, float a, const float *g, const float *base, const float *x, float *v)
{
    for (int64_t i = 0; i < n; i++)
        v[i] = (x[i] - base[i]) + a * g[i];
}

/* v = x + a (z - x) + (1 - a) (x - last) - base */
static void momentum(int64_t n, float a, const float *base, const float *z, const float *x,
                     const float *last, float *v)
{
    for (int64_t i = 0; i < n; i++)
        v[i] = (x[i] - base[i]) + (a * (z[i] - x[i]) + (1 - a) * (x[i] - last[i]));
}

/* x = base + s v, held in the box */
static void apply_scaled(int64_t n, float s, const float *base, const float *v, float *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = held(base[i] + s * v[i], 0, 255);
}

/* x = base + v held between -most and most, held in the box */
static void apply_clamped(int64_t n, float most, const float *base, const float *v, float *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = held(base[i] + held(v[i], -most, most), 0, 255);
}

/* x = base + v brought nearer to 0 by t, held in the box */
static void apply_soft(int64_t n, float t, const float *base, const float *v, float *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = held(base[i] + (v[i] - held(v[i], -t, t)), 0, 255);
}

static inline __attribute__((always_inline)) void scaled_block(const int n, float s,
                                                               const float *base, const float *v,
                                                               double lane[2][LANES])
{
    for (int l = 0; l < n; l++) {
        const float d = s * v[l], boxed = held(d, -base[l], 255 - base[l]);
        const double free = (double)(boxed == d ? v[l] : 0);
        const double cut = (double)(boxed == d ? 0 : boxed);

        lane[0][l] += cut * cut;
        lane[1][l] += free * free;
    }
}

/*
 * Where s v leaves the box: the sum of squares of what remains of it; elsewhere: that of v.  In
 * lanes as sum_squares.
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

static inline __attribute__((always_inline)) void soft_block(const int n, float t,
                                                             const float *base, const float *v,
                                                             double lane[2][LANES])
{
    for (int l = 0; l < n; l++) {
        const float d = v[l] - held(v[l], -t, t), boxed = held(d, -base[l], 255 - base[l]);

        lane[0][l] += (double)fabsf(boxed);
        lane[1][l] += (double)((boxed == d) & (d != 0));
    }
}

/*
 * Of v brought nearer to 0 by t, in the box: the sum of magnitudes; and how many of them grow as t
 * falls.
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

/* v = the nearest whole number, halves away from 0, where it takes the base no further than the box */
static void round_in_box(int64_t n, const float *base, float *v)
{
    for (int64_t i = 0; i < n; i++) {
        const float in = held(v[i], -base[i], 255 - base[i]);

        v[i] = (float)(int32_t)(in + (in < 0 ? -0.5F : 0.5F));
    }
}

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
 * Of v: the largest magnitude, the sum of magnitudes, that of squares; exact where v are whole and
 * below 4096
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
