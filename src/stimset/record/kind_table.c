/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kind_table.c - all kinds of stimulus sets, and which kind a description is of */
#include <string.h>

#include "base/str.h"
#include "stimset/record/kind.h"
#include "stimset/record/row.h"

static const struct evk_set_kind *const kinds[] = {
#define EVK_SET_KIND(name) &evk_set_kind_##name,
#include "stimset/record/kinds.def"
#undef EVK_SET_KIND
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/*
 * Does the member of an object hold this text or, where the text is NULL, is there no such member?
 */
static bool says(const evk_json *set, const char *member, const char *text)
{
    const evk_json *found = evk_json_get(set, member);
    const char *there = evk_json_text(found);

    return text ? there && strcmp(there, text) == 0 : !found;
}

const struct evk_set_kind *evk_set_kind_of(const evk_json *description)
{
    const evk_json *set = evk_json_get(description, "StimulusSet");
    const evk_json *options = evk_json_get(set, "Options");
    const bool minimizes = evk_json_bool(evk_json_get(options, "minimize"), false);

    for (size_t i = 0; set && i < KINDS; i++)
        if (says(set, "SetType", kinds[i]->set_type) && says(set, "Method", kinds[i]->method) &&
            minimizes == kinds[i]->minimizes)
            return kinds[i];
    return NULL;
}

evk_status evk_set_kind_find(const struct evk_set_kind **out, const evk_json *description,
                             evk_error *err)
{
    const evk_json *set = evk_json_get(description, "StimulusSet");
    char type[EVK_JSON_BRIEF], method[EVK_JSON_BRIEF];

    *out = evk_set_kind_of(description);
    if (*out)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT,
                    "SetType is %s and Method is %s, which no kind of stimulus set has",
                    evk_json_brief(evk_json_get(set, "SetType"), type),
                    evk_json_brief(evk_json_get(set, "Method"), method));
}

int64_t evk_set_kind_most_rows(const struct evk_set_kind *kind)
{
    return kind->streamed ? EVK_STREAM_MAX : EVK_CODE_MAX;
}

/* The place in kinds of the first kind that has this row type; KINDS: no kind has it. */
static size_t first_with(const char *set_type)
{
    for (size_t i = 0; i < KINDS; i++)
        for (const char *const *type = kinds[i]->row_types; *type; type++)
            if (strcmp(*type, set_type) == 0)
                return i;
    return KINDS;
}

bool evk_is_row_type(const char *set_type)
{
    return first_with(set_type) < KINDS;
}

void evk_list_row_types(struct evk_str *out)
{
    const char *comma = "";

    for (size_t i = 0; i < KINDS; i++)
        for (const char *const *type = kinds[i]->row_types; *type; type++)
            if (first_with(*type) == i) {
                evk_str_printf(out, "%s%s", comma, *type);
                comma = ", ";
            }
}
