/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mirror.h - the continuation of an image beyond its edges by reflection */
#ifndef EVK_IMAGE_MIRROR_H
#define EVK_IMAGE_MIRROR_H

#include <stdint.h>

/*
 * A line of n pixels a b c d is continued as d c b a | a b c d | d c b a, as often as needed.
 * Returns the index, 0 to n - 1, of the pixel that stands at place i of that line; i may be
 * negative.
 */
static inline int64_t evk_mirror(int64_t i, int64_t n)
{
    if (i >= 0 && i < n)
        return i;
    i %= 2 * n;
    if (i < 0)
        i += 2 * n;
    return i < n ? i : 2 * n - 1 - i;
}

#endif /* EVK_IMAGE_MIRROR_H */
