/* SPDX-License-Identifier: GPL-3.0-or-later */
/* change.c - files of a finished session are replaced, all of them or none */
#include "session/folder/change.h"

#include <stdlib.h>
#include <string.h>

#include "base/lock_file.h"
#include "stimset/record/set_file.h"

#define PENDING_MANIFEST EVK_RIG_PENDING "/" EVK_SET_MANIFEST

/* Append `before`, and a name in which one character becomes another: in pending/, '/' is '+'. */
static evk_status swap(struct evk_str *out, const char *before, const char *name, char from,
                       char to, evk_error *err)
{
    evk_str_puts(out, before);
    for (const char *c = name; *c; c++) {
        const char one = *c == from ? to : *c;

        evk_str_add(out, &one, 1);
    }
    return evk_str_check(out, err);
}

/* ---- what an interrupted change left --------------------------------------------------------- */

/* Put a file of pending/ in its place, if the manifest that was decided lists it. */
static evk_status place_one(const struct evk_dir *folder, const struct evk_manifest *m,
                            const char *pending, const char *name, evk_error *err)
{
    const struct evk_manifest_entry *e = evk_manifest_find(m, name);
    char hash[EVK_SHA256_TEXT];
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_set_file_get(folder, pending, &file, err));
    s = evk_sha256_text(file.data, file.size, hash, err);
    if (!s && e && strcmp(hash, e->sha256) == 0)
        s = evk_dir_write_fast(folder, name, file.data, file.size, err);
    evk_bytes_release(&file);
    return s;
}

static evk_status place(const struct evk_dir *folder, const struct evk_manifest *m,
                        const struct evk_names *pending, evk_error *err)
{
    for (size_t i = 0; i < pending->count; i++) {
        struct evk_str from = EVK_STR_INIT, name = EVK_STR_INIT;
        evk_status s = EVK_OK;

        if (strcmp(pending->names[i], EVK_SET_MANIFEST) == 0)
            continue;
        evk_str_printf(&from, EVK_RIG_PENDING "/%s", pending->names[i]);
        s = evk_str_check(&from, err);
        if (!s)
            s = swap(&name, "", pending->names[i], '+', '/', err);
        if (!s && evk_path_is_inside(name.data))
            s = place_one(folder, m, from.data, name.data, err);
        evk_str_release(&from);
        evk_str_release(&name);
        EVK_TRY(s);
    }
    return EVK_OK;
}

static evk_status place_all(const struct evk_dir *folder, const struct evk_names *pending,
                            evk_error *err)
{
    struct evk_manifest m = {NULL, 0, 0, false};
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_manifest_read_from(&m, folder, PENDING_MANIFEST, err));
    s = place(folder, &m, pending, err);
    evk_manifest_release(&m);
    EVK_TRY(s);
    evk_fs_sync();
    EVK_TRY(evk_set_file_get(folder, PENDING_MANIFEST, &file, err));
    s = evk_dir_write(folder, EVK_SET_MANIFEST, file.data, file.size, err);
    evk_bytes_release(&file);
    return s;
}

/* Remove pending/ and what is in it, the manifest first: the rest is then of no change. */
static evk_status remove_pending(const struct evk_dir *folder, const struct evk_names *pending,
                                 evk_error *err)
{
    char *path;

    EVK_TRY(evk_dir_remove(folder, PENDING_MANIFEST, err));
    for (size_t i = 0; i < pending->count; i++) {
        struct evk_str name = EVK_STR_INIT;
        evk_status s;

        evk_str_printf(&name, EVK_RIG_PENDING "/%s", pending->names[i]);
        s = evk_str_check(&name, err);
        if (!s && strcmp(name.data, PENDING_MANIFEST) != 0)
            s = evk_dir_remove(folder, name.data, err);
        evk_str_release(&name);
        EVK_TRY(s);
    }
    EVK_TRY(evk_path_join(&path, folder->path, EVK_RIG_PENDING, err));
    evk_fs_remove_folder(path);
    free(path);
    return EVK_OK;
}

evk_status evk_rig_change_finish(const struct evk_dir *folder, evk_error *err)
{
    struct evk_names pending;
    evk_status s = EVK_OK;

    EVK_TRY(evk_dir_expect(folder, EVK_RIG_PENDING, EVK_ENTRY_FOLDER, err));
    if (!evk_set_file_has(folder, EVK_RIG_PENDING))
        return EVK_OK;
    EVK_TRY(evk_dir_list(folder, EVK_RIG_PENDING, &pending, err));
    if (evk_set_file_has(folder, PENDING_MANIFEST))
        s = place_all(folder, &pending, err);
    if (!s)
        s = remove_pending(folder, &pending, err);
    evk_names_release(&pending);
    return s;
}

/* ---- a change -------------------------------------------------------------------------------- */

static evk_status write_pending(const struct evk_dir *folder, const struct evk_rig_file *files,
                                size_t count, evk_error *err)
{
    EVK_TRY(evk_dir_make_folder(folder, EVK_RIG_PENDING, err));
    for (size_t i = 0; i < count; i++) {
        struct evk_str name = EVK_STR_INIT;
        evk_status s = swap(&name, EVK_RIG_PENDING "/", files[i].name, '/', '+', err);

        if (!s)
            s = evk_dir_write_fast(folder, name.data, files[i].bytes.data, files[i].bytes.size,
                                   err);
        evk_str_release(&name);
        EVK_TRY(s);
    }
    evk_fs_sync();
    return EVK_OK;
}

/* A change that was decided has to come to its end: no file may be too large to be read again. */
static evk_status check_sizes(const struct evk_rig_file *files, size_t count, evk_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (files[i].bytes.size > EVK_SET_FILE_MAX)
            return evk_fail(err, EVK_EINVAL, "%s would have %zu bytes, expected at most %zu",
                            files[i].name, files[i].bytes.size, EVK_SET_FILE_MAX);
    return EVK_OK;
}

evk_status evk_rig_change(const struct evk_dir *folder, const struct evk_rig_file *files,
                          size_t count, const struct evk_manifest *more, evk_error *err)
{
    struct evk_manifest m = {NULL, 0, 0, false};
    evk_status s;

    EVK_TRY(check_sizes(files, count, err));
    s = evk_manifest_read(&m, folder, err);
    for (size_t i = 0; more && i < more->count && !s; i++)
        s = evk_manifest_add(&m, more->entries[i].path, more->entries[i].sha256, err);
    if (!s)
        s = evk_rig_manifest_put_all(&m, files, count, err);
    if (!s)
        s = write_pending(folder, files, count, err);
    if (!s)
        s = evk_manifest_write_to(&m, folder, PENDING_MANIFEST, err);
    evk_manifest_release(&m);
    return s ? s : evk_rig_change_finish(folder, err);
}

/* A session whose lock is held. */
struct held {
    struct evk_dir dir;
    struct evk_lock_file lock;
};

/* Lock a session. */
static evk_status hold(struct held *h, const char *folder, evk_error *err)
{
    evk_status s;

    EVK_TRY(evk_dir_open(&h->dir, folder, err));
    s = evk_lock_file_take(&h->lock, &h->dir, EVK_SET_LOCK, err);
    if (s) {
        evk_dir_close(&h->dir);
        return evk_wrap(err, s, "%s", folder);
    }
    return EVK_OK;
}

static void let_go(struct held *h)
{
    evk_lock_file_give(&h->lock);
    evk_dir_close(&h->dir);
}

evk_status evk_rig_session_finish(const char *folder, evk_error *err)
{
    struct held h;
    evk_status s;
    bool is_interrupted;

    if (!evk_fs_is_folder(folder))
        return EVK_OK; /* who opens the session says so */
    EVK_TRY(evk_dir_open(&h.dir, folder, err));
    is_interrupted = evk_set_file_has(&h.dir, EVK_RIG_PENDING);
    evk_dir_close(&h.dir);
    if (!is_interrupted)
        return EVK_OK;
    EVK_TRY(hold(&h, folder, err));
    s = evk_rig_change_finish(&h.dir, err);
    let_go(&h);
    return s;
}

/* Fails where the manifest is not the one that a session was read with. */
static evk_status check_same(const struct held *h, const char *manifest_sha256, evk_error *err)
{
    char now[EVK_SHA256_TEXT];

    EVK_TRY(evk_set_file_hash(&h->dir, EVK_SET_MANIFEST, now, err));
    if (strcmp(now, manifest_sha256) == 0)
        return EVK_OK;
    return evk_fail(err, EVK_EBUSY,
                    "%s: was changed by another process meanwhile; the same command reads it again",
                    h->dir.path);
}

evk_status evk_rig_session_put(const char *folder, const char *manifest_sha256,
                               const struct evk_rig_file *files, size_t count, evk_error *err)
{
    struct held h;
    evk_status s;

    EVK_TRY(hold(&h, folder, err));
    s = evk_rig_change_finish(&h.dir, err);
    if (!s)
        s = check_same(&h, manifest_sha256, err);
    if (!s)
        s = evk_rig_change(&h.dir, files, count, NULL, err);
    let_go(&h);
    return s;
}
