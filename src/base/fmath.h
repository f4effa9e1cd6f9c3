/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fmath.h - transcendental functions with the same bits on every machine
 *
 * The functions of libm differ in their last bits between versions and
 * processors.  These use only the basic operations of IEEE double arithmetic, in
 * a fixed order.  Their relative error is below 1e-14, so that a result rounded
 * to float is off by hardly more than half a unit in its last place.
 */
#ifndef EVK_BASE_FMATH_H
#define EVK_BASE_FMATH_H

double evk_exp(double x);   /* 0 below -745, infinity above 709.78 */
double evk_log1p(double x); /* x in [-0.5, 1] */
double evk_log(double x);   /* -infinity for 0, NaN for negative x */
/*
 * x to the power of y, with the special cases of C's pow, but for the sign of a zero.  The relative
 * error is below 1e-13 where the result is in the range of float, from 1e-45 to 3.4e38.
 */
double evk_pow(double x, double y);
double evk_tanh(double x);
double evk_erf(double x);
double evk_cos(double x); /* |x| below 1e6 */
double evk_sin(double x); /* |x| below 1e6 */
double evk_tan(double x); /* |x| below 1e6 */
double evk_atan(double x);

#endif /* EVK_BASE_FMATH_H */
