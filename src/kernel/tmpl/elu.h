/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * elu.h - exponential linear units, and their slope.  Template: wants the v_* vocabulary.
 *
 * exp(x) = 2^k (1 + p), p = exp(r) - 1 with r = x - k ln 2 in [-0.35, 0.35].  ln 2 is taken in two
 * parts; k times the first is fused with x, and so the difference is exact.  p is a polynomial that
 * is off by at most 2.3e-9 of itself (fitted for the least greatest relative error).  Then
 * 2^k p + (2^k - 1) rounds once more: less than a unit in the last place of elu(x), and of
 * elu(x) + 1, from which nothing cancels.  NaN stays NaN, and -0 is elu(-0).
 */

/* Adding ROUND rounds to a whole number k, and leaves k + 127, the exponent of 2^k, in the low bits. */
#define ELU_ROUND 12583039.0f /* 1.5 2^23 + 127 */

/* exp does not go below 2^-126 here: no slow numbers, and 0 to all who add 1. */
#define ELU_LEAST (-87.33654f)

static inline vec elu_of(vec x, vec above, vec below)
{
    const vec rounder = v_set1(ELU_ROUND), at_least = v_max(v_set1(ELU_LEAST), x);
    const vec sum = v_fma(at_least, v_set1(1.44269504f), rounder);
    const vec k = v_add(sum, v_set1(-ELU_ROUND)), power = v_exponent(sum);
    const vec most = v_fma(k, v_set1(-0x1.62e4p-1f), at_least); /* ln 2 in 14 bits: k of it exact */
    const vec r = v_fma(k, v_set1(-0x1.7f7d1cp-20f), most);     /* and the rest of it */
    vec p = v_set1(0x1.a032c4p-13f);

    p = v_fma(p, r, v_set1(0x1.6d724cp-10f));
    p = v_fma(p, r, v_set1(0x1.11118ap-7f));
    p = v_fma(p, r, v_set1(0x1.5554b0p-5f));
    p = v_fma(p, r, v_set1(0x1.555554p-3f));
    p = v_fma(p, r, v_set1(0.5f));
    p = v_fma(p, v_mul(r, r), r);
    return v_negative(x, v_fma(power, p, v_add(power, below)), v_add(x, above));
}

/* y = x for x > 0, else exp(x) - 1; plus_one: y = x + 1 and exp(x) */
static void elu(int64_t n, bool plus_one, const float *x, float *y)
{
    const vec above = v_set1(plus_one ? 1.0f : -0.0f), below = v_set1(plus_one ? 0.0f : -1.0f);
    int64_t i = 0;

    for (; i + VL <= n; i += VL)
        v_store(y + i, elu_of(v_load(x + i), above, below));
    if (i < n)
        v_store_part(y + i, n - i, elu_of(v_load_part(x + i, n - i), above, below));
}

static inline vec elu_slope(vec y, vec shift)
{
    return v_min(v_set1(1.0f), v_add(y, shift));
}

/* gx = slope gy, or, fused, gx = slope gy + gx; slope: exp(x) below 0, 1 above, from y */
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
