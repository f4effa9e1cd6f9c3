/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files.c - texts of a session, by the names of their files, before they are written or compared */
#include "session/folder/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/folder/manifest.h"
#include "stimset/record/set_file.h"

static evk_status add(struct evk_rig_files *files, const char *name, const struct evk_str *text,
                      evk_error *err)
{
    struct evk_rig_file *list = realloc(files->list, (files->count + 1) * sizeof(*list));

    if (!list)
        return evk_fail(err, EVK_ENOMEM, "out of memory for the files of a session");
    files->list = list;
    EVK_TRY(evk_str_check(text, err));
    EVK_TRY(evk_names_add(&files->names, name, err));
    list += files->count;
    *list = (struct evk_rig_file){files->names.names[files->names.count - 1], {NULL, text->size}};
    EVK_TRY(evk_alloc(&list->bytes.data, (int64_t)text->size, 1, name, err));
    memcpy(list->bytes.data, text->data, text->size);
    files->count++;
    return EVK_OK;
}

evk_status evk_rig_files_add(struct evk_rig_files *files, const char *name, struct evk_str *text,
                             evk_error *err)
{
    const evk_status s = add(files, name, text, err);

    evk_str_release(text);
    return s;
}

void evk_rig_files_release(struct evk_rig_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        evk_bytes_release(&files->list[i].bytes);
    free(files->list);
    evk_names_release(&files->names);
    *files = (struct evk_rig_files){.list = NULL};
}

evk_status evk_rig_files_write(const struct evk_rig_files *files, const struct evk_dir *folder,
                               evk_error *err)
{
    for (size_t i = 0; i < files->count; i++)
        EVK_TRY(evk_dir_write_fast(folder, files->list[i].name, files->list[i].bytes.data,
                                   files->list[i].bytes.size, err));
    return EVK_OK;
}

void evk_rig_trials_name(int64_t k, char name[EVK_RIG_TRIALS_NAME])
{
    if (k <= 1)
        snprintf(name, EVK_RIG_TRIALS_NAME, "%s", EVK_RIG_TRIALS);
    else
        snprintf(name, EVK_RIG_TRIALS_NAME, "trials-%lld.tsv", (long long)k);
}

/* ---- the manifest ---------------------------------------------------------------------------- */

evk_status evk_rig_manifest_put(struct evk_manifest *m, const char *path, const void *data,
                                size_t size, evk_error *err)
{
    char hash[EVK_SHA256_TEXT];

    EVK_TRY(evk_sha256_text(data, size, hash, err));
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->entries[i].path, path) == 0) {
            memcpy(m->entries[i].sha256, hash, sizeof(hash));
            return EVK_OK;
        }
    return evk_manifest_add(m, path, hash, err);
}

evk_status evk_rig_manifest_put_all(struct evk_manifest *m, const struct evk_rig_file *files,
                                    size_t count, evk_error *err)
{
    for (size_t i = 0; i < count; i++)
        EVK_TRY(
            evk_rig_manifest_put(m, files[i].name, files[i].bytes.data, files[i].bytes.size, err));
    return EVK_OK;
}
