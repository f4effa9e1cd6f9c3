/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fmath.c - transcendental functions with the same bits on every machine */
#include "base/fmath.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * exp(x) = 2^k exp(r) with r = x - k ln 2 in [-0.35, 0.35].  ln 2 is taken in two parts, the first
 * with 32 trailing zero bits, so that k * LN2_HIGH is exact.  The Taylor series stops after
 * r^13 / 13!; the first term left out is at most 0.35^14 / 14! = 5e-18.
 */
static const double LN2_HIGH = 6.93147180369123816490e-01, LN2_LOW = 1.90821492927058770002e-10;
static const double LN2_INVERSE = 1.44269504088896338700e+00;

double evk_exp(double x)
{
    double k, r, sum = 1;

    if (isnan(x) || x > 709.78)
        return isnan(x) ? x : HUGE_VAL;
    if (x < -745)
        return 0;
    k = floor(x * LN2_INVERSE + 0.5);
    r = (x - k * LN2_HIGH) - k * LN2_LOW;
    for (int i = 13; i > 0; i--)
        sum = 1 + sum * r / i;
    return ldexp(sum, (int)k);
}

/*
 * log(1 + x) = 2 atanh(s) with s = x / (2 + x) in [-1/3, 1/3].  The series of odd powers stops after
 * s^31 / 31; the first term left out is at most 3^-33 / 33 = 5e-18.
 */
double evk_log1p(double x)
{
    const double s = x / (2 + x), z = s * s;
    double sum = 0;

    for (int i = 31; i > 0; i -= 2)
        sum = sum * z + 1.0 / i;
    return 2 * s * sum;
}

/* log(x) = log(m) + e ln 2, where x = m 2^e with m in [1, 2). */
double evk_log(double x)
{
    static const double ln2 = 0.693147180559945309417;
    int e;
    double m;

    if (!(x > 0) || isinf(x))
        return x == 0 ? -HUGE_VAL : x > 0 ? x : (double)NAN;
    m = 2 * frexp(x, &e);
    return evk_log1p(m - 1) + (e - 1) * ln2;
}

/*
 * Returns x to the power of y for x positive and finite.  log(x) = log(m) + e ln 2 with m in
 * [0.7, 1.42): unlike in evk_log, nothing cancels where x is just below 1, and y may be large there.
 */
static double positive_power(double x, double y)
{
    static const double ln2 = 0.693147180559945309417, root_half = 0.70710678118654752440;
    int e;
    double m = frexp(x, &e);

    if (m < root_half) {
        m *= 2;
        e--;
    }
    return evk_exp(y * (evk_log1p(m - 1) + e * ln2));
}

/* Returns x to the power of n, which is 0 or more. */
static double repeated_product(double x, int n)
{
    double product = 1;

    for (; n > 0; n /= 2, x *= x)
        if (n % 2)
            product *= x;
    return product;
}

double evk_pow(double x, double y)
{
    const double most = 16, a = fabs(x);
    const bool whole = floor(y) == y, odd = whole && floor(y / 2) != y / 2;
    double power;

    if (y == 0 || x == 1)
        return 1;
    if (isnan(x) || isnan(y) || (x < 0 && isfinite(x) && !whole))
        return (double)NAN;
    if (whole && fabs(y) <= most) {
        power = repeated_product(a, (int)fabs(y));
        power = y < 0 ? 1 / power : power;
    } else if (a == 0 || isinf(a)) {
        power = (a == 0) == (y > 0) ? 0 : HUGE_VAL;
    } else {
        power = a == 1 ? 1 : positive_power(a, y);
    }
    return x < 0 && odd ? -power : power;
}

/*
 * tanh(x) = 1 - 2 / (exp(2 x) + 1).  Below 0.1 that difference would cancel; there the Taylor
 * series is summed up to x^13, and the first term left out is 1.5e-3 x^15, at most 1.5e-17 x.
 */
double evk_tanh(double x)
{
    static const double c[] = {1.0 / 3,     2.0 / 15,        17.0 / 315,
                               62.0 / 2835, 1382.0 / 155925, 21844.0 / 6081075};
    const double a = fabs(x), z = x * x;
    double sum = 0, t;

    if (a < 0.1) {
        for (int i = 5; i >= 0; i--)
            sum = z * (c[i] - sum);
        return x * (1 - sum);
    }
    t = 1 - 2 / (evk_exp(2 * a) + 1);
    return x < 0 ? -t : t;
}

/*
 * erf(x) = 2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!! (Abramowitz & Stegun 7.1.6): all
 * terms have the sign of x, so that nothing cancels.  From 6 on, erf(x) is 1 in double precision.
 */
double evk_erf(double x)
{
    const double two_over_root_pi = 1.1283791670955125739;
    double term = x, sum = x;

    if (isnan(x))
        return x;
    if (fabs(x) > 6)
        return x < 0 ? -1 : 1;
    for (int n = 1; fabs(term) > 1e-18 * fabs(sum); n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
    }
    return two_over_root_pi * evk_exp(-x * x) * sum;
}

/*
 * Returns the alternating series 1 - z / (n (n - 1)) (1 - z / ((n - 2) (n - 3)) (1 - ...)), whose
 * innermost factor has 2 (for an even n) or 3 in its place.  With z = r^2 it is cos(r) for an even
 * n, and sin(r) / r for an odd one.
 */
static double alternating(double z, int n)
{
    double sum = 1;

    for (int i = n; i > 1; i -= 2)
        sum = 1 - sum * z / ((double)i * (i - 1));
    return sum;
}

/*
 * Returns cos(x - turns pi / 2): +-cos(r) or +-sin(r), where r = x - k pi / 2 is in
 * [-pi / 4, pi / 4].  pi / 2 is taken in three parts.  Two of them have 33 bits each, so that their
 * products with k, which has 20 bits, are exact, and r keeps its digits where the result is near
 * zero.  The first term that the series leave out is at most r^19 / 19! = 8e-20.
 */
static const double HALF_PI[] = {1.57079632673412561417e+00, 6.07710050630396597660e-11,
                                 2.02226624879595063154e-21};
static const double TWO_OVER_PI = 6.36619772367581382433e-01;

static double circular(double x, int turns)
{
    const double k = floor(x * TWO_OVER_PI + 0.5);
    const double r = ((x - k * HALF_PI[0]) - k * HALF_PI[1]) - k * HALF_PI[2], z = r * r;

    assert(fabs(x) < 1e6);
    switch (((int64_t)k - turns) & 3) {
    case 0:
        return alternating(z, 18);
    case 1:
        return -r * alternating(z, 17);
    case 2:
        return -alternating(z, 18);
    default:
        return r * alternating(z, 17);
    }
}

double evk_cos(double x)
{
    return circular(x, 0);
}

double evk_sin(double x)
{
    return circular(x, 1);
}

double evk_tan(double x)
{
    return evk_sin(x) / evk_cos(x);
}

/*
 * atan(x) = a + atan((x - tan a) / (1 + x tan a)) for any a.  The first a, x / (1 + 0.28 x^2), is
 * within 0.005 for x from 0 to 1; the arc tangent of the rest is u - u^3 / 3, whose error is u^5 / 5.
 */
double evk_atan(double x)
{
    const double t = fabs(x) > 1 ? 1 / fabs(x) : fabs(x);
    double a = t / (1 + 0.28 * t * t);

    if (isnan(x))
        return x;
    for (int i = 0; i < 2; i++) {
        const double s = evk_sin(a), c = evk_cos(a), u = (t * c - s) / (c + t * s);

        a += u - u * u * u / 3;
    }
    if (fabs(x) > 1)
        a = HALF_PI[0] - (a - HALF_PI[1]);
    return x < 0 ? -a : a;
}
