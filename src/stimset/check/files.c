/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files.c - the files of a set compared with the manifest, in both directions */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/named.h"
#include "base/parallel.h"
#include "stimset/check/verify.h"
#include "stimset/folder/journal.h"
#include "stimset/folder/unit_table.h"
#include "stimset/record/set_file.h"

enum {
    DEPTH_MAX = 16, /* how many folders may lie inside each other */
    CHUNK = 1024    /* how many files are hashed before their hashes are compared */
};

struct hashing {
    const struct evk_verification *v;
    const struct evk_manifest_entry *entries; /* (CHUNK) files to hash */
    char (*hash)[EVK_SHA256_TEXT];            /* (CHUNK) "" where the file cannot be read */
};

static void hash_file(void *arg, int worker, int64_t i)
{
    struct hashing *h = arg;

    (void)worker;
    if (evk_set_file_hash(h->v->folder, h->entries[i].path, h->hash[i], NULL))
        h->hash[i][0] = '\0';
}

/* Reports that the path names a link, a folder or a device where `expected` should be. */
static void find_odd(struct evk_verification *v, const char *path, const char *expected)
{
    const enum evk_entry kind = evk_dir_kind(v->folder, path);

    evk_report_finding(v, "%s: is %s, expected %s", path,
                       kind == EVK_ENTRY_LINK     ? "a link"
                       : kind == EVK_ENTRY_FOLDER ? "a folder"
                                                  : "no regular file",
                       expected);
}

/* Reports why a file could not be hashed: it is too large to be read, or reading failed. */
static void find_unread(struct evk_verification *v, const char *path)
{
    char hash[EVK_SHA256_TEXT];

    if (evk_set_file_hash(v->folder, path, hash, NULL) == EVK_EFORMAT)
        evk_report_finding(v, "%s: has more bytes than any file of a set, expected at most 1 GiB",
                           path);
    else
        evk_report_finding(v, "%s: cannot be read", path);
}

/* Compares one file with its entry in the manifest; hash is "" where the file cannot be read. */
static void check_entry(struct evk_verification *v, const struct evk_manifest_entry *e,
                        const char *hash)
{
    v->sum.files++;
    if (!evk_set_file_has(v->folder, e->path))
        evk_report_finding(v, "%s: is missing", e->path);
    else if (evk_dir_kind(v->folder, e->path) != EVK_ENTRY_FILE)
        find_odd(v, e->path, "a file");
    else if (!hash[0])
        find_unread(v, e->path);
    else if (strcmp(hash, e->sha256) != 0)
        evk_report_finding(v, "%s: is altered: its SHA-256 is %.12s..., expected %.12s...", e->path,
                           hash, e->sha256);
}

/* Hashes CHUNK files at a time, so that memory does not grow with the number of files. */
static evk_status check_listed(struct evk_verification *v, const struct evk_manifest *m,
                               evk_error *err)
{
    struct hashing h = {.v = v};

    EVK_TRY(evk_alloc(&h.hash, CHUNK, sizeof(*h.hash), "hashes", err));
    for (size_t first = 0; first < m->count; first += CHUNK) {
        const size_t left = m->count - first;
        const int64_t n = left < CHUNK ? (int64_t)left : CHUNK;

        h.entries = m->entries + first;
        evk_parallel_for(evk_thread_count(v->how->threads, n), n, hash_file, &h);
        for (int64_t i = 0; i < n; i++)
            check_entry(v, &h.entries[i], h.hash[i]);
    }
    free(h.hash);
    return EVK_OK;
}

/* Is the file one that only an unfinished set has?  verify.c reports such files. */
static bool is_working_file(const char *path)
{
    return strcmp(path, evk_journal_name) == 0 || strcmp(path, EVK_SET_LOCK) == 0;
}

/*
 * Reports files of a folder that the manifest does not list.  path is the folder inside the set, ""
 * for the set itself.
 */
static evk_status check_extra(struct evk_verification *v, const struct evk_manifest *m,
                              const char *path, int depth, evk_error *err)
{
    struct evk_str inner = EVK_STR_INIT;
    struct evk_names names = {NULL, 0};
    evk_status s = evk_dir_list(v->folder, path, &names, err);

    if (!s && names.count == 0 && depth > 0)
        evk_report_finding(v, "%s: is a folder without files", path);
    for (size_t i = 0; i < names.count && !s; i++) {
        enum evk_entry kind;

        inner.size = 0;
        evk_str_printf(&inner, "%s%s%s", path, path[0] ? "/" : "", names.names[i]);
        s = evk_str_check(&inner, err);
        if (s)
            break;
        kind = evk_dir_kind(v->folder, inner.data);
        if (kind == EVK_ENTRY_FOLDER && depth < DEPTH_MAX)
            s = check_extra(v, m, inner.data, depth + 1, err);
        else if (kind > EVK_ENTRY_FOLDER && !evk_manifest_find(m, inner.data))
            find_odd(v, inner.data, "a file or a folder");
        else if (!evk_manifest_find(m, inner.data) && strcmp(inner.data, EVK_SET_MANIFEST) != 0 &&
                 !is_working_file(inner.data))
            evk_report_finding(v, "%s: is extra: %s does not list it", inner.data,
                               EVK_SET_MANIFEST);
    }
    evk_names_release(&names);
    evk_str_release(&inner);
    return s;
}

evk_status evk_verify_files(struct evk_verification *v, evk_error *err)
{
    evk_error why = {EVK_OK, ""};

    if (!evk_set_file_has(v->folder, EVK_SET_MANIFEST)) {
        evk_report_finding(v, "%s: is missing", EVK_SET_MANIFEST);
        return EVK_OK;
    }
    if (evk_manifest_read(&v->manifest, v->folder, &why)) {
        evk_report_finding(v, "%s", why.msg);
        return EVK_OK;
    }
    if (v->manifest.unordered)
        evk_report_finding(v, "%s: its lines are not in the order of their paths",
                           EVK_SET_MANIFEST);
    EVK_TRY(check_listed(v, &v->manifest, err));
    return check_extra(v, &v->manifest, "", 0, err);
}

/* ---- files and rows ------------------------------------------------------------------------- */

/*
 * Returns the row whose stimulus_id the file name begins with ("stim-max000001_image.png"), or -1.
 */
static int64_t row_of(const struct evk_verification *v, const char *file)
{
    const size_t n = strcspn(file, "_.");
    char id[sizeof(((struct evk_row *)NULL)->stimulus_id)];

    if (n >= sizeof(id))
        return -1;
    memcpy(id, file, n);
    id[n] = '\0';
    return evk_set_rows_find(&v->rows, id);
}

/* Is the path that of the image or the trace of row i? */
static bool is_of_row(const struct evk_verification *v, int64_t i, const char *path,
                      struct evk_row_line *line)
{
    const struct evk_row *row = &line->row;
    char image[EVK_IMAGE_NAME], trace[EVK_IMAGE_NAME];

    if (i < 0 || evk_set_rows_get(&v->rows, i, line, NULL) || !row->present)
        return false;
    evk_set_file_image_name(row, image);
    evk_set_file_trace_name(row, trace);
    return strcmp(path, image) == 0 || (row->trace_sha256[0] && strcmp(path, trace) == 0);
}

/* Is the file one of every set, or the image or the trace of a row? */
static bool is_explained(const struct evk_verification *v, const char *path,
                         struct evk_row_line *line)
{
    const char *file = strchr(path, '/');

    return evk_is_word(path, evk_set_texts) || evk_is_word(path, evk_set_tables) ||
           (strcmp(path, EVK_SET_UNITS) == 0 && evk_description_has_units(v->description)) ||
           (file && is_of_row(v, row_of(v, file + 1), path, line));
}

void evk_verify_explained(struct evk_verification *v)
{
    const char *const *const lists[] = {evk_set_texts, evk_set_tables};
    struct evk_row_line line = {.line = {.cells = NULL}};

    if (!v->manifest.count)
        return; /* evk_verify_files has reported why */
    for (size_t i = 0; i < v->manifest.count; i++)
        if (!is_explained(v, v->manifest.entries[i].path, &line))
            evk_report_finding(v, "%s: is no file of a set, and of no row",
                               v->manifest.entries[i].path);
    for (size_t l = 0; l < 2; l++)
        for (const char *const *name = lists[l]; *name; name++)
            if (!evk_manifest_find(&v->manifest, *name) && !evk_set_file_has(v->folder, *name))
                evk_report_finding(v, "%s: is missing, and %s does not list it", *name,
                                   EVK_SET_MANIFEST);
    evk_row_line_release(&line);
}
