/* SPDX-License-Identifier: GPL-3.0-or-later */
/* way.h - commands that a message recommends, with the names of the user's file in them */
#ifndef EVK_MODEL_WAY_H
#define EVK_MODEL_WAY_H

#include "base/str.h"

/*
 * Appends a text to *out in which some words stand for parts of a path: "{path}" for all of it,
 * "{folder}" for its folder, "." where it has none, "{name}" for its last part without the ending.
 * Such a command can be pasted into a shell or into Python: where the path has other characters
 * than letters, digits and ._/-+, or is long or NULL, the words are FILE, FOLDER and net instead.
 * "{found}" stands for found.
 */
void evk_way_add(struct evk_str *out, const char *text, const char *path, const char *found);

#endif /* EVK_MODEL_WAY_H */
