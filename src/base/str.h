/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * str.h - a growing string of bytes
 *
 * A string starts as EVK_STR_INIT and ends with evk_str_release.  data always
 * ends with a zero byte, which size does not count; an empty string's data is "".
 * A failed allocation is remembered: additions do nothing after it, and
 * evk_str_check reports it.  So a text is built without a check after each line.
 */
#ifndef EVK_BASE_STR_H
#define EVK_BASE_STR_H

#include <stdbool.h>

#include "base/error.h"

struct evk_str {
    char *data;
    size_t size, room; /* bytes in use, bytes allocated */
    bool failed;       /* an allocation failed */
};

extern char evk_str_empty[1]; /* the data of every empty string, not to be freed or written */
#define EVK_STR_INIT               \
    {                              \
        evk_str_empty, 0, 0, false \
    }

/* Free the bytes, and leave an empty string. */
void evk_str_release(struct evk_str *s);

/* Append size bytes. */
void evk_str_add(struct evk_str *s, const void *bytes, size_t size);

/* Append a text, without its final zero. */
void evk_str_puts(struct evk_str *s, const char *text);

/* Append a text that is formatted as by printf. */
void evk_str_printf(struct evk_str *s, const char *fmt, ...) EVK_PRINTF(2, 3);

/* Append a tab and then a number as evk_format_real (num.h) writes it: a cell of a table. */
void evk_str_cell(struct evk_str *s, double value);

/* EVK_ENOMEM where an addition failed. */
evk_status evk_str_check(const struct evk_str *s, evk_error *err);

/*
 * Returns the part of a path after its last slash, "b.png" of "a/b.png"; all of a path without a
 * slash.
 */
const char *evk_base_name(const char *path);

/* Is the text well-formed UTF-8 (RFC 3629)? */
bool evk_is_utf8(const char *s);

/*
 * Returns the longest tail of a text in UTF-8 that has at most `most` bytes and begins with a whole
 * character.  The result points into s.
 */
const char *evk_utf8_tail(const char *s, size_t most);

/* Does s end in one of the endings, whatever the case of ASCII letters?  NULL ends the list. */
bool evk_ends_in(const char *s, const char *const *endings);

#endif /* EVK_BASE_STR_H */
