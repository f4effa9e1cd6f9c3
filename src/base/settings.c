/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.c - a struct of settings that callers see only by the names of its parameters */
#include "base/settings.h"

#include <string.h>

#include "base/mem.h"
#include "base/near.h"

const evk_param *evk_settings_find(const evk_param *params, const char *name)
{
    for (const evk_param *p = params; p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

static evk_status find(const evk_param **out, const evk_param *params, const char *kind,
                       const char *name, evk_error *err)
{
    struct evk_near near = evk_near_begin(name, strlen(name));
    char hint[EVK_NEAR_HINT];

    *out = evk_settings_find(params, name);
    if (*out)
        return EVK_OK;
    for (const evk_param *p = params; p->name; p++)
        evk_near_offer(&near, p->name);
    return evk_fail(err, EVK_ENOTFOUND, "%s has no parameter '%s'%s", kind, name,
                    evk_near_hint(&near, "", hint));
}

/* Sets *copy to a copy of text that owned keeps. */
static evk_status keep(struct evk_names *owned, const char *text, const char **copy, evk_error *err)
{
    EVK_TRY(evk_names_add(owned, text, err));
    *copy = owned->names[owned->count - 1];
    return EVK_OK;
}

evk_status evk_settings_set(const evk_param *params, void *base, struct evk_names *owned,
                            const char *kind, const char *name, const char *text, evk_error *err)
{
    const char *before = NULL;
    const evk_param *p;
    evk_status s;

    EVK_TRY(find(&p, params, kind, name, err));
    if (p->kind == EVK_PARAM_TEXT)
        memcpy(&before, (const char *)base + p->offset, sizeof(before));
    if (p->kind == EVK_PARAM_TEXT || p->kind == EVK_PARAM_TEXTS)
        EVK_TRY(keep(owned, text, &text, err));
    s = evk_param_set(p, base, text, err);
    evk_names_drop(owned, s ? text : before); /* what no field refers to */
    return s;
}

static size_t length(const evk_param *p, const void *base)
{
    const char *field = (const char *)base + p->offset, *text;
    const evk_texts *all = (const evk_texts *)(const void *)field;
    size_t n = 64; /* numbers and words */

    if (p->kind == EVK_PARAM_TEXT) {
        memcpy(&text, field, sizeof(text));
        n += text ? strlen(text) : 0;
    }
    for (size_t i = 0; p->kind == EVK_PARAM_TEXTS && i < all->count; i++)
        n += strlen(all->text[i]) + 1;
    return n;
}

evk_status evk_settings_get(const evk_param *params, const void *base, const char *kind,
                            const char *name, char **text, evk_error *err)
{
    const evk_param *p;
    size_t size;

    EVK_TRY(find(&p, params, kind, name, err));
    size = length(p, base);
    EVK_TRY(evk_alloc(text, (int64_t)size, 1, "a parameter", err));
    evk_param_get(p, base, *text, size);
    return EVK_OK;
}

evk_status evk_settings_own(const evk_param *params, void *base, struct evk_names *owned,
                            evk_error *err)
{
    for (const evk_param *p = params; p->name; p++) {
        char *field = (char *)base + p->offset;
        evk_texts *all = (evk_texts *)(void *)field;
        const char *text;

        if (p->kind == EVK_PARAM_TEXT) {
            memcpy(&text, field, sizeof(text));
            if (text)
                EVK_TRY(keep(owned, text, &text, err));
            memcpy(field, &text, sizeof(text));
        }
        for (size_t i = 0; p->kind == EVK_PARAM_TEXTS && i < all->count; i++)
            EVK_TRY(keep(owned, all->text[i], &all->text[i], err));
    }
    return EVK_OK;
}
