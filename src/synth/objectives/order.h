/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order.h - which value is in the middle, for the objectives that are medians */
#ifndef EVK_SYNTH_OBJECTIVES_ORDER_H
#define EVK_SYNTH_OBJECTIVES_ORDER_H

/* The indices of the two middle values of n sorted ones; the same index twice where n is odd. */
struct evk_middle {
    int low, high;
};

/*
 * Finds the middle of v (n).  Of equal values the one with the lower index counts as the smaller,
 * so that the answer does not depend on the way of sorting.
 *   at   (n) scratch
 */
struct evk_middle evk_middle_of(int n, const double *v, int *at);

#endif /* EVK_SYNTH_OBJECTIVES_ORDER_H */
