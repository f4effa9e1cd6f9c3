/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tapsum.h - sum of products at a list of places: one pixel of a depthwise
 * convolution, all channels.  Template: wants the v_* vocabulary.
 *
 *   y[j] = sum over t of x[xo[t] + j] w[wo[t] + j] (+ y[j]),  j < n, t < taps
 *
 * add is 1 to add to y, 0 to overwrite it.  The sum runs from zero, from the
 * first tap to the last, fused; y is added last: every instruction set gives the
 * same bits.
 */
static void tapsum(int64_t n, int64_t taps, const float *x, const int64_t *xo, const float *w,
                   const int64_t *wo, int add, float *y)
{
    const vec one = v_set1(1.0f);
    int64_t j = 0;

    for (; j + 2 * VL <= n; j += 2 * VL) {
        vec s0 = v_set1(0.0f), s1 = v_set1(0.0f);

        for (int64_t t = 0; t < taps; t++) {
            s0 = v_fma(v_load(x + xo[t] + j), v_load(w + wo[t] + j), s0);
            s1 = v_fma(v_load(x + xo[t] + j + VL), v_load(w + wo[t] + j + VL), s1);
        }
        v_store(y + j, add ? v_fma(one, s0, v_load(y + j)) : s0);
        v_store(y + j + VL, add ? v_fma(one, s1, v_load(y + j + VL)) : s1);
    }
    for (; j < n; j += VL) {
        const int64_t part = n - j < VL ? n - j : VL;
        vec s = v_set1(0.0f);

        for (int64_t t = 0; t < taps; t++)
            s = v_fma(v_load_part(x + xo[t] + j, part), v_load_part(w + wo[t] + j, part), s);
        v_store_part(y + j, part, add ? v_fma(one, s, v_load_part(y + j, part)) : s);
    }
}
