/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tiny.h - models so small that a set of theirs takes milliseconds, and sets compared whole */
#ifndef EVK_TESTS_TINY_H
#define EVK_TESTS_TINY_H

#include <evoke/evoke.h>

#include "base/fs.h"
#include "base/str.h"

enum { TINY_H = 9, TINY_W = 8, TINY_C = 3, TINY_VALUES = TINY_H * TINY_W * TINY_C };

/* The kinds of outputs of a tiny model, a letter each. */
#define TINY_LIVE   'l' /* responds */
#define TINY_DEAD   'd' /* has a gradient of zero everywhere */
#define TINY_BROKEN 'b' /* its response is not finite */

/* Write a model whose outputs are of the kinds in outputs, "lld", and open it. */
evk_model *tiny_model(const char *path, const char *outputs);

/* Returns a recipe of two starts and four steps, with a blur of the image as its prior. */
evk_recipe tiny_recipe(void);

/* Returns the names and contents of all files below a folder, as one string; release it. */
struct evk_str tiny_content(const char *folder);
void assert_same_content(const struct evk_str *a, const struct evk_str *b);
/* Check that tiny_content of the folder is expected. */
void assert_content(const char *folder, const struct evk_str *expected);

/* Copy a folder with all that is in it; to is removed first. */
void tiny_copy(const char *from, const char *to);

/* Returns the content of a file; release it. */
struct evk_str tiny_read(const char *path);

#endif /* EVK_TESTS_TINY_H */
