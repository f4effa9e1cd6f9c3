/* SPDX-License-Identifier: GPL-3.0-or-later */
/* named.c - the row of a table by its name, and the index of a word in a list */
#include "base/named.h"

#include <string.h>

#include "base/str.h"

evk_status evk_named_find(int *out, const char *kind, const char *name,
                          bool (*info)(int i, evk_type_info *out), evk_error *err)
{
    struct evk_str known = EVK_STR_INIT;
    evk_type_info row;
    evk_status s;

    for (int i = 0; info(i, &row); i++) {
        if (strcmp(row.name, name) == 0) {
            evk_str_release(&known);
            *out = i;
            return EVK_OK;
        }
        evk_str_printf(&known, "%s%s", i ? ", " : "", row.name);
    }
    s = evk_fail(err, EVK_ENOTFOUND, "%s is '%s', expected one of: %s", kind, name, known.data);
    evk_str_release(&known);
    return s;
}

bool evk_is_word(const char *text, const char *const words[])
{
    while (*words && strcmp(*words, text) != 0)
        words++;
    return *words != NULL;
}

evk_status evk_word_find(int *out, const char *kind, const char *text, const char *const words[],
                         evk_error *err)
{
    struct evk_str known = EVK_STR_INIT;
    evk_status s;

    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], text) == 0) {
            evk_str_release(&known);
            *out = i;
            return EVK_OK;
        }
        evk_str_printf(&known, "%s%s", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
    }
    s = evk_fail(err, EVK_EINVAL, "%s is '%s', expected %s", kind, text, known.data);
    evk_str_release(&known);
    return s;
}
