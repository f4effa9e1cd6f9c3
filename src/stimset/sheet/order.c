/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order.c - the order of the items of a contact sheet: by neuron, the best first */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/sheet/grid.h"

/* What an item is ordered by. */
struct entry {
    int64_t neuron, item;
    int last;   /* 1: has no image or no response; 2: is only shown beside the stimuli */
    double key; /* the smallest comes first */
};

/* Equal entries keep their order, by the index of the item. */
static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->neuron != y->neuron)
        return x->neuron < y->neuron ? -1 : 1;
    if (x->last != y->last)
        return x->last - y->last;
    if (!x->last && (x->key < y->key || x->key > y->key))
        return x->key < y->key ? -1 : 1;
    return x->item < y->item ? -1 : x->item > y->item;
}

static void rank_entry(struct entry *e, const struct evk_sheet_item *it)
{
    e->last = it->label ? 2 : !it->present || isnan(it->response);
    e->key = it->descending ? it->response : -it->response;
}

static void fill_order(struct evk_sheet_order *o, struct entry *entries, const struct evk_sheet *s)
{
    for (int64_t i = 0; i < s->count; i++) {
        const struct evk_sheet_item *it = &s->items[i];

        if (i == 0 || strcmp(it->neuron, it[-1].neuron) != 0)
            o->first[o->neurons++] = i;
        entries[i] = (struct entry){o->neurons, i, 0, 0};
        if (!s->as_listed)
            rank_entry(&entries[i], it);
        o->traces |= it->trace && it->trace_count > 0;
        o->remarks |= it->remark || (!it->present && !it->lines);
    }
    o->first[o->neurons] = s->count;
    for (int64_t k = 0; k < o->neurons; k++)
        if (o->first[k + 1] - o->first[k] > o->longest)
            o->longest = o->first[k + 1] - o->first[k];
    qsort(entries, (size_t)s->count, sizeof(*entries), compare_entries);
    for (int64_t i = 0; i < s->count; i++)
        o->item[i] = entries[i].item;
}

evk_status evk_sheet_order_new(struct evk_sheet_order *out, const struct evk_sheet *s,
                               evk_error *err)
{
    struct evk_sheet_order o = {NULL, NULL, 0, 0, false, false};
    struct entry *entries = NULL;
    evk_status status = evk_alloc(&o.item, s->count, sizeof(*o.item), "a contact sheet", err);

    if (!status)
        status = evk_alloc(&o.first, s->count + 1, sizeof(*o.first), "a contact sheet", err);
    if (!status)
        status = evk_alloc(&entries, s->count, sizeof(*entries), "a contact sheet", err);
    if (status) {
        evk_sheet_order_release(&o);
        return status;
    }
    fill_order(&o, entries, s);
    free(entries);
    *out = o;
    return EVK_OK;
}

void evk_sheet_order_release(struct evk_sheet_order *o)
{
    free(o->item);
    free(o->first);
    *o = (struct evk_sheet_order){NULL, NULL, 0, 0, false, false};
}
