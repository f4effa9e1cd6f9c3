/* SPDX-License-Identifier: GPL-3.0-or-later */
/* archive.c - the zip archives that contain images of a list */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/list.h"

void evk_archive_free(struct evk_archive *a)
{
    if (!a)
        return;
    evk_zip_close(a->zip);
    evk_lock_free(a->lock);
    free(a->path);
    free(a);
}

static evk_status open_parts(struct evk_archive *a, const char *path, evk_error *err)
{
    evk_status s;

    EVK_TRY(evk_strdup(&a->path, path, err));
    EVK_TRY(evk_lock_new(&a->lock, err));
    s = evk_zip_open_file(&a->zip, path, err);
    return s ? evk_wrap(err, s, "%s", path) : EVK_OK;
}

evk_status evk_list_archive(evk_image_list *list, const char *path, struct evk_archive **out,
                            evk_error *err)
{
    struct evk_archive *a;
    evk_status s;

    for (size_t i = 0; i < list->archives_count; i++)
        if (strcmp(list->archives[i]->path, path) == 0) {
            *out = list->archives[i];
            return EVK_OK;
        }
    EVK_TRY(evk_alloc(&a, 1, sizeof(*a), "an archive", err));
    s = open_parts(a, path, err);
    if (!s)
        s = evk_list_grow(&list->archives, list->archives_count, sizeof(struct evk_archive *), err);
    if (s) {
        evk_archive_free(a);
        return s;
    }
    list->archives[list->archives_count++] = a;
    *out = a;
    return EVK_OK;
}

size_t evk_archive_size(struct evk_archive *a, size_t entry)
{
    size_t size;

    evk_lock_take(a->lock);
    size = evk_zip_size(a->zip, entry);
    evk_lock_give(a->lock);
    return size;
}

/*
 * The lock is held only while libzip reads the entry: images are decoded, which takes longer,
 * without it.
 */
evk_status evk_archive_read(struct evk_archive *a, size_t entry, struct evk_bytes *out,
                            evk_error *err)
{
    evk_status s;

    evk_lock_take(a->lock);
    s = evk_zip_read(a->zip, entry, evk_zip_image_max(a->zip, entry), out, err);
    evk_lock_give(a->lock);
    return s;
}
