/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.c - reading and writing JSON */
#include "base/json.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shown.h"

evk_status evk_json_parse(evk_json **out, const void *text, size_t size, evk_error *err)
{
    json_error_t e;
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &e);

    if (!root)
        return evk_fail(err, EVK_EFORMAT, "line %d: %s", e.line, e.text);
    *out = root;
    return EVK_OK;
}

void evk_json_free(evk_json *root)
{
    json_decref(root);
}

evk_json *evk_json_copy(const evk_json *value)
{
    return json_deep_copy(value);
}

const evk_json *evk_json_get(const evk_json *object, const char *key)
{
    return json_object_get(object, key);
}

const evk_json *evk_json_at(const evk_json *array, size_t i)
{
    return json_array_get(array, i);
}

size_t evk_json_count(const evk_json *array)
{
    return json_array_size(array);
}

/* jansson's iterators want a pointer that is not const, though they change nothing. */
static json_t *without_const(const json_t *v)
{
    json_t *out;

    memcpy(&out, &v, sizeof(out));
    return out;
}

bool evk_json_equal(const evk_json *a, const evk_json *b)
{
    return a == b || json_equal(a, b);
}

const char *evk_json_key_after(const evk_json *object, const char *key)
{
    json_t *o = without_const(object);
    void *at = key ? json_object_iter_next(o, json_object_key_to_iter(key)) : json_object_iter(o);

    return at ? json_object_iter_key(at) : NULL;
}

bool evk_json_is_null(const evk_json *v)
{
    return !v || json_is_null(v);
}

bool evk_json_is_array(const evk_json *v)
{
    return json_is_array(v);
}

bool evk_json_is_bool(const evk_json *v)
{
    return json_is_boolean(v);
}

const char *evk_json_text(const evk_json *v)
{
    return json_string_value(v);
}

bool evk_json_bool(const evk_json *v, bool fallback)
{
    return json_is_boolean(v) ? json_is_true(v) : fallback;
}

bool evk_json_int(const evk_json *v, int64_t *out)
{
    if (!json_is_integer(v))
        return false;
    *out = json_integer_value(v);
    return true;
}

bool evk_json_real(const evk_json *v, double *out)
{
    if (!json_is_number(v))
        return false;
    *out = json_number_value(v);
    return true;
}

const char *evk_json_brief(const evk_json *v, char text[EVK_JSON_BRIEF])
{
    char *dump = v ? json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;

    if (!dump)
        return "nothing";
    if (snprintf(text, EVK_JSON_BRIEF, "%s", dump) >= EVK_JSON_BRIEF)
        memcpy(text + EVK_JSON_BRIEF - 4, "...", 4);
    free(dump);
    return text;
}

void evk_json_writer_init(struct evk_json_writer *w)
{
    w->root = json_object();
    w->failed = !w->root;
}

void evk_json_writer_release(struct evk_json_writer *w)
{
    json_decref(w->root);
    w->root = NULL;
}

/*
 * Put value, which may be NULL after a failed allocation, into parent, which takes it over.
 * Returns value, borrowed from parent, or NULL.
 */
static json_t *put(struct evk_json_writer *w, json_t *parent, const char *key, json_t *value)
{
    int failed =
        key ? json_object_set_new(parent, key, value) : json_array_append_new(parent, value);

    w->failed = w->failed || failed;
    return failed ? NULL : value;
}

evk_json *evk_json_put_object(struct evk_json_writer *w, evk_json *parent, const char *key)
{
    return put(w, parent, key, json_object());
}

evk_json *evk_json_put_array(struct evk_json_writer *w, evk_json *parent, const char *key)
{
    return put(w, parent, key, json_array());
}

void evk_json_put_text(struct evk_json_writer *w, evk_json *parent, const char *key,
                       const char *text)
{
    put(w, parent, key, json_string(text));
}

void evk_json_put_int(struct evk_json_writer *w, evk_json *parent, const char *key, int64_t i)
{
    put(w, parent, key, json_integer(i));
}

void evk_json_put_real(struct evk_json_writer *w, evk_json *parent, const char *key, double r)
{
    put(w, parent, key, json_real(r));
}

void evk_json_put_null(struct evk_json_writer *w, evk_json *parent, const char *key)
{
    put(w, parent, key, json_null());
}

void evk_json_put_bool(struct evk_json_writer *w, evk_json *parent, const char *key, bool b)
{
    put(w, parent, key, json_boolean(b));
}

void evk_json_put_copy(struct evk_json_writer *w, evk_json *parent, const char *key,
                       const evk_json *value)
{
    put(w, parent, key, json_deep_copy(value));
}

evk_json *evk_json_member(evk_json *object, const char *key)
{
    return json_object_get(object, key);
}

evk_json *evk_json_element(evk_json *array, size_t i)
{
    return json_array_get(array, i);
}

/* Append a character as JSON escapes it: \u and a code unit of UTF-16, or two of them. */
static void put_escaped(struct evk_str *text, uint32_t code)
{
    if (code > 0xFFFF) {
        evk_str_printf(text, "\\u%04lx", (unsigned long)(0xD7C0 + (code >> 10)));
        code = 0xDC00 | (code & 0x3FF);
    }
    evk_str_printf(text, "\\u%04lx", (unsigned long)code);
}

/*
 * Append JSON text, with an escape for every character that is not plain (shown.h) but for line
 * ends.  jansson leaves control characters above 126 and marks of direction as they are.  They can
 * only stand within JSON's strings, where an escape means the same character.
 */
static void put_shown(struct evk_str *text, const char *json)
{
    const char *from = json;
    uint32_t code = 0;
    size_t n;

    for (const char *at = json; (n = evk_utf8_step(at, &code)) > 0; at += n) {
        if (code == '\n' || evk_is_plain_character(code))
            continue;
        evk_str_add(text, from, (size_t)(at - from));
        put_escaped(text, code);
        from = at + n;
    }
    evk_str_puts(text, from);
}

void evk_json_drop(evk_json *object, const char *key)
{
    (void)json_object_del(object, key);
}

static evk_status write_with(const struct evk_json_writer *w, size_t flags, struct evk_str *text,
                             evk_error *err)
{
    char *dump = w->failed ? NULL : json_dumps(w->root, flags);

    if (!dump)
        return evk_fail(err, EVK_ENOMEM, "out of memory for JSON, or text that is not UTF-8");
    put_shown(text, dump);
    evk_str_puts(text, "\n");
    free(dump);
    return evk_str_check(text, err);
}

evk_status evk_json_write(const struct evk_json_writer *w, struct evk_str *text, evk_error *err)
{
    return write_with(w, JSON_INDENT(2) | JSON_REAL_PRECISION(9), text, err);
}

/* Would some number be read back as another, if all are written with 9 digits? */
static bool loses_digits(const json_t *root)
{
    char *dump = json_dumps(root, JSON_REAL_PRECISION(9));
    json_t *back = dump ? json_loads(dump, 0, NULL) : NULL;
    const bool loses = back && !json_equal(root, back);

    json_decref(back);
    free(dump);
    return loses;
}

evk_status evk_json_write_exactly(const struct evk_json_writer *w, struct evk_str *text,
                                  evk_error *err)
{
    const bool longer = !w->failed && loses_digits(w->root);

    return write_with(w, JSON_INDENT(2) | JSON_REAL_PRECISION(longer ? 17 : 9), text, err);
}

evk_status evk_json_write_line(const struct evk_json_writer *w, struct evk_str *text,
                               evk_error *err)
{
    return write_with(w, JSON_REAL_PRECISION(9), text, err);
}
