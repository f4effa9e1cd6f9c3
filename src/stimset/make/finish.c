/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finish.c - the last steps of a set: from a folder with all images to a finished set */
#include "stimset/make/finish.h"

#include <stdlib.h>

#include "base/mem.h"
#include "stimset/folder/manifest.h"
#include "stimset/make/duplicate.h"
#include "stimset/record/flags.h"
#include "stimset/record/set_file.h"
#include "stimset/record/tables.h"
#include "stimset/sheet/gallery.h"

evk_status evk_finish_sidecar(const struct evk_dir *folder, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s = evk_row_sidecar(&text, err);

    if (!s)
        s = evk_dir_write(folder, EVK_SET_SIDECAR, text.data, text.size, err);
    evk_str_release(&text);
    return s;
}

evk_status evk_finish_sheet(const struct evk_dir *folder, const struct evk_set_kind *kind,
                            const struct evk_stimuli *all, int64_t total,
                            const evk_image_list *reference, const struct evk_pixels *kept,
                            evk_error *err)
{
    struct evk_gallery g;
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_gallery_init(&g, folder, kind, all, total, reference, err));
    g.kept = kept;
    s = evk_sheet_png(&g.sheet, &file, err);
    if (!s) {
        s = evk_dir_write(folder, EVK_SET_SHEET, file.data, file.size, err);
        evk_bytes_release(&file);
    }
    evk_gallery_release(&g);
    return s;
}

static evk_status add_file(struct evk_manifest *m, const struct evk_dir *folder, const char *name,
                           evk_error *err)
{
    char hash[EVK_SHA256_TEXT];

    EVK_TRY(evk_set_file_hash(folder, name, hash, err));
    return evk_manifest_add(m, name, hash, err);
}

static evk_status add_files(struct evk_manifest *m, const struct evk_dir *folder,
                            const struct evk_stimuli *all, evk_error *err)
{
    const char *const *const lists[] = {evk_set_texts, evk_set_tables};
    char path[EVK_IMAGE_NAME];

    for (size_t l = 0; l < 2; l++)
        for (const char *const *name = lists[l]; *name; name++)
            EVK_TRY(add_file(m, folder, *name, err));
    for (int64_t i = 0; i < all->count; i++) {
        const struct evk_row *row = &all->list[i].row;

        evk_set_file_image_name(row, path);
        if (!row->present)
            continue;
        EVK_TRY(evk_manifest_add(m, path, row->sha256, err));
        evk_set_file_trace_name(row, path);
        if (row->trace_sha256[0])
            EVK_TRY(evk_manifest_add(m, path, row->trace_sha256, err));
    }
    return EVK_OK;
}

/* Find duplicates, and write the tables and the contact sheet; kept (all->count) is filled in. */
static evk_status put_tables(const struct evk_dir *folder, const struct evk_set_kind *kind,
                             struct evk_stimuli *all, int64_t steps,
                             const evk_image_list *reference, int threads, struct evk_pixels *kept,
                             evk_error *err)
{
    EVK_TRY(evk_find_duplicates(folder, all, EVK_DUPLICATES_OF_ALL, threads, kept, err));
    evk_flags_set_all(all);
    EVK_TRY(evk_stimuli_write(folder, all, steps, err));
    EVK_TRY(evk_finish_sidecar(folder, err));
    return evk_finish_sheet(folder, kind, all, all->count, reference, kept, err);
}

static evk_status put_manifest(const struct evk_dir *folder, bool units,
                               const struct evk_stimuli *all, evk_error *err)
{
    struct evk_manifest m = {NULL, 0, 0, false};
    evk_status s = add_files(&m, folder, all, err);

    if (!s && units)
        s = add_file(&m, folder, EVK_SET_UNITS, err);
    if (!s)
        s = evk_manifest_write(&m, folder, err);
    evk_manifest_release(&m);
    return s;
}

evk_status evk_finish(const struct evk_dir *folder, const struct evk_set_kind *kind, bool units,
                      struct evk_stimuli *all, int64_t steps, const evk_image_list *reference,
                      int threads, evk_error *err)
{
    struct evk_pixels *kept;
    evk_status s;

    EVK_TRY(evk_alloc(&kept, all->count, sizeof(*kept), "pixels", err));
    s = put_tables(folder, kind, all, steps, reference, threads, kept, err);
    for (int64_t i = 0; i < all->count; i++)
        evk_pixels_release(&kept[i]);
    free(kept);
    EVK_TRY(s);
    EVK_TRY(evk_set_file_put_texts(folder, units, err));
    return put_manifest(folder, units, all, err);
}
