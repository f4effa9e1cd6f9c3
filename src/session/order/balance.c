/* SPDX-License-Identifier: GPL-3.0-or-later */
/* balance.c - counts of transitions between kinds, and their means */
#include "session/order/balance.h"

#include <stdlib.h>

#include "base/mem.h"

static struct evk_transition *pair(struct evk_balance *b, int64_t from, int64_t to)
{
    return b->pair + from * (b->kinds + 1) + to;
}

evk_status evk_balance_make(struct evk_balance *out, int64_t kinds, struct evk_draw *d,
                            evk_error *err)
{
    const int64_t pairs = (kinds + 1) * (kinds + 1), steps = 1 << 20;

    *out = (struct evk_balance){.kinds = kinds};
    EVK_TRY(evk_alloc(&out->pair, pairs, sizeof(*out->pair), "transitions of kinds", err));
    for (int64_t i = 0; i < pairs; i++)
        out->pair[i].count = ((double)evk_draw_below(d, steps) + 0.5) / (double)steps - 0.5;
    return EVK_OK;
}

void evk_balance_release(struct evk_balance *b)
{
    free(b->pair);
    *b = (struct evk_balance){0};
}

/* Returns how often kind b follows kind a in so many gaps between different images of a block. */
static double plain_mean(const struct evk_composition *block, int64_t a, int64_t b, int64_t gaps)
{
    const double n = (double)block->count;
    const double partners = (double)(block->of_kind[b] - (a == b ? 1 : 0));

    return gaps ? (double)gaps * (double)block->of_kind[a] * partners / (n * (n - 1)) : 0;
}

/* Returns how often an image of a kind is next to the blank of one gap, on one side of it. */
static double blank_mean(const struct evk_composition *block, int64_t kind)
{
    return (double)block->of_kind[kind] / (double)block->count;
}

/* Adds gaps inside a block to the aims, or to the means. */
static void add_gaps(struct evk_balance *b, const struct evk_composition *block, int64_t plain,
                     int64_t blank, bool to_aim)
{
    for (int64_t i = 0; i <= b->kinds; i++) {
        for (int64_t j = 0; j <= b->kinds; j++) {
            struct evk_transition *p = pair(b, i, j);
            double gaps = 0;

            if (i < b->kinds && j < b->kinds)
                gaps = plain_mean(block, i, j, plain);
            else if (i < b->kinds || j < b->kinds)
                gaps = (double)blank * blank_mean(block, i < b->kinds ? i : j);
            *(to_aim ? &p->aim : &p->mean) += gaps;
        }
    }
}

void evk_balance_aim(struct evk_balance *b, const struct evk_composition *block, int64_t plain,
                     int64_t blank)
{
    const int64_t pairs = (b->kinds + 1) * (b->kinds + 1);

    for (int64_t i = 0; i < pairs; i++)
        b->pair[i].aim = b->pair[i].mean;
    add_gaps(b, block, plain, blank, true);
    for (int64_t i = 0; i < pairs; i++)
        b->pair[i].weight = b->pair[i].aim > 0 ? 1 / b->pair[i].aim : 0;
}

void evk_balance_inside(struct evk_balance *b, const struct evk_composition *block, int64_t plain,
                        int64_t blank)
{
    add_gaps(b, block, plain, blank, false);
}

void evk_balance_after_blank(struct evk_balance *b, const struct evk_composition *block)
{
    for (int64_t i = 0; i < b->kinds; i++)
        pair(b, b->kinds, i)->mean += blank_mean(block, i);
}

/*
 * The last image before is one of last->count, each as probable; the first one of the block is any
 * image of the block but that one.
 */
static double seam_mean(const struct evk_composition *last, const int64_t *common,
                        const struct evk_composition *block, int64_t a, int64_t b)
{
    const double n = (double)block->count, follows = (double)block->of_kind[b];
    const double in_both = (double)common[a], alone = (double)(last->of_kind[a] - common[a]);
    double mean = alone * follows / n;

    if (common[a])
        mean += in_both * (follows - (a == b ? 1 : 0)) / (n - 1);
    return mean / (double)last->count;
}

void evk_balance_seam(struct evk_balance *b, const struct evk_composition *last,
                      const int64_t *common, const struct evk_composition *block, bool has_blank)
{
    if (has_blank)
        evk_balance_after_blank(b, block);
    if (!last->count)
        return;
    for (int64_t i = 0; i < b->kinds; i++) {
        if (has_blank)
            pair(b, i, b->kinds)->mean += blank_mean(last, i);
        for (int64_t j = 0; j < b->kinds && !has_blank; j++)
            pair(b, i, j)->mean += seam_mean(last, common, block, i, j);
    }
}

double evk_balance_count(struct evk_balance *b, int64_t from, int64_t to, double step)
{
    struct evk_transition *p = pair(b, from, to);
    const double excess = p->count - p->aim;

    p->count += step;
    return (2 * step * excess + 1) * p->weight;
}
