/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files.c - texts of a session, by the names of their files, before they are written or compared */
#include "session/folder/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/folder/manifest.h"
#include "stimset/record/set_file.h"

evk_status evk_rig_files_add(struct evk_rig_files *files, const char *name, struct evk_str *text,
                             evk_error *err)
{
    struct evk_rig_file *list;
    evk_status s = evk_str_check(text, err);
    char *copy = NULL;

    if (!s)
        s = evk_strdup(&copy, name, err);
    list = s ? NULL : realloc(files->list, (files->count + 1) * sizeof(*list));
    if (list) {
        files->list = list;
        list[files->count] = (struct evk_rig_file){copy, {NULL, text->size}};
        s = evk_alloc(&list[files->count].bytes.data, (int64_t)text->size + 1, 1, name, err);
    } else if (!s) {
        s = evk_fail(err, EVK_ENOMEM, "out of memory for the files of a session");
    }
    if (s) {
        free(copy);
    } else {
        memcpy(list[files->count].bytes.data, text->data, text->size);
        files->count++;
    }
    evk_str_release(text);
    return s;
}

void evk_rig_files_release(struct evk_rig_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free((char *)files->list[i].name);
        evk_bytes_release(&files->list[i].bytes);
    }
    free(files->list);
    *files = (struct evk_rig_files){NULL, 0};
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

static bool is_listed(const char *name)
{
    static const char *const partial[] = {".part", NULL};

    return strcmp(name, EVK_SET_MANIFEST) != 0 && strcmp(name, EVK_SET_LOCK) != 0 &&
           strcmp(name, EVK_RIG_PENDING) != 0 && !evk_ends_in(name, partial);
}

/* Adds the files of a folder, and of the folders in it, to the manifest. */
static evk_status add_folder(struct evk_manifest *m, const struct evk_dir *folder, const char *in,
                             evk_error *err);

static evk_status add_entry(struct evk_manifest *m, const struct evk_dir *folder, const char *path,
                            evk_error *err)
{
    char hash[EVK_SHA256_TEXT];

    if (evk_dir_kind(folder, path) == EVK_ENTRY_FOLDER)
        return add_folder(m, folder, path, err);
    EVK_TRY(evk_set_file_hash(folder, path, hash, err));
    return evk_manifest_add(m, path, hash, err);
}

static evk_status add_folder(struct evk_manifest *m, const struct evk_dir *folder, const char *in,
                             evk_error *err)
{
    struct evk_names names;
    evk_status s;

    EVK_TRY(evk_dir_list(folder, in, &names, err));
    s = EVK_OK;
    for (size_t i = 0; i < names.count && !s; i++) {
        struct evk_str path = EVK_STR_INIT;

        if (!in[0] && !is_listed(names.names[i]))
            continue;
        evk_str_printf(&path, "%s%s%s", in, in[0] ? "/" : "", names.names[i]);
        s = evk_str_check(&path, err);
        if (!s)
            s = add_entry(m, folder, path.data, err);
        evk_str_release(&path);
    }
    evk_names_release(&names);
    return s;
}

evk_status evk_rig_manifest_write(const struct evk_dir *folder, evk_error *err)
{
    struct evk_manifest m = {NULL, 0, 0, false};
    evk_status s = add_folder(&m, folder, "", err);

    if (!s) {
        evk_fs_sync();
        s = evk_manifest_write(&m, folder, err);
    }
    evk_manifest_release(&m);
    return s;
}
