/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * threshold.h - the gaudy rule: a value that is at least the mean becomes 255, any other 0
 *
 * The rule is exact in whole numbers: value v of N values whose sum is S becomes 255 where N v >=
 * S, that is, where v is at least S / N rounded up.
 */
#ifndef EVK_GAUDY_THRESHOLD_H
#define EVK_GAUDY_THRESHOLD_H

#include "format/codec.h"

/* Returns the smallest value that becomes 255, by the mean of all values of x; 0 to 255. */
int evk_threshold(const struct evk_pixels *x);

/* Returns the same threshold, by the mean of the n values x[0], x[step], ... alone. */
int evk_threshold_of(const unsigned char *x, int64_t n, int64_t step);

/* Set y (h, w, c) to the gaudy image of x by one threshold for all channels; y may be x's data. */
void evk_gaudy_global(const struct evk_pixels *x, unsigned char *y);

/* Set y (h, w, c) to the gaudy image of x by a threshold for each channel; y may be x's data. */
void evk_gaudy_channel(const struct evk_pixels *x, unsigned char *y);

#endif /* EVK_GAUDY_THRESHOLD_H */
