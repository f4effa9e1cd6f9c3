/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json.h - reading and writing JSON; the only door to jansson
 *
 * Reading is strict: duplicate keys are an error, and so is nesting deeper
 * than jansson's limit (2048).  Numbers keep 17 digits, keys their order.
 * Accessors accept NULL and a value of another kind, and then return NULL,
 * zero or the fallback, so a chain of lookups needs one check at its end.
 */
#ifndef EVK_BASE_JSON_H
#define EVK_BASE_JSON_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

typedef struct json_t evk_json; /* jansson's own value */

/* ---- reading: what is returned belongs to the root ------------------------- */

evk_status evk_json_parse(evk_json **out, const void *text, size_t size, evk_error *err);
void evk_json_free(evk_json *root);

/* A copy of a value, a root of its own; NULL where there is no memory. */
evk_json *evk_json_copy(const evk_json *value);

const evk_json *evk_json_get(const evk_json *object, const char *key);
const evk_json *evk_json_at(const evk_json *array, size_t i);
size_t evk_json_count(const evk_json *array); /* 0 for anything else */
/* The key that follows one of the object's own, in their order; NULL: the first, and past the end. */
const char *evk_json_key_after(const evk_json *object, const char *key);
bool evk_json_equal(const evk_json *a, const evk_json *b); /* NULL equals NULL */
bool evk_json_is_null(const evk_json *v);                  /* absent counts as null */
bool evk_json_is_array(const evk_json *v);
bool evk_json_is_bool(const evk_json *v);
const char *evk_json_text(const evk_json *v); /* NULL unless a string */
bool evk_json_bool(const evk_json *v, bool fallback);
bool evk_json_int(const evk_json *v, int64_t *out); /* false unless a whole number */
bool evk_json_real(const evk_json *v, double *out); /* false unless a number */

/* The value as JSON for a message, "nothing" where absent, cut to fit; returns text. */
enum { EVK_JSON_BRIEF = 64 };
const char *evk_json_brief(const evk_json *v, char text[EVK_JSON_BRIEF]);

/* ---- writing ------------------------------------------------------------------
 * parent is the writer's root or what put_object and put_array returned; key is
 * NULL where the parent is an array.  A failed allocation is remembered, and
 * evk_json_write reports it.
 */

struct evk_json_writer {
    evk_json *root; /* an object */
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

/* A copy of a value that was read. */
void evk_json_put_copy(struct evk_json_writer *w, evk_json *parent, const char *key,
                       const evk_json *value);

/* What is written already, to add to it: member and element, NULL where there is none. */
evk_json *evk_json_member(evk_json *object, const char *key);
evk_json *evk_json_element(evk_json *array, size_t i);

/* Take a member away, if it is there. */
void evk_json_drop(evk_json *object, const char *key);

/*
 * Append to text: keys in order of insertion, 9 digits, a final newline; in
 * lines with two spaces of indent, or all in one line; or in lines, with 17
 * digits where 9 would be another number.  Characters that are not plain (shown.h) are escaped.
 */
evk_status evk_json_write(const struct evk_json_writer *w, struct evk_str *text, evk_error *err);
evk_status evk_json_write_exactly(const struct evk_json_writer *w, struct evk_str *text,
                                  evk_error *err);
evk_status evk_json_write_line(const struct evk_json_writer *w, struct evk_str *text,
                               evk_error *err);

#endif /* EVK_BASE_JSON_H */
