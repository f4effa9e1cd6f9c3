/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel.h - a product of matrices of doubles, one block of it at a time
 *
 * This file is compiled once for each instruction set, whose vec_*.h has the d_* operations on
 * vectors of DVL doubles and the tile, PANEL_ROWS by PANEL_VECS vectors, whose sums stay in
 * registers.  Both divide a panel of EVK_PANEL columns.
 */

/* Compute one tile of `panels`; each pointer is at the first column, or element, of the tile. */
static inline __attribute__((always_inline)) void panel_tile(int64_t k, const double *a,
                                                             const double *x, double *y)
{
    dvec sum[PANEL_ROWS * PANEL_VECS];

    UNROLL
    for (int i = 0; i < PANEL_ROWS * PANEL_VECS; i++)
        sum[i] = d_load(y + i / PANEL_VECS * EVK_PANEL + i % PANEL_VECS * DVL);
    for (int64_t q = 0; q < k; q++, a += EVK_PANEL, x += EVK_PANEL) {
        dvec of[PANEL_VECS];

        UNROLL
        for (int v = 0; v < PANEL_VECS; v++)
            of[v] = d_load(x + v * DVL);
        UNROLL
        for (int i = 0; i < PANEL_ROWS * PANEL_VECS; i++)
            sum[i] = d_fma(d_set1(a[i / PANEL_VECS]), of[i % PANEL_VECS], sum[i]);
    }
    UNROLL
    for (int i = 0; i < PANEL_ROWS * PANEL_VECS; i++)
        d_store(y + i / PANEL_VECS * EVK_PANEL + i % PANEL_VECS * DVL, sum[i]);
}

/*
 * y += a' x, where a and x are (k, EVK_PANEL) and y is (EVK_PANEL, EVK_PANEL), all row-major:
 *
 *   y[i][j] = y[i][j] + sum over q of a[q][i] x[q][j]
 *
 * The terms are added one by one to what y holds, q in order, with fused multiply-adds.  a and x
 * may be the same panel.
 */
static void panels(int64_t k, const double *a, const double *x, double *y)
{
    for (int j = 0; j < EVK_PANEL; j += PANEL_VECS * DVL)
        for (int i = 0; i < EVK_PANEL; i += PANEL_ROWS)
            panel_tile(k, a + i, x + j, y + i * EVK_PANEL + j);
}
