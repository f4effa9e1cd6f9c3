/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order.h - which value is in the middle, for the objectives that are medians */
#ifndef EVK_SYNTH_OBJECTIVES_ORDER_H
#define EVK_SYNTH_OBJECTIVES_ORDER_H

/* The two in the middle of n values, by number; the same twice where n is odd. */
struct evk_middle {
    int low, high;
};

/*
 * Of equal values the first counts as the smaller, so that the answer does not depend on how it is
 * found.
 *   at   (n) scratch
 */
struct evk_middle evk_middle_of(int n, const double *v, int *at);

#endif /* EVK_SYNTH_OBJECTIVES_ORDER_H */
