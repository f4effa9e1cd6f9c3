/* SPDX-License-Identifier: GPL-3.0-or-later */
/* balance.c - counts of transitions between kinds, their means and aims */
#include "session/order/balance.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct evk_transition *pair(struct evk_balance *b, int64_t from, int64_t to)
{
    return b->pair + from * (b->kinds + 1) + to;
}

evk_status evk_balance_make(struct evk_balance *out, int64_t kinds, evk_error *err)
{
    const int64_t size = kinds + 1;
    evk_status s;

    *out = (struct evk_balance){.kinds = kinds, .first = -1};
    s = evk_alloc(&out->pair, size * size, sizeof(*out->pair), "transitions of kinds", err);
    if (!s)
        s = evk_alloc(&out->aims, size * size, sizeof(*out->aims), "transitions of kinds", err);
    if (!s)
        s = evk_alloc(&out->of_kind, kinds, sizeof(*out->of_kind), "kinds", err);
    if (!s)
        s = evk_rounding_make(&out->rounding, size, err);
    if (s)
        evk_balance_release(out);
    return s;
}

void evk_balance_release(struct evk_balance *b)
{
    free(b->pair);
    free(b->aims);
    free(b->of_kind);
    evk_rounding_release(&b->rounding);
    *b = (struct evk_balance){0};
}

/* Returns how often kind j follows kind i in the mean over all rings of the block. */
static double ring_mean(const struct evk_balance *b, int64_t i, int64_t j, int64_t n,
                        int64_t blanks)
{
    const int64_t *of_kind = b->of_kind;

    if (i == b->kinds && j == b->kinds)
        return 0;
    if (i == b->kinds || j == b->kinds)
        return (double)blanks * (double)of_kind[i < j ? i : j] / (double)n;
    return (double)(n - blanks) * (double)of_kind[i] * (double)(of_kind[j] - (i == j ? 1 : 0)) /
           ((double)n * (double)(n - 1));
}

/* Has the block as many presentations as there are pairs of its kinds? */
static bool is_dense(const struct evk_balance *b, int64_t n, int64_t blanks)
{
    int64_t kinds = blanks > 0;

    for (int64_t i = 0; i < b->kinds; i++)
        kinds += b->of_kind[i] > 0;
    return n + blanks >= kinds * kinds;
}

void evk_balance_begin(struct evk_balance *b, const int64_t *kind, int64_t n, int64_t blanks)
{
    const int64_t size = b->kinds + 1;

    memset(b->of_kind, 0, (size_t)b->kinds * sizeof(*b->of_kind));
    for (int64_t i = 0; i < n; i++)
        b->of_kind[kind[i]]++;
    for (int64_t i = 0; i < size * size; i++) {
        b->pair[i].mean = ring_mean(b, i / size, i % size, n, blanks);
        b->pair[i].count = 0;
    }
    b->dense = is_dense(b, n, blanks);
}

void evk_balance_aim(struct evk_balance *b, struct evk_draw *d)
{
    const int64_t size = b->kinds + 1;

    for (int64_t i = 0; i < size * size; i++) {
        const struct evk_transition *p = b->pair + i;
        const bool closes = b->first >= 0 && p == pair(b, b->last, b->first);
        const double excess = p->excess + (closes ? 1 : 0);

        b->aims[i] = b->dense ? p->mean : p->count;
        b->aims[i] -= (p->mean < 3 ? p->mean / 3 : 1) * excess;
    }
    evk_rounding_apply(&b->rounding, b->aims, d);
    for (int64_t i = 0; i < size * size; i++)
        b->pair[i].aim = b->aims[i];
}

double evk_balance_count(struct evk_balance *b, int64_t from, int64_t to, double step)
{
    struct evk_transition *p = pair(b, from, to);
    const double off = p->count - p->aim;

    p->count += step;
    return (2 * step * off + 1) / p->mean;
}

void evk_balance_end(struct evk_balance *b, int64_t first, int64_t last)
{
    const int64_t pairs = (b->kinds + 1) * (b->kinds + 1);

    for (int64_t i = 0; i < pairs; i++)
        b->pair[i].excess += b->pair[i].count - b->pair[i].mean;
    pair(b, last, first)->excess -= 1;
    if (b->first < 0)
        b->first = first;
    else
        pair(b, b->last, first)->excess += 1;
    b->last = last;
}
