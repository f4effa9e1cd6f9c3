/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finish.c - the last steps of a set: from a folder with all images to a finished set */
#include "stimset/make/finish.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
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

/* The two parts of a set's last files, which two threads may write at the same time. */
enum { TEXTS, SHEET, PARTS };

struct parts {
    const struct evk_dir *folder;
    const struct evk_set_kind *kind;
    bool units;
    const struct evk_stimuli *all;
    int64_t steps;
    const evk_image_list *reference;
    struct evk_pixels *kept; /* (all->count) */
    evk_status status[PARTS];
    evk_error error[PARTS];
};

static evk_status put_texts(const struct parts *p, evk_error *err)
{
    EVK_TRY(evk_stimuli_write(p->folder, p->all, p->steps, err));
    EVK_TRY(evk_finish_sidecar(p->folder, err));
    return evk_set_file_put_texts(p->folder, p->units, err);
}

static void put_part(void *arg, int worker, int64_t i)
{
    struct parts *p = arg;

    (void)worker;
    p->status[i] = i == TEXTS ? put_texts(p, &p->error[i])
                              : evk_finish_sheet(p->folder, p->kind, p->all, p->all->count,
                                                 p->reference, p->kept, &p->error[i]);
}

/* Find duplicates, fill in flags, and write all files but the manifest. */
static evk_status put_parts(struct parts *p, struct evk_stimuli *all, int threads, evk_error *err)
{
    EVK_TRY(evk_find_duplicates(p->folder, all, EVK_DUPLICATES_OF_ALL, threads, p->kept, err));
    evk_flags_set_all(all);
    evk_parallel_for(evk_thread_count(threads, PARTS), PARTS, put_part, p);
    for (int i = 0; i < PARTS; i++)
        if (p->status[i])
            return evk_fail(err, p->status[i], "%s", p->error[i].msg);
    return EVK_OK;
}

evk_status evk_finish(const struct evk_dir *folder, const struct evk_set_kind *kind, bool units,
                      struct evk_stimuli *all, int64_t steps, const evk_image_list *reference,
                      int threads, evk_error *err)
{
    struct parts p = {.folder = folder,
                      .kind = kind,
                      .units = units,
                      .all = all,
                      .steps = steps,
                      .reference = reference};
    evk_status s;

    EVK_TRY(evk_alloc(&p.kept, all->count, sizeof(*p.kept), "pixels", err));
    s = put_parts(&p, all, threads, err);
    for (int64_t i = 0; i < all->count; i++)
        evk_pixels_release(&p.kept[i]);
    free(p.kept);
    return s ? s : put_manifest(folder, units, all, err);
}
