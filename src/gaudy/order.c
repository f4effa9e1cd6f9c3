/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order.c - order statistics by radix selection: one byte of the result at a time, highest first */
#include "gaudy/order.h"

#include <math.h>

int64_t evk_quantile_place(int64_t n, double q)
{
    return (int64_t)ceil((double)(n - 1) * q - 1e-6);
}

uint64_t evk_kth(const uint64_t *x, int64_t n, int64_t k)
{
    uint64_t found = 0, known = 0; /* the result's bits found so far; a mask of these bits */

    for (int shift = 56; shift >= 0; shift -= 8) {
        int64_t count[256] = {0};
        uint64_t digit = 0;

        for (int64_t i = 0; i < n; i++)
            if ((x[i] & known) == found)
                count[x[i] >> shift & 255]++;
        while (k >= count[digit])
            k -= count[digit++];
        found |= digit << shift;
        known |= (uint64_t)255 << shift;
    }
    return found;
}
