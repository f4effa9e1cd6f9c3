/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json.h - reading and writing JSON; only json.c uses jansson
 *
 * Reading is strict: duplicate keys are an error, and so is nesting deeper
 * than jansson's limit (2048).  Numbers keep 17 digits, and keys their order.
 * The functions that look at a value accept NULL and a value of another kind;
 * then they return NULL, zero or the fallback.  So a chain of them needs one
 * check at its end.
 */
#ifndef EVK_BASE_JSON_H
#define EVK_BASE_JSON_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

typedef struct json_t evk_json; /* jansson's own value */

/* ---- reading: all values that are returned belong to the root ---------------- */

/*
 * Parse size bytes of text; evk_json_free() frees *out, the root.  EVK_EFORMAT: the message names
 * the line.
 */
evk_status evk_json_parse(evk_json **out, const void *text, size_t size, evk_error *err);

/* Free a root and all its values.  NULL is fine. */
void evk_json_free(evk_json *root);

/* Returns a deep copy of a value, which evk_json_free() frees; NULL where memory runs out. */
evk_json *evk_json_copy(const evk_json *value);

/* Returns the member of an object under this key; NULL where there is none. */
const evk_json *evk_json_get(const evk_json *object, const char *key);

/* Returns element number i of an array; NULL where there is none. */
const evk_json *evk_json_at(const evk_json *array, size_t i);

/* Returns the number of elements of an array; 0 for anything else. */
size_t evk_json_count(const evk_json *array);

/*
 * Go through the keys of an object in their order: returns the first key for NULL, the key after
 * `key` otherwise, and NULL after the last.  key must be a key that this function returned.
 */
const char *evk_json_key_after(const evk_json *object, const char *key);

bool evk_json_equal(const evk_json *a, const evk_json *b); /* two NULLs are equal */
bool evk_json_is_null(const evk_json *v);                  /* true for NULL, and for JSON's null */
bool evk_json_is_array(const evk_json *v);
bool evk_json_is_bool(const evk_json *v);

/* Returns the text of a string; NULL for anything else. */
const char *evk_json_text(const evk_json *v);

/* Returns the value of true or false; fallback for anything else. */
bool evk_json_bool(const evk_json *v, bool fallback);

/* Get a whole number; for anything else, false is returned, and *out stays. */
bool evk_json_int(const evk_json *v, int64_t *out);

/* Get any number; for anything else, false is returned, and *out stays. */
bool evk_json_real(const evk_json *v, double *out);

enum { EVK_JSON_BRIEF = 64 };

/*
 * Write a value as JSON into text, for a message, cut to fit; NULL becomes "nothing".  Returns
 * text.
 */
const char *evk_json_brief(const evk_json *v, char text[EVK_JSON_BRIEF]);

/* ---- writing ------------------------------------------------------------------
 * A writer builds a value in memory, and evk_json_write turns it into text.  The
 * functions evk_json_put_* add a value to parent, which is the writer's root or
 * was returned by evk_json_put_object or evk_json_put_array; key is the member's
 * name in an object, and NULL where the parent is an array.  Failures are
 * remembered: after one, evk_json_write fails.
 */

struct evk_json_writer {
    evk_json *root; /* an object, owned by the writer */
    bool failed;
};

void evk_json_writer_init(struct evk_json_writer *w);
void evk_json_writer_release(struct evk_json_writer *w);
evk_json *evk_json_put_object(struct evk_json_writer *w, evk_json *parent, const char *key);
evk_json *evk_json_put_array(struct evk_json_writer *w, evk_json *parent, const char *key);
void evk_json_put_text(struct evk_json_writer *w, evk_json *parent, const char *key,
                       const char *text);
void evk_json_put_int(struct evk_json_writer *w, evk_json *parent, const char *key, int64_t i);
void evk_json_put_real(struct evk_json_writer *w, evk_json *parent, const char *key, double r);
void evk_json_put_null(struct evk_json_writer *w, evk_json *parent, const char *key);
void evk_json_put_bool(struct evk_json_writer *w, evk_json *parent, const char *key, bool b);

/* Put a deep copy of a value that was read. */
void evk_json_put_copy(struct evk_json_writer *w, evk_json *parent, const char *key,
                       const evk_json *value);

/*
 * Returns a member or an element that was put before, so that more can be added to it; NULL where
 * there is none.
 */
evk_json *evk_json_member(evk_json *object, const char *key);
evk_json *evk_json_element(evk_json *array, size_t i);

/* Remove the member under this key; a key that is not there is fine. */
void evk_json_drop(evk_json *object, const char *key);

/*
 * Append the writer's root to text as JSON.  Keys are in order of insertion, a newline is at the
 * end, and characters that are not plain (shown.h) are escaped.
 *
 * evk_json_write          lines with two spaces of indent a level; numbers of 9 digits
 * evk_json_write_exactly  the same, but all numbers of 17 digits where 9 would lose something
 * evk_json_write_line     a single line; numbers of 9 digits
 *
 * EVK_ENOMEM: memory ran out, or a text that was put is not UTF-8.
 */
evk_status evk_json_write(const struct evk_json_writer *w, struct evk_str *text, evk_error *err);
evk_status evk_json_write_exactly(const struct evk_json_writer *w, struct evk_str *text,
                                  evk_error *err);
evk_status evk_json_write_line(const struct evk_json_writer *w, struct evk_str *text,
                               evk_error *err);

#endif /* EVK_BASE_JSON_H */
