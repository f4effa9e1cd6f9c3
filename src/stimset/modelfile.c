/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modelfile.c - the files of a set's models, found by SHA-256 */
#include "stimset/modelfile.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "model/card.h"
#include "stimset/log.h"

/* Larger than any model of a neuron. */
static const size_t FILE_MAX = (size_t)1 << 32;

evk_status evk_model_file_hash(const char *path, char hash[EVK_SHA256_TEXT], evk_error *err)
{
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_fs_read(&file, path, FILE_MAX, err));
    s = evk_sha256_text(file.data, file.size, hash, err);
    evk_bytes_release(&file);
    return s;
}

static bool is_it(const char *path, const char *sha256)
{
    char hash[EVK_SHA256_TEXT];

    return !evk_model_file_hash(path, hash, NULL) && strcmp(hash, sha256) == 0;
}

/* "folder/../name", where the set stands. */
static evk_status beside(const char *folder, const char *name, char **out, evk_error *err)
{
    char *up;
    evk_status s;

    EVK_TRY(evk_path_join(&up, folder, "..", err));
    s = evk_path_join(out, up, name, err);
    free(up);
    return s;
}

/* Where a file is if it was not given; NULL: nowhere. free() it. */
static char *look_around(const char *folder, const char *file, const char *sha256)
{
    char *path = NULL;

    if (!evk_log_find_model(folder, sha256, &path, NULL) && is_it(path, sha256))
        return path;
    free(path);
    path = NULL;
    if (strchr(file, '/'))
        return NULL;
    if (!beside(folder, file, &path, NULL) && is_it(path, sha256))
        return path;
    free(path);
    path = NULL;
    if (!evk_strdup(&path, file, NULL) && is_it(path, sha256))
        return path;
    free(path);
    return NULL;
}

/* A file that is needed. free() *out. */
static evk_status locate(const char *folder, const char *file, const char *sha256,
                         const char *const *paths, size_t count, char **out, evk_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (is_it(paths[i], sha256))
            return evk_strdup(out, paths[i], err);
    *out = look_around(folder, file, sha256);
    if (*out)
        return EVK_OK;
    return evk_fail(err, EVK_ENOTFOUND,
                    "%s: its model %s (SHA-256 %.12s...) is not where it was and not given; "
                    "expected it as an argument",
                    folder, file, sha256);
}

/* All weights of a card, and then the card. */
static evk_status open_card(const char *folder, const struct evk_described_model *m,
                            const char *const *paths, size_t count, evk_model **out, evk_error *err)
{
    const evk_json *members = evk_json_get(m->card, "members");
    const size_t n = evk_json_count(members);
    struct evk_card_places places = {.count = n, .folder = folder};
    evk_status s = EVK_OK;
    char **found;

    EVK_TRY(evk_alloc(&found, (int64_t)n, sizeof(*found), "a card", err));
    for (size_t i = 0; i < n && !s; i++) {
        const evk_json *member = evk_json_at(members, i);
        const char *file = evk_json_text(evk_json_get(member, "weights"));
        const char *sha256 = evk_json_text(evk_json_get(member, "sha256"));

        if (!file || !sha256)
            s = evk_fail(err, EVK_EFORMAT, "%s: the card of %s does not say its weights", folder,
                         m->name);
        else
            s = locate(folder, file, sha256, paths, count, &found[i], err);
    }
    places.files = (const char *const *)found;
    if (!s)
        s = evk_card_open(out, m->name, m->card, &places, &(evk_model_options){0}, err);
    for (size_t i = 0; i < n; i++)
        free(found[i]);
    free(found);
    return s;
}

evk_status evk_model_file_open(const char *folder, const evk_json *description, const char *sha256,
                               const char *const *paths, size_t count, evk_model **out,
                               evk_error *err)
{
    struct evk_described_model m;
    evk_status s;
    char *path;

    if (!sha256 || !evk_description_model(description, sha256, &m))
        return evk_fail(err, EVK_EFORMAT, "%s: its description has no model with SHA-256 %.12s...",
                        folder, sha256 ? sha256 : "n/a");
    if (m.card)
        return open_card(folder, &m, paths, count, out, err);
    EVK_TRY(locate(folder, m.file, sha256, paths, count, &path, err));
    s = evk_model_open(out, path, &m.options, err);
    free(path);
    return s;
}

bool evk_model_file_is_needed(const evk_json *description, const char *sha256)
{
    struct evk_described_model m;

    for (size_t i = 0; evk_description_model_at(description, i, &m); i++)
        if (evk_described_needs(&m, sha256))
            return true;
    return false;
}

static bool has(char (*hashes)[EVK_SHA256_TEXT], size_t count, const char *sha256)
{
    for (size_t i = 0; i < count; i++)
        if (sha256 && strcmp(hashes[i], sha256) == 0)
            return true;
    return false;
}

bool evk_model_files_are_whole(const struct evk_described_model *m, char (*hashes)[EVK_SHA256_TEXT],
                               size_t count)
{
    const evk_json *members = evk_json_get(m->card, "members");

    if (!m->card)
        return has(hashes, count, m->sha256);
    for (size_t i = 0; i < evk_json_count(members); i++)
        if (!has(hashes, count, evk_json_text(evk_json_get(evk_json_at(members, i), "sha256"))))
            return false;
    return true;
}
