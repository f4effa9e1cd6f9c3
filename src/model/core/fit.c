/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit.c - is a state dictionary that of a core with readouts, which a model card can describe? */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "model/core/build.h"
#include "model/core/core.h"

static const char FIRST[] = "core.features.layer0.", LAYER[] = "core.features.layer";

static bool starts(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

/* Returns the name of the first tensor with this text in its name; NULL where there is none. */
static const char *name_with(const struct evk_tensors *t, const char *text)
{
    for (int64_t i = 0; i < t->count; i++)
        if (strstr(t->tensors[i].name, text))
            return t->tensors[i].name;
    return NULL;
}

/*
 * Finds the first layer of a core behind the names of any modules.  Returns the name of the layer's
 * tensor, and sets *n to how many bytes of the name are before "core."; NULL: there is no core.
 */
static const char *find_core(const struct evk_tensors *t, size_t *n)
{
    for (int64_t i = 0; i < t->count; i++) {
        const char *name = t->tensors[i].name, *at = strstr(name, FIRST);

        if (at && (at == name || at[-1] == '.')) {
            *n = (size_t)(at - name);
            return name;
        }
    }
    return NULL;
}

/* Finds a kernel of the core's first layer that spans time, which is its fifth axis. */
static const char *find_time(const struct evk_tensors *t)
{
    for (int64_t i = 0; i < t->count; i++)
        if (strstr(t->tensors[i].name, FIRST) && t->tensors[i].values.axes == 5)
            return t->tensors[i].name;
    return NULL;
}

/* Is it the name of a tensor of a core whose kind is known, or without a part in responses? */
static bool is_known(const char *name)
{
    static const char *const modules[] = {"conv.", "norm.", "ds_conv.", "seg_ex_block."};
    const char *at;

    if (!starts(name, "core.") || evk_core_is_idle(name))
        return true;
    if (!starts(name, LAYER))
        return false;
    at = name + strlen(LAYER);
    while (isdigit((unsigned char)*at))
        at++;
    for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
        if (*at == '.' && starts(at + 1, modules[i]))
            return true;
    return false;
}

/* Finds a tensor that shows that the core or its readout is of a kind that no card describes. */
static const char *find_misfit(const struct evk_tensors *t, const char **what)
{
    const char *name;

    *what = "its core";
    for (int64_t i = 0; i < t->count; i++)
        if (!is_known(t->tensors[i].name))
            return t->tensors[i].name;
    if (evk_core_has_keys(t))
        return NULL;
    *what = "its readout";
    name = name_with(t, "readout.Wc");
    if (name)
        *what = "its readout, that of a minimodel,";
    return name ? name : name_with(t, "readout.");
}

bool evk_core_fits(struct evk_tensors *t, char *why, size_t size)
{
    const char *rotated = name_with(t, "hermite_conv."), *time, *first, *what, *name;
    size_t n = 0;

    why[0] = '\0';
    first = find_core(t, &n);
    if (rotated) {
        snprintf(why, size,
                 "its core is rotation-equivariant (%.100s), which a card cannot describe",
                 rotated);
        return false;
    }
    if (!first)
        return false;
    time = find_time(t);
    if (time) {
        snprintf(why, size,
                 "its core reads videos (%.100s has 5 axes, of which one is time), which a "
                 "card cannot describe",
                 time);
        return false;
    }
    for (int64_t i = 0; i < t->count; i++)
        if (strncmp(t->tensors[i].name, first, n) != 0) {
            snprintf(why, size,
                     "its core stands behind '%.*s', and beside it is %.100s, which may change "
                     "responses",
                     (int)(n < 60 ? n : 60), first, t->tensors[i].name);
            return false;
        }
    for (int64_t i = 0; n && i < t->count; i++)
        memmove(t->tensors[i].name, t->tensors[i].name + n, strlen(t->tensors[i].name) + 1 - n);
    if (!name_with(t, "readout.")) {
        snprintf(why, size, "it has a core, but no readout");
        return false;
    }
    name = find_misfit(t, &what);
    if (name)
        snprintf(why, size, "%s has %.100s, which a card cannot describe", what, name);
    return !name;
}
