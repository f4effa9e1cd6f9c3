/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pointwise.h - kernels that treat every element by itself
 *
 * This file is compiled once for each instruction set, whose vec_*.h has the v_* operations.  The
 * ReLUs are plain loops, in which the compiler turns the choice into a blend.  A branch would be
 * slow: the sign of a noisy activation is mispredicted half of the time.
 */

/*
 * y[i] = (x[i] - mean[i % period]) / scale[i % period], computed in double and rounded once to
 * float.  A scale that is NULL means 1.
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

/* y = x, bytes as floats */
static void widen(int64_t n, const unsigned char *x, float *y)
{
    for (int64_t i = 0; i < n; i++)
        y[i] = (float)x[i];
}

/* y = max(x, 0) */
static void relu(int64_t n, const float *x, float *y)
{
    for (int64_t i = 0; i < n; i++)
        y[i] = x[i] > 0 ? x[i] : 0;
}

/* y = a + b, and with relu max(that, 0); y may be a or b */
static void sum(int64_t n, const float *a, const float *b, bool relu, float *y)
{
    const vec zero = v_set1(0.0f);
    int64_t i = 0;

    for (; i + VL <= n; i += VL) {
        const vec t = v_add(v_load(a + i), v_load(b + i));

        v_store(y + i, relu ? v_max(t, zero) : t);
    }
    for (; i < n; i++) {
        const float t = a[i] + b[i];

        y[i] = !relu || t > 0 ? t : 0;
    }
}

/* gx += gy where x > 0 */
static void relu_gradient(int64_t n, const float *x, const float *gy, float *gx)
{
    for (int64_t i = 0; i < n; i++)
        gx[i] += x[i] > 0 ? gy[i] : 0;
}

/*
 * gy = 0 where the bit of signs, as conv_row or signs() made them, is 0; n is a multiple of EVK_PAD
 */
static void rectify_signed(int64_t n, const uint16_t *signs, float *gy)
{
    for (int64_t i = 0; i < n; i += VL)
        v_store(gy + i, v_select(signs + i / EVK_PAD, i % EVK_PAD, v_load(gy + i)));
}

/* One bit for each value, for rectify_signed: whether y > 0; n is a multiple of EVK_PAD */
static void signs(int64_t n, const float *y, uint16_t *bits)
{
    for (int64_t i = 0; i < n; i += VL)
        v_signs(bits + i / EVK_PAD, i % EVK_PAD, v_load(y + i));
}

/*
 * gy = 0 where y is not positive: the gradient of a ReLU that was applied in place, from its output
 */
static void rectify_gradient(int64_t n, const float *y, float *gy)
{
    for (int64_t i = 0; i < n; i++)
        gy[i] = y[i] > 0 ? gy[i] : 0;
}

/* sum = a + b, and difference = a - b */
static void butterfly(int64_t n, const float *a, const float *b, float *restrict sum,
                      float *restrict difference)
{
    for (int64_t i = 0; i < n; i++) {
        sum[i] = a[i] + b[i];
        difference[i] = a[i] - b[i];
    }
}

/* y = a x, or, if add is true, y = a x + y with fused multiply-adds */
static void multiply(int64_t n, const float *a, const float *x, bool add, float *y)
{
    if (add)
        for (int64_t i = 0; i < n; i++)
            y[i] = fmaf(a[i], x[i], y[i]);
    else
        for (int64_t i = 0; i < n; i++)
            y[i] = a[i] * x[i];
}
