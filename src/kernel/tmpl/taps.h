/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * taps.h - a row of sums of products at a list of places.  Template: wants the v_* vocabulary and
 * TAPS_TILE.
 *
 *   y[i][j] = sum over t of x[i x_step + xo[t] + j] w[wo[t] + j] (+ y[i][j]),  i < m, j < n
 *
 * and then scale, shift and ReLU where wanted.  A sum runs from zero, from the
 * first place to the last, fused; y is added last: every instruction set gives
 * the same bits.  A tile of sums shares each vector of w, which leaves little
 * more than one load a multiply-add.
 */

/* The j-th channels and on: vecs vectors of them, of which the last has part floats. */
static inline __attribute__((always_inline)) void taps_tile(const struct evk_taps *t,
                                                            const int outs, const int vecs,
                                                            const int whole, int64_t part,
                                                            const float *x, int64_t j, float *y)
{
    /* Copies: as far as the compiler knows, a store of a vector may change *t. */
    const float *scale = t->scale, *shift = t->shift;
    const int64_t y_step = t->y_step, x_step = t->x_step;
    const bool add = t->add, relu = t->relu;
    const vec zero = v_set1(0.0f);
    vec sum[TAPS_TILE];

    UNROLL
    for (int i = 0; i < outs * vecs; i++)
        sum[i] = zero;
    for (int64_t k = 0; k < t->count; k++) {
        const float *w = t->w + t->wo[k] + j, *from = x + t->xo[k] + j;

        UNROLL
        for (int v = 0; v < vecs; v++) {
            const bool full = whole || v + 1 < vecs;
            const vec a = full ? v_load(w + v * VL) : v_load_part(w + v * VL, part);

            UNROLL
            for (int o = 0; o < outs; o++) {
                const float *at = from + o * x_step + v * VL;

                sum[v * outs + o] =
                    v_fma(full ? v_load(at) : v_load_part(at, part), a, sum[v * outs + o]);
            }
        }
    }
    UNROLL
    for (int v = 0; v < vecs; v++) {
        const bool full = whole || v + 1 < vecs;
        const int64_t n = full ? VL : part, c = j + v * VL;

        UNROLL
        for (int o = 0; o < outs; o++) {
            float *to = y + o * y_step + c;
            vec s = sum[v * outs + o];

            if (add)
                s = v_add(s, full ? v_load(to) : v_load_part(to, n));
            if (scale)
                s = full ? v_fma(s, v_load(scale + c), v_load(shift + c))
                         : v_fma(s, v_load_part(scale + c, n), v_load_part(shift + c, n));
            if (relu)
                s = v_max(s, zero);
            if (full)
                v_store(to, s);
            else
                v_store_part(to, n, s);
        }
    }
}

/* All channels of outs sums, vecs vectors at a time. */
static inline __attribute__((always_inline)) void taps_sums(const struct evk_taps *t,
                                                            const int outs, const int vecs,
                                                            const float *x, float *y)
{
    int64_t j = 0;

    for (; j + vecs * VL <= t->n; j += vecs * VL)
        taps_tile(t, outs, vecs, 1, VL, x, j, y);
    for (; j + VL <= t->n; j += VL)
        taps_tile(t, outs, 1, 1, VL, x, j, y);
    if (j < t->n)
        taps_tile(t, outs, 1, 0, t->n - j, x, j, y);
}

/* Where fewer sums are left than a tile has, it takes more channels: 12 sums hide the latency. */
static void taps(const struct evk_taps *t, int64_t m, const float *x, float *y)
{
    int64_t i = 0;

    for (; i + TAPS_TILE <= m; i += TAPS_TILE)
        taps_sums(t, TAPS_TILE, 1, x + i * t->x_step, y + i * t->y_step);
    for (; i + TAPS_TILE / 2 <= m; i += TAPS_TILE / 2)
        taps_sums(t, TAPS_TILE / 2, 2, x + i * t->x_step, y + i * t->y_step);
    for (; i < m; i++)
        taps_sums(t, 1, 4, x + i * t->x_step, y + i * t->y_step);
}
