/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * winograd_gradient.h - the gradient of the convolution of winograd.h, with 8 products where direct
 * summation has 20
 *
 * It is the transpose of the formula of winograd.h:
 *
 *   gd = B ((G g) (A gy)),  summed over output channels in order.
 *
 * This file is compiled once for each instruction set, after winograd.h.
 */
/* d = B v, the transpose of at_points in winograd.h. */
static inline __attribute__((always_inline)) void from_points(const vec v[POINTS], vec d[POINTS])
{
    const vec even1 = v_add(v[1], v[2]), odd1 = v_sub(v[1], v[2]);
    const vec even2 = v_add(v[3], v[4]), odd2 = v_sub(v[3], v[4]);
    const vec even3 = v_add(v[5], v[6]), odd3 = v_sub(v[5], v[6]);

    d[0] = v[0];
    d[1] = v_fma(v_set1(2), odd3, v_fma(v_set1(0.5f), odd2, v_sub(odd1, v[7])));
    d[2] = v_fma(v_set1(4), even3, v_fma(v_set1(0.25f), even2, v_fma(v_set1(-5.25f), v[0], even1)));
    d[3] =
        v_fma(v_set1(-2.5f), odd3,
              v_fma(v_set1(-2.5f), odd2, v_fma(v_set1(-4.25f), odd1, v_mul(v_set1(5.25f), v[7]))));
    d[4] = v_fma(
        v_set1(-5), even3,
        v_fma(v_set1(-1.25f), even2, v_fma(v_set1(-4.25f), even1, v_mul(v_set1(5.25f), v[0]))));
    d[5] = v_fma(v_set1(0.5f), odd3, v_fma(v_set1(2), odd2, v_fma(v_set1(-5.25f), v[7], odd1)));
    d[6] = v_add(v_add(even1, even2), v_sub(even3, v[0]));
    d[7] = v[7];
}

/* v = A y, the transpose of to_outputs. */
static inline __attribute__((always_inline)) void of_outputs(const vec y[OUTS], vec v[POINTS])
{
    const vec even1 = v_add(y[0], y[2]), odd1 = v_add(y[1], y[3]);
    const vec even2 = v_fma(v_set1(4), y[2], y[0]), odd2 = v_fma(v_set1(4), y[3], y[1]);
    const vec even3 = v_fma(v_set1(0.25f), y[2], y[0]), odd3 = v_fma(v_set1(0.25f), y[3], y[1]);

    v[0] = y[0];
    v[1] = v_add(even1, odd1);
    v[2] = v_sub(even1, odd1);
    v[3] = v_fma(v_set1(2), odd2, even2);
    v[4] = v_fma(v_set1(-2), odd2, even2);
    v[5] = v_fma(v_set1(0.5f), odd3, even3);
    v[6] = v_fma(v_set1(-0.5f), odd3, even3);
    v[7] = y[3];
}

/*
 * h (blocks of 16 channels, 8, 16) = A gy of a tile, of whose outputs the first `outs` lie in the
 * row; with 0 in place of gy where its sign is not set.
 */
static inline __attribute__((always_inline)) void winograd_turn_tile(
    const struct evk_winograd *g, const int outs, const float *gy, const uint16_t *signs, float *h)
{
    const int64_t step = g->y_step, groups = g->room / EVK_PAD, n = g->o;

    for (int64_t j = 0; j < n; j += VL, gy += VL) {
        float *to = h + j / EVK_PAD * POINTS * EVK_PAD + j % EVK_PAD;
        vec y[OUTS], v[POINTS];

        UNROLL
        for (int q = 0; q < OUTS; q++) {
            y[q] = v_set1(0.0f);
            if (q < outs)
                y[q] = n - j >= VL ? v_load(gy + q * step) : v_load_part(gy + q * step, n - j);
            if (q < outs && signs)
                y[q] = v_select(signs + q * groups + j / EVK_PAD, j % EVK_PAD, y[q]);
        }
        of_outputs(y, v);
        UNROLL
        for (int p = 0; p < POINTS; p++)
            v_store(to + p * EVK_PAD, v[p]);
    }
}

/* h (tiles, blocks of 16 channels, 8, 16) = A gy of `tiles` tiles from t on. */
static __attribute__((noinline)) void winograd_turn(const struct evk_winograd *g, int64_t tiles,
                                                    int64_t t, const float *gy,
                                                    const uint16_t *signs, float *h)
{
    const int64_t groups = g->room / EVK_PAD;

    gy += OUTS * t * g->y_step;
    signs = signs ? signs + OUTS * t * groups : NULL;
    for (int64_t i = 0; i < tiles; i++, h += POINTS * g->room) {
        const int64_t left = g->width - OUTS * (t + i);

        if (left >= OUTS && signs)
            winograd_turn_tile(g, OUTS, gy, signs, h);
        else
            winograd_turn_tile(g, left < OUTS ? (int)left : OUTS, gy, signs, h);
        gy += OUTS * g->y_step;
        signs = signs ? signs + OUTS * groups : NULL;
    }
}

/* Adds the gradients of `tiles` tiles from t on to sums, from z (8, tiles of a call, EVK_PAD). */
static __attribute__((noinline)) void winograd_add(const struct evk_winograd *g, int tiles,
                                                   int64_t turn, int64_t t, const float *z,
                                                   float *sums)
{
    const float *keep = g->keep + turn * EVK_PAD;

    for (int i = 0; i < tiles; i++)
        for (int u = 0; u < EVK_PAD / VL; u++) {
            float *to = sums + OUTS * (t + i) * EVK_PAD + u * VL;
            const vec kept = v_load(keep + u * VL);
            vec m[POINTS], d[POINTS];

            UNROLL
            for (int p = 0; p < POINTS; p++)
                m[p] = v_load(z + (p * WINOGRAD_GRADIENT_TILES + i) * EVK_PAD + u * VL);
            from_points(m, d);
            UNROLL
            for (int q = 0; q < POINTS; q++) {
                const vec before = v_load(to + q * EVK_PAD);

                v_store(to + q * EVK_PAD,
                        q < OUTS && t + i > 0 ? v_add(before, d[q]) : v_fma(before, kept, d[q]));
            }
        }
}

/* Adds the products of one output channel, number o of h, to the sums of `tiles` tiles. */
static inline __attribute__((always_inline)) void winograd_multiply(const int tiles,
                                                                    const float *const *from,
                                                                    int64_t step, int64_t o,
                                                                    const float *w, int64_t plane,
                                                                    vec *sum)
{
    enum { VECS = WINOGRAD_GRADIENT_VECS, AT_ONCE = WINOGRAD_GRADIENT_POINTS };
    vec k[AT_ONCE * VECS];

    UNROLL
    for (int i = 0; i < AT_ONCE * VECS; i++)
        k[i] = v_keep(v_load(w + i / VECS * plane + i % VECS * VL));
    UNROLL
    for (int i = 0; i < tiles; i++)
        for (int q = 0; q < AT_ONCE; q++) {
            const vec a = v_set1(AT(from, i, step)[o + q * EVK_PAD]);

            UNROLL
            for (int v = 0; v < VECS; v++) {
                vec *to = sum + (i * AT_ONCE + q) * VECS + v;

                *to = v_fma(a, k[q * VECS + v], *to);
            }
        }
}

/* Adds the gradients of `tiles` tiles from t on to sums. */
static inline __attribute__((always_inline)) void winograd_gradient_tiles(
    const struct evk_winograd *g, const int tiles, int64_t turn, int64_t t, const float *gy,
    const uint16_t *signs, float *h, float *sums)
{
    enum { VECS = WINOGRAD_GRADIENT_VECS, AT_ONCE = WINOGRAD_GRADIENT_POINTS };
    _Alignas(64) float z[POINTS][WINOGRAD_GRADIENT_TILES * EVK_PAD];
    const int64_t plane = g->o * EVK_PAD;

    winograd_turn(g, tiles, t, gy, signs, h);
    for (int p = 0; p < POINTS; p += AT_ONCE)
        for (int u = 0; u < EVK_PAD; u += VECS * VL) {
            const float *w = g->ut + (turn * POINTS + p) * plane + u;
            vec sum[WINOGRAD_GRADIENT_TILES * AT_ONCE * VECS];
            const float *from[POINTERS(WINOGRAD_GRADIENT_TILES)];

            UNROLL
            for (int i = 0; i < tiles * AT_ONCE * VECS; i++)
                sum[i] = v_set1(0.0f);
            point(from, tiles, h + p * EVK_PAD, POINTS * g->room);
            for (int64_t block = 0; block < g->o; block += EVK_PAD) {
                const int64_t end = g->o - block < EVK_PAD ? g->o - block : EVK_PAD;
                const int64_t at = block * POINTS;

                for (int64_t o = at; o < at + end; o++, w += EVK_PAD)
                    winograd_multiply(tiles, from, POINTS * g->room, o, w, plane, sum);
            }
            UNROLL
            for (int i = 0; i < tiles * AT_ONCE; i++)
                for (int v = 0; v < VECS; v++)
                    v_store(z[p + i % AT_ONCE] + i / AT_ONCE * EVK_PAD + u + v * VL,
                            sum[i * VECS + v]);
        }
    winograd_add(g, tiles, turn, t, z[0], sums);
}

/*
 * winograd_gradient_row: adds the gradient of a row of outputs to sums (columns, 16), columns =
 * 4 tiles + 4.  Lane s c + j of a column is channel j of the row of inputs whose number, modulo
 * rows, is s; the row's own number modulo rows is `turn`.  The lanes of the row of inputs that no
 * row of outputs before this one reads are set rather than added to.  work has room for
 * 8 x 16 x room floats.
 */
static void winograd_gradient_row(const struct evk_winograd *g, int64_t turn, const float *gy,
                                  const uint16_t *signs, float *work, float *sums)
{
    int64_t t = 0;

    for (; t + WINOGRAD_GRADIENT_TILES <= g->tiles; t += WINOGRAD_GRADIENT_TILES)
        winograd_gradient_tiles(g, WINOGRAD_GRADIENT_TILES, turn, t, gy, signs, work, sums);
    for (; t + WINOGRAD_GRADIENT_TILES / 2 <= g->tiles; t += WINOGRAD_GRADIENT_TILES / 2)
        winograd_gradient_tiles(g, WINOGRAD_GRADIENT_TILES / 2, turn, t, gy, signs, work, sums);
    for (; t < g->tiles; t++)
        winograd_gradient_tiles(g, 1, turn, t, gy, signs, work, sums);
}
