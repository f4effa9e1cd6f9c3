/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * doses.c - dose-response curves of a set of perturbed images: change of a response against the
 * budget
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "stimset/finished/set.h"
#include "stimset/record/aim.h"
#include "stimset/record/neuron.h"
#include "stimset/sheet/sheet.h"

enum { OWN, JUDGES, FIGURES };
enum { RAISED, LOWERED, AIMED, CONTROLS, LINES };

/* A curve: the mean change over base images at each budget, from budget 0 on. */
struct line {
    double *budget, *change; /* (room) ascending budgets, and the mean change at each */
    int64_t *images;         /* (room) number of images that the mean is over */
    int64_t count;
};

struct doses {
    const evk_set *set;
    int64_t room;                   /* length of the arrays of a curve */
    double *numbers;                /* (count, FIGURES, LINES, 2, room) budgets and changes */
    int64_t *counts;                /* (count, FIGURES, LINES, room) images */
    const struct evk_row **neurons; /* (count) some row of each neuron */
    int64_t count;
    struct evk_sheet_line *lines; /* (count, FIGURES, LINES) all curves */
    struct evk_sheet_item *items;
    int64_t items_count;
    struct evk_str texts;
};

/* Is it a perturbed image, or a control of one, which has a budget, too? */
static bool is_shown(const struct evk_row *row)
{
    return row->present && (evk_row_is(row, "adversarial") || (row->control && row->budget > 0));
}

/* Is the row of the same neuron?  A neuron whose response is raised and lowered has one figure. */
static bool is_of(const struct evk_row *row, const struct evk_row *neuron)
{
    return row->target_model && strcmp(row->target_model, neuron->target_model) == 0 &&
           strcmp(row->target_output, neuron->target_output) == 0;
}

static void list_neurons(struct doses *d)
{
    for (int64_t i = 0; i < d->set->all.count; i++) {
        const struct evk_row *row = &d->set->all.list[i].row;
        bool known = !is_shown(row) || !row->target_model;

        for (int64_t k = d->count; k-- > 0 && !known;)
            known = is_of(row, d->neurons[k]);
        if (!known)
            d->neurons[d->count++] = row;
    }
}

/*
 * Find the place of a budget in a curve, whose budgets ascend; a budget that is missing is put in,
 * with no images.
 */
static int64_t find_budget(struct line *l, double budget)
{
    int64_t at = l->count;

    while (at > 0 && l->budget[at - 1] >= budget)
        at--;
    if (at < l->count && l->budget[at] <= budget)
        return at;
    for (int64_t i = l->count++; i > at; i--) {
        l->budget[i] = l->budget[i - 1];
        l->change[i] = l->change[i - 1];
        l->images[i] = l->images[i - 1];
    }
    l->budget[at] = budget;
    l->change[at] = 0;
    l->images[at] = 0;
    return at;
}

static int line_of(const struct evk_row *row)
{
    return row->control ? CONTROLS : (int)evk_row_aim(row);
}

/* Compute a curve of a neuron; it has no points where no image has the change. */
static struct evk_sheet_line draw_line(const struct doses *d, int64_t neuron, int figure, int line)
{
    const int64_t place = (neuron * FIGURES + figure) * LINES + line;
    struct line l = {d->numbers + 2 * place * d->room, d->numbers + (2 * place + 1) * d->room,
                     d->counts + place * d->room, 0};

    for (int64_t i = 0; i < d->set->all.count; i++) {
        const struct evk_row *row = &d->set->all.list[i].row;
        const double change = figure == OWN ? row->delta_z : row->heldout_delta_z;
        int64_t at;

        if (!is_shown(row) || !is_of(row, d->neurons[neuron]) || line_of(row) != line ||
            isnan(change))
            continue;
        if (l.count == 0)
            l.images[find_budget(&l, 0)] = 1;
        at = find_budget(&l, row->budget);
        l.change[at] += (change - l.change[at]) / (double)++l.images[at];
    }
    return (struct evk_sheet_line){.x = l.budget,
                                   .y = l.change,
                                   .count = l.count > 1 ? l.count : 0,
                                   .falling = line == LOWERED,
                                   .control = line == CONTROLS};
}

static evk_status fill_doses(struct doses *d, evk_error *err)
{
    static const char *const captions[FIGURES] = {NULL, "judges"};
    const char *name;

    for (int64_t k = 0; k < d->count; k++) {
        evk_str_printf(&d->texts, "%s:%s", d->neurons[k]->target_model,
                       d->neurons[k]->target_output);
        evk_str_add(&d->texts, "", 1);
    }
    EVK_TRY(evk_str_check(&d->texts, err));
    name = d->texts.data;
    for (int64_t k = 0; k < d->count; k++, name += strlen(name) + 1)
        for (int f = 0; f < FIGURES; f++) {
            struct evk_sheet_line *lines = d->lines + (k * FIGURES + f) * LINES;
            int64_t points = 0;

            for (int l = 0; l < LINES; l++) {
                lines[l] = draw_line(d, k, f, l);
                points += lines[l].count;
            }
            if (f == OWN || points > 0)
                d->items[d->items_count++] = (struct evk_sheet_item){.id = "",
                                                                     .neuron = name,
                                                                     .caption = captions[f],
                                                                     .start = -1,
                                                                     .response = (double)NAN,
                                                                     .lines = lines,
                                                                     .line_count = LINES};
        }
    return EVK_OK;
}

/*
 * Allocate the arrays of all curves.  A curve has at most the budget 0 and the budgets of all rows.
 */
static evk_status make_room(struct doses *d, evk_error *err)
{
    static const char what[] = "a dose-response";
    const int64_t rows = d->set->all.count;
    struct line all = {0};
    int64_t lines;
    evk_status s;

    EVK_TRY(evk_alloc(&d->neurons, rows, sizeof(*d->neurons), what, err));
    list_neurons(d);
    s = evk_alloc(&all.budget, rows + 1, sizeof(*all.budget), what, err);
    if (!s)
        s = evk_alloc(&all.change, rows + 1, sizeof(*all.change), what, err);
    if (!s)
        s = evk_alloc(&all.images, rows + 1, sizeof(*all.images), what, err);
    for (int64_t i = 0; i < rows && !s; i++)
        if (is_shown(&d->set->all.list[i].row))
            (void)find_budget(&all, d->set->all.list[i].row.budget);
    d->room = all.count + 1;
    free(all.budget);
    free(all.change);
    free(all.images);
    EVK_TRY(s);
    lines = d->count * FIGURES * LINES;
    EVK_TRY(evk_alloc(&d->numbers, 2 * lines * d->room, sizeof(*d->numbers), what, err));
    EVK_TRY(evk_alloc(&d->counts, lines * d->room, sizeof(*d->counts), what, err));
    EVK_TRY(evk_alloc(&d->lines, lines, sizeof(*d->lines), what, err));
    return evk_alloc(&d->items, d->count * FIGURES, sizeof(*d->items), what, err);
}

static evk_status no_pixels(void *arg, int64_t item, struct evk_pixels *out, evk_error *err)
{
    (void)arg;
    (void)out;
    return evk_fail(err, EVK_EINVAL, "figure %lld is no image", (long long)item);
}

/* List what the colours of lines mean that any figure has; returns how many there are. */
static int64_t list_keys(const struct doses *d, struct evk_sheet_key keys[LINES])
{
    static const char *const words[LINES] = {"raised", "lowered", "aimed at a value", "controls"};
    int64_t count = 0;

    for (int l = 0; l < LINES; l++) {
        bool drawn = false;

        for (int64_t i = 0; i < d->count * FIGURES && !drawn; i++)
            drawn = d->lines[i * LINES + l].count > 0;
        if (drawn)
            keys[count++] = (struct evk_sheet_key){
                words[l], {.falling = l == LOWERED, .control = l == CONTROLS}};
    }
    return count;
}

static evk_status write_sheet(struct doses *d, const char *path, evk_error *err)
{
    struct evk_sheet_key keys[LINES];
    struct evk_sheet sheet = {
        .title = "Dose-response",
        .about = "mean predicted change against the budget, SDs; by its model and its judges",
        .as_listed = true,
        .read = no_pixels,
        .arg = d,
    };

    if (d->count == 0)
        return evk_fail(err, EVK_EINVAL,
                        "%s: has no perturbed images, as 'evoke adversarial' makes them",
                        d->set->folder.path);
    EVK_TRY(fill_doses(d, err));
    sheet.keys = keys;
    sheet.key_count = list_keys(d, keys);
    sheet.items = d->items;
    sheet.count = d->items_count;
    return evk_sheet_write(&sheet, path, err);
}

evk_status evk_set_doses(const evk_set *set, const char *path, evk_error *err)
{
    EVK_ENTER();
    struct doses d = {.set = set, .texts = EVK_STR_INIT};
    evk_status s = make_room(&d, err);

    if (!s)
        s = write_sheet(&d, path, err);
    free(d.numbers);
    free(d.counts);
    free(d.neurons);
    free(d.lines);
    free(d.items);
    evk_str_release(&d.texts);
    return s;
}
