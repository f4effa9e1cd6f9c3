/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * str.h - a growing string of bytes
 *
 * Start from EVK_STR_INIT, end with evk_str_release.  data is always
 * terminated by a zero byte that size does not count; it is "" when empty.
 * A failed allocation is remembered: later additions do nothing and
 * evk_str_check reports it, so that text is built without a check a line.
 */
#ifndef EVK_BASE_STR_H
#define EVK_BASE_STR_H

#include <stdbool.h>

#include "base/error.h"

struct evk_str {
    char *data;
    size_t size, room;
    bool failed;
};

extern char evk_str_empty[1];
#define EVK_STR_INIT               \
    {                              \
        evk_str_empty, 0, 0, false \
    }

void evk_str_release(struct evk_str *s);
void evk_str_add(struct evk_str *s, const void *bytes, size_t size);
void evk_str_puts(struct evk_str *s, const char *text);
void evk_str_printf(struct evk_str *s, const char *fmt, ...) EVK_PRINTF(2, 3);
evk_status evk_str_check(const struct evk_str *s, evk_error *err);

/* What a path ends in: "b.png" of "a/b.png"; the whole of a path without a slash. */
const char *evk_base_name(const char *path);

/* Is the text well-formed UTF-8 (RFC 3629)? */
bool evk_is_utf8(const char *s);

/* The end of a text in UTF-8, at most `most` bytes of it, from the first byte of a character on. */
const char *evk_utf8_tail(const char *s, size_t most);

/* Does s end in one of the endings, ignoring the case of ASCII letters? The list ends with NULL. */
bool evk_ends_in(const char *s, const char *const *endings);

#endif /* EVK_BASE_STR_H */
