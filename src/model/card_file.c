/* SPDX-License-Identifier: GPL-3.0-or-later */
/* card_file.c - the files that a model card names */
#include "model/card_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "model/load.h"

evk_status evk_card_check_keys(const evk_json *object, const char *what, const char *const *known,
                               evk_error *err)
{
    struct evk_str list = EVK_STR_INIT;
    const char *key = NULL;
    evk_status s = EVK_OK;

    for (const char *const *k = known; *k; k++)
        evk_str_printf(&list, "%s%s", k > known ? ", " : "", *k);
    while (!s && (key = evk_json_key_after(object, key)) != NULL) {
        const char *const *k = known;

        while (*k && strcmp(*k, key) != 0)
            k++;
        if (!*k)
            s = evk_fail(err, EVK_EFORMAT, "%s has '%.64s', expected only: %s", what, key,
                         list.data);
    }
    if (!s)
        s = evk_str_check(&list, err);
    evk_str_release(&list);
    return s;
}

static bool has_hash(const char *path, const char *sha256)
{
    unsigned char digest[EVK_SHA256_BYTES] = {0};
    char hash[EVK_SHA256_TEXT];
    struct evk_bytes file;
    bool same;

    if (!sha256 || evk_fs_read(&file, path, EVK_MODEL_FILE_MAX, NULL))
        return false;
    same = !evk_model_digest(path, &file, digest, NULL);
    evk_hex(digest, sizeof(digest), hash);
    same = same && strcmp(hash, sha256) == 0;
    evk_bytes_release(&file);
    return same;
}

evk_status evk_card_find_file(const struct evk_card_places *places, const char *what,
                              const char *file, const char *sha256, char **out, evk_error *err)
{
    const char *const folders[] = {places->folder, places->weights};

    for (size_t i = 0; i < places->count; i++)
        if (has_hash(places->files[i], sha256))
            return evk_strdup(out, places->files[i], err);
    for (size_t i = 0; i < 2; i++) {
        char *path;

        if (!folders[i] || file[0] == '/')
            continue;
        EVK_TRY(evk_path_join(&path, folders[i], file, err));
        if (evk_fs_exists(path)) {
            *out = path;
            return EVK_OK;
        }
        free(path);
    }
    if (file[0] == '/' && evk_fs_exists(file))
        return evk_strdup(out, file, err);
    if (places->weights)
        return evk_fail(err, EVK_ENOTFOUND, "its %s %s are neither beside it nor in %s", what, file,
                        places->weights);
    return evk_fail(err, EVK_ENOTFOUND,
                    "its %s %s are not beside it; --weights says in which folder they are", what,
                    file);
}

bool evk_card_file_at(const evk_json *card, size_t i, struct evk_card_named_file *out)
{
    const evk_json *members = evk_json_get(card, "members");

    for (size_t k = 0; k < evk_json_count(members); k++) {
        const evk_json *member = evk_json_at(members, k);
        const evk_json *readout = evk_json_get(member, "readout");
        const size_t files = readout ? 2 : 1;

        if (i < files) {
            *out = (struct evk_card_named_file){
                evk_json_text(evk_json_get(i ? readout : member, i ? "file" : "weights")),
                evk_json_text(evk_json_get(i ? readout : member, "sha256"))};
            return true;
        }
        i -= files;
    }
    return false;
}
