/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_files.c - files against the manifest, and the manifest against the files */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stimset/folder.h"
#include "stimset/journal.h"
#include "stimset/manifest.h"
#include "stimset/verify.h"

enum { DEPTH_MAX = 16 };

struct hashing {
    const struct evk_verification *v;
    const struct evk_manifest *m;
    char (*hash)[EVK_SHA256_TEXT]; /* (files) "" where it cannot be read */
};

static void hash_file(void *arg, int worker, int64_t i)
{
    struct hashing *h = arg;

    (void)worker;
    if (evk_dir_hash(h->v->folder, h->m->entries[i].path, h->hash[i], NULL))
        h->hash[i][0] = '\0';
}

/* What has the name is something else. */
static void find_odd(struct evk_verification *v, const char *path, const char *expected)
{
    const enum evk_kind kind = evk_dir_kind(v->folder, path);

    evk_find(v, "%s: is %s, expected %s", path,
             kind == EVK_KIND_LINK     ? "a link"
             : kind == EVK_KIND_FOLDER ? "a folder"
                                       : "no regular file",
             expected);
}

static evk_status check_listed(struct evk_verification *v, const struct evk_manifest *m,
                               evk_error *err)
{
    const int64_t n = (int64_t)m->count;
    struct hashing h = {v, m, NULL};

    EVK_TRY(evk_alloc(&h.hash, n, sizeof(*h.hash), "hashes", err));
    evk_parallel_for(evk_thread_count(v->how->threads, n), n, hash_file, &h);
    for (int64_t i = 0; i < n; i++) {
        const struct evk_manifest_entry *e = &m->entries[i];

        v->sum.files++;
        if (!evk_folder_has(v->folder, e->path))
            evk_find(v, "%s: is missing", e->path);
        else if (evk_dir_kind(v->folder, e->path) != EVK_KIND_FILE)
            find_odd(v, e->path, "a file");
        else if (!h.hash[i][0])
            evk_find(v, "%s: cannot be read", e->path);
        else if (strcmp(h.hash[i], e->sha256) != 0)
            evk_find(v, "%s: is altered: its SHA-256 is %.12s..., expected %.12s...", e->path,
                     h.hash[i], e->sha256);
    }
    free(h.hash);
    return EVK_OK;
}

/* Files that only an unfinished set has; another finding speaks of that. */
static bool is_working_file(const char *path)
{
    return strcmp(path, evk_journal_name) == 0 || strcmp(path, EVK_SET_LOCK) == 0;
}

/* path: of a folder inside the set, "" for the set itself. */
static evk_status check_extra(struct evk_verification *v, const struct evk_manifest *m,
                              const char *path, int depth, evk_error *err)
{
    struct evk_str inner = EVK_STR_INIT;
    struct evk_names names = {NULL, 0};
    evk_status s = evk_dir_list(v->folder, path, &names, err);

    for (size_t i = 0; i < names.count && !s; i++) {
        enum evk_kind kind;

        inner.size = 0;
        evk_str_printf(&inner, "%s%s%s", path, path[0] ? "/" : "", names.names[i]);
        s = evk_str_check(&inner, err);
        if (s)
            break;
        kind = evk_dir_kind(v->folder, inner.data);
        if (kind == EVK_KIND_FOLDER && depth < DEPTH_MAX)
            s = check_extra(v, m, inner.data, depth + 1, err);
        else if (kind > EVK_KIND_FOLDER && !evk_manifest_find(m, inner.data))
            find_odd(v, inner.data, "a file or a folder");
        else if (!evk_manifest_find(m, inner.data) && strcmp(inner.data, EVK_SET_MANIFEST) != 0 &&
                 !is_working_file(inner.data))
            evk_find(v, "%s: is extra: %s does not list it", inner.data, EVK_SET_MANIFEST);
    }
    evk_names_release(&names);
    evk_str_release(&inner);
    return s;
}

evk_status evk_verify_files(struct evk_verification *v, evk_error *err)
{
    evk_error why = {EVK_OK, ""};
    struct evk_manifest m;
    evk_status s;

    if (!evk_folder_has(v->folder, EVK_SET_MANIFEST)) {
        evk_find(v, "%s: is missing", EVK_SET_MANIFEST);
        return EVK_OK;
    }
    if (evk_manifest_read(&m, v->folder, &why)) {
        evk_find(v, "%s", why.msg);
        return EVK_OK;
    }
    s = check_listed(v, &m, err);
    if (!s)
        s = check_extra(v, &m, "", 0, err);
    evk_manifest_release(&m);
    return s;
}
