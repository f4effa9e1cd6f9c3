/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pickle_value.h - the values that a Python pickle becomes, and how to look at them */
#ifndef EVK_FORMAT_PICKLE_VALUE_H
#define EVK_FORMAT_PICKLE_VALUE_H

#include <stdbool.h>

#include "base/error.h"

enum evk_pickle_kind {
    EVK_PICKLE_NONE,
    EVK_PICKLE_BOOL,
    EVK_PICKLE_INT,
    EVK_PICKLE_LONG, /* a whole number that does not fit 8 bytes; its digits are not kept */
    EVK_PICKLE_REAL,
    EVK_PICKLE_TEXT, /* UTF-8, in which zero bytes may stand; a zero byte follows the last one */
    EVK_PICKLE_BYTES,
    EVK_PICKLE_TUPLE,
    EVK_PICKLE_LIST,
    EVK_PICKLE_SET,      /* also a frozenset */
    EVK_PICKLE_DICT,     /* items: key, value, key, value... */
    EVK_PICKLE_CLASS,    /* the name of a class or of a function, with its module, as a text */
    EVK_PICKLE_OBJECT,   /* items: its class, a tuple of arguments, and a state that may be NULL */
    EVK_PICKLE_REFERENCE /* items: a persistent id, which means something outside the file */
};

enum { EVK_PICKLE_UNKNOWN = -1 }; /* the index of a class that is not in the caller's list */

struct evk_pickle_value {
    enum evk_pickle_kind kind;
    int class; /* of a class or an object: the index of its name in the caller's list */
    /* number of items of a container or object; number of bytes of a text, of bytes or a class */
    size_t count;
    union {
        int64_t i; /* the value of a bool or an int */
        double real;
        const char *text;
        const unsigned char *bytes;
        const struct evk_pickle_value **items;
    } is;
    size_t room; /* for the reader only: how many items there is memory for */
};

/* A class that the caller knows, and what an instance of the class becomes: OBJECT or DICT. */
struct evk_pickle_class {
    const char *name; /* with its module: "collections.OrderedDict"; NULL ends the list */
    enum evk_pickle_kind makes;
};

/* Every function below takes NULL for v, as a value that is of no kind. */

bool evk_pickle_is(const struct evk_pickle_value *v, enum evk_pickle_kind kind);

/* Is it this text?  Bytes with the same characters count too: so Python 2 pickled its texts. */
bool evk_pickle_says(const struct evk_pickle_value *v, const char *text);

/* Get a whole number; returns false, and leaves *out, where v is anything else, also a bool. */
bool evk_pickle_int(const struct evk_pickle_value *v, int64_t *out);

/* Returns item i of a tuple or a list; NULL where v is neither, or has no item i. */
const struct evk_pickle_value *evk_pickle_at(const struct evk_pickle_value *v, size_t i);

/*
 * Returns the value at a key of a dictionary; of several equal keys the last one counts, as in
 * Python. NULL where v is no dictionary, or does not have the key.
 */
const struct evk_pickle_value *evk_pickle_get(const struct evk_pickle_value *v, const char *key);

/*
 * Is it an instance of class number `class` of the caller's list?  If so, *arguments is set to the
 * tuple of its arguments, and *state to its state, which may be NULL.  An instance of a class that
 * is not on the list is none of any number.
 */
bool evk_pickle_object(const struct evk_pickle_value *v, int class,
                       const struct evk_pickle_value **arguments,
                       const struct evk_pickle_value **state);

/*
 * Returns the class that a class or an object has; of a reference, the class that PyTorch before 1.6
 * writes with its source, ('module', class, file, source).  NULL where v is none of these.
 */
const struct evk_pickle_value *evk_pickle_class(const struct evk_pickle_value *v);

/*
 * Returns the name of a class, or of the class of an object, with its module: "lab.models.Net".
 * NULL where v is neither.
 */
const char *evk_pickle_class_name(const struct evk_pickle_value *v);

/* Returns the kind with an article, for messages: "a text"; "nothing" for NULL. */
const char *evk_pickle_kind_name(const struct evk_pickle_value *v);

#endif /* EVK_FORMAT_PICKLE_VALUE_H */
