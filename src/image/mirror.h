/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mirror.h - images that go on beyond their edges by reflection */
#ifndef EVK_IMAGE_MIRROR_H
#define EVK_IMAGE_MIRROR_H

#include <stdint.h>

/* d c b a | a b c d | d c b a, as often as needed: where place i of a line of n pixels lies in it. */
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
