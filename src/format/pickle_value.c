/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pickle_value.c - how to look at the values of a pickle */
#include "format/pickle_value.h"

#include <string.h>

bool evk_pickle_is(const struct evk_pickle_value *v, enum evk_pickle_kind kind)
{
    return v && v->kind == kind;
}

bool evk_pickle_says(const struct evk_pickle_value *v, const char *text)
{
    const size_t n = strlen(text);

    if (evk_pickle_is(v, EVK_PICKLE_TEXT))
        return v->count == n && memcmp(v->is.text, text, n) == 0;
    return evk_pickle_is(v, EVK_PICKLE_BYTES) && v->count == n && memcmp(v->is.bytes, text, n) == 0;
}

bool evk_pickle_int(const struct evk_pickle_value *v, int64_t *out)
{
    if (!evk_pickle_is(v, EVK_PICKLE_INT))
        return false;
    *out = v->is.i;
    return true;
}

const struct evk_pickle_value *evk_pickle_at(const struct evk_pickle_value *v, size_t i)
{
    if (!evk_pickle_is(v, EVK_PICKLE_TUPLE) && !evk_pickle_is(v, EVK_PICKLE_LIST))
        return NULL;
    return i < v->count ? v->is.items[i] : NULL;
}

const struct evk_pickle_value *evk_pickle_get(const struct evk_pickle_value *v, const char *key)
{
    if (!evk_pickle_is(v, EVK_PICKLE_DICT))
        return NULL;
    for (size_t i = v->count; i >= 2; i -= 2)
        if (evk_pickle_says(v->is.items[i - 2], key))
            return v->is.items[i - 1];
    return NULL;
}

bool evk_pickle_object(const struct evk_pickle_value *v, int class,
                       const struct evk_pickle_value **arguments,
                       const struct evk_pickle_value **state)
{
    if (!evk_pickle_is(v, EVK_PICKLE_OBJECT) || v->class != class || class < 0)
        return false;
    *arguments = v->is.items[1];
    *state = v->is.items[2];
    return true;
}

const struct evk_pickle_value *evk_pickle_class(const struct evk_pickle_value *v)
{
    if (evk_pickle_is(v, EVK_PICKLE_OBJECT))
        v = v->is.items[0];
    else if (evk_pickle_is(v, EVK_PICKLE_REFERENCE))
        v = evk_pickle_at(v->is.items[0], 1);
    return evk_pickle_is(v, EVK_PICKLE_CLASS) ? v : NULL;
}

/*
 * Protocols 0 and 1 make an instance by a function of the module copyreg, whose first argument is
 * the class.
 */
const char *evk_pickle_class_name(const struct evk_pickle_value *v)
{
    static const char python3[] = "copyreg.", python2[] = "copy_reg.";
    const struct evk_pickle_value *class, *first = NULL;

    if (!evk_pickle_is(v, EVK_PICKLE_CLASS) && !evk_pickle_is(v, EVK_PICKLE_OBJECT))
        return NULL;
    class = evk_pickle_class(v);
    if (v->kind == EVK_PICKLE_OBJECT && (strncmp(class->is.text, python3, strlen(python3)) == 0 ||
                                         strncmp(class->is.text, python2, strlen(python2)) == 0))
        first = evk_pickle_class(evk_pickle_at(v->is.items[1], 0));
    return first ? first->is.text : class->is.text;
}

const char *evk_pickle_kind_name(const struct evk_pickle_value *v)
{
    static const char *const name[] = {
        [EVK_PICKLE_NONE] = "None",          [EVK_PICKLE_BOOL] = "a truth value",
        [EVK_PICKLE_INT] = "a whole number", [EVK_PICKLE_LONG] = "a whole number",
        [EVK_PICKLE_REAL] = "a number",      [EVK_PICKLE_TEXT] = "a text",
        [EVK_PICKLE_BYTES] = "bytes",        [EVK_PICKLE_TUPLE] = "a tuple",
        [EVK_PICKLE_LIST] = "a list",        [EVK_PICKLE_SET] = "a set",
        [EVK_PICKLE_DICT] = "a dictionary",  [EVK_PICKLE_CLASS] = "a class",
        [EVK_PICKLE_OBJECT] = "an object",   [EVK_PICKLE_REFERENCE] = "a reference",
    };

    return v ? name[v->kind] : "nothing";
}
