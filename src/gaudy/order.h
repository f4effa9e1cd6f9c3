/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order.h - which values are beyond a quantile, without interpolation
 *
 * numpy.quantile(x, q) lies between the order statistics around place (n - 1) q.  A value of x is
 * at least the quantile when it is at least the upper of these two: exact, where the quantile
 * itself would be rounded.
 */
#ifndef EVK_GAUDY_ORDER_H
#define EVK_GAUDY_ORDER_H

#include <stdint.h>

/*
 * (n - 1) q rounded up, n at least 1, q in 0 to 1; a place within 10^-6 of a whole number, from
 * which rounding took it, is that number.
 */
int64_t evk_quantile_place(int64_t n, double q);

/* The k-th smallest of n values, k from 0; in a time that depends on n alone. */
uint64_t evk_kth(const uint64_t *x, int64_t n, int64_t k);

#endif /* EVK_GAUDY_ORDER_H */
