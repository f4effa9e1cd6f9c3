/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.c - SET/manifest-sha256.txt, written and read */
#include "stimset/folder/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "stimset/record/set_file.h"

enum { DIGITS = EVK_SHA256_TEXT - 1 }; /* hexadecimal digits of a SHA-256 */

void evk_manifest_release(struct evk_manifest *m)
{
    for (size_t i = 0; i < m->count; i++)
        free(m->entries[i].path);
    free(m->entries);
    *m = (struct evk_manifest){NULL, 0, 0, false};
}

evk_status evk_manifest_add(struct evk_manifest *m, const char *path,
                            const char sha256[EVK_SHA256_TEXT], evk_error *err)
{
    struct evk_manifest_entry *e;

    if (m->count == m->room) {
        const size_t room = m->room ? 2 * m->room : 64;

        e = realloc(m->entries, room * sizeof(*e));
        if (!e)
            return evk_fail(err, EVK_ENOMEM, "out of memory for a manifest of %zu files", room);
        m->entries = e;
        m->room = room;
    }
    e = &m->entries[m->count];
    EVK_TRY(evk_strdup(&e->path, path, err));
    memcpy(e->sha256, sha256, EVK_SHA256_TEXT);
    m->count++;
    return EVK_OK;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct evk_manifest_entry *)a)->path,
                  ((const struct evk_manifest_entry *)b)->path);
}

static void sort(struct evk_manifest *m)
{
    if (m->count)
        qsort(m->entries, m->count, sizeof(*m->entries), by_path);
}

const struct evk_manifest_entry *evk_manifest_find(const struct evk_manifest *m, const char *path)
{
    char *name;
    struct evk_manifest_entry key, *found;

    if (m->count == 0 || evk_strdup(&name, path, NULL))
        return NULL;
    key.path = name;
    found = bsearch(&key, m->entries, m->count, sizeof(*m->entries), by_path);
    free(name);
    return found;
}

evk_status evk_manifest_write_to(struct evk_manifest *m, const struct evk_dir *folder,
                                 const char *name, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    sort(m);
    for (size_t i = 0; i < m->count; i++)
        evk_str_printf(&text, "%s  %s\n", m->entries[i].sha256, m->entries[i].path);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_dir_write(folder, name, text.data, text.size, err);
    evk_str_release(&text);
    return s;
}

evk_status evk_manifest_write(struct evk_manifest *m, const struct evk_dir *folder, evk_error *err)
{
    return evk_manifest_write_to(m, folder, EVK_SET_MANIFEST, err);
}

static evk_status read_line(struct evk_manifest *m, char *line, int64_t number, evk_error *err)
{
    if (strspn(line, "0123456789abcdef") != DIGITS || strncmp(line + DIGITS, "  ", 2) != 0 ||
        !evk_path_is_inside(line + DIGITS + 2))
        return evk_fail(err, EVK_EFORMAT,
                        "line %lld is not a SHA-256, two spaces and a path inside the set",
                        (long long)number);
    line[DIGITS] = '\0';
    return evk_manifest_add(m, line + DIGITS + 2, line, err);
}

static evk_status read_lines(struct evk_manifest *m, struct evk_bytes *file, evk_error *err)
{
    char *at = (char *)file->data, *end = at + file->size;

    if (file->size == 0 || end[-1] != '\n' || memchr(at, 0, file->size))
        return evk_fail(err, EVK_EFORMAT, "is not a manifest: expected lines of text, all ended");
    for (int64_t number = 1; at < end; number++) {
        char *newline = memchr(at, '\n', (size_t)(end - at));

        *newline = '\0';
        EVK_TRY(read_line(m, at, number, err));
        at = newline + 1;
    }
    for (size_t i = 1; i < m->count; i++)
        m->unordered |= by_path(&m->entries[i - 1], &m->entries[i]) > 0;
    sort(m);
    for (size_t i = 1; i < m->count; i++)
        if (strcmp(m->entries[i].path, m->entries[i - 1].path) == 0)
            return evk_fail(err, EVK_EFORMAT, "lists %s twice", m->entries[i].path);
    return EVK_OK;
}

evk_status evk_manifest_read_from(struct evk_manifest *out, const struct evk_dir *folder,
                                  const char *name, evk_error *err)
{
    struct evk_manifest m = {NULL, 0, 0, false};
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_set_file_get(folder, name, &file, err));
    s = read_lines(&m, &file, err);
    evk_bytes_release(&file);
    if (s) {
        evk_manifest_release(&m);
        return evk_wrap(err, s, "%s/%s", folder->path, name);
    }
    *out = m;
    return EVK_OK;
}

evk_status evk_manifest_read(struct evk_manifest *out, const struct evk_dir *folder, evk_error *err)
{
    return evk_manifest_read_from(out, folder, EVK_SET_MANIFEST, err);
}
