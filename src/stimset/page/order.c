/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order.c - the rows of a page, and the order of the images in them */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/page/page.h"
#include "stimset/record/aim.h"
#include "stimset/score/select.h"

static bool is_lower(const struct evk_page_item *item)
{
    return evk_row_aim(item->row) == EVK_AIM_LOWER;
}

/* ---- images that belong together ------------------------------------------------------------- */

/*
 * Is the image shown under another one?  A perturbed image is not, although the one that raises a
 * response is also the control of the one that lowers it.
 */
static bool is_control(const struct evk_row *row)
{
    return row->control && row->control_of && !evk_row_is(row, "adversarial");
}

/* Returns the item of a stimulus of a set; -1: there is none, or id is NULL. */
static int64_t find_item(const struct evk_page_set *s, const char *id)
{
    const struct evk_row *row = evk_stimuli_find(s->stimuli, id);

    return row ? s->item[row->stim_code - 1] : -1;
}

static void relate(struct evk_page *p, int64_t i)
{
    struct evk_page_item *item = &p->items[i];
    const struct evk_page_set *s = &p->sets[item->set];

    if (!s->stimuli)
        return; /* who listed the items has related them */
    item->base = find_item(s, item->row->source_id);
    item->of = is_control(item->row) ? find_item(s, item->row->control_of) : -1;
    if (item->of >= 0 && is_control(p->items[item->of].row))
        item->of = -1;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Returns the number of a unit, or, behind the units, that of the item's set. */
static int64_t line_of(const struct evk_page *p, const struct evk_page_item *item)
{
    size_t i = 0;

    if (!item->unit)
        return (int64_t)(p->units.count + item->set);
    while (p->units.names[i] != item->unit)
        i++;
    return (int64_t)i;
}

/* Is the image a photograph of which the best may stand at the beginning of its row? */
static bool is_photograph(const struct evk_page_item *item)
{
    const struct evk_row *row = item->row;

    if (!item->unit || isnan(row->response_pred))
        return false;
    return row->control ? strcmp(row->control, "natural") == 0
                        : evk_row_is(row, "natural") && row->rank != EVK_INT_MISSING;
}

/*
 * Choose the best photograph of each row.  The aim of a row is that of its first image: where that
 * was made to lower the response, so is the photograph that lowers it most the best one.
 */
static evk_status choose_best(struct evk_page *p, int64_t lines, evk_error *err)
{
    int64_t *first, *best;

    EVK_TRY(evk_alloc(&first, 2 * lines, sizeof(*first), "a page", err));
    best = first + lines;
    for (int64_t i = 0; i < 2 * lines; i++)
        first[i] = -1;
    for (int64_t i = 0; i < p->count; i++)
        if (p->items[i].of < 0 && first[p->items[i].line] < 0)
            first[p->items[i].line] = i;
    for (int64_t i = 0; i < p->count; i++) {
        const struct evk_page_item *item = &p->items[i];
        const int64_t at = item->line, there = best[at];
        const bool lower = first[at] >= 0 && is_lower(&p->items[first[at]]);

        if (is_photograph(item) &&
            evk_is_better(lower, item->row->response_pred,
                          there < 0 ? (double)NAN : p->items[there].row->response_pred))
            best[at] = i;
    }
    for (int64_t at = 0; at < lines; at++)
        if (best[at] >= 0) {
            p->items[best[at]].best = true;
            p->items[best[at]].of = -1;
        }
    free(first);
    return EVK_OK;
}

/* ---- order ----------------------------------------------------------------------------------- */

/* What an image is ordered by, the most important first. */
struct entry {
    int64_t line;
    int group;  /* 0: the best photograph; else the number of the set, from 1 */
    int aim;    /* images that raise the response come before those that lower it */
    double key; /* the smallest comes first */
    int64_t main, control, item; /* the image; its control, or -1: the image itself */
};

static int compare(double a, double b)
{
    return (a > b) - (a < b);
}

static int compare_entries(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    const int parts[] = {
        compare((double)a->line, (double)b->line),
        compare(a->group, b->group),
        compare(a->aim, b->aim),
        compare(a->key, b->key),
        compare((double)a->main, (double)b->main),
        compare((double)a->control, (double)b->control),
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (parts[i])
            return parts[i];
    return 0;
}

/*
 * The images of a unit come the best first (evk_row_merit); perturbed ones, which
 * belong to base images, and those of no unit in the order of their set.
 */
static struct entry entry_of(const struct evk_page *p, int64_t i)
{
    const struct evk_page_item *item = &p->items[i];
    const int64_t main = item->of < 0 ? i : item->of;
    const struct evk_page_item *of = &p->items[main];
    const double merit = evk_row_merit(of->row);
    struct entry e = {.line = of->line,
                      .group = of->best ? 0 : (int)of->set + 1,
                      .main = main,
                      .control = item->of < 0 ? -1 : i,
                      .item = i};

    if (of->unit && of->base < 0) {
        e.aim = (int)evk_row_aim(of->row);
        e.key = isnan(merit) ? HUGE_VAL : is_lower(of) ? merit : -merit;
    }
    return e;
}

/* Bring items into the order of entries, and change the numbers that lead to items. */
static evk_status reorder(struct evk_page *p, const struct entry *entries, evk_error *err)
{
    struct evk_page_item *items;
    int64_t *now;
    evk_status s;

    EVK_TRY(evk_alloc(&items, p->count, sizeof(*items), "a page", err));
    s = evk_alloc(&now, p->count, sizeof(*now), "a page", err);
    if (s) {
        free(items);
        return s;
    }
    for (int64_t i = 0; i < p->count; i++) {
        items[i] = p->items[entries[i].item];
        items[i].line = entries[i].line;
        now[entries[i].item] = i;
    }
    for (int64_t i = 0; i < p->count; i++) {
        items[i].of = items[i].of < 0 ? -1 : now[items[i].of];
        items[i].base = items[i].base < 0 ? -1 : now[items[i].base];
    }
    for (size_t set = 0; set < p->set_count; set++)
        for (int64_t i = 0; p->sets[set].stimuli && i < p->sets[set].stimuli->count; i++)
            if (p->sets[set].item[i] >= 0)
                p->sets[set].item[i] = now[p->sets[set].item[i]];
    free(p->items);
    free(now);
    p->items = items;
    return EVK_OK;
}

/* Make a row of each run of items of one number, and number rows from 0. */
static void list_lines(struct evk_page *p)
{
    int64_t before = -1;

    for (int64_t i = 0; i < p->count; i++) {
        struct evk_page_item *item = &p->items[i];

        if (item->line != before) {
            before = item->line;
            p->lines[p->line_count++] = (struct evk_page_line){
                .unit = before < (int64_t)p->units.count ? p->units.names[before] : NULL,
                .set = item->set,
                .first = i};
        }
        item->line = p->line_count - 1;
        p->lines[item->line].count++;
    }
}

evk_status evk_page_arrange(struct evk_page *p, evk_error *err)
{
    const int64_t lines = (int64_t)(p->units.count + p->set_count);
    struct entry *entries;
    evk_status s;

    EVK_TRY(evk_alloc(&p->lines, lines, sizeof(*p->lines), "a page", err));
    for (int64_t i = 0; i < p->count; i++) {
        relate(p, i);
        p->items[i].line = line_of(p, &p->items[i]);
    }
    EVK_TRY(choose_best(p, lines, err));
    EVK_TRY(evk_alloc(&entries, p->count, sizeof(*entries), "a page", err));
    for (int64_t i = 0; i < p->count; i++)
        entries[i] = entry_of(p, i);
    qsort(entries, (size_t)p->count, sizeof(*entries), compare_entries);
    s = reorder(p, entries, err);
    free(entries);
    if (!s)
        list_lines(p);
    return s;
}
