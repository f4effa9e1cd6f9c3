/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fmath.c - transcendental functions with the same bits on every machine */
#include "base/fmath.h"

#include <math.h>

/*
 * exp(x) = 2^k exp(r) with r = x - k ln 2 in [-0.35, 0.35].  ln 2 is taken in two parts, the first
 * with 32 trailing zero bits, so that k * LN2_HIGH is exact.  The Taylor series to r^13 / 13! ends
 * at 0.35^14 / 14! = 5e-18.
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
 * log(1 + x) = 2 atanh(s), s = x / (2 + x) in [0, 1/3]; the odd series to s^31 ends at
 * 3^-33 / 33 = 5e-18.
 */
double evk_log1p(double x)
{
    const double s = x / (2 + x), z = s * s;
    double sum = 0;

    for (int i = 31; i > 0; i -= 2)
        sum = sum * z + 1.0 / i;
    return 2 * s * sum;
}

/* Below 0.02 the quotient would cancel; there x^9 * 62/2835 is 1e-17. */
double evk_tanh(double x)
{
    const double a = fabs(x), z = x * x;
    double t;

    if (a < 0.02)
        return x * (1 - z * (1.0 / 3 - z * (2.0 / 15 - z * (17.0 / 315))));
    t = 1 - 2 / (evk_exp(2 * a) + 1);
    return x < 0 ? -t : t;
}

/*
 * erf(x) = 2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!!, all terms of one sign (Abramowitz &
 * Stegun 7.1.6).  From 6 on it is 1 in double precision.
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

/* Reduced to [-pi, pi]; the series to x^30 / 30! ends at pi^32 / 32! = 3e-20. */
double evk_cos(double x)
{
    const double two_pi = 6.28318530717958647693;
    const double r = x - two_pi * floor(x / two_pi + 0.5), z = r * r;
    double sum = 1;

    for (int i = 30; i > 0; i -= 2)
        sum = 1 - sum * z / ((double)i * (i - 1));
    return sum;
}
