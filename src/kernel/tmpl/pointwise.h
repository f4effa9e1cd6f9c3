/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pointwise.h - elementwise kernels.  Template: wants the v_* vocabulary.
 *
 * The ReLUs are plain loops: each unit is built for its instruction set, where
 * the compiler turns the choice into a blend; a branch on the sign of a noisy
 * activation would be mispredicted half of the time.
 */

/*
 * y = (x - mean) / scale in double, rounded once; mean and scale (period) repeat.  scale may be
 * NULL: 1.
 */
static void normalise(int64_t n, int64_t period, const double *mean, const double *scale,
                      const float *x, float *y)
{
    for (int64_t i = 0; i < n; i += period) {
        const int64_t m = n - i < period ? n - i : period;

        if (scale)
            for (int64_t j = 0; j < m; j++)
                y[i + j] = (float)(((double)x[i + j] - mean[j]) / scale[j]);
        else
            for (int64_t j = 0; j < m; j++)
                y[i + j] = (float)((double)x[i + j] - mean[j]);
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

/* The same by the signs of conv_row: gy = 0 where the bit is 0; n is a multiple of EVK_PAD */
static void rectify_signed(int64_t n, const uint16_t *signs, float *gy)
{
    for (int64_t i = 0; i < n; i += VL)
        v_store(gy + i, v_select(signs + i / EVK_PAD, i % EVK_PAD, v_load(gy + i)));
}

/* What rectify_signed asks: a bit a value, whether it is positive; n is a multiple of EVK_PAD */
static void signs(int64_t n, const float *y, uint16_t *bits)
{
    for (int64_t i = 0; i < n; i += VL)
        v_signs(bits + i / EVK_PAD, i % EVK_PAD, v_load(y + i));
}

/* gy = 0 where y is not positive: back through a ReLU that was applied in place */
static void rectify_gradient(int64_t n, const float *y, float *gy)
{
    for (int64_t i = 0; i < n; i++)
        gy[i] = y[i] > 0 ? gy[i] : 0;
}

/* y = a x, or, fused, y = a x + y */
static void multiply(int64_t n, const float *a, const float *x, bool add, float *y)
{
    if (add)
        for (int64_t i = 0; i < n; i++)
            y[i] = fmaf(a[i], x[i], y[i]);
    else
        for (int64_t i = 0; i < n; i++)
            y[i] = a[i] * x[i];
}
