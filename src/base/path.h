/* SPDX-License-Identifier: GPL-3.0-or-later */
/* path.h - paths of files as text: nothing here looks at the disk */
#ifndef EVK_BASE_PATH_H
#define EVK_BASE_PATH_H

#include <stdbool.h>

#include "base/error.h"

/*
 * Set *out to the joined path, such as "a/b" from "a" (or "a/") and "b"; the caller frees *out.
 * EVK_ENOMEM is the only failure.
 */
evk_status evk_path_join(char **out, const char *a, const char *b, evk_error *err);

/*
 * Set *out to the folder part of a path: "a" of "a/b", "." of "b", "/" of "/b"; the caller frees
 * *out.
 */
evk_status evk_path_parent(char **out, const char *path, evk_error *err);

/*
 * Is the path relative, and does it stay below the folder where it starts?  Only one spelling of
 * such a path is accepted: without ".", "..", "//" and a slash at its end.
 */
bool evk_path_is_inside(const char *path);

/*
 * Set *out to the way from a folder to a file, such as "../cores/x.keras" from "/a/fits" to
 * "/a/cores/x.keras"; the caller frees *out.  Both paths are absolute, without "." and "..".  Where
 * they have only the root in common, *out is the file's absolute path.
 */
evk_status evk_path_relative(char **out, const char *folder, const char *file, evk_error *err);

#endif /* EVK_BASE_PATH_H */
