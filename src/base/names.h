/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names.h - a growing list of strings, such as the names in a folder */
#ifndef EVK_BASE_NAMES_H
#define EVK_BASE_NAMES_H

#include "base/error.h"

/* An empty list is {NULL, 0}. */
struct evk_names {
    char **names; /* the list and each string in it are owned */
    size_t count;
};

/* Free the list and its strings, and leave an empty list. */
void evk_names_release(struct evk_names *n);

/* Append a copy of name.  EVK_ENOMEM leaves the list as it was. */
evk_status evk_names_add(struct evk_names *n, const char *name, evk_error *err);

/* Append a text that is formatted as by printf, and cut to 511 bytes. */
evk_status evk_names_printf(struct evk_names *n, evk_error *err, const char *fmt, ...)
    EVK_PRINTF(3, 4);

/*
 * Free the string that is at this address, if the list has it; the last string takes its place.
 * The address is compared, not the characters.
 */
void evk_names_drop(struct evk_names *n, const char *name);

#endif /* EVK_BASE_NAMES_H */
