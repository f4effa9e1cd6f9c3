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
    const double merit = it->is_chosen ? it->merit : it->response;

    e->last = it->label ? 2 : !it->present || isnan(merit);
    e->key = it->descending ? merit : -merit;
}

/* May a name be cut at this byte?  A part ends behind most of these; an output keeps its colon. */
static bool is_between_parts(char c)
{
    return c && strchr("_-./ ", c);
}

/* Returns how many bytes at the beginning of two names are equal, up to `most`. */
static size_t equal_head(const char *a, const char *b, size_t most)
{
    size_t n = 0;

    while (n < most && a[n] && a[n] == b[n])
        n++;
    return n;
}

/* Returns how many bytes at the end of two names are equal, up to `most`. */
static size_t equal_tail(const char *a, const char *b, size_t most)
{
    const size_t x = strlen(a), y = strlen(b);
    size_t n = 0;

    while (n < most && n < x && n < y && a[x - 1 - n] == b[y - 1 - n])
        n++;
    return n;
}

/*
 * Find the parts of names that all neurons have in common: "compact_model_" and ":0" of names such
 * as "compact_model_neuron2:0".  Something of each name is left.
 */
static void find_common(struct evk_sheet_order *o, const struct evk_sheet *s)
{
    const char *name = s->count ? s->items[0].neuron : "";
    size_t shortest = strlen(name), head = shortest, tail;

    for (int64_t k = 1; k < o->neurons; k++) {
        const char *other = s->items[o->first[k]].neuron;

        shortest = strlen(other) < shortest ? strlen(other) : shortest;
        head = equal_head(name, other, head);
    }
    while (head > 0 && (head >= shortest || !is_between_parts(name[head - 1])))
        head--;
    tail = shortest - head;
    for (int64_t k = 1; k < o->neurons; k++)
        tail = equal_tail(name, s->items[o->first[k]].neuron, tail);
    for (size_t at = strlen(name) - tail; tail > 0; tail--, at++)
        if ((is_between_parts(name[at]) || name[at] == ':') && tail < shortest - head)
            break;
    o->common_head = o->neurons < 2 ? 0 : head;
    o->common_tail = o->neurons < 2 ? 0 : tail;
}

static void note_caption(struct evk_sheet_order *o, const struct evk_sheet_item *it)
{
    const int64_t length = it->id ? (int64_t)strlen(it->id) : 0;
    const int64_t shown = length - (length && strncmp(it->id, "stim-", 5) == 0 ? 5 : 0);

    o->longest_id = shown > o->longest_id ? shown : o->longest_id;
    o->responses |= !isnan(it->response);
}

/* Items with a label share cells by two. */
static void count_cells(struct evk_sheet_order *o, const struct evk_sheet *s)
{
    for (int64_t k = 0; k < o->neurons; k++) {
        int64_t labels = 0, cells;

        for (int64_t i = o->first[k]; i < o->first[k + 1]; i++)
            labels += s->items[i].label != NULL;
        cells = o->first[k + 1] - o->first[k] - labels + (labels + 1) / 2;
        o->cell[k + 1] = o->cell[k] + cells;
        o->longest = cells > o->longest ? cells : o->longest;
    }
}

static void fill_order(struct evk_sheet_order *o, struct entry *entries, const struct evk_sheet *s)
{
    for (int64_t i = 0; i < s->count; i++) {
        const struct evk_sheet_item *it = &s->items[i];

        if (i == 0 || strcmp(it->neuron, it[-1].neuron) != 0)
            o->first[o->neurons++] = i;
        entries[i] = (struct entry){o->neurons, i, it->label ? 2 : 0, 0};
        if (!s->as_listed)
            rank_entry(&entries[i], it);
        o->traces |= it->trace && it->trace_count > 0;
        if (!it->label)
            note_caption(o, it);
        o->remarks |= it->remark || (!it->present && !it->lines);
    }
    o->first[o->neurons] = s->count;
    count_cells(o, s);
    find_common(o, s);
    qsort(entries, (size_t)s->count, sizeof(*entries), compare_entries);
    for (int64_t i = 0; i < s->count; i++)
        o->item[i] = entries[i].item;
}

evk_status evk_sheet_order_new(struct evk_sheet_order *out, const struct evk_sheet *s,
                               evk_error *err)
{
    struct evk_sheet_order o = {.item = NULL};
    struct entry *entries = NULL;
    evk_status status = evk_alloc(&o.item, s->count, sizeof(*o.item), "a contact sheet", err);

    if (!status)
        status = evk_alloc(&o.first, s->count + 1, sizeof(*o.first), "a contact sheet", err);
    if (!status)
        status = evk_alloc(&o.cell, s->count + 1, sizeof(*o.cell), "a contact sheet", err);
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
    free(o->cell);
    *o = (struct evk_sheet_order){.item = NULL};
}
