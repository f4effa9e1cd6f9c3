/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ring.c - a block as a ring: filled, balanced and cut */
#include "session/order/ring.h"

#include <stdlib.h>

#include "base/mem.h"

enum { TRIES = 30 }; /* swaps that are tried, for each image */

evk_status evk_ring_make(struct evk_ring *out, int64_t most, evk_error *err)
{
    const char *what = "a block of images";
    evk_status s;

    *out = (struct evk_ring){0};
    s = evk_alloc(&out->image, most, sizeof(*out->image), what, err);
    if (!s)
        s = evk_alloc(&out->kind, most, sizeof(*out->kind), what, err);
    if (!s)
        s = evk_alloc(&out->has_blank, most, sizeof(*out->has_blank), what, err);
    if (!s)
        s = evk_alloc(&out->gap, most, sizeof(*out->gap), what, err);
    if (s)
        evk_ring_release(out);
    return s;
}

void evk_ring_release(struct evk_ring *r)
{
    free(r->image);
    free(r->kind);
    free(r->has_blank);
    free(r->gap);
    *r = (struct evk_ring){0};
}

static void swap(int64_t *list, int64_t i, int64_t j)
{
    const int64_t kept = list[i];

    list[i] = list[j];
    list[j] = kept;
}

void evk_ring_fill(struct evk_ring *r, const int64_t *images, int64_t count, int64_t blanks,
                   const int64_t *kind, struct evk_draw *d)
{
    r->count = count;
    r->blanks = blanks;
    for (int64_t i = 0; i < count; i++)
        r->image[i] = images[i];
    for (int64_t i = count - 1; i > 0; i--)
        swap(r->image, i, evk_draw_below(d, i + 1));
    for (int64_t i = 0; i < count; i++) {
        r->kind[i] = kind[r->image[i]];
        r->has_blank[i] = false;
    }
    evk_draw_spread(d, blanks, count, r->gap);
    for (int64_t i = 0; i < blanks; i++)
        r->has_blank[r->gap[i]] = true;
}

/* Counts the transitions of a gap, which is the number of the image after it. */
static double count_gap(const struct evk_ring *r, struct evk_balance *b, int64_t gap, double step)
{
    const int64_t from = r->kind[gap ? gap - 1 : r->count - 1], to = r->kind[gap];
    double change;

    if (!r->has_blank[gap])
        return evk_balance_count(b, from, to, step);
    change = evk_balance_count(b, from, b->kinds, step);
    return change + evk_balance_count(b, b->kinds, to, step);
}

/* Writes the gaps on both sides of images i and j, each once; returns how many these are. */
static int gaps_beside(const struct evk_ring *r, int64_t i, int64_t j, int64_t gap[4])
{
    const int64_t wanted[4] = {i, (i + 1) % r->count, j, (j + 1) % r->count};
    int count = 0;

    for (int k = 0; k < 4; k++) {
        bool is_new = true;

        for (int earlier = 0; earlier < count; earlier++)
            is_new = is_new && gap[earlier] != wanted[k];
        if (is_new)
            gap[count++] = wanted[k];
    }
    return count;
}

/* Swaps two images, with their transitions; returns by how much the balance's sum grows. */
static double swap_images(struct evk_ring *r, struct evk_balance *b, int64_t i, int64_t j)
{
    int64_t gap[4];
    const int gaps = gaps_beside(r, i, j, gap);
    double change = 0;

    for (int k = 0; k < gaps; k++)
        change += count_gap(r, b, gap[k], -1);
    swap(r->image, i, j);
    swap(r->kind, i, j);
    for (int k = 0; k < gaps; k++)
        change += count_gap(r, b, gap[k], 1);
    return change;
}

void evk_ring_balance(struct evk_ring *r, struct evk_balance *b, struct evk_draw *d)
{
    evk_balance_begin(b, r->kind, r->count, r->blanks);
    for (int64_t gap = 0; gap < r->count; gap++)
        count_gap(r, b, gap, 1);
    evk_balance_aim(b, d);
    for (int64_t t = 0; t < TRIES * r->count; t++) {
        const int64_t i = evk_draw_below(d, r->count), j = evk_draw_below(d, r->count);

        if (r->kind[i] != r->kind[j] && swap_images(r, b, i, j) >= 0)
            swap_images(r, b, i, j);
    }
}

/* May the ring be cut at this gap? */
static bool may_cut(const struct evk_ring *r, int64_t gap, int64_t last, bool after_blank)
{
    return r->has_blank[gap] ? !after_blank : r->image[gap] != last;
}

int64_t evk_ring_cut(const struct evk_ring *r, int64_t last, bool after_blank, struct evk_draw *d)
{
    int64_t choices = 0, left;

    for (int64_t i = 0; i < r->count; i++)
        choices += may_cut(r, i, last, after_blank);
    if (!choices)
        return -1;
    left = evk_draw_below(d, choices);
    for (int64_t i = 0; i < r->count; i++)
        if (may_cut(r, i, last, after_blank) && left-- == 0)
            return i;
    return -1;
}
