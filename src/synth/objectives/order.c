/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order.c - which value is in the middle, by a Shell sort, which allocates nothing */
#include "synth/objectives/order.h"

#include <stdbool.h>

static bool is_before(const double *v, int i, int j)
{
    return v[i] < v[j] || (v[i] == v[j] && i < j);
}

struct evk_middle evk_middle_of(int n, const double *v, int *at)
{
    /* gaps of a Shell sort (Ciura 2001) */
    static const int gaps[] = {701, 301, 132, 57, 23, 10, 4, 1};

    for (int i = 0; i < n; i++)
        at[i] = i;
    for (int g = 0; g < (int)(sizeof(gaps) / sizeof(gaps[0])); g++)
        for (int i = gaps[g]; i < n; i++) {
            const int moving = at[i];
            int j = i;

            for (; j >= gaps[g] && is_before(v, moving, at[j - gaps[g]]); j -= gaps[g])
                at[j] = at[j - gaps[g]];
            at[j] = moving;
        }
    return (struct evk_middle){at[(n - 1) / 2], at[n / 2]};
}
