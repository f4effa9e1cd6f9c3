/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gallery.c - chooses what the contact sheet of a set shows */
#include "stimset/sheet/gallery.h"
#include "stimset/record/aim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/image.h"
#include "stimset/record/neuron.h"
#include "stimset/record/set_file.h"

/* Read a reference image, at the size of the stimulus of the row. */
static evk_status read_photo(const struct evk_gallery *g, int64_t photo, const struct evk_row *row,
                             struct evk_pixels *out, evk_error *err)
{
    const struct evk_size size = {row->height_px, row->width_px, 3};

    return evk_image_list_pixels(g->reference, (size_t)photo, &size, out, NULL, err);
}

static evk_status copy_pixels(const struct evk_pixels *from, struct evk_pixels *out, evk_error *err)
{
    EVK_TRY(evk_pixels_new(out, from->height, from->width, from->channels, err));
    memcpy(out->data, from->data, (size_t)(from->height * from->width * from->channels));
    return EVK_OK;
}

/* The function evk_sheet.read of a gallery. */
static evk_status read_pixels(void *arg, int64_t item, struct evk_pixels *out, evk_error *err)
{
    const struct evk_gallery *g = arg;
    const int64_t stimulus = g->stimulus[item];
    const struct evk_row *row = &g->all->list[stimulus].row;

    if (g->photo[item] >= 0)
        return read_photo(g, g->photo[item], row, out, err);
    if (g->kept && g->kept[stimulus].data)
        return copy_pixels(&g->kept[stimulus], out, err);
    return evk_set_file_get_image(g->folder, row, NULL, out, err);
}

/* The function evk_sheet.curves of a gallery. */
static evk_status read_curves(void *arg, int64_t item, struct evk_curves *out, evk_error *err)
{
    const struct evk_gallery *g = arg;
    char name[EVK_IMAGE_NAME];

    evk_set_file_trace_name(&g->all->list[g->stimulus[item]].row, name);
    return evk_curves_read(out, g->folder, name, err);
}

/* Returns the number of the reference image with this name, -1 where there is none. */
static int64_t find_photo(const struct evk_gallery *g, const char *name)
{
    const size_t n = g->reference ? evk_image_list_count(g->reference) : 0;

    for (size_t i = 0; i < n; i++)
        if (strcmp(evk_image_list_name(g->reference, i), name) == 0)
            return (int64_t)i;
    return -1;
}

static void add_gallery_item(struct evk_gallery *g, int64_t stimulus, int64_t photo)
{
    g->stimulus[g->count] = stimulus;
    g->photo[g->count++] = photo;
}

/* Choose the items of evk_gallery_neurons; order (g->all->count): evk_order_by_neuron. */
static void choose_by_neuron(struct evk_gallery *g, const int64_t *order)
{
    const struct evk_stimulus *list = g->all->list;
    int64_t named = -1; /* a stimulus of the neuron whose row names its best reference image */

    for (int64_t i = 0; i < g->all->count; i++) {
        const struct evk_row *row = &list[order[i]].row;
        const bool is_last =
            i + 1 == g->all->count || !evk_is_same_neuron(row, &list[order[i + 1]].row);

        if (!row->dropped[0])
            add_gallery_item(g, order[i], -1);
        if (row->present && row->natural_file && !row->control)
            named = order[i];
        if (!is_last)
            continue;
        if (named >= 0 && find_photo(g, list[named].row.natural_file) >= 0)
            add_gallery_item(g, named, find_photo(g, list[named].row.natural_file));
        named = -1;
    }
}

/* Is the image a photograph itself, in a set of images that are made from photographs? */
static bool is_original(const struct evk_row *row)
{
    return row->method && strcmp(row->method, "original") == 0;
}

/* Choose the items of evk_gallery_first. */
static void choose_first(struct evk_gallery *g, const struct evk_gallery_words *words)
{
    for (int64_t i = 0; i < g->all->count; i++) {
        const struct evk_row *row = &g->all->list[i].row;
        const bool has_photo =
            words->made_from_photo && row->present && !row->source_id && !is_original(row);
        const int64_t photo = has_photo ? find_photo(g, row->source_file) : -1;

        add_gallery_item(g, i, -1);
        if (photo >= 0)
            add_gallery_item(g, i, photo);
    }
}

void evk_gallery_neuron_name(const struct evk_row *row, struct evk_str *out)
{
    evk_str_printf(out, "%s:%s", row->target_model ? row->target_model : "n/a", row->target_output);
}

void evk_gallery_source_name(const struct evk_row *row, struct evk_str *out)
{
    evk_str_puts(out, row->source_file ? row->source_file : "n/a");
}

/* Append a name with its zero, and return its offset in g->names, which may move later. */
static size_t add_name(struct evk_gallery *g, const struct evk_gallery_words *words,
                       const struct evk_row *row)
{
    const size_t at = g->names.size;

    words->name(row, &g->names);
    evk_str_add(&g->names, "", 1);
    return at;
}

static size_t add_label(struct evk_gallery *g, const struct evk_gallery_words *words, int64_t item)
{
    const struct evk_row *row = &g->all->list[g->stimulus[item]].row;
    const size_t at = g->names.size;

    if (evk_row_is_series(row))
        evk_str_printf(&g->names, "%scontrast %.4g \xC2\xB7 %.4g",
                       row->source_file ? "natural, " : "", row->contrast, row->response_pred);
    else if (row->control && row->response_pred < HUGE_VAL)
        evk_str_printf(&g->names, "%s \xC2\xB7 %.4g", row->control, row->response_pred);
    else if (row->control)
        evk_str_puts(&g->names, row->control);
    else if (words->made_from_photo && (is_original(row) || g->photo[item] >= 0))
        evk_str_puts(&g->names, "original");
    else if (g->photo[item] >= 0)
        evk_str_printf(&g->names, "best natural \xC2\xB7 z %.3g \xC2\xB7 %s", row->natural_z,
                       row->natural_file);
    evk_str_add(&g->names, "", 1);
    return at;
}

static size_t add_remark(struct evk_gallery *g, const struct evk_gallery_words *words,
                         const struct evk_row *row)
{
    const size_t at = g->names.size;

    if (row->dead)
        evk_str_puts(&g->names, "dead");
    else if (!row->present)
        evk_str_puts(&g->names, "no image");
    else if (row->duplicate_of[0])
        evk_str_printf(&g->names, "repeats %s",
                       row->duplicate_of + (strncmp(row->duplicate_of, "stim-", 5) ? 0 : 5));
    else if (row->flags[0] && strcmp(row->flags, "ok") != 0)
        evk_str_puts(&g->names, row->flags);
    else if (row->saturated && (!words->made_from_photo || is_original(row)))
        evk_str_puts(&g->names, "saturated");
    evk_str_add(&g->names, "", 1);
    return at;
}

/* Fill in item i; at: offsets in g->names of its name, its remark and its label. */
static void fill_item(struct evk_gallery *g, int64_t i, const size_t at[3])
{
    const struct evk_stimulus *s = &g->all->list[g->stimulus[i]];
    double *trace = g->traces + i * EVK_RESPONSE_TRACE_MAX;
    const char *remark = g->names.data + at[1], *label = g->names.data + at[2];

    for (int64_t k = 0; k < s->trace.count; k++)
        trace[k] = (double)s->trace.response[k];
    g->items[i] = (struct evk_sheet_item){
        .id = g->photo[i] < 0 ? s->row.stimulus_id : "",
        .neuron = g->names.data + at[0],
        .start = s->row.start == EVK_INT_MISSING ? -1 : s->row.start,
        .response = s->row.objective_pred,
        .merit = evk_row_merit(&s->row),
        .is_chosen = true,
        .trace = trace,
        .trace_count = s->trace.count,
        .present = s->row.present,
        .traced = s->row.present && s->row.trace_sha256[0],
        .descending = evk_row_aim(&s->row) == EVK_AIM_LOWER,
        .remark = remark[0] ? remark : NULL,
    };
    if (label[0]) {
        g->items[i].label = label;
        g->items[i].trace_count = 0;
        g->items[i].remark = NULL;
        g->items[i].traced = false;
    }
}

static evk_status fill_items(struct evk_gallery *g, const struct evk_gallery_words *words,
                             evk_error *err)
{
    size_t(*at)[3];
    evk_status s;

    EVK_TRY(evk_alloc(&at, g->count, sizeof(*at), "a contact sheet", err));
    for (int64_t i = 0; i < g->count; i++) {
        const struct evk_row *row = &g->all->list[g->stimulus[i]].row;

        at[i][0] = add_name(g, words, row);
        at[i][1] = add_remark(g, words, row);
        at[i][2] = add_label(g, words, i);
    }
    s = evk_str_check(&g->names, err);
    for (int64_t i = 0; i < g->count && !s; i++)
        fill_item(g, i, at[i]);
    free(at);
    return s;
}

/* Allocate memory for items of n stimuli, each with a photograph beside it. */
static evk_status allocate(struct evk_gallery *g, int64_t n, evk_error *err)
{
    const char *what = "a contact sheet";

    EVK_TRY(evk_alloc(&g->stimulus, 2 * n, sizeof(*g->stimulus), what, err));
    EVK_TRY(evk_alloc(&g->photo, 2 * n, sizeof(*g->photo), what, err));
    EVK_TRY(evk_alloc(&g->items, 2 * n, sizeof(*g->items), what, err));
    return evk_alloc(&g->traces, 2 * n * EVK_RESPONSE_TRACE_MAX, sizeof(*g->traces), what, err);
}

evk_status evk_gallery_neurons(struct evk_gallery *g, const struct evk_gallery_words *words,
                               evk_error *err)
{
    int64_t *order;
    evk_status s;

    EVK_TRY(allocate(g, g->all->count, err));
    EVK_TRY(evk_alloc(&order, g->all->count, sizeof(*order), "a contact sheet", err));
    s = evk_order_by_neuron(g->all, order, err);
    if (!s)
        choose_by_neuron(g, order);
    free(order);
    return s ? s : fill_items(g, words, err);
}

evk_status evk_gallery_first(struct evk_gallery *g, const struct evk_gallery_words *words,
                             evk_error *err)
{
    const int64_t n = g->all->count;

    EVK_TRY(allocate(g, n, err));
    choose_first(g, words);
    if (g->total > n)
        evk_str_printf(&g->about, "the first %lld of ", (long long)n);
    evk_str_printf(&g->about, "%lld image%s", (long long)g->total, g->total == 1 ? "" : "s");
    EVK_TRY(evk_str_check(&g->about, err));
    return fill_items(g, words, err);
}

evk_status evk_gallery_init(struct evk_gallery *g, const struct evk_dir *folder,
                            const struct evk_set_kind *kind, const struct evk_stimuli *all,
                            int64_t total, const evk_image_list *reference, evk_error *err)
{
    evk_status s;

    *g = (struct evk_gallery){.names = EVK_STR_INIT,
                              .about = EVK_STR_INIT,
                              .folder = folder,
                              .all = all,
                              .total = total,
                              .reference = reference};
    s = kind->draw(g, err);
    if (s) {
        evk_gallery_release(g);
        return s;
    }
    g->sheet = (struct evk_sheet){.title = kind->title,
                                  .about = g->about.size ? g->about.data : NULL,
                                  .items = g->items,
                                  .count = g->count,
                                  .as_listed = g->as_listed,
                                  .read = read_pixels,
                                  .arg = g,
                                  .curves = read_curves};
    return EVK_OK;
}

void evk_gallery_release(struct evk_gallery *g)
{
    free(g->items);
    free(g->stimulus);
    free(g->photo);
    free(g->traces);
    free(g->lines);
    evk_str_release(&g->names);
    evk_str_release(&g->about);
}
