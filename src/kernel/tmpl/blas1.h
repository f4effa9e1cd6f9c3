/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * blas1.h - sums and products of vectors
 *
 * As all files of this folder, it is compiled once for each instruction set,
 * after a vec_*.h that defines vec, VL and the v_* operations.
 *
 * Every instruction set gives the same bits.  Multiply-adds are fused everywhere;
 * and a sum is kept as LANES partial sums whatever VL is: element i is added to
 * lane i % LANES, and the lanes are added at the end in a fixed order.
 */
#define LANES 16

/* Add the lanes: the upper half to the lower half, until one is left. */
static float sum_lanes(float lane[LANES])
{
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++)
            lane[l] += lane[l + half];
    return lane[0];
}

/* y = a x + y, with fused multiply-adds */
static void axpy(int64_t n, float a, const float *x, float *y)
{
    const vec va = v_set1(a);
    int64_t i = 0;

    for (; i + VL <= n; i += VL)
        v_store(y + i, v_fma(va, v_load(x + i), v_load(y + i)));
    for (; i < n; i++)
        y[i] = fmaf(a, x[i], y[i]);
}

/* Returns the sum of x[i] y[i]. */
static float dot(int64_t n, const float *x, const float *y)
{
    vec acc[LANES / VL];
    float lane[LANES];
    int64_t i = 0;

    for (int v = 0; v < LANES / VL; v++)
        acc[v] = v_set1(0.0f);
    for (; i + LANES <= n; i += LANES)
        for (int v = 0; v < LANES / VL; v++)
            acc[v] = v_fma(v_load(x + i + v * VL), v_load(y + i + v * VL), acc[v]);
    for (int v = 0; v < LANES / VL; v++)
        v_store(lane + v * VL, acc[v]);
    for (int l = 0; i < n; i++, l++)
        lane[l] = fmaf(x[i], y[i], lane[l]);
    return sum_lanes(lane);
}

/*
 * Returns the sum of w[i] (a[0] x[0][i] + a[1] x[1][i] + a[2] x[2][i] + a[3] x[3][i]): a weighted
 * sum over channels of a pixel that is interpolated between four others.  The four terms are added
 * in this order; the first product is rounded, and the others use fused multiply-adds.
 */
static float dot_blend(int64_t n, const float *const x[4], const float a[4], const float *w)
{
    const vec zero = v_set1(0.0f);
    vec acc[LANES / VL], va[4];
    float lane[LANES];
    int64_t i = 0;

    for (int k = 0; k < 4; k++)
        va[k] = v_set1(a[k]);
    for (int v = 0; v < LANES / VL; v++)
        acc[v] = zero;
    for (; i + LANES <= n; i += LANES)
        for (int v = 0; v < LANES / VL; v++) {
            const int64_t at = i + v * VL;
            vec blend = v_fma(va[0], v_load(x[0] + at), zero);

            for (int k = 1; k < 4; k++)
                blend = v_fma(va[k], v_load(x[k] + at), blend);
            acc[v] = v_fma(v_load(w + at), blend, acc[v]);
        }
    for (int v = 0; v < LANES / VL; v++)
        v_store(lane + v * VL, acc[v]);
    for (int l = 0; i < n; i++, l++) {
        float blend = fmaf(a[0], x[0][i], 0);

        for (int k = 1; k < 4; k++)
            blend = fmaf(a[k], x[k][i], blend);
        lane[l] = fmaf(w[i], blend, lane[l]);
    }
    return sum_lanes(lane);
}
