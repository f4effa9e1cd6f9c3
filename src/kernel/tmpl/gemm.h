/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gemm.h - matrix product.  Template: wants the v_* vocabulary, GEMM_ROWS and GEMM_VECS.
 *
 *   c[i][j] = sum over q of a[i][q] b[q][j] (+ c[i][j]),  i < m, j < n, q < k
 *
 * Rows lie lda, ldb and ldc floats apart.  add is 1 to add to c, 0 to overwrite
 * it.  ldb is a multiple of EVK_GEMM_PAD, and b has that many columns, whatever
 * they hold.
 *
 * A tile of rows x vectors of c stays in registers while q runs from 0 to
 * k - 1, one fused multiply-add per term, from zero; c is added last.  The order
 * of the sum is the same for every tile shape, so every instruction set gives
 * the same bits.
 */
struct gemm {
    int64_t k, lda, ldb, ldc;
    int add;
};

/* tail: columns in the last vector, 1 to VL. rows and vecs are constants once inlined. */
static inline __attribute__((always_inline)) void tile(const struct gemm *g, const int rows,
                                                       const int vecs, int64_t tail, const float *a,
                                                       const float *b, float *c)
{
    const vec one = v_set1(1.0f);
    vec acc[GEMM_ROWS][GEMM_VECS];

    for (int i = 0; i < rows; i++)
        for (int v = 0; v < vecs; v++)
            acc[i][v] = v_set1(0.0f);
    for (int64_t q = 0; q < g->k; q++) {
        vec row[GEMM_VECS];

        for (int v = 0; v < vecs; v++)
            row[v] = v_load(b + q * g->ldb + v * VL);
        for (int i = 0; i < rows; i++) {
            const vec s = v_set1(a[i * g->lda + q]);

            for (int v = 0; v < vecs; v++)
                acc[i][v] = v_fma(s, row[v], acc[i][v]);
        }
    }
    for (int i = 0; i < rows; i++) {
        float *to = c + i * g->ldc, *last = to + (vecs - 1) * VL;

        for (int v = 0; v < vecs - 1; v++)
            v_store(to + v * VL, g->add ? v_fma(one, acc[i][v], v_load(to + v * VL)) : acc[i][v]);
        v_store_part(last, tail,
                     g->add ? v_fma(one, acc[i][vecs - 1], v_load_part(last, tail))
                            : acc[i][vecs - 1]);
    }
}

/* All rows of one panel of columns. */
static inline __attribute__((always_inline)) void panel(const struct gemm *g, int64_t m,
                                                        const int vecs, int64_t tail,
                                                        const float *a, const float *b, float *c)
{
    int64_t i = 0;

    for (; i + GEMM_ROWS <= m; i += GEMM_ROWS)
        tile(g, GEMM_ROWS, vecs, tail, a + i * g->lda, b, c + i * g->ldc);
    for (; i < m; i++)
        tile(g, 1, vecs, tail, a + i * g->lda, b, c + i * g->ldc);
}

static void gemm(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *b,
                 int64_t ldb, int add, float *c, int64_t ldc)
{
    const struct gemm g = {k, lda, ldb, ldc, add};

    for (int64_t j = 0; j < n; j += GEMM_VECS * VL) {
        const int64_t left = n - j, vecs = (left + VL - 1) / VL;

        if (vecs >= GEMM_VECS)
            panel(&g, m, GEMM_VECS, left < GEMM_VECS * VL ? left - (GEMM_VECS - 1) * VL : VL, a,
                  b + j, c + j);
        else if (GEMM_VECS > 3 && vecs == 3)
            panel(&g, m, 3, left - 2 * VL, a, b + j, c + j);
        else if (GEMM_VECS > 2 && vecs == 2)
            panel(&g, m, 2, left - VL, a, b + j, c + j);
        else
            panel(&g, m, 1, left, a, b + j, c + j);
    }
}
