/* SPDX-License-Identifier: GPL-3.0-or-later */
/* whole.h - the smaller and the larger of two whole numbers, and a number within limits */
#ifndef EVK_BASE_WHOLE_H
#define EVK_BASE_WHOLE_H

#include <stdint.h>

static inline int64_t evk_smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t evk_larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Returns low where i is below low, otherwise high where i is above high, otherwise i. */
static inline int64_t evk_clamp(int64_t i, int64_t low, int64_t high)
{
    return i < low ? low : i < high ? i : high;
}

#endif /* EVK_BASE_WHOLE_H */
