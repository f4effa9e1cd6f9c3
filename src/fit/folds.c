/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folds.c - runs of images that are left out together */
#include "fit/folds.h"

#include <stdlib.h>

#include "base/mem.h"

enum { LEAST = 3 }; /* one is predicted, one chooses the penalty, and one is fitted */

/*
 * Groups are laid out in the order of their first images; a group belongs to the fold in which its
 * middle then lies.  at: (images), the first place of each group, or -1.
 */
static void lay_out(int64_t images, const int64_t *group, const int64_t *size, int64_t folds,
                    int64_t *at, int64_t *fold)
{
    int64_t next = 0;

    for (int64_t i = 0; i < images; i++) {
        const int64_t g = group[i];

        if (at[g] < 0) {
            at[g] = next;
            next += size[g];
        }
        fold[i] = (2 * at[g] + size[g]) * folds / (2 * images);
    }
}

/* Renumbers folds, so that none is empty; returns how many there are.  used: (folds) zeros. */
static int64_t close_gaps(int64_t images, int64_t folds, int64_t *used, int64_t *fold)
{
    int64_t made = 0;

    for (int64_t i = 0; i < images; i++)
        used[fold[i]] = 1;
    for (int64_t f = 0; f < folds; f++)
        used[f] = used[f] ? made++ : -1;
    for (int64_t i = 0; i < images; i++)
        fold[i] = used[fold[i]];
    return made;
}

evk_status evk_folds(int64_t images, const int64_t *group, int64_t *folds, int64_t *fold,
                     evk_error *err)
{
    const int64_t wanted = *folds < images ? *folds : images;
    int64_t *size, *at, *used;

    EVK_TRY(evk_alloc(&size, 3 * images, sizeof(*size), "folds of images", err));
    at = size + images;
    used = at + images;
    for (int64_t i = 0; i < images; i++) {
        size[group[i]]++;
        at[i] = -1;
    }
    lay_out(images, group, size, wanted, at, fold);
    *folds = close_gaps(images, wanted, used, fold);
    free(size);
    if (*folds >= LEAST)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "%lld images, of which equal or nearly equal ones count once, make %lld folds "
                    "for cross-validation, which needs at least %d; please give more images",
                    (long long)images, (long long)*folds, LEAST);
}
