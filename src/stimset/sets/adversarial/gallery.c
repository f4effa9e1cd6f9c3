/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gallery.c - the contact sheet of a set of perturbed images
 *
 * Each neuron and base image has a row of the sheet: the base image, its perturbed images by
 * direction and budget, the predicted response against the budget, and, small, the controls.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/record/aim.h"
#include "stimset/sets/adversarial/verify.h"
#include "stimset/sheet/gallery.h"

enum place { RAISED = EVK_AIM_RAISE, LOWERED = EVK_AIM_LOWER, AIMED = EVK_AIM_REACH, CONTROL };

/* A row of the table that is shown. */
struct entry {
    const struct evk_row *row;
    const char *model, *output;
    int64_t neuron; /* stim_code of the neuron's first row */
    int64_t base;   /* stim_code of the base image */
    enum place place;
    int64_t group; /* index of the pair of neuron and base image */
};

struct showing {
    struct evk_gallery *g;
    struct entry *entries; /* (count) */
    int64_t count, groups;
    int64_t used; /* numbers of the gallery's traces that are in use */
};

/* ---- order ------------------------------------------------------------------------------- */

static enum place place_of(const struct evk_row *row)
{
    if (!evk_row_is(row, "adversarial"))
        return CONTROL;
    return (enum place)evk_row_aim(row);
}

static int by_neuron(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    const int model = strcmp(x->model, y->model);
    const int output = model ? model : strcmp(x->output, y->output);

    return output ? output : x->row->stim_code < y->row->stim_code ? -1 : 1;
}

static int by_group(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->neuron != y->neuron)
        return x->neuron < y->neuron ? -1 : 1;
    if (x->base != y->base)
        return x->base < y->base ? -1 : 1;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->place != CONTROL && (x->row->budget < y->row->budget || x->row->budget > y->row->budget))
        return x->row->budget < y->row->budget ? -1 : 1;
    return x->row->stim_code < y->row->stim_code ? -1 : 1;
}

static void list_entries(struct showing *s)
{
    const struct evk_stimuli *all = s->g->all;

    for (int64_t i = 0; i < all->count; i++) {
        const struct evk_row *row = &all->list[i].row;
        const struct evk_row *base = evk_stimuli_find(all, row->source_id);

        if (base && row->target_model && !row->dropped[0])
            s->entries[s->count++] = (struct entry){
                row, row->target_model, row->target_output, 0, base->stim_code, place_of(row), 0};
    }
    if (s->count)
        qsort(s->entries, (size_t)s->count, sizeof(*s->entries), by_neuron);
    for (int64_t i = 0; i < s->count; i++) {
        struct entry *e = &s->entries[i];
        const bool same =
            i > 0 && strcmp(e->model, e[-1].model) == 0 && strcmp(e->output, e[-1].output) == 0;

        e->neuron = same ? e[-1].neuron : e->row->stim_code;
    }
    if (s->count)
        qsort(s->entries, (size_t)s->count, sizeof(*s->entries), by_group);
    for (int64_t i = 0; i < s->count; i++) {
        struct entry *e = &s->entries[i];

        if (i == 0 || e->neuron != e[-1].neuron || e->base != e[-1].base)
            s->groups++;
        e->group = s->groups - 1;
    }
}

/* ---- texts -------------------------------------------------------------------------------- */

/*
 * Append two texts of an entry, each ended by a zero byte: neuron and base image, then the caption.
 */
static void add_texts(struct evk_str *names, const struct entry *e)
{
    static const char *const verb[] = {"raise", "lower", "aim", ""};
    const struct evk_row *r = e->row;

    evk_str_printf(names, "%s:%s \xC2\xB7 %s", e->model, e->output,
                   r->source_file ? r->source_file : "n/a");
    evk_str_add(names, "", 1);
    if (e->place == CONTROL)
        evk_str_printf(names, "%s %g \xC2\xB7 %.3g", r->control ? r->control : "control", r->budget,
                       r->response_pred);
    else
        evk_str_printf(names, "%s, %g %s", verb[e->place], r->budget, r->budget_norm);
    evk_str_add(names, "", 1);
}

static void describe(struct showing *s)
{
    struct evk_str *about = &s->g->about;
    int64_t images = 0, neurons = 0;

    for (int64_t i = 0; i < s->count; i++) {
        images += s->entries[i].place != CONTROL && s->entries[i].row->present;
        neurons += i == 0 || s->entries[i].neuron != s->entries[i - 1].neuron;
    }
    evk_str_printf(about,
                   "%lld neuron%s, %lld changed image%s; a row: the base image, changed images, "
                   "predicted response against the budget",
                   (long long)neurons, neurons == 1 ? "" : "s", (long long)images,
                   images == 1 ? "" : "s");
}

/* ---- items --------------------------------------------------------------------------------- */

static void add_item(struct showing *s, const struct evk_row *row,
                     const struct evk_sheet_item *item)
{
    s->g->stimulus[s->g->count] = row->stim_code - 1;
    s->g->photo[s->g->count] = -1;
    s->g->items[s->g->count++] = *item;
}

static void add_base(struct showing *s, const struct entry *e, const char *neuron)
{
    const struct evk_row *base = &s->g->all->list[e->base - 1].row;
    const struct evk_sheet_item item = {.id = base->stimulus_id,
                                        .neuron = neuron,
                                        .start = -1,
                                        .response = e->row->response_source,
                                        .present = base->present};

    add_item(s, base, &item);
}

static void add_entry(struct showing *s, const struct entry *e, const char *neuron,
                      const char *caption)
{
    struct evk_sheet_item item = {.id = e->row->stimulus_id,
                                  .neuron = neuron,
                                  .caption = caption,
                                  .start = -1,
                                  .response = e->row->response_pred,
                                  .present = e->row->present};

    if (e->place == CONTROL)
        item.label = caption;
    add_item(s, e->row, &item);
}

/* Add the curve of one direction, from the base image on: response against budget. */
static void add_line(struct showing *s, struct evk_sheet_line *line, const struct entry *e,
                     int64_t count, enum place place)
{
    double *x = s->g->traces + s->used;
    double *y = x + count + 1;
    int64_t n = 0;

    x[n] = 0;
    y[n++] = e->row->response_source;
    for (int64_t i = 0; i < count; i++)
        if (e[i].place == place && e[i].row->present) {
            x[n] = e[i].row->budget;
            y[n++] = e[i].row->response_pred;
        }
    s->used += 2 * (count + 1);
    *line = (struct evk_sheet_line){
        .x = x, .y = y, .count = n > 1 ? n : 0, .falling = place == LOWERED};
}

static void add_figure(struct showing *s, const struct entry *e, int64_t count, const char *neuron)
{
    struct evk_sheet_line *lines = s->g->lines + (int64_t)CONTROL * e->group;
    const struct evk_sheet_item item = {.id = "",
                                        .neuron = neuron,
                                        .caption = "by budget",
                                        .start = -1,
                                        .response = (double)NAN,
                                        .lines = lines,
                                        .line_count = CONTROL};

    for (enum place p = RAISED; p < CONTROL; p++)
        add_line(s, &lines[p], e, count, p);
    add_item(s, e->row, &item);
}

/*
 * Add what is shown of one neuron and base image.  e: entries (count); *text: the first of their
 * texts, moved behind the last.
 */
static void add_group(struct showing *s, const struct entry *e, int64_t count, const char **text)
{
    const char *neuron = *text;
    bool drawn = false;

    add_base(s, e, neuron);
    for (int64_t i = 0; i < count; i++) {
        const char *caption = *text + strlen(*text) + 1;

        if (e[i].place == CONTROL && !drawn) {
            add_figure(s, e, count, neuron);
            drawn = true;
        }
        add_entry(s, &e[i], neuron, caption);
        *text = caption + strlen(caption) + 1;
    }
    if (!drawn)
        add_figure(s, e, count, neuron);
}

static void add_groups(struct showing *s)
{
    const char *text = s->g->names.data;

    for (int64_t i = 0, n; i < s->count; i += n) {
        for (n = 1; i + n < s->count && s->entries[i + n].group == s->entries[i].group; n++) {
        }
        add_group(s, &s->entries[i], n, &text);
    }
}

static evk_status write_texts(struct showing *s, evk_error *err)
{
    for (int64_t i = 0; i < s->count; i++)
        add_texts(&s->g->names, &s->entries[i]);
    describe(s);
    EVK_TRY(evk_str_check(&s->g->names, err));
    return evk_str_check(&s->g->about, err);
}

static evk_status show(struct showing *s, evk_error *err)
{
    static const char what[] = "a contact sheet";
    struct evk_gallery *g = s->g;
    int64_t items;

    EVK_TRY(evk_alloc(&s->entries, g->all->count, sizeof(*s->entries), what, err));
    list_entries(s);
    EVK_TRY(write_texts(s, err));
    items = s->count + 2 * s->groups;
    EVK_TRY(evk_alloc(&g->items, items, sizeof(*g->items), what, err));
    EVK_TRY(evk_alloc(&g->stimulus, items, sizeof(*g->stimulus), what, err));
    EVK_TRY(evk_alloc(&g->photo, items, sizeof(*g->photo), what, err));
    EVK_TRY(evk_alloc(&g->lines, CONTROL * s->groups, sizeof(*g->lines), what, err));
    EVK_TRY(evk_alloc(&g->traces, 2 * (int64_t)CONTROL * (s->count + s->groups), sizeof(*g->traces),
                      what, err));
    add_groups(s);
    return EVK_OK;
}

evk_status evk_adversarial_draw(struct evk_gallery *g, evk_error *err)
{
    struct showing s = {.g = g};
    evk_status status;

    g->as_listed = true;
    status = show(&s, err);

    free(s.entries);
    return status;
}
