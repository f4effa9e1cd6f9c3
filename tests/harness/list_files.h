/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_files.h - files, folders and archives of one-pixel images that differ in their red value */
#ifndef EVK_TESTS_LIST_FILES_H
#define EVK_TESTS_LIST_FILES_H

#include <stddef.h>

#include "base/fs.h"
#include "evoke/image.h"

/* Returns a PNG of one pixel (red, 0, 0); release it. */
struct evk_bytes list_png(int red);

/* Returns the path folder/name; free() it. */
char *list_join(const char *folder, const char *name);

/* Write the file folder/name, and make the folders that it needs. */
void list_put(const char *folder, const char *name, const void *data, size_t size);
void list_put_png(const char *folder, const char *name, int red);

/* Write a zip archive with entries of these names: red i + 1 in entry i, nothing in folders. */
void list_put_zip(const char *folder, const char *name, const char *const *names, size_t n);

evk_image_list *list_open(const char *path);

/*
 * Check the names of the list's images, "a b c " with a space after each, the red values that are
 * read from them, and how many files were skipped.
 */
void list_check(const evk_image_list *list, const char *folder, const char *names, const int *reds,
                size_t skipped);

#endif /* EVK_TESTS_LIST_FILES_H */
