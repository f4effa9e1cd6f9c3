/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contents.c - which images of sets a page shows, and of which units they are */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/finished/set.h"
#include "stimset/page/page.h"
#include "stimset/record/set_file.h"
#include "stimset/record/set_names.h"
#include "stimset/record/tables.h"

/* ---- sets ------------------------------------------------------------------------------------ */

static evk_status too_many(int64_t images, evk_error *err)
{
    return evk_fail(err, EVK_EINVAL,
                    "a page shows at most %d images, and these sets have %lld; make pages of fewer "
                    "sets, or a sheet with a name that ends in .pdf",
                    EVK_PAGE_IMAGES, (long long)images);
}

/* Get the rows of a set; *images grows by the number of its images. */
static evk_status open_set(struct evk_page_set *s, const struct evk_set *set, int64_t *images,
                           evk_error *err)
{
    const bool is_whole = set->all.count == set->rows.count;

    s->set = set;
    s->folder = &set->folder;
    s->stimuli = is_whole ? &set->all : &s->own;
    EVK_TRY(evk_set_kind_find(&s->kind, set->description, err));
    s->title = s->kind->title;
    s->unasked = s->kind->unasked;
    if (!is_whole && *images + set->rows.count > EVK_PAGE_IMAGES)
        return too_many(*images + set->rows.count, err);
    if (!is_whole)
        EVK_TRY(evk_stimuli_take(&set->rows, set->rows.count, &s->own, err));
    for (int64_t i = 0; i < s->stimuli->count; i++)
        *images += s->stimuli->list[i].row.present;
    return evk_alloc(&s->item, s->stimuli->count, sizeof(*s->item), "a page", err);
}

static evk_status name_sets(struct evk_page *p, evk_error *err)
{
    const char **folders;
    evk_status s;

    EVK_TRY(evk_alloc(&folders, (int64_t)p->set_count, sizeof(*folders), "a page", err));
    for (size_t i = 0; i < p->set_count; i++)
        folders[i] = p->sets[i].set->folder.path;
    s = evk_set_names(&p->names, folders, p->set_count, err);
    free((void *)folders);
    for (size_t i = 0; i < p->set_count && !s; i++)
        p->sets[i].name = p->names.names[i];
    return s;
}

static evk_status open_sets(struct evk_page *p, const evk_set *const *sets, int64_t *images,
                            evk_error *err)
{
    EVK_TRY(evk_alloc(&p->sets, (int64_t)p->set_count, sizeof(*p->sets), "a page", err));
    for (size_t i = 0; i < p->set_count; i++)
        EVK_TRY(open_set(&p->sets[i], sets[i], images, err));
    if (*images > EVK_PAGE_IMAGES)
        return too_many(*images, err);
    if (*images == 0)
        return evk_fail(err, EVK_EINVAL, "%s: has no image to be shown", sets[0]->folder.path);
    return name_sets(p, err);
}

/* ---- units ----------------------------------------------------------------------------------- */

/* Set *out to the text among the units, which is added where it is new. */
static evk_status keep_name(struct evk_page *p, const char *name, const char **out, evk_error *err)
{
    for (size_t i = 0; i < p->units.count; i++)
        if (strcmp(p->units.names[i], name) == 0) {
            *out = p->units.names[i];
            return EVK_OK;
        }
    EVK_TRY(evk_names_add(&p->units, name, err));
    *out = p->units.names[p->units.count - 1];
    return EVK_OK;
}

/* Is an image one of a neuron?  Those of streamed sets were only shown to models. */
static bool has_neuron(const struct evk_page *p, const struct evk_page_item *item)
{
    return item->row->target_model && item->row->target_output[0] &&
           !p->sets[item->set].kind->streamed;
}

/* Name the unit of an image by the table of units of its set, if it has the neuron. */
static evk_status name_by_table(struct evk_page *p, struct evk_page_item *item, evk_error *err)
{
    const char *name = NULL;

    if (has_neuron(p, item))
        name =
            evk_set_unit(p->sets[item->set].set, item->row->target_model, item->row->target_output);
    return name ? keep_name(p, name, &item->unit, err) : EVK_OK;
}

/* Returns the unit of another image of the same output of the same model file; NULL: none has one. */
static const char *named_elsewhere(const struct evk_page *p, const struct evk_row *row)
{
    for (int64_t i = 0; row->model_sha256 && i < p->count; i++) {
        const struct evk_row *other = p->items[i].row;

        if (p->items[i].unit && other->model_sha256 &&
            strcmp(other->target_output, row->target_output) == 0 &&
            strcmp(other->model_sha256, row->model_sha256) == 0)
            return p->items[i].unit;
    }
    return NULL;
}

/* Name the unit of an image as another set does that has the neuron, or by model and output. */
static evk_status name_by_neuron(struct evk_page *p, struct evk_page_item *item, evk_error *err)
{
    const struct evk_row *row = item->row;
    struct evk_str neuron = EVK_STR_INIT;
    evk_status s;

    if (item->unit || !has_neuron(p, item))
        return EVK_OK;
    item->unit = named_elsewhere(p, row);
    if (item->unit)
        return EVK_OK;
    evk_str_printf(&neuron, "%s:%s", row->target_model, row->target_output);
    s = evk_str_check(&neuron, err);
    if (!s)
        s = keep_name(p, neuron.data, &item->unit, err);
    evk_str_release(&neuron);
    return s;
}

/* ---- images ---------------------------------------------------------------------------------- */

static evk_status list_items(struct evk_page *p, int64_t images, evk_error *err)
{
    EVK_TRY(evk_alloc(&p->items, images, sizeof(*p->items), "a page", err));
    for (size_t set = 0; set < p->set_count; set++) {
        const struct evk_stimuli *all = p->sets[set].stimuli;

        for (int64_t i = 0; i < all->count; i++) {
            struct evk_page_item *item = &p->items[p->count];

            p->sets[set].item[i] = all->list[i].row.present ? p->count : -1;
            if (!all->list[i].row.present)
                continue;
            *item = (struct evk_page_item){.set = set, .row = &all->list[i].row};
            EVK_TRY(name_by_table(p, item, err));
            p->count++;
        }
    }
    for (int64_t i = 0; i < p->count; i++)
        EVK_TRY(name_by_neuron(p, &p->items[i], err));
    return EVK_OK;
}

/* ---- vetoes ---------------------------------------------------------------------------------- */

/* For evk_vetoes_check: an image that is not shown cannot be vetoed either. */
static bool has_image(void *arg, size_t set, const char *id)
{
    const struct evk_page *p = arg;

    for (int64_t i = 0; i < p->count; i++)
        if (p->items[i].set == set && strcmp(p->items[i].row->stimulus_id, id) == 0)
            return true;
    return false;
}

static evk_status read_vetoes(struct evk_page *p, const char *veto, evk_error *err)
{
    if (!veto)
        return EVK_OK;
    EVK_TRY(evk_vetoes_read(&p->vetoes, veto, err));
    return evk_vetoes_check(&p->vetoes, (const char *const *)p->names.names, p->names.count,
                            has_image, p, err);
}

/* The key is a hash of what the page is about, and of the vetoes. */
static evk_status hash_all(struct evk_page *p, const char *about, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_puts(&text, about);
    for (size_t i = 0; i < p->vetoes.table.rows; i++)
        evk_str_printf(&text, "%s\t%s\t%s\n", p->vetoes.sorted[i].set,
                       p->vetoes.sorted[i].stimulus_id,
                       evk_vetoes_reason(&p->vetoes, (int64_t)p->vetoes.sorted[i].row));
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_sha256_text(text.data, text.size, p->key, err);
    evk_str_release(&text);
    return s;
}

/* A page of sets is about their manifests, under their names. */
static evk_status say_about(const struct evk_page *p, struct evk_str *out, evk_error *err)
{
    char sha256[EVK_SHA256_TEXT];

    for (size_t i = 0; i < p->set_count; i++) {
        EVK_TRY(evk_set_file_hash(p->sets[i].folder, EVK_SET_MANIFEST, sha256, err));
        evk_str_printf(out, "%s  %s\n", sha256, p->sets[i].name);
    }
    return evk_str_check(out, err);
}

/* ---- the page -------------------------------------------------------------------------------- */

evk_status evk_page_complete(struct evk_page *p, const char *veto, const char *about,
                             evk_error *err)
{
    EVK_TRY(read_vetoes(p, veto, err));
    EVK_TRY(evk_page_arrange(p, err));
    return hash_all(p, about, err);
}

static evk_status fill_page(struct evk_page *p, const evk_set *const *sets, const char *veto,
                            evk_error *err)
{
    struct evk_str about = EVK_STR_INIT;
    int64_t images = 0;
    evk_status s;

    EVK_TRY(open_sets(p, sets, &images, err));
    EVK_TRY(list_items(p, images, err));
    s = say_about(p, &about, err);
    if (!s)
        s = evk_page_complete(p, veto, about.data, err);
    evk_str_release(&about);
    return s;
}

evk_status evk_page_init(struct evk_page *out, const evk_set *const *sets, size_t count,
                         const char *veto, evk_error *err)
{
    evk_status s;

    *out = (struct evk_page){.set_count = count};
    s = fill_page(out, sets, veto, err);
    if (s)
        evk_page_release(out);
    return s;
}

void evk_page_release(struct evk_page *p)
{
    for (size_t i = 0; p->sets && i < p->set_count; i++) {
        evk_stimuli_release(&p->sets[i].own);
        free(p->sets[i].item);
    }
    free(p->sets);
    evk_names_release(&p->names);
    evk_names_release(&p->units);
    free(p->items);
    free(p->lines);
    evk_vetoes_release(&p->vetoes);
    *p = (struct evk_page){.sets = NULL};
}
