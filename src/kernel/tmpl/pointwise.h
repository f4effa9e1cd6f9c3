/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pointwise.h - elementwise kernels.  Template: wants the v_* vocabulary.
 *
 * The ReLUs are plain loops: each unit is built for its instruction set, where
 * the compiler turns the choice into a blend; a branch on the sign of a noisy
 * activation would be mispredicted half of the time.
 */

/* y[i][j] = y[i][j] scale[j] + shift[j], fused, i < m, j < n: what follows a convolution */
static void affine(int64_t m, int64_t n, const float *scale, const float *shift, float *y)
{
    for (int64_t i = 0; i < m; i++, y += n) {
        int64_t j = 0;

        for (; j + VL <= n; j += VL)
            v_store(y + j, v_fma(v_load(y + j), v_load(scale + j), v_load(shift + j)));
        if (j < n)
            v_store_part(y + j, n - j,
                         v_fma(v_load_part(y + j, n - j), v_load_part(scale + j, n - j),
                               v_load_part(shift + j, n - j)));
    }
}

/* y = max(x, 0) */
static void relu(int64_t n, const float *x, float *y)
{
    for (int64_t i = 0; i < n; i++)
        y[i] = x[i] > 0 ? x[i] : 0;
}

/* gx += gy where x > 0 */
static void relu_gradient(int64_t n, const float *x, const float *gy, float *gx)
{
    for (int64_t i = 0; i < n; i++)
        gx[i] += x[i] > 0 ? gy[i] : 0;
}
