/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pickle.h - Python pickles as inert values; nothing is ever called or imported
 *
 * What protocols 2 to 4 need for numbers, texts, containers and arrays is read
 * into a graph of values: what the file makes once and mentions often is there
 * once, and a list may hold itself, so whoever walks the graph bounds his steps.
 * A class is a name on the caller's list, its instance the arguments and the
 * state that the file gives; a name that is not on the list is an error.
 *
 * All memory belongs to the reader, and never exceeds EVK_PICKLE_MULTIPLE bytes
 * for each byte of the file (and a few pages); texts and bytes are checked against
 * what is left of the file first.
 */
#ifndef EVK_FORMAT_PICKLE_H
#define EVK_FORMAT_PICKLE_H

#include <stdbool.h>

#include "base/error.h"

enum { EVK_PICKLE_MULTIPLE = 128 };

enum evk_pickle_kind {
    EVK_PICKLE_NONE,
    EVK_PICKLE_BOOL,
    EVK_PICKLE_INT,
    EVK_PICKLE_REAL,
    EVK_PICKLE_TEXT, /* UTF-8 without zero bytes, terminated */
    EVK_PICKLE_BYTES,
    EVK_PICKLE_TUPLE,
    EVK_PICKLE_LIST,
    EVK_PICKLE_DICT,     /* items: key, value, key, value... */
    EVK_PICKLE_CLASS,    /* a name on the list */
    EVK_PICKLE_OBJECT,   /* items: its arguments, a tuple, and its state or nothing */
    EVK_PICKLE_REFERENCE /* items: a persistent id, which means something outside the file */
};

struct evk_pickle_value {
    enum evk_pickle_kind kind;
    int class;    /* of a class or an object: its place on the list */
    size_t count; /* of items; bytes of a text or of bytes */
    union {
        int64_t i; /* bool, int */
        double real;
        const char *text;
        const unsigned char *bytes; /* in the file's data */
        const struct evk_pickle_value **items;
    } is;
    size_t room; /* the reader's: items that there is memory for */
};

/* A class that a file may name, and what calling it makes: an OBJECT, or a DICT. */
struct evk_pickle_class {
    const char *name; /* "collections.OrderedDict"; NULL ends the list */
    enum evk_pickle_kind makes;
};

struct evk_pickle;

/* The data must outlive the values, and holds one pickle with nothing behind it. */
evk_status evk_pickle_read(struct evk_pickle **out, const struct evk_pickle_value **root,
                           const void *data, size_t size, const struct evk_pickle_class *allowed,
                           evk_error *err);
void evk_pickle_free(struct evk_pickle *p);

/* ---- looking at values: NULL is a value of no kind ---- */

bool evk_pickle_is(const struct evk_pickle_value *v, enum evk_pickle_kind kind);
/* A text, or bytes, as Python 2 wrote texts, of these characters. */
bool evk_pickle_says(const struct evk_pickle_value *v, const char *text);
/* A whole number; bools are none. */
bool evk_pickle_int(const struct evk_pickle_value *v, int64_t *out);
/* Item i of a tuple or a list; NULL: there is none. */
const struct evk_pickle_value *evk_pickle_at(const struct evk_pickle_value *v, size_t i);
/* The value at a key of a dictionary, the last one where there are several, as in Python. */
const struct evk_pickle_value *evk_pickle_get(const struct evk_pickle_value *v, const char *key);
/* Is it an instance of this class?  Then its arguments, and its state or NULL. */
bool evk_pickle_object(const struct evk_pickle_value *v, int class,
                       const struct evk_pickle_value **arguments,
                       const struct evk_pickle_value **state);
/* "a text", "nothing": for messages. */
const char *evk_pickle_kind_name(const struct evk_pickle_value *v);

#endif /* EVK_FORMAT_PICKLE_H */
