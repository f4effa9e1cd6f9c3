/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model_files.c - finds the files of a set's models by their SHA-256 */
#include "stimset/folder/model_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/card.h"
#include "model/card_file.h"
#include "model/load.h"
#include "model/model.h"
#include "stimset/folder/log.h"

/* Compute the SHA-256 that a model file is known by; *card: it is a model card. */
static evk_status hash_file(const char *path, char hash[EVK_SHA256_TEXT], bool *card,
                            evk_error *err)
{
    unsigned char digest[EVK_SHA256_BYTES] = {0};
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_fs_read(&file, path, EVK_MODEL_FILE_MAX, err));
    *card = evk_is_card(file.data, file.size);
    s = evk_model_digest(path, &file, digest, err);
    evk_hex(digest, sizeof(digest), hash);
    evk_bytes_release(&file);
    return s;
}

/* Has the file at a path this SHA-256? */
static bool has_sha256(const char *path, const char *sha256)
{
    char hash[EVK_SHA256_TEXT];
    bool card;

    return !hash_file(path, hash, &card, NULL) && strcmp(hash, sha256) == 0;
}

/* ---- files that are given ------------------------------------------------------------ */

/* Add the paths of all files of a card's networks. */
static evk_status add_weights(struct evk_names *paths, const char *card, const char *weights,
                              evk_error *err)
{
    const char *path, *sha256;
    evk_status s = EVK_OK;
    evk_model *m;

    EVK_TRY(evk_model_open(&m, card, &(evk_model_options){.weights = weights}, err));
    for (size_t i = 0; !s && evk_model_file(m, i, &path, &sha256); i++)
        s = evk_names_add(paths, path, err);
    evk_model_free(m);
    return s;
}

evk_status evk_model_files_find(struct evk_model_files *out, const char *const *models,
                                size_t count, const char *weights, evk_error *err)
{
    char hash[EVK_SHA256_TEXT];
    bool card;

    for (size_t i = 0; i < count; i++) {
        EVK_TRY(hash_file(models[i], hash, &card, err));
        if (card)
            EVK_TRY(add_weights(&out->paths, models[i], weights, err));
        else
            EVK_TRY(evk_names_add(&out->paths, models[i], err));
    }
    EVK_TRY(
        evk_alloc(&out->hashes, (int64_t)out->paths.count, sizeof(*out->hashes), "models", err));
    for (size_t i = 0; i < out->paths.count; i++)
        EVK_TRY(hash_file(out->paths.names[i], out->hashes[i], &card, err));
    return EVK_OK;
}

void evk_model_files_release(struct evk_model_files *f)
{
    evk_names_release(&f->paths);
    free(f->hashes);
    *f = (struct evk_model_files){0};
}

static bool lists_sha256(const struct evk_model_files *f, const char *sha256)
{
    for (size_t i = 0; i < f->paths.count; i++)
        if (sha256 && strcmp(f->hashes[i], sha256) == 0)
            return true;
    return false;
}

bool evk_model_files_are_whole(const struct evk_model_files *f, const struct evk_described_model *m)
{
    struct evk_card_named_file file;

    if (!m->card)
        return lists_sha256(f, m->sha256);
    for (size_t i = 0; evk_card_file_at(m->card, i, &file); i++)
        if (!lists_sha256(f, file.sha256))
            return false;
    return true;
}

/* ---- files that are looked for ------------------------------------------------------- */

/* Make the path of a file in the folder that has the set's folder: "folder/../name". */
static evk_status path_beside(const char *folder, const char *name, char **out, evk_error *err)
{
    char *up;
    evk_status s;

    EVK_TRY(evk_path_join(&up, folder, "..", err));
    s = evk_path_join(out, up, name, err);
    free(up);
    return s;
}

/*
 * Returns the path of a file that the user did not give, which the caller frees; NULL: it was not
 * found.
 */
static char *look_around(const char *folder, const char *file, const char *sha256)
{
    char *path = NULL;

    if (!evk_log_find_model(folder, sha256, &path, NULL) && has_sha256(path, sha256))
        return path;
    free(path);
    path = NULL;
    if (strchr(file, '/'))
        return NULL;
    if (!path_beside(folder, file, &path, NULL) && has_sha256(path, sha256))
        return path;
    free(path);
    path = NULL;
    if (!evk_strdup(&path, file, NULL) && has_sha256(path, sha256))
        return path;
    free(path);
    return NULL;
}

/* Find a file among those that are given, then elsewhere; the caller frees *out.  EVK_ENOTFOUND. */
static evk_status locate_file(const char *folder, const char *file, const char *sha256,
                              const struct evk_model_files *given, char **out, evk_error *err)
{
    for (size_t i = 0; i < given->paths.count; i++)
        if (given->hashes ? strcmp(given->hashes[i], sha256) == 0
                          : has_sha256(given->paths.names[i], sha256))
            return evk_strdup(out, given->paths.names[i], err);
    *out = look_around(folder, file, sha256);
    if (*out)
        return EVK_OK;
    return evk_fail(err, EVK_ENOTFOUND,
                    "%s: its model %s (SHA-256 %.12s...) is not where it was when the set was "
                    "made, and was not given; expected its file as an argument",
                    folder, file, sha256);
}

/* Find all files of a card, and open the card with them. */
static evk_status open_card(const char *folder, const struct evk_described_model *m,
                            const struct evk_model_files *given, evk_model **out, evk_error *err)
{
    struct evk_card_places places = {.folder = folder};
    struct evk_card_named_file file;
    evk_status s = EVK_OK;
    char **found;
    size_t n = 0;

    while (evk_card_file_at(m->card, n, &file))
        n++;
    EVK_TRY(evk_alloc(&found, (int64_t)n, sizeof(*found), "a card", err));
    for (size_t i = 0; i < n && !s && evk_card_file_at(m->card, i, &file); i++) {
        if (!file.name || !file.sha256)
            s = evk_fail(err, EVK_EFORMAT, "%s: the card of %s does not say its weights", folder,
                         m->name);
        else
            s = locate_file(folder, file.name, file.sha256, given, &found[i], err);
    }
    places.count = n;
    places.files = (const char *const *)found;
    if (!s)
        s = evk_card_open(out, m->name, m->card, &places, &(struct evk_load_options){0}, err);
    for (size_t i = 0; i < n; i++)
        free(found[i]);
    free(found);
    return s;
}

/* Open a network, whose file may have another name now than when the set was made. */
static evk_status open_network(const char *folder, const struct evk_described_model *m,
                               const struct evk_model_files *given, evk_model **out, evk_error *err)
{
    evk_model *opened = NULL;
    char *path, *name;
    evk_status s;

    EVK_TRY(evk_strdup(&name, m->name, err));
    s = locate_file(folder, m->file, m->sha256, given, &path, err);
    if (!s) {
        s = evk_model_open_with(&opened, path, &m->options, err);
        free(path);
    }
    if (s) {
        free(name);
        return s;
    }
    evk_model_rename(opened, name);
    *out = opened;
    return EVK_OK;
}

evk_status evk_described_open(const char *folder, const struct evk_described_model *m,
                              const struct evk_model_files *given, evk_model **out, evk_error *err)
{
    return m->card ? open_card(folder, m, given, out, err)
                   : open_network(folder, m, given, out, err);
}

/* Add paths, and behind the path of a card those of the card's files, if the card can be opened. */
static evk_status add_paths(struct evk_names *out, const char *const *paths, size_t count,
                            evk_error *err)
{
    char hash[EVK_SHA256_TEXT];
    bool card;

    for (size_t i = 0; i < count; i++) {
        EVK_TRY(evk_names_add(out, paths[i], err));
        if (!hash_file(paths[i], hash, &card, NULL) && card)
            (void)add_weights(out, paths[i], NULL, NULL);
    }
    return EVK_OK;
}

evk_status evk_model_file_open(const char *folder, const evk_json *description, const char *sha256,
                               const char *const *paths, size_t count, evk_model **out,
                               evk_error *err)
{
    struct evk_described_model m;
    struct evk_model_files all = {.hashes = NULL};
    evk_status s;

    if (!sha256 || !evk_description_model(description, sha256, &m))
        return evk_fail(err, EVK_EFORMAT, "%s: its description has no model with SHA-256 %.12s...",
                        folder, sha256 ? sha256 : "n/a");
    s = add_paths(&all.paths, paths, count, err);
    if (!s)
        s = evk_described_open(folder, &m, &all, out, err);
    evk_model_files_release(&all);
    return s;
}

bool evk_model_file_is_needed(const evk_json *description, const char *sha256)
{
    struct evk_described_model m;
    const evk_json *outputs;

    for (size_t i = 0; evk_description_model_at(description, i, &m); i++)
        if (evk_described_needs(&m, sha256))
            return true;
    for (size_t i = 0; evk_description_judge_at(description, i, &m, &outputs); i++)
        if (evk_described_needs(&m, sha256))
            return true;
    return false;
}
