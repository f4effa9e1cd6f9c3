/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comparison.c - one contact sheet of several sets: the best image in each set of every neuron */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "stimset/finished/set.h"
#include "stimset/make/build.h"
#include "stimset/record/aim.h"
#include "stimset/record/neuron.h"
#include "stimset/record/set_file.h"
#include "stimset/score/select.h"
#include "stimset/sheet/sheet.h"

/* The best image of a neuron in a set. */
struct best {
    int64_t row;     /* its row in the set; -1: the set has no image of the neuron */
    double response; /* its objective_pred */
};

/* A neuron: offsets in comparison.texts. */
struct neuron {
    size_t key;  /* of the text that evk_neuron_key makes */
    size_t name; /* of the text that the sheet has */
};

struct comparison {
    const evk_set *const *sets;   /* (count) borrowed */
    int64_t count;                /* sets */
    struct evk_str texts;         /* keys and names of neurons, each ended by a zero; owned */
    struct neuron *neuron;        /* (room) those of the first set, then others; owned */
    int64_t neurons, room;        /* neurons of all sets; after drop_absent, those shown */
    int64_t *of_set;              /* (count) neurons that each set has an image of; owned */
    struct best *best;            /* (neurons, count) owned */
    struct evk_str titles;        /* title, then names of the sets, each ended by a zero; owned */
    struct evk_str about;         /* the line below the title; owned */
    struct evk_sheet_item *items; /* (neurons, count) owned */
};

static const char least[] = " least"; /* ends the name of a neuron whose response is to be low */

static bool ends_in_least(const char *name)
{
    const size_t n = strlen(name), m = strlen(least);

    return n >= m && strcmp(name + n - m, least) == 0;
}

static bool lowers(const struct evk_row *row)
{
    return evk_row_aim(row) == EVK_AIM_LOWER;
}

/* ---- the neurons of all sets ---------------------------------------------------------------- */

/* Returns the number of the neuron with a key, from 0; -1: there is none. */
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
    evk_str_printf(&c->texts, "%s:%s%s", row->target_model, row->target_output,
                   lowers(row) ? least : "");
    evk_str_add(&c->texts, "", 1);
}

/* Call take for each row i of a set, with the key of the neuron of the row. */
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

/* For each_row: add the neuron of the row, unless it is there already. */
static void list_row(struct comparison *c, int64_t set, int64_t i, const struct evk_row *row,
                     const struct evk_str *key)
{
    (void)set;
    (void)i;
    if (row->target_model && row->target_output[0] && !c->texts.failed && find_neuron(c, key->data) < 0)
        add_neuron(c, row, key);
}

/* ---- the best image of each set ------------------------------------------------------------- */

/* For each_row: keep the row where its image is the best one of its neuron in the set so far. */
static void choose_row(struct comparison *c, int64_t set, int64_t i, const struct evk_row *row,
                       const struct evk_str *key)
{
    const int64_t k = row->present && !row->control ? find_neuron(c, key->data) : -1;
    struct best *best = k < 0 ? NULL : &c->best[k * c->count + set];

    if (best && evk_is_better(lowers(row), row->objective_pred,
                              best->row < 0 ? (double)NAN : best->response))
        *best = (struct best){i, row->objective_pred};
}

/* Leave out neurons that no set has an image of; count those of each set. */
static void drop_absent(struct comparison *c)
{
    int64_t shown = 0;

    for (int64_t k = 0; k < c->neurons; k++) {
        int64_t found = 0;

        for (int64_t s = 0; s < c->count; s++) {
            found += c->best[k * c->count + s].row >= 0;
            c->of_set[s] += c->best[k * c->count + s].row >= 0;
        }
        if (!found)
            continue;
        c->neuron[shown] = c->neuron[k];
        memmove(c->best + shown * c->count, c->best + k * c->count,
                (size_t)c->count * sizeof(*c->best));
        shown++;
    }
    c->neurons = shown;
}

static evk_status choose_images(struct comparison *c, evk_error *err)
{
    for (int64_t s = 0; s < c->count; s++)
        c->room += c->sets[s]->rows.count;
    EVK_TRY(evk_alloc(&c->neuron, c->room, sizeof(*c->neuron), "a sheet", err));
    EVK_TRY(evk_alloc(&c->of_set, c->count, sizeof(*c->of_set), "a sheet", err));
    for (int64_t s = 0; s < c->count; s++)
        EVK_TRY(each_row(c, s, list_row, err));
    EVK_TRY(evk_alloc(&c->best, c->neurons * c->count, sizeof(*c->best), "a sheet", err));
    for (int64_t i = 0; i < c->neurons * c->count; i++)
        c->best[i].row = -1;
    for (int64_t s = 0; s < c->count; s++)
        EVK_TRY(each_row(c, s, choose_row, err));
    drop_absent(c);
    if (c->neurons == 0)
        return evk_fail(err, EVK_EINVAL,
                        "%s: has no image that a neuron was asked for%s; draw each set by itself",
                        c->sets[0]->folder.path, c->count > 1 ? ", nor has another set" : "");
    return EVK_OK;
}

/* ---- the sheet ------------------------------------------------------------------------------ */

/* Append the name of a set, which is the last part of the path of its folder. */
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

/*
 * Make the items of the sheet.  The first item of a row has the name of the neuron as caption and,
 * beside it, the name of the first set; the other items have the names of their sets as captions.
 */
static evk_status fill_items(struct comparison *c, evk_error *err)
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

/* Is the neuron another one than those before it?  One may be shown with high and low responses. */
static bool is_first(const struct comparison *c, int64_t k)
{
    const char *name = c->texts.data + c->neuron[k].name;
    const size_t size = strlen(name) - (ends_in_least(name) ? strlen(least) : 0);

    for (int64_t i = 0; i < k; i++) {
        const char *other = c->texts.data + c->neuron[i].name;

        if (strncmp(name, other, size) == 0 && (!other[size] || strcmp(other + size, least) == 0))
            return false;
    }
    return true;
}

static evk_status write_about(struct comparison *c, evk_error *err)
{
    long long neurons = 0, images = 0;

    for (int64_t k = 0; k < c->neurons; k++)
        neurons += is_first(c, k);
    for (int64_t s = 0; s < c->count; s++)
        images += c->of_set[s];
    evk_str_printf(&c->about,
                   "%lld neuron%s, %lld image%s; a neuron's best image of each set, and the "
                   "response of its model",
                   neurons, neurons == 1 ? "" : "s", images, images == 1 ? "" : "s");
    return evk_str_check(&c->about, err);
}

static evk_status draw_comparison(struct comparison *c, const char *path, evk_error *err)
{
    struct evk_sheet sheet = {.as_listed = true, .read = read_pixels, .arg = c};

    EVK_TRY(choose_images(c, err));
    EVK_TRY(write_titles(c, err));
    EVK_TRY(fill_items(c, err));
    EVK_TRY(write_about(c, err));
    sheet.about = c->about.data;
    sheet.title = c->titles.data;
    sheet.items = c->items;
    sheet.count = c->neurons * c->count;
    return evk_sheet_write(&sheet, path, err);
}

evk_status evk_sets_compare(const evk_set *const *sets, size_t count, const char *path,
                            evk_error *err)
{
    EVK_ENTER();
    struct comparison c = {.sets = sets,
                           .count = (int64_t)count,
                           .texts = EVK_STR_INIT,
                           .titles = EVK_STR_INIT,
                           .about = EVK_STR_INIT};
    evk_status s;

    if (count == 0)
        return evk_fail(err, EVK_EINVAL, "found no set to compare, expected at least 1");
    s = draw_comparison(&c, path, err);
    free(c.neuron);
    free(c.best);
    free(c.of_set);
    free(c.items);
    evk_str_release(&c.texts);
    evk_str_release(&c.titles);
    evk_str_release(&c.about);
    return s;
}
