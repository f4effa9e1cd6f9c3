/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comparison.c - one contact sheet of several sets: each neuron's best image of each, side by side */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/finished/set.h"
#include "stimset/make/build.h"
#include "stimset/record/aim.h"
#include "stimset/record/neuron.h"
#include "stimset/record/set_file.h"
#include "stimset/score/select.h"
#include "stimset/sheet/sheet.h"

/* A set's best image of a neuron. */
struct best {
    int64_t row;     /* of the set; -1: it has no image of the neuron */
    double response; /* what was climbed */
};

/* Where the texts of a neuron begin in the texts of the comparison. */
struct neuron {
    size_t key, name; /* evk_neuron_key; as it is written on the sheet */
};

struct comparison {
    const evk_set *const *sets;   /* (count) */
    int64_t count;                /* sets */
    struct evk_str texts;         /* of neurons, each ended by a zero */
    struct neuron *neuron;        /* (neurons) */
    int64_t neurons;              /* of the first set, in its order; later those that are shown */
    struct best *best;            /* (neurons, count) */
    struct evk_str titles;        /* of the sheet, then names of the sets; ended by zeros */
    struct evk_sheet_item *items; /* (neurons, count) */
};

static bool lowers(const struct evk_row *row)
{
    return evk_row_aim(row) == EVK_AIM_LOWER;
}

/* ---- the neurons of the first set ----------------------------------------------------------- */

/* The number of a neuron by its key; -1: it is none of those that were found. */
static int64_t find_neuron(const struct comparison *c, const char *key)
{
    for (int64_t k = 0; k < c->neurons; k++)
        if (strcmp(c->texts.data + c->neuron[k].key, key) == 0)
            return k;
    return -1;
}

static void add_neuron(struct comparison *c, const struct evk_row *row, const struct evk_str *key)
{
    struct neuron *n = &c->neuron[c->neurons++];

    n->key = c->texts.size;
    evk_str_add(&c->texts, key->data, key->size + 1);
    n->name = c->texts.size;
    evk_str_printf(&c->texts, "%s:%s%s", row->target_model ? row->target_model : "n/a",
                   row->target_output, lowers(row) ? " least" : "");
    evk_str_add(&c->texts, "", 1);
}

/* Call take for each row of a set with its neuron's key. */
static evk_status each_row(struct comparison *c, int64_t set,
                           void (*take)(struct comparison *c, int64_t set, int64_t i,
                                        const struct evk_row *row, const struct evk_str *key),
                           evk_error *err)
{
    const struct evk_set_rows *rows = &c->sets[set]->rows;
    struct evk_row_line line = {.line = {.cells = NULL}};
    struct evk_str key = EVK_STR_INIT;
    evk_status s = EVK_OK;

    for (int64_t i = 0; i < rows->count && !s; i++) {
        s = evk_set_rows_get(rows, i, &line, err);
        if (s)
            break;
        key.size = 0;
        evk_neuron_key(&line.row, &key);
        s = evk_str_check(&key, err);
        if (!s)
            take(c, set, i, &line.row, &key);
    }
    evk_str_release(&key);
    evk_row_line_release(&line);
    return s ? s : evk_str_check(&c->texts, err);
}

static void list_row(struct comparison *c, int64_t set, int64_t i, const struct evk_row *row,
                     const struct evk_str *key)
{
    (void)set;
    (void)i;
    if (!c->texts.failed && find_neuron(c, key->data) < 0)
        add_neuron(c, row, key);
}

/* ---- the best image of each set ------------------------------------------------------------- */

static void choose_row(struct comparison *c, int64_t set, int64_t i, const struct evk_row *row,
                       const struct evk_str *key)
{
    const int64_t k = row->present && !row->control ? find_neuron(c, key->data) : -1;
    struct best *best = k < 0 ? NULL : &c->best[k * c->count + set];

    if (best && evk_is_better(lowers(row), row->objective_pred,
                              best->row < 0 ? (double)NAN : best->response))
        *best = (struct best){i, row->objective_pred};
}

/* Neurons that only the first set has are not shown, unless it is the only set. */
static void drop_lonely(struct comparison *c)
{
    int64_t shown = 0;

    for (int64_t k = 0; k < c->neurons; k++) {
        int64_t found = 0;

        for (int64_t s = 0; s < c->count; s++)
            found += c->best[k * c->count + s].row >= 0;
        if (found < 2 && !(found == 1 && c->count == 1))
            continue;
        c->neuron[shown] = c->neuron[k];
        memmove(c->best + shown * c->count, c->best + k * c->count,
                (size_t)c->count * sizeof(*c->best));
        shown++;
    }
    c->neurons = shown;
}

static evk_status choose(struct comparison *c, evk_error *err)
{
    const evk_set *first = c->sets[0];

    EVK_TRY(evk_alloc(&c->neuron, first->rows.count, sizeof(*c->neuron), "a sheet", err));
    EVK_TRY(each_row(c, 0, list_row, err));
    EVK_TRY(evk_alloc(&c->best, c->neurons * c->count, sizeof(*c->best), "a sheet", err));
    for (int64_t i = 0; i < c->neurons * c->count; i++)
        c->best[i].row = -1;
    for (int64_t s = 0; s < c->count; s++)
        EVK_TRY(each_row(c, s, choose_row, err));
    drop_lonely(c);
    if (c->neurons == 0)
        return evk_fail(err, EVK_EINVAL, "%s: none of its neurons has an image in another set",
                        first->folder.path);
    return EVK_OK;
}

/* ---- the sheet ------------------------------------------------------------------------------ */

/* A set is called as its folder is. */
static void add_name(struct comparison *c, const char *folder)
{
    size_t n = strlen(folder), at;

    while (n > 1 && folder[n - 1] == '/')
        n--;
    for (at = n; at > 0 && folder[at - 1] != '/'; at--) {
    }
    evk_str_add(&c->titles, folder + at, n - at);
}

static evk_status write_titles(struct comparison *c, evk_error *err)
{
    for (int64_t s = 0; s < c->count; s++) {
        evk_str_puts(&c->titles, s ? " \xC2\xB7 " : "");
        add_name(c, c->sets[s]->folder.path);
    }
    evk_str_add(&c->titles, "", 1);
    for (int64_t s = 0; s < c->count; s++) {
        add_name(c, c->sets[s]->folder.path);
        evk_str_add(&c->titles, "", 1);
    }
    return evk_str_check(&c->titles, err);
}

/* The first cell of a row has the neuron's name, with that of the set beside it. */
static evk_status fill(struct comparison *c, evk_error *err)
{
    const char *const sets = c->titles.data + strlen(c->titles.data) + 1;
    const char *name = sets;

    EVK_TRY(evk_alloc(&c->items, c->neurons * c->count, sizeof(*c->items), "a sheet", err));
    for (int64_t i = 0; i < c->neurons * c->count; i++) {
        const struct best *best = &c->best[i];
        const bool leads = i % c->count == 0;

        name = leads ? sets : name + strlen(name) + 1;
        c->items[i] = (struct evk_sheet_item){
            .id = leads ? name : "",
            .neuron = c->texts.data + c->neuron[i / c->count].name,
            .caption = leads ? NULL : name,
            .start = -1,
            .response = best->row < 0 ? (double)NAN : best->response,
            .present = best->row >= 0,
        };
    }
    return EVK_OK;
}

static evk_status read_pixels(void *arg, int64_t item, struct evk_pixels *out, evk_error *err)
{
    const struct comparison *c = arg;

    return evk_set_get_pixels(c->sets[item % c->count], c->best[item].row, out, err);
}

static evk_status draw(struct comparison *c, const char *path, evk_error *err)
{
    struct evk_sheet sheet = {.as_listed = true, .read = read_pixels, .arg = c};

    EVK_TRY(choose(c, err));
    EVK_TRY(write_titles(c, err));
    EVK_TRY(fill(c, err));
    sheet.title = c->titles.data;
    sheet.items = c->items;
    sheet.count = c->neurons * c->count;
    return evk_sheet_write(&sheet, path, err);
}

evk_status evk_sets_compare(const evk_set *const *sets, size_t count, const char *path,
                            evk_error *err)
{
    struct comparison c = {
        .sets = sets, .count = (int64_t)count, .texts = EVK_STR_INIT, .titles = EVK_STR_INIT};
    evk_status s;

    if (count == 0)
        return evk_fail(err, EVK_EINVAL, "found no set to compare, expected at least 1");
    s = draw(&c, path, err);
    free(c.neuron);
    free(c.best);
    free(c.items);
    evk_str_release(&c.texts);
    evk_str_release(&c.titles);
    return s;
}
