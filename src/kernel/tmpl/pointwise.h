/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pointwise.h - elementwise kernels.  Plain loops: each unit is built for its
 * instruction set, where the compiler turns the choice into a blend; a branch
 * on the sign of a noisy activation would be mispredicted half of the time.
 */

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
