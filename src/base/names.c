/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names.c - a growing list of strings */
#include "base/names.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void evk_names_release(struct evk_names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->names[i]);
    free(n->names);
    *n = (struct evk_names){NULL, 0};
}

/* The list has room for the next power of two of strings: it doubles when count reaches one. */
evk_status evk_names_add(struct evk_names *n, const char *name, evk_error *err)
{
    if ((n->count & (n->count - 1)) == 0) {
        size_t room = n->count ? 2 * n->count : 1;
        char **more = realloc(n->names, room * sizeof(*more));

        if (!more)
            return evk_fail(err, EVK_ENOMEM, "out of memory for %zu names", room);
        n->names = more;
    }
    EVK_TRY(evk_strdup(&n->names[n->count], name, err));
    n->count++;
    return EVK_OK;
}

evk_status evk_names_printf(struct evk_names *n, evk_error *err, const char *fmt, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, fmt);
    vsnprintf(text, sizeof(text), fmt, arguments);
    va_end(arguments);
    return evk_names_add(n, text, err);
}

void evk_names_drop(struct evk_names *n, const char *name)
{
    for (size_t i = 0; i < n->count; i++)
        if (n->names[i] == name) {
            free(n->names[i]);
            n->names[i] = n->names[--n->count];
            return;
        }
}
