/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * windows.h - the sums of taps.h where neighbouring windows overlap
 *
 * A depthwise layer of stride 1 or 2 has most inputs in several windows.  Tiles of the shapes that
 * are usual, kernels of 3 or 5 columns, load each vector of x once for all sums that it is part of;
 * so a multiply-add needs half a load or less, where those of taps.h need one.  Each sum has the
 * terms of taps.h in the same order, and so the same bits.
 *
 * This file is compiled once for each instruction set, after taps.h; WINDOWS_TILE is the number of
 * sums in a tile.
 */
enum { WINDOWS_COLUMNS = 5 };

/* Load the vector of channels from p on, of which there are `part` where it is not whole. */
static inline __attribute__((always_inline)) vec windows_load(const float *p, const bool whole,
                                                              int64_t part)
{
    return whole ? v_load(p) : v_load_part(p, part);
}

/* Load the weights of a kernel row for the channels from w on. */
static inline __attribute__((always_inline)) void windows_weights(const struct evk_taps *t,
                                                                  const int columns,
                                                                  const bool whole, int64_t part,
                                                                  const float *w, vec *k)
{
    UNROLL
    for (int c = 0; c < columns; c++)
        k[c] = windows_load(w + c * t->w_column, whole, part);
}

/* ---- outputs -------------------------------------------------------------------------------- */

/* Compute a tile of outputs, for the channels of one vector, j and those after it. */
static inline __attribute__((always_inline)) void windows_tile(const struct evk_taps *t,
                                                               const int stride, const int columns,
                                                               const bool whole, const float *x,
                                                               int64_t j, float *y)
{
    const int64_t part = t->n - j;
    vec sum[WINDOWS_TILE];

    UNROLL
    for (int o = 0; o < WINDOWS_TILE; o++)
        sum[o] = v_set1(0.0f);
    for (int64_t r = 0; r < t->rows; r++) {
        const float *from = x + t->xo[r] + j;
        vec k[WINDOWS_COLUMNS];

        windows_weights(t, columns, whole, part, t->w + t->wo[r] + j, k);
        UNROLL
        for (int q = 0; q < (WINDOWS_TILE - 1) * stride + columns; q++, from += t->x_column) {
            const vec a = windows_load(from, whole, part);

            UNROLL
            for (int c = 0; c < columns; c++) {
                const int o = (q - c) / stride;

                if (q >= c && (q - c) % stride == 0 && o < WINDOWS_TILE)
                    sum[o] = v_fma(a, k[c], sum[o]);
            }
        }
    }
    taps_store(t, WINDOWS_TILE, whole, part, sum, j, y + j);
}

/* Compute a row of m outputs, at least a tile; the last tile overlaps the tile before. */
static inline __attribute__((always_inline)) void windows_row(const struct evk_taps *t, int64_t m,
                                                              const int stride, const int columns,
                                                              const float *x, float *y)
{
    for (int64_t i = 0; i < m; i += WINDOWS_TILE) {
        const int64_t at = i + WINDOWS_TILE <= m ? i : m - WINDOWS_TILE;
        const float *from = x + at * t->x_step;
        float *to = y + at * t->y_step;
        int64_t j = 0;

        for (; j + VL <= t->n; j += VL)
            windows_tile(t, stride, columns, true, from, j, to);
        if (j < t->n)
            windows_tile(t, stride, columns, false, from, j, to);
    }
}

/* Does as taps where its windows have a tile here and y is overwritten; returns whether they have. */
static bool windows(const struct evk_taps *t, int64_t m, const float *x, float *y)
{
    const bool one = t->x_step == t->x_column, two = t->x_step == 2 * t->x_column;

    if (t->add || m < WINDOWS_TILE)
        return false;
    if (one && t->columns == 3)
        windows_row(t, m, 1, 3, x, y);
    else if (one && t->columns == 5)
        windows_row(t, m, 1, 5, x, y);
    else if (two && t->columns == 3)
        windows_row(t, m, 2, 3, x, y);
    else if (two && t->columns == 5)
        windows_row(t, m, 2, 5, x, y);
    else
        return false;
    return true;
}

/* ---- the gradient --------------------------------------------------------------------------- */

enum { WINDOWS_PIXELS = WINDOWS_TILE / 2 * 2 };

/*
 * Compute WINDOWS_PIXELS pixels of the gradient, for the channels of one vector, j and those after
 * it.  Column c of the window of output q covers pixel stride q + c - phase.  Outputs run from the
 * last to the first, so that the columns of a pixel's sum run from the first to the last.
 */
static inline __attribute__((always_inline)) void windows_gradient_tile(
    const struct evk_taps *t, const int stride, const int phase, const int columns,
    const bool whole, const float *x, int64_t j, float *y)
{
    const int first = -((columns - 1 - phase) / stride),
              last = (WINDOWS_PIXELS - 1 + phase) / stride;
    const int64_t part = t->n - j;
    vec sum[WINDOWS_PIXELS];

    UNROLL
    for (int o = 0; o < WINDOWS_PIXELS; o++)
        sum[o] = v_set1(0.0f);
    for (int64_t r = 0; r < t->rows; r++) {
        const float *from = x + t->xo[r] + j + last * t->x_column;
        vec k[WINDOWS_COLUMNS];

        windows_weights(t, columns, whole, part, t->w + t->wo[r] + j, k);
        UNROLL
        for (int q = last; q >= first; q--, from -= t->x_column) {
            const vec a = windows_load(from, whole, part);

            UNROLL
            for (int c = 0; c < columns; c++) {
                const int o = stride * q + c - phase;

                if (o >= 0 && o < WINDOWS_PIXELS)
                    sum[o] = v_fma(a, k[c], sum[o]);
            }
        }
    }
    taps_store(t, WINDOWS_PIXELS, whole, part, sum, j, y + j);
}

/* Compute a row of m pixels, at least a tile and a multiple of the stride; the last tile overlaps
   the tile before. */
static inline __attribute__((always_inline)) void windows_gradient_row(const struct evk_taps *t,
                                                                       int64_t m, const int stride,
                                                                       const int phase,
                                                                       const int columns,
                                                                       const float *x, float *y)
{
    for (int64_t i = 0; i < m; i += WINDOWS_PIXELS) {
        const int64_t at = i + WINDOWS_PIXELS <= m ? i : m - WINDOWS_PIXELS;
        const float *from = x + at / stride * t->x_column;
        float *to = y + at * t->y_step;
        int64_t j = 0;

        for (; j + VL <= t->n; j += VL)
            windows_gradient_tile(t, stride, phase, columns, true, from, j, to);
        if (j < t->n)
            windows_gradient_tile(t, stride, phase, columns, false, from, j, to);
    }
}

/*
 * Computes a row y of m pixels of the gradient of a layer from the gradients x of its outputs,
 * where such a layer has a tile here; returns whether it has.  Column c of the window of output q,
 * whose gradient is x[xo[r] + q x_column + j], covers pixel stride q + c - phase, 0 <= phase <
 * stride; y is overwritten.
 */
static bool windows_gradient(const struct evk_taps *t, int64_t m, int64_t stride, int64_t phase,
                             const float *x, float *y)
{
    if (t->add || m < WINDOWS_PIXELS || stride < 1 || stride > 2 || m % stride != 0)
        return false;
    if (t->columns != 3 && t->columns != 5)
        return false;
    switch (4 * t->columns + 2 * (stride - 1) + phase) {
#define ROW(stride, phase, columns)                               \
    case 4 * (columns) + 2 * ((stride)-1) + (phase):              \
        windows_gradient_row(t, m, stride, phase, columns, x, y); \
        break;
        ROW(1, 0, 3)
        ROW(1, 0, 5)
        ROW(2, 0, 3)
        ROW(2, 1, 3)
        ROW(2, 0, 5)
        ROW(2, 1, 5)
#undef ROW
    }
    return true;
}
