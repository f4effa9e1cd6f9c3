/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vetoed.c - images of a contact sheet that a table of vetoes names */
#include "stimset/finished/vetoed.h"

#include <string.h>

#include "stimset/record/set_names.h"

/* For evk_vetoes_check: an image that was dropped cannot be vetoed either. */
static bool has_image(void *arg, size_t i, const char *id)
{
    const evk_set *set = arg;
    const char *present = evk_set_cell(set, evk_set_find(set, id), "present");

    (void)i;
    return present && strcmp(present, "true") == 0;
}

evk_status evk_vetoes_of_set(struct evk_vetoes *out, const evk_set *set, const char *folder,
                             const char *path, evk_error *err)
{
    struct evk_names name;
    evk_status s;

    EVK_TRY(evk_vetoes_read(out, path, err));
    s = evk_set_names(&name, &folder, 1, err);
    if (!s) {
        const char *const names[] = {name.names[0]};

        s = evk_vetoes_check(out, names, 1, has_image, (void *)(uintptr_t)set, err);
        evk_names_release(&name);
    }
    if (s)
        evk_vetoes_release(out);
    return s;
}

/* Append the remark of each item, ended by a zero byte; an empty one where there is no veto. */
static void add_remarks(const struct evk_gallery *g, const char *set, const struct evk_vetoes *v,
                        struct evk_str *texts)
{
    for (int64_t i = 0; i < g->count; i++) {
        const struct evk_sheet_item *item = &g->items[i];
        const bool is_stimulus = !item->lines && item->present && g->photo[i] < 0;
        const int64_t veto = is_stimulus ? evk_vetoes_find(v, set, item->id) : -1;
        const char *reason = veto < 0 ? "" : evk_vetoes_reason(v, veto);

        if (veto >= 0)
            evk_str_printf(texts, "vetoed%s%s", reason[0] ? ": " : "", reason);
        evk_str_add(texts, "", 1);
    }
}

evk_status evk_gallery_veto(struct evk_gallery *g, const struct evk_vetoes *v,
                            struct evk_str *texts, evk_error *err)
{
    const char *const folder = g->folder->path;
    const char *text;
    struct evk_names name;
    evk_status s;

    EVK_TRY(evk_set_names(&name, &folder, 1, err));
    add_remarks(g, name.names[0], v, texts);
    evk_names_release(&name);
    s = evk_str_check(texts, err);
    text = texts->data;
    for (int64_t i = 0; i < g->count && !s; i++) {
        if (text[0])
            g->items[i].remark = text;
        if (text[0] && g->items[i].label)
            g->items[i].label = text;
        text += strlen(text) + 1;
    }
    return s;
}
