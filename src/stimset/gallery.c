/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gallery.c - the contact sheet of a set */
#include "stimset/gallery.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/folder.h"
#include "stimset/neuron.h"

static evk_status read_pixels(void *arg, int64_t item, struct evk_pixels *out, evk_error *err)
{
    const struct evk_gallery *g = arg;

    return evk_folder_get_image(g->folder, &g->all->list[g->stimulus[item]].row, NULL, out, err);
}

static const char *model_of(const struct evk_row *row)
{
    return row->target_model ? row->target_model : "n/a";
}

/* Append a text with its final zero; its place. The texts may still move. */
static size_t add_name(struct evk_gallery *g, const struct evk_row *row)
{
    const size_t at = g->names.size;

    evk_str_printf(&g->names, "%s:%s", model_of(row), row->target_output);
    evk_str_add(&g->names, "", 1);
    return at;
}

static size_t add_remark(struct evk_gallery *g, const struct evk_row *row)
{
    const size_t at = g->names.size;

    if (row->dead)
        evk_str_puts(&g->names, "dead");
    else if (!row->present)
        evk_str_puts(&g->names, "no image");
    else if (row->duplicate_of[0])
        evk_str_printf(&g->names, "repeats %s", row->duplicate_of);
    else if (row->saturated)
        evk_str_puts(&g->names, "saturated");
    evk_str_add(&g->names, "", 1);
    return at;
}

static void fill(struct evk_gallery *g, int64_t i, const size_t at[2])
{
    const struct evk_stimulus *s = &g->all->list[g->stimulus[i]];
    double *trace = g->traces + i * EVK_TRACE_MAX;
    const char *remark = g->names.data + at[1];

    for (int64_t k = 0; k < s->trace.count; k++)
        trace[k] = (double)s->trace.response[k];
    g->items[i] = (struct evk_sheet_item){
        .id = s->row.stimulus_id,
        .neuron = g->names.data + at[0],
        .start = s->row.start,
        .response = s->row.objective_pred,
        .trace = trace,
        .trace_count = s->trace.count,
        .present = s->row.present,
        .descending = strncmp(s->row.objective, "min", 3) == 0,
        .remark = remark[0] ? remark : NULL,
    };
}

static evk_status fill_all(struct evk_gallery *g, evk_error *err)
{
    const int64_t n = g->all->count;
    size_t(*at)[2];
    evk_status s;

    EVK_TRY(evk_alloc(&at, n, sizeof(*at), "a contact sheet", err));
    for (int64_t i = 0; i < n; i++) {
        const struct evk_row *row = &g->all->list[g->stimulus[i]].row;

        at[i][0] = add_name(g, row);
        at[i][1] = add_remark(g, row);
    }
    s = evk_str_check(&g->names, err);
    for (int64_t i = 0; i < n && !s; i++)
        fill(g, i, at[i]);
    free(at);
    return s;
}

evk_status evk_gallery_init(struct evk_gallery *g, const char *folder, const char *title,
                            const struct evk_stimuli *all, evk_error *err)
{
    const int64_t n = all->count;
    evk_status s;

    *g = (struct evk_gallery){.names = EVK_STR_INIT, .folder = folder, .all = all};
    s = evk_alloc(&g->items, n, sizeof(*g->items), "a contact sheet", err);
    if (!s)
        s = evk_alloc(&g->stimulus, n, sizeof(*g->stimulus), "a contact sheet", err);
    if (!s)
        s = evk_alloc(&g->traces, n * EVK_TRACE_MAX, sizeof(*g->traces), "a contact sheet", err);
    if (!s)
        s = evk_order_by_neuron(all, g->stimulus, err);
    if (!s)
        s = fill_all(g, err);
    if (s) {
        evk_gallery_release(g);
        return s;
    }
    g->sheet = (struct evk_sheet){title, g->items, n, read_pixels, g};
    return EVK_OK;
}

void evk_gallery_release(struct evk_gallery *g)
{
    free(g->items);
    free(g->stimulus);
    free(g->traces);
    evk_str_release(&g->names);
}
