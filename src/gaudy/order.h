/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order.h - order statistics, which tell which values are at least a quantile
 *
 * numpy.quantile(x, q) is interpolated between the two values that stand around place (n - 1) q of
 * the sorted values.  A value of x is at least that quantile where it is at least the upper of
 * these two.  Comparing with the upper value is exact; the interpolated quantile would be rounded.
 */
#ifndef EVK_GAUDY_ORDER_H
#define EVK_GAUDY_ORDER_H

#include <stdint.h>

/*
 * Returns the place in the sorted values, counted from 0, of the upper of the two values around the
 * quantile: (n - 1) q rounded up, for n at least 1 and q from 0 to 1.  A product within 10^-6 above
 * a whole number counts as that number, since rounding has moved it.
 */
int64_t evk_quantile_place(int64_t n, double q);

/* Returns the k-th smallest of n values, k from 0, in a time that depends on n alone. */
uint64_t evk_kth(const uint64_t *x, int64_t n, int64_t k);

#endif /* EVK_GAUDY_ORDER_H */
