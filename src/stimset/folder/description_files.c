/* SPDX-License-Identifier: GPL-3.0-or-later */
/* description_files.c - checks that the files which image priors read are still those of the set */
#include <string.h>

#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"
#include "synth/prior.h"

static const evk_json *files_of(const evk_json *description)
{
    return evk_json_get(evk_json_get(description, "StimulusSet"), "Files");
}

static evk_status check_file(const evk_json *one, evk_error *err)
{
    const char *file = evk_json_text(evk_json_get(one, "File"));
    const char *want = evk_json_text(evk_json_get(one, "SHA256"));
    char hash[EVK_SHA256_TEXT];

    if (!file || !want)
        return evk_fail(err, EVK_EFORMAT, "%s: a file of a prior has no File or no SHA256",
                        EVK_SET_DESCRIPTION);
    EVK_TRY(evk_fs_hash_itself(file, EVK_PRIOR_FILE_MAX, hash, err));
    if (strcmp(hash, want) != 0)
        return evk_fail(err, EVK_EINVAL,
                        "%s: is another file than the set was made with, whose SHA-256 is %.12s...",
                        file, want);
    return EVK_OK;
}

evk_status evk_description_check_files(const evk_json *description, const char *prior,
                                       evk_error *err)
{
    const evk_json *files = files_of(description);

    for (size_t i = 0; i < evk_json_count(files); i++) {
        const evk_json *one = evk_json_at(files, i);
        const char *name = evk_json_text(evk_json_get(one, "Prior"));

        if (!prior || (name && strcmp(name, prior) == 0))
            EVK_TRY(check_file(one, err));
    }
    return EVK_OK;
}

/* Files of a description while they are compared with those that priors read. */
struct paths {
    const evk_json *files;
    size_t count; /* files that were compared */
};

/* An evk_prior_file_fn: check that the next entry of Files has this prior and this file. */
static evk_status check_path(void *arg, const char *prior, const char *file, evk_error *err)
{
    struct paths *p = arg;
    const evk_json *one = evk_json_at(p->files, p->count++);
    const char *name = evk_json_text(evk_json_get(one, "Prior"));
    const char *path = evk_json_text(evk_json_get(one, "File"));

    if (name && path && strcmp(name, prior) == 0 && strcmp(path, file) == 0)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT, "%s: the prior %s reads %s, but Files has %s",
                    EVK_SET_DESCRIPTION, prior, file, path ? path : "no such file");
}

evk_status evk_description_check_paths(const evk_json *description, evk_error *err)
{
    struct paths p = {files_of(description), 0};
    const struct evk_set_kind *kind;
    evk_texts priors = {.count = 0};

    EVK_TRY(evk_set_kind_find(&kind, description, err));
    if (kind->priors)
        EVK_TRY(kind->priors(description, &priors, err));
    EVK_TRY(evk_priors_files(&priors, check_path, &p, err));
    if (evk_json_count(p.files) == p.count)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT, "%s: Files has %zu files, but its priors read %zu",
                    EVK_SET_DESCRIPTION, evk_json_count(p.files), p.count);
}
