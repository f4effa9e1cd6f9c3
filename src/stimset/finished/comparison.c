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

struct comparison {
    const evk_set *const *sets; /* (count) */
    int64_t count;
    const struct evk_row **neurons; /* (neurons_count) a row of each */
    int64_t neurons_count;
    const struct evk_row **rows; /* (neurons_count, count) the best images; NULL: there is none */
    struct evk_sheet_item *items;
    struct evk_str texts; /* title, then names of sets, then of neurons; ended by zeros */
};

static bool lowers(const struct evk_row *row)
{
    return evk_row_aim(row) == EVK_AIM_LOWER;
}

/* The set's best image of the neuron that the row is of, NULL where there is none. */
static const struct evk_row *find_best(const evk_set *set, const struct evk_row *of)
{
    const struct evk_row *best = NULL;

    for (int64_t i = 0; i < set->all.count; i++) {
        const struct evk_row *row = &set->all.list[i].row;

        if (row->present && !row->control && evk_is_same_neuron(row, of) &&
            evk_is_better(lowers(of), row->objective_pred,
                          best ? best->objective_pred : (double)NAN))
            best = row;
    }
    return best;
}

/* Is this the first row of its neuron in the set? */
static bool is_first(const evk_set *set, int64_t at)
{
    for (int64_t i = 0; i < at; i++)
        if (evk_is_same_neuron(&set->all.list[i].row, &set->all.list[at].row))
            return false;
    return true;
}

/* Neurons in the order of the first set, those that another set has too. */
static evk_status list_rows(struct comparison *c, evk_error *err)
{
    const evk_set *first = c->sets[0];

    EVK_TRY(evk_alloc(&c->rows, first->all.count * c->count, sizeof(*c->rows), "a sheet", err));
    EVK_TRY(evk_alloc(&c->neurons, first->all.count, sizeof(*c->neurons), "a sheet", err));
    for (int64_t i = 0; i < first->all.count; i++) {
        const struct evk_row *row = &first->all.list[i].row;
        int64_t found = 0;

        for (int64_t s = 0; s < c->count && is_first(first, i); s++) {
            c->rows[c->neurons_count * c->count + s] = find_best(c->sets[s], row);
            found += c->rows[c->neurons_count * c->count + s] != NULL;
        }
        if (found > 1 || (found == 1 && c->count == 1))
            c->neurons[c->neurons_count++] = row;
    }
    if (c->neurons_count == 0)
        return evk_fail(err, EVK_EINVAL, "%s: none of its neurons has an image in another set",
                        first->folder.path);
    return EVK_OK;
}

/* A set is called as its folder is. */
static void add_name(struct comparison *c, const char *folder)
{
    size_t n = strlen(folder), at;

    while (n > 1 && folder[n - 1] == '/')
        n--;
    for (at = n; at > 0 && folder[at - 1] != '/'; at--) {
    }
    evk_str_add(&c->texts, folder + at, n - at);
}

static evk_status write_texts(struct comparison *c, evk_error *err)
{
    for (int64_t s = 0; s < c->count; s++) {
        evk_str_puts(&c->texts, s ? " \xC2\xB7 " : "");
        add_name(c, c->sets[s]->folder.path);
    }
    evk_str_add(&c->texts, "", 1);
    for (int64_t s = 0; s < c->count; s++) {
        add_name(c, c->sets[s]->folder.path);
        evk_str_add(&c->texts, "", 1);
    }
    for (int64_t i = 0; i < c->neurons_count; i++) {
        const struct evk_row *row = c->neurons[i];

        evk_str_printf(&c->texts, "%s:%s%s", row->target_model ? row->target_model : "n/a",
                       row->target_output, lowers(row) ? " least" : "");
        evk_str_add(&c->texts, "", 1);
    }
    return evk_str_check(&c->texts, err);
}

/* The first cell of a row has the neuron's name, with that of the set beside it. */
static evk_status fill(struct comparison *c, evk_error *err)
{
    const char *const sets = c->texts.data + strlen(c->texts.data) + 1;
    const char *neuron = sets, *name = sets;

    EVK_TRY(evk_alloc(&c->items, c->neurons_count * c->count, sizeof(*c->items), "a sheet", err));
    for (int64_t s = 0; s < c->count; s++)
        neuron += strlen(neuron) + 1;
    for (int64_t i = 0; i < c->neurons_count * c->count; i++) {
        const struct evk_row *row = c->rows[i];
        const bool leads = i % c->count == 0;

        if (i > 0 && leads)
            neuron += strlen(neuron) + 1;
        name = leads ? sets : name + strlen(name) + 1;
        c->items[i] = (struct evk_sheet_item){
            .id = leads ? name : "",
            .neuron = neuron,
            .caption = leads ? NULL : name,
            .start = -1,
            .response = row ? row->objective_pred : (double)NAN,
            .present = row != NULL,
        };
    }
    return EVK_OK;
}

static evk_status read_pixels(void *arg, int64_t item, struct evk_pixels *out, evk_error *err)
{
    const struct comparison *c = arg;

    return evk_set_file_get_image(&c->sets[item % c->count]->folder, c->rows[item], NULL, out, err);
}

evk_status evk_sets_compare(const evk_set *const *sets, size_t count, const char *path,
                            evk_error *err)
{
    struct comparison c = {.sets = sets, .count = (int64_t)count, .texts = EVK_STR_INIT};
    evk_status s = EVK_OK;

    if (count == 0)
        return evk_fail(err, EVK_EINVAL, "found no set to compare, expected at least 1");
    s = list_rows(&c, err);
    if (!s)
        s = write_texts(&c, err);
    if (!s)
        s = fill(&c, err);
    if (!s) {
        const struct evk_sheet sheet = {.title = c.texts.data,
                                        .items = c.items,
                                        .count = c.neurons_count * c.count,
                                        .as_listed = true,
                                        .read = read_pixels,
                                        .arg = &c};

        s = evk_sheet_write(&sheet, path, err);
    }
    free(c.neurons);
    free(c.rows);
    free(c.items);
    evk_str_release(&c.texts);
    return s;
}
