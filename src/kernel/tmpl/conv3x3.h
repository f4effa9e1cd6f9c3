/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conv3x3.h - the two ends of a convolution of 3x3 pixels that goes by tiles of 2x2 outputs, with
 * 16 products where direct summation has 36
 *
 * This file is compiled once for each instruction set, whose vec_*.h has the v_* operations.
 *
 * A tile of outputs y reads 4x4 inputs d.  Winograd's F(2, 3), along rows and along columns, is
 *
 *   y = A' (sum over input channels of (G g G') (B' d B)) A,
 *
 * where g are the 3x3 weights, the products are one for each of 16 points, and
 *
 *   B' = 1  0 -1  0     A' = 1  1  1  0     G = 1    0    0
 *        0  1  1  0          0  1 -1 -1         1/2  1/2  1/2
 *        0 -1  1  0                             1/2 -1/2  1/2
 *        0  1  0 -1                             0    0    1
 *
 * (Lavin & Gray, "Fast algorithms for convolutional neural networks", CVPR 2016).  Vectors run over
 * channels.  The sums over channels, between the two ends, are those of conv.h: one convolution of
 * single pixels for each point.
 */
enum { SQUARE = 4, SQUARE_POINTS = EVK_CONV3X3_POINTS };

/* Four values along an axis become what they are at the points: B'. */
static inline __attribute__((always_inline)) void square_in(vec *a, vec *b, vec *c, vec *d)
{
    const vec first = v_sub(*a, *c), sum = v_add(*b, *c);
    const vec difference = v_sub(*c, *b), last = v_sub(*b, *d);

    *a = first;
    *b = sum;
    *c = difference;
    *d = last;
}

/* Transforms the inputs d of a tile, row by row, to the points. */
static inline __attribute__((always_inline)) void square_points(vec d[SQUARE_POINTS])
{
    UNROLL
    for (int i = 0; i < SQUARE; i++)
        square_in(&d[i], &d[SQUARE + i], &d[2 * SQUARE + i], &d[3 * SQUARE + i]);
    UNROLL
    for (int i = 0; i < SQUARE_POINTS; i += SQUARE)
        square_in(&d[i], &d[i + 1], &d[i + 2], &d[i + 3]);
}

/*
 * conv3x3_input: the points v (16, v_step) of a tile whose 4x4 pixels, row by row, have their n
 * channels at x[0] to x[15].
 */
static void conv3x3_input(int64_t n, const float *const x[EVK_CONV3X3_POINTS], float *v,
                          int64_t v_step)
{
    vec d[SQUARE_POINTS];
    int64_t j = 0;

    for (; j + VL <= n; j += VL) {
        UNROLL
        for (int i = 0; i < SQUARE_POINTS; i++)
            d[i] = v_load(x[i] + j);
        square_points(d);
        UNROLL
        for (int i = 0; i < SQUARE_POINTS; i++)
            v_store(v + i * v_step + j, d[i]);
    }
    if (j < n) {
        UNROLL
        for (int i = 0; i < SQUARE_POINTS; i++)
            d[i] = v_load_part(x[i] + j, n - j);
        square_points(d);
        UNROLL
        for (int i = 0; i < SQUARE_POINTS; i++)
            v_store_part(v + i * v_step + j, n - j, d[i]);
    }
}

/* Loads the sums of a tile from j on and transforms them to its outputs: y = A' m A, then scaled,
   shifted and rectified. */
static inline __attribute__((always_inline)) void square_outputs(const struct evk_conv3x3 *s,
                                                                 const float *m, int64_t j,
                                                                 vec y[EVK_CONV3X3_OUTPUTS])
{
    const vec scale = v_load(s->scale + j), shift = v_load(s->shift + j);
    vec half[2 * SQUARE];

    UNROLL
    for (int i = 0; i < SQUARE; i++) {
        const vec a = v_load(m + i * s->m_step + j), b = v_load(m + (SQUARE + i) * s->m_step + j);
        const vec c = v_load(m + (2 * SQUARE + i) * s->m_step + j);
        const vec d = v_load(m + (3 * SQUARE + i) * s->m_step + j);

        half[i] = v_add(a, v_add(b, c));
        half[SQUARE + i] = v_sub(v_sub(b, c), d);
    }
    UNROLL
    for (int i = 0; i < 2; i++) {
        const vec *h = half + i * SQUARE;

        y[2 * i] = v_fma(v_add(h[0], v_add(h[1], h[2])), scale, shift);
        y[2 * i + 1] = v_fma(v_sub(v_sub(h[1], h[2]), h[3]), scale, shift);
    }
    UNROLL
    for (int i = 0; i < EVK_CONV3X3_OUTPUTS; i++)
        y[i] = s->relu ? v_max(y[i], v_set1(0.0f)) : y[i];
}

/*
 * conv3x3_output: the outputs of a tile, whose 2x2 pixels, row by row, have their channels at y[0]
 * to y[3], from its sums m (16, m_step) at the points.
 */
static void conv3x3_output(const struct evk_conv3x3 *s, const float *m,
                           float *const y[EVK_CONV3X3_OUTPUTS])
{
    vec t[EVK_CONV3X3_OUTPUTS];
    int64_t j = 0;

    for (; j + VL <= s->o; j += VL) {
        square_outputs(s, m, j, t);
        UNROLL
        for (int i = 0; i < EVK_CONV3X3_OUTPUTS; i++)
            v_store(y[i] + j, s->add ? v_add(t[i], v_load(y[i] + j)) : t[i]);
    }
    if (j < s->o) {
        square_outputs(s, m, j, t);
        UNROLL
        for (int i = 0; i < EVK_CONV3X3_OUTPUTS; i++)
            v_store_part(y[i] + j, s->o - j,
                         s->add ? v_add(t[i], v_load_part(y[i] + j, s->o - j)) : t[i]);
    }
}
