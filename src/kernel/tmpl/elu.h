/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * elu.h - exponential linear units, and their gradient
 *
 * This file is compiled once for each instruction set, whose vec_*.h has the v_* operations.
 *
 * exp(x) = 2^k (1 + p) with p = exp(r) - 1 and r = x - k ln 2 in [-0.35, 0.35].  ln 2 is taken in
 * two parts; the product of k and the first part is fused with x, so that this difference is exact.
 * p is a polynomial in r, fitted so that its largest relative error is least: 2.3e-9.  Then 2^k p +
 * (2^k - 1) is rounded once more.  The error is less than a unit in the last place of elu(x), and
 * also of elu(x) + 1, in which nothing cancels.  NaN stays NaN, and elu(-0) is -0.
 */

/*
 * Adding ELU_ROUND to a float rounds it to a whole number k, and leaves k + 127, which is the
 * exponent field of 2^k, in the low bits of the sum.
 */
#define ELU_ROUND 12583039.0f /* 1.5 2^23 + 127 */

/*
 * Below this x, exp(x) would be a subnormal number, which is slow to compute with; there exp(x) is
 * taken as 2^-126, which makes no difference in a sum with 1.
 */
#define ELU_LEAST (-87.33654f)

/* x + above where x is not negative; exp(x) + below elsewhere. */
static inline vec elu_of(vec x, vec above, vec below)
{
    const vec rounder = v_set1(ELU_ROUND), at_least = v_max(v_set1(ELU_LEAST), x);
    const vec sum = v_fma(at_least, v_set1(1.44269504f), rounder);
    const vec k = v_add(sum, v_set1(-ELU_ROUND)), power = v_exponent(sum);
    const vec most = v_fma(k, v_set1(-0x1.62e4p-1f),
                           at_least); /* ln 2 in 14 bits: its product with k is exact */
    const vec r = v_fma(k, v_set1(-0x1.7f7d1cp-20f), most); /* the rest of ln 2 */
    vec p = v_set1(0x1.a032c4p-13f);

    p = v_fma(p, r, v_set1(0x1.6d724cp-10f));
    p = v_fma(p, r, v_set1(0x1.11118ap-7f));
    p = v_fma(p, r, v_set1(0x1.5554b0p-5f));
    p = v_fma(p, r, v_set1(0x1.555554p-3f));
    p = v_fma(p, r, v_set1(0.5f));
    p = v_fma(p, v_mul(r, r), r);
    return v_negative(x, v_fma(power, p, v_add(power, below)), v_add(x, above));
}

/* y = x where x > 0, otherwise exp(x) - 1; plus_one: x + 1 and exp(x), which is that plus 1 */
static void elu(int64_t n, bool plus_one, const float *x, float *y)
{
    const vec above = v_set1(plus_one ? 1.0f : -0.0f), below = v_set1(plus_one ? 0.0f : -1.0f);
    int64_t i = 0;

    for (; i + VL <= n; i += VL)
        v_store(y + i, elu_of(v_load(x + i), above, below));
    if (i < n)
        v_store_part(y + i, n - i, elu_of(v_load_part(x + i, n - i), above, below));
}

/*
 * Returns the derivative of an ELU from its value: min(1, y + shift), where shift is 1, or 0 with
 * plus_one.
 */
static inline vec elu_slope(vec y, vec shift)
{
    return v_min(v_set1(1.0f), v_add(y, shift));
}

/*
 * gx = slope gy, or, if add is true, gx = slope gy + gx with fused multiply-adds.  slope is the
 * derivative of the ELU, exp(x) below 0 and 1 above, and is found from the ELU's value y.
 */
static void elu_gradient(int64_t n, bool plus_one, const float *y, const float *gy, bool add,
                         float *gx)
{
    const vec zero = v_set1(-0.0f), shift = plus_one ? zero : v_set1(1.0f);
    int64_t i = 0;

    for (; i + VL <= n; i += VL)
        v_store(gx + i, v_fma(elu_slope(v_load(y + i), shift), v_load(gy + i),
                              add ? v_load(gx + i) : zero));
    if (i < n)
        v_store_part(gx + i, n - i,
                     v_fma(elu_slope(v_load_part(y + i, n - i), shift), v_load_part(gy + i, n - i),
                           add ? v_load_part(gx + i, n - i) : zero));
}
