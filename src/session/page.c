/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.c - a page for a browser of a session: its images as they are shown, by units */
#include "stimset/page/page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/num.h"
#include "evoke/session.h"
#include "session/folder/session.h"
#include "stimset/record/set_file.h"

/* A page of a session while it is made. */
struct paging {
    struct evk_rig_session session; /* owned */
    struct evk_row *rows;           /* (roles) of the items; owned */
    struct evk_page page;           /* owned */
};

/* Returns a cell of roles.tsv; NULL where it says n/a. */
static const char *cell(const struct paging *g, int64_t role, const char *column)
{
    const struct evk_table *t = &g->session.roles;
    const char *text = evk_table_cell(t, (size_t)role, evk_table_find(t, column));

    return text && strcmp(text, "n/a") != 0 ? text : NULL;
}

static double number(const struct paging *g, int64_t role, const char *column)
{
    const char *text = cell(g, role, column);
    double value = (double)NAN;

    if (text)
        (void)evk_parse_real(text, &value);
    return value;
}

static void copy(char *to, size_t size, const char *text)
{
    snprintf(to, size, "%s", text ? text : "");
}

/* Returns the size of the file of an image, in bytes. */
static int64_t bytes_of(const struct paging *g, int64_t code)
{
    const struct evk_table *t = &g->session.stimuli;
    const char *text = evk_table_cell(t, (size_t)(code - 1), evk_table_find(t, "bytes"));
    int64_t bytes;

    return text && evk_parse_int(text, &bytes) && bytes > 0 && bytes < (1 << 30) ? bytes : 1;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Fills in the cells of a row that a page shows, by a role and its image. */
static void fill_row(const struct paging *g, int64_t r, struct evk_row *row)
{
    const struct evk_rig_role *role = &g->session.role[r];
    const struct evk_rig_image *image = &g->session.image[role->code - 1];
    const bool is_control =
        strcmp(role->control_of, "n/a") != 0 && strcmp(role->role, "adversarial") != 0;
    const double shown = number(g, r, "response_shown");

    *row = evk_row_new();
    copy(row->stimulus_id, sizeof(row->stimulus_id), role->stimulus_id);
    copy(row->filename, sizeof(row->filename), image->filename);
    copy(row->sha256, sizeof(row->sha256), image->sha256);
    snprintf(row->description, sizeof(row->description), "stim_code %lld; %s of set %s",
             (long long)role->code, role->stimulus_id, role->set);
    row->present = true;
    row->stim_code = role->code;
    row->set_type = is_control ? "control" : role->role;
    row->control = is_control ? role->role : NULL;
    row->control_of = cell(g, r, "control_of");
    row->source_id = cell(g, r, "source_id");
    row->rank = !is_control && strcmp(role->role, "natural") == 0 ? 1 : EVK_INT_MISSING;
    /* a session does not say which perturbed images raise the response, and which lower it */
    if (strcmp(role->role, "adversarial") != 0)
        copy(row->objective, sizeof(row->objective),
             strcmp(role->role, "min") == 0 ? "min" : "max");
    row->response_pred = isnan(shown) ? number(g, r, "response_pred") : shown;
    row->objective_pred = row->response_pred;
    row->own_z = number(g, r, "own_z");
    row->heldout_z = number(g, r, "heldout_z");
    copy(row->judges, sizeof(row->judges), cell(g, r, "judges"));
    copy(row->judge_roles, sizeof(row->judge_roles), cell(g, r, "judge_roles"));
    copy(row->judge_z, sizeof(row->judge_z), cell(g, r, "judge_z"));
    copy(row->flags, sizeof(row->flags), cell(g, r, "flags"));
    row->width_px = image->width_px;
    row->height_px = image->height_px;
    row->bytes = bytes_of(g, role->code);
}

/* ---- sets and units -------------------------------------------------------------------------- */

/* Sets *out to the number of a text among names, which is added where it is new. */
static evk_status number_of(struct evk_names *names, const char *text, size_t *out, evk_error *err)
{
    for (*out = 0; *out < names->count; ++*out)
        if (strcmp(names->names[*out], text) == 0)
            return EVK_OK;
    return evk_names_add(names, text, err);
}

static evk_status list_items(struct paging *g, evk_error *err)
{
    const struct evk_rig_session *s = &g->session;
    struct evk_page *p = &g->page;

    EVK_TRY(evk_alloc(&g->rows, s->role_count, sizeof(*g->rows), "a page", err));
    EVK_TRY(evk_alloc(&p->items, s->role_count, sizeof(*p->items), "a page", err));
    for (int64_t r = 0; r < s->role_count; r++) {
        struct evk_page_item *item = &p->items[p->count];
        size_t unit;

        if (strcmp(s->role[r].set, "n/a") == 0)
            continue; /* the blank and the image of catch trials */
        fill_row(g, r, &g->rows[p->count]);
        *item = (struct evk_page_item){.row = &g->rows[p->count], .of = -1, .base = -1};
        EVK_TRY(number_of(&p->names, s->role[r].set, &item->set, err));
        if (cell(g, r, "unit")) {
            EVK_TRY(number_of(&p->units, s->role[r].unit, &unit, err));
            item->unit = p->units.names[unit];
        }
        p->count++;
    }
    if (p->count)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL, "%s: has no image of a set to be shown", s->folder.path);
}

static evk_status list_sets(struct paging *g, evk_error *err)
{
    struct evk_page *p = &g->page;

    EVK_TRY(evk_alloc(&p->sets, (int64_t)p->names.count, sizeof(*p->sets), "a page", err));
    for (; p->set_count < p->names.count; p->set_count++)
        p->sets[p->set_count] = (struct evk_page_set){.name = p->names.names[p->set_count],
                                                      .title = "As the screen shows them",
                                                      .unasked = "natural",
                                                      .folder = &g->session.folder};
    return EVK_OK;
}

/* ---- what belongs together ------------------------------------------------------------------- */

/* An item by its set and stimulus. */
struct key {
    size_t set;
    const char *id;
    int64_t item;
};

static int by_key(const void *a, const void *b)
{
    const struct key *x = a, *y = b;

    return x->set != y->set ? (x->set > y->set) - (x->set < y->set) : strcmp(x->id, y->id);
}

static int64_t find_item(const struct key *keys, int64_t count, size_t set, const char *id)
{
    const struct key want = {set, id, 0};
    const struct key *found =
        id ? bsearch(&want, keys, (size_t)count, sizeof(*keys), by_key) : NULL;

    return found ? found->item : -1;
}

/* Finds the image that each control is of, and the base image of each perturbed one. */
static evk_status relate(struct paging *g, evk_error *err)
{
    struct evk_page *p = &g->page;
    struct key *keys;

    EVK_TRY(evk_alloc(&keys, p->count, sizeof(*keys), "a page", err));
    for (int64_t i = 0; i < p->count; i++)
        keys[i] = (struct key){p->items[i].set, p->items[i].row->stimulus_id, i};
    qsort(keys, (size_t)p->count, sizeof(*keys), by_key);
    for (int64_t i = 0; i < p->count; i++) {
        struct evk_page_item *item = &p->items[i];
        const struct evk_row *row = item->row;

        item->base = find_item(keys, p->count, item->set, row->source_id);
        item->of = row->control ? find_item(keys, p->count, item->set, row->control_of) : -1;
    }
    for (int64_t i = 0; i < p->count; i++)
        if (p->items[i].of >= 0 && p->items[p->items[i].of].row->control)
            p->items[i].of = -1; /* a control of a control stands by itself */
    free(keys);
    return EVK_OK;
}

/* ---- all ------------------------------------------------------------------------------------- */

static evk_status write_page(struct paging *g, const char *folder, const char *veto,
                             const char *path, evk_error *err)
{
    char about[EVK_SHA256_TEXT];

    EVK_TRY(evk_rig_session_open(&g->session, folder, err));
    if (g->session.role_count > EVK_PAGE_IMAGES)
        return evk_fail(err, EVK_EINVAL,
                        "%s: has %lld stimuli, and a page shows at most %d; make pages of its sets",
                        folder, (long long)g->session.role_count, EVK_PAGE_IMAGES);
    EVK_TRY(list_items(g, err));
    EVK_TRY(list_sets(g, err));
    EVK_TRY(relate(g, err));
    EVK_TRY(evk_set_file_hash(&g->session.folder, EVK_SET_MANIFEST, about, err));
    EVK_TRY(evk_page_complete(&g->page, veto, about, err));
    return evk_page_write(&g->page, path, err);
}

evk_status evk_rig_session_page(const char *folder, const char *veto, const char *path,
                                evk_error *err)
{
    EVK_ENTER();
    struct paging g = {.rows = NULL};
    const evk_status s = write_page(&g, folder, veto, path, err);

    evk_page_release(&g.page);
    evk_rig_session_close(&g.session);
    free(g.rows);
    return s;
}
