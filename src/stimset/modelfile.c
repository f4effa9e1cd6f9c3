/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modelfile.c - the files of a set's models, found by SHA-256 */
#include "stimset/modelfile.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "stimset/describe.h"
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

/* Where it is if it was not given; NULL: nowhere. free() it. */
static char *look_around(const char *folder, const struct evk_described_model *m)
{
    char *path = NULL;

    if (!evk_log_find_model(folder, m->sha256, &path, NULL) && is_it(path, m->sha256))
        return path;
    free(path);
    path = NULL;
    if (strchr(m->file, '/'))
        return NULL;
    if (!beside(folder, m->file, &path, NULL) && is_it(path, m->sha256))
        return path;
    free(path);
    path = NULL;
    if (!evk_strdup(&path, m->file, NULL) && is_it(path, m->sha256))
        return path;
    free(path);
    return NULL;
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
    for (size_t i = 0; i < count; i++)
        if (is_it(paths[i], sha256))
            return evk_model_open(out, paths[i], &m.options, err);
    path = look_around(folder, &m);
    if (!path)
        return evk_fail(err, EVK_ENOTFOUND,
                        "%s: its model %s (SHA-256 %.12s...) is not where it was and not given; "
                        "expected it as an argument",
                        folder, m.file, sha256);
    s = evk_model_open(out, path, &m.options, err);
    free(path);
    return s;
}
