/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_files.h - files, folders and archives of images of one pixel, told apart by their red */
#ifndef EVK_TESTS_LIST_FILES_H
#define EVK_TESTS_LIST_FILES_H

#include <stddef.h>

#include "base/fs.h"
#include "evoke/image.h"

/* A PNG of one pixel of this red. */
struct evk_bytes list_png(int red);

/* The caller frees it. */
char *list_join(const char *folder, const char *name);

/* A file, in folders that are made for it. */
void list_put(const char *folder, const char *name, const void *data, size_t size);
void list_put_png(const char *folder, const char *name, int red);

/* An archive of these names; red i + 1 in entry i, nothing in folders. */
void list_put_zip(const char *folder, const char *name, const char *const *names, size_t n);

evk_image_list *list_open(const char *path);

/* Names given as "a b c", each followed by a space; reds are the pixels that are read. */
void list_check(const evk_image_list *list, const char *folder, const char *names, const int *reds,
                size_t skipped);

#endif /* EVK_TESTS_LIST_FILES_H */
