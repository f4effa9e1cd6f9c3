/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * threshold.h - the gaudy rule: what is at least the mean becomes 255, the rest 0
 *
 * In whole numbers: value v of N values with the sum S becomes 255 when N v >= S, which is when v
 * is at least S / N rounded up.
 */
#ifndef EVK_GAUDY_THRESHOLD_H
#define EVK_GAUDY_THRESHOLD_H

#include "format/codec.h"

/* The least value that becomes 255, of all values together; 0 to 255. */
int evk_threshold(const struct evk_pixels *x);

/* The same of the n values x[0], x[step], ... */
int evk_threshold_of(const unsigned char *x, int64_t n, int64_t step);

/* The rule with one threshold; written to y, which may be x's data. */
void evk_gaudy_global(const struct evk_pixels *x, unsigned char *y);

/* With one for each channel. */
void evk_gaudy_channel(const struct evk_pixels *x, unsigned char *y);

#endif /* EVK_GAUDY_THRESHOLD_H */
