/* SPDX-License-Identifier: GPL-3.0-or-later */
/* named.c - the row of a table by its name, and the index of a word in a list */
#include "base/named.h"

#include <string.h>

#include "base/near.h"
#include "base/str.h"

evk_status evk_named_fail(const char *kind, const char *name, size_t size,
                          bool (*info)(int i, evk_type_info *out), evk_error *err)
{
    struct evk_near near = evk_near_begin(name, size);
    struct evk_str known = EVK_STR_INIT;
    char hint[EVK_NEAR_HINT];
    evk_type_info row;
    evk_status s;

    for (int i = 0; info(i, &row); i++) {
        evk_str_printf(&known, "%s%s", i ? ", " : "", row.name);
        evk_near_offer(&near, row.name);
    }
    s = evk_fail(err, EVK_ENOTFOUND, "%s is '%.*s', expected one of: %s%s", kind, (int)size, name,
                 known.data, evk_near_hint(&near, "", hint));
    evk_str_release(&known);
    return s;
}

evk_status evk_named_find(int *out, const char *kind, const char *name,
                          bool (*info)(int i, evk_type_info *out), evk_error *err)
{
    evk_type_info row;

    for (int i = 0; info(i, &row); i++)
        if (strcmp(row.name, name) == 0) {
            *out = i;
            return EVK_OK;
        }
    return evk_named_fail(kind, name, strlen(name), info, err);
}

bool evk_is_word(const char *text, const char *const words[])
{
    while (*words && strcmp(*words, text) != 0)
        words++;
    return *words != NULL;
}

static evk_status word_fail(const char *kind, const char *text, const char *const words[],
                            evk_error *err)
{
    struct evk_near near = evk_near_begin(text, strlen(text));
    struct evk_str known = EVK_STR_INIT;
    char hint[EVK_NEAR_HINT];
    evk_status s;

    for (int i = 0; words[i]; i++) {
        evk_str_printf(&known, "%s%s", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
        evk_near_offer(&near, words[i]);
    }
    s = evk_fail(err, EVK_EINVAL, "%s is '%s', expected %s%s", kind, text, known.data,
                 evk_near_hint(&near, "", hint));
    evk_str_release(&known);
    return s;
}

evk_status evk_word_find(int *out, const char *kind, const char *text, const char *const words[],
                         evk_error *err)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0) {
            *out = i;
            return EVK_OK;
        }
    return word_fail(kind, text, words, err);
}
