/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * taps.h - a row of sums over the rows and columns of a small kernel, channel by channel
 *
 * This file is compiled once for each instruction set, whose vec_*.h has the v_* operations and
 * TAPS_TILE.  struct evk_taps (kernel.h) has the sizes and the weights.
 *
 *   y[i][j] = sum over r, c of x[i x_step + xo[r] + c x_column + j] w[wo[r] + c w_column + j]
 *             (+ y[i][j]),  i < m, j < n
 *
 * and then scale, shift and ReLU where wanted.  A sum starts from zero, runs over r and c in order,
 * and uses fused multiply-adds; y is added last.  So every instruction set gives the same bits.
 *
 * A tile is TAPS_TILE sums in registers, which share each vector of w; so there is little more than
 * one load for each multiply-add.  Steps from a column to the next are used rather than a list of
 * offsets, since a list takes two more loads for each place and a third of the speed.
 */

/*
 * Compute outs sums of the channels from j on, vecs vectors of them.  whole: all vectors are full;
 * otherwise the last has `part` floats.
 */
static inline __attribute__((always_inline)) void taps_sum(const struct evk_taps *t, const int outs,
                                                           const int vecs, const bool whole,
                                                           int64_t part, const float *x, int64_t j,
                                                           vec *sum)
{
    const int64_t x_step = t->x_step, x_column = t->x_column, w_column = t->w_column;
    const float *from[POINTERS(TAPS_TILE)];
    const vec zero = v_set1(0.0f);

    UNROLL
    for (int i = 0; i < outs * vecs; i++)
        sum[i] = zero;
    point(from, outs, x + j, x_step);
    for (int64_t r = 0; r < t->rows; r++) {
        const float *w = t->w + t->wo[r] + j;
        int64_t at = t->xo[r];

        for (int64_t c = 0; c < t->columns; c++, w += w_column, at += x_column) {
            UNROLL
            for (int v = 0; v < vecs; v++) {
                const bool full = whole || v + 1 < vecs;
                const vec a = full ? v_load(w + v * VL) : v_load_part(w + v * VL, part);

                UNROLL
                for (int o = 0; o < outs; o++) {
                    const float *p = AT(from, o, x_step) + at + v * VL;
                    const vec b = full ? v_load(p) : v_load_part(p, part);

                    sum[v * outs + o] = v_fma(b, a, sum[v * outs + o]);
                }
            }
        }
    }
}

/*
 * Finish outs sums of one vector of channels (add, scale, shift, ReLU) and store them in y.  whole:
 * the vector is full; otherwise it has `part` floats.
 */
static inline __attribute__((always_inline)) void taps_store(const struct evk_taps *t,
                                                             const int outs, const bool whole,
                                                             int64_t part, vec *sum, int64_t j,
                                                             float *y)
{
    const int64_t step = t->y_step;
    const vec zero = v_set1(0.0f);

    if (t->add) {
        UNROLL
        for (int o = 0; o < outs; o++) {
            const float *p = y + o * step;

            sum[o] = v_add(sum[o], whole ? v_load(p) : v_load_part(p, part));
        }
    }
    if (t->scale) {
        const float *scale = t->scale + j, *shift = t->shift + j;
        const vec a = whole ? v_load(scale) : v_load_part(scale, part);
        const vec b = whole ? v_load(shift) : v_load_part(shift, part);

        UNROLL
        for (int o = 0; o < outs; o++)
            sum[o] = v_fma(sum[o], a, b);
    }
    if (t->relu) {
        UNROLL
        for (int o = 0; o < outs; o++)
            sum[o] = v_max(sum[o], zero);
    }
    UNROLL
    for (int o = 0; o < outs; o++)
        if (whole)
            v_store(y + o * step, sum[o]);
        else
            v_store_part(y + o * step, part, sum[o]);
}

/* Compute and store a tile of outs sums of vecs vectors. */
static inline __attribute__((always_inline)) void taps_tile(const struct evk_taps *t,
                                                            const int outs, const int vecs,
                                                            const bool whole, int64_t part,
                                                            const float *x, int64_t j, float *y)
{
    vec sum[TAPS_TILE];

    taps_sum(t, outs, vecs, whole, part, x, j, sum);
    UNROLL
    for (int v = 0; v < vecs; v++)
        taps_store(t, outs, whole || v + 1 < vecs, part, sum + v * outs, j + v * VL,
                   y + j + v * VL);
}

/* Compute all channels of outs sums, vecs vectors at a time. */
static inline __attribute__((always_inline)) void taps_sums(const struct evk_taps *t,
                                                            const int outs, const int vecs,
                                                            const float *x, float *y)
{
    int64_t j = 0;

    for (; j + vecs * VL <= t->n; j += vecs * VL)
        taps_tile(t, outs, vecs, true, VL, x, j, y);
    for (; j + VL <= t->n; j += VL)
        taps_tile(t, outs, 1, true, VL, x, j, y);
    if (j < t->n)
        taps_tile(t, outs, 1, false, t->n - j, x, j, y);
}

/*
 * Compute a row of m sums.  Those that do not fill a tile are computed in a tile that overlaps the
 * last one, unless y is added to; otherwise in smaller tiles of more channels, which hide the
 * latency of a multiply-add too.
 */
static void taps(const struct evk_taps *t, int64_t m, const float *x, float *y)
{
    int64_t i = 0;

    for (; i + TAPS_TILE <= m; i += TAPS_TILE)
        taps_sums(t, TAPS_TILE, 1, x + i * t->x_step, y + i * t->y_step);
    if (m - i > 2 && i > 0 && !t->add) {
        i = m - TAPS_TILE;
        taps_sums(t, TAPS_TILE, 1, x + i * t->x_step, y + i * t->y_step);
        return;
    }
    for (; i + TAPS_TILE / 2 <= m; i += TAPS_TILE / 2)
        taps_sums(t, TAPS_TILE / 2, 2, x + i * t->x_step, y + i * t->y_step);
    for (; i < m; i++)
        taps_sums(t, 1, 4, x + i * t->x_step, y + i * t->y_step);
}
