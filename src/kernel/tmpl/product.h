/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * product.h - the product of two matrices
 *
 * This file is compiled once for each instruction set, whose vec_*.h has the v_* operations and the
 * shapes of tiles, CONV_*.
 *
 *   y[i][j] = sum over q of a[i][q] x[q][j],  i < m, q < k, j < n
 *
 * Each sum starts from zero, runs over q in order, and uses fused multiply-adds; so every
 * instruction set gives the same bits.  A tile of some rows by some vectors of y has its sums in
 * registers.
 */

/* Compute outs rows of vecs vectors of y; the last vector has `part` floats. */
static inline __attribute__((always_inline)) void product_tile(const int outs, const int vecs,
                                                               int64_t part, int64_t k, int64_t n,
                                                               const float *a, const float *x,
                                                               float *y)
{
    const vec zero = v_set1(0.0f);
    const int last = vecs - 1;
    vec sum[CONV_SUMS];

    UNROLL
    for (int i = 0; i < outs * vecs; i++)
        sum[i] = zero;
    for (int64_t q = 0; q < k; q++, x += n) {
        vec of[CONV_VECS];

        UNROLL
        for (int v = 0; v < last; v++)
            of[v] = v_keep(v_load(x + v * VL));
        of[last] = part == VL ? v_load(x + last * VL) : v_load_part(x + last * VL, part);
        UNROLL
        for (int o = 0; o < outs; o++) {
            const vec by = v_set1(a[o * k + q]);

            UNROLL
            for (int v = 0; v < vecs; v++)
                sum[o * vecs + v] = v_fma(by, of[v], sum[o * vecs + v]);
        }
    }
    UNROLL
    for (int o = 0; o < outs; o++) {
        UNROLL
        for (int v = 0; v < last; v++)
            v_store(y + o * n + v * VL, sum[o * vecs + v]);
        v_store_part(y + o * n + last * VL, part, sum[o * vecs + last]);
    }
}

/* Compute outs rows of y, all columns. */
static inline __attribute__((always_inline)) void product_rows(const int outs, int64_t k, int64_t n,
                                                               const float *a, const float *x,
                                                               float *y)
{
    int64_t j = 0;

    for (; j + CONV_VECS * VL <= n; j += CONV_VECS * VL)
        product_tile(outs, CONV_VECS, VL, k, n, a, x + j, y + j);
    for (; j + VL <= n; j += VL)
        product_tile(outs, 1, VL, k, n, a, x + j, y + j);
    if (j < n)
        product_tile(outs, 1, n - j, k, n, a, x + j, y + j);
}

/* The matrix product y = a x, where a is (m, k), x is (k, n) and y is (m, n), all row-major. */
static void product(int64_t m, int64_t k, int64_t n, const float *a, const float *x, float *y)
{
    const int64_t tile = CONV_TILE(CONV_VECS);
    int64_t i = 0;

    for (; i + tile <= m; i += tile)
        product_rows((int)CONV_TILE(CONV_VECS), k, n, a + i * k, x, y + i * n);
    for (; i < m; i++)
        product_rows(1, k, n, a + i * k, x, y + i * n);
}
