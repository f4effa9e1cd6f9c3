/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pickle_build.c - containers and objects, as a pickle's opcodes put them together */
#include <string.h>

#include "format/pickle_stack.h"

typedef struct evk_pickle_value value;

/* ---- containers ----------------------------------------------------------------------- */

static evk_status add_items(struct evk_pickle *p, value *v, value *const *items, size_t count)
{
    EVK_TRY(evk_pickle_widen(p, &v->is.items, v->count, v->count + count, &v->room));
    if (count)
        memcpy(v->is.items + v->count, items, count * sizeof(*items));
    v->count += count;
    return EVK_OK;
}

/* Push a container of values that have been taken off the stack; items points into the stack. */
static evk_status make_of(struct evk_pickle *p, enum evk_pickle_kind kind, value *const *items,
                          size_t count)
{
    value *v;

    EVK_TRY(evk_pickle_take(p, sizeof(*v), &v));
    v->kind = kind;
    EVK_TRY(add_items(p, v, items, count));
    return evk_pickle_push(p, v);
}

evk_status evk_pickle_tuple_of(struct evk_pickle *p, size_t count)
{
    value *const *items;

    EVK_TRY(evk_pickle_take_items(p, count, &items));
    return make_of(p, EVK_PICKLE_TUPLE, items, count);
}

evk_status evk_pickle_gather(struct evk_pickle *p, enum evk_pickle_kind kind)
{
    value *const *items;
    size_t count;

    EVK_TRY(evk_pickle_take_to_mark(p, &items, &count));
    return make_of(p, kind, items, count);
}

/*
 * Add values to a container of this kind on top of the stack.  An object may be of a class of lists
 * or sets: what such an object holds is dropped.
 */
static evk_status append_items(struct evk_pickle *p, enum evk_pickle_kind kind, value *const *items,
                               size_t count)
{
    value *v;

    EVK_TRY(evk_pickle_top(p, &v));
    if (v->kind == EVK_PICKLE_OBJECT)
        return EVK_OK;
    if (v->kind != kind)
        return evk_pickle_bad(p, kind == EVK_PICKLE_LIST ? "appends to what is not a list"
                                                         : "adds to what is not a set");
    return add_items(p, v, items, count);
}

evk_status evk_pickle_append_to_mark(struct evk_pickle *p, enum evk_pickle_kind kind)
{
    value *const *items;
    size_t count;

    EVK_TRY(evk_pickle_take_to_mark(p, &items, &count));
    return append_items(p, kind, items, count);
}

evk_status evk_pickle_append_one(struct evk_pickle *p)
{
    value *const *items;

    EVK_TRY(evk_pickle_take_items(p, 1, &items));
    return append_items(p, EVK_PICKLE_LIST, items, 1);
}

/*
 * Add keys and values in turn to a dictionary.  A key must be something that Python can hash:
 * neither a list nor a dictionary.
 */
static evk_status add_pairs(struct evk_pickle *p, value *dict, value *const *items, size_t count)
{
    if (count % 2)
        return evk_pickle_bad(p, "has a key without a value");
    for (size_t i = 0; i < count; i += 2)
        if (items[i]->kind == EVK_PICKLE_LIST || items[i]->kind == EVK_PICKLE_DICT)
            return evk_pickle_bad(p, "has a dictionary with a list or a dictionary as a key");
    return add_items(p, dict, items, count);
}

/*
 * Add keys and values to the dictionary on top of the stack.  An object may be of a class of
 * dictionaries: what such an object holds is dropped.
 */
static evk_status set_items(struct evk_pickle *p, value *const *items, size_t count)
{
    value *dict;

    EVK_TRY(evk_pickle_top(p, &dict));
    if (dict->kind == EVK_PICKLE_OBJECT)
        return EVK_OK;
    if (dict->kind != EVK_PICKLE_DICT)
        return evk_pickle_bad(p, "sets items of what is not a dictionary");
    return add_pairs(p, dict, items, count);
}

evk_status evk_pickle_set_item(struct evk_pickle *p)
{
    value *const *items;

    EVK_TRY(evk_pickle_take_items(p, 2, &items));
    return set_items(p, items, 2);
}

evk_status evk_pickle_set_to_mark(struct evk_pickle *p)
{
    value *const *items;
    size_t count;

    EVK_TRY(evk_pickle_take_to_mark(p, &items, &count));
    return set_items(p, items, count);
}

evk_status evk_pickle_dict_to_mark(struct evk_pickle *p)
{
    value *const *items, *dict;
    size_t count;

    EVK_TRY(evk_pickle_take_to_mark(p, &items, &count));
    EVK_TRY(evk_pickle_take(p, sizeof(*dict), &dict));
    dict->kind = EVK_PICKLE_DICT;
    EVK_TRY(add_pairs(p, dict, items, count));
    return evk_pickle_push(p, dict);
}

/* ---- instances of classes ------------------------------------------------------------ */

/* Add the pairs of a list, [(key, value), ...], to a dictionary. */
static evk_status add_list_of_pairs(struct evk_pickle *p, value *dict, const value *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        value *pair[2];

        for (size_t k = 0; k < 2; k++) {
            const value *v = evk_pickle_at(pairs->is.items[i], k);

            if (!v || pairs->is.items[i]->count != 2)
                return evk_pickle_bad(p, "makes a dictionary of what is not a list of pairs");
            memcpy(&pair[k], &v, sizeof(v));
        }
        EVK_TRY(add_pairs(p, dict, pair, 2));
    }
    return EVK_OK;
}

/*
 * Push the instance of a class that makes a dictionary, from no argument, from a list of pairs, or
 * from what a defaultdict makes of a missing key: a class, an object or None.
 */
static evk_status instance_dict(struct evk_pickle *p, const value *arguments)
{
    const value *first = evk_pickle_at(arguments, 0);
    value *dict;

    EVK_TRY(evk_pickle_make(p, EVK_PICKLE_DICT, &dict));
    if (arguments->count == 1 && first->kind == EVK_PICKLE_LIST)
        return add_list_of_pairs(p, dict, first);
    if (arguments->count == 0 || (arguments->count == 1 && (first->kind == EVK_PICKLE_CLASS ||
                                                            first->kind == EVK_PICKLE_OBJECT ||
                                                            first->kind == EVK_PICKLE_NONE)))
        return EVK_OK;
    return evk_pickle_bad(p, "makes a dictionary of what is not a list of pairs");
}

/*
 * Push what Python would make by calling `callable` with arguments, which is a dictionary or an
 * object; nothing is called.  Of an object that is called, the object's class counts.
 */
static evk_status make_instance(struct evk_pickle *p, value *callable, value *arguments)
{
    const value *called = evk_pickle_class(callable);
    value *v, *items[3] = {NULL, arguments, NULL};
    const int class = callable->kind == EVK_PICKLE_CLASS ? callable->class : EVK_PICKLE_UNKNOWN;

    if (!called || arguments->kind != EVK_PICKLE_TUPLE)
        return evk_pickle_bad(p, "makes an instance of what is not a class and its arguments");
    if (class != EVK_PICKLE_UNKNOWN && p->known[class].makes == EVK_PICKLE_DICT)
        return instance_dict(p, arguments);
    EVK_TRY(evk_pickle_make(p, EVK_PICKLE_OBJECT, &v));
    v->class = class;
    memcpy(&items[0], &called, sizeof(called));
    return add_items(p, v, items, 3);
}

evk_status evk_pickle_instance(struct evk_pickle *p)
{
    value *arguments, *class;

    EVK_TRY(evk_pickle_pop(p, &arguments));
    EVK_TRY(evk_pickle_pop(p, &class));
    return make_instance(p, class, arguments);
}

/* The arguments that have names, a dictionary, are dropped. */
evk_status evk_pickle_instance_named(struct evk_pickle *p)
{
    value *named;

    EVK_TRY(evk_pickle_pop(p, &named));
    if (named->kind != EVK_PICKLE_DICT)
        return evk_pickle_bad(p, "gives named arguments that are not a dictionary");
    return evk_pickle_instance(p);
}

evk_status evk_pickle_instance_to_mark(struct evk_pickle *p, value *class)
{
    value *const *items, *arguments;
    size_t count, first = class ? 0 : 1;

    EVK_TRY(evk_pickle_take_to_mark(p, &items, &count));
    if (count < first)
        return evk_pickle_bad(p, "makes an instance of no class");
    class = class ? class : items[0];
    EVK_TRY(evk_pickle_take(p, sizeof(*arguments), &arguments));
    arguments->kind = EVK_PICKLE_TUPLE;
    EVK_TRY(add_items(p, arguments, items + first, count - first));
    return make_instance(p, class, arguments);
}

/*
 * Pop a state, and give it to the object on top of the stack.  The state of a dictionary (its
 * attributes) is dropped, since a dictionary's items come in other ways.
 */
evk_status evk_pickle_build(struct evk_pickle *p)
{
    value *state, *v;

    EVK_TRY(evk_pickle_pop(p, &state));
    EVK_TRY(evk_pickle_top(p, &v));
    if (v->kind != EVK_PICKLE_OBJECT && v->kind != EVK_PICKLE_DICT)
        return evk_pickle_bad(p, "gives a state to a value that cannot have one");
    if (v->kind == EVK_PICKLE_OBJECT)
        v->is.items[2] = state;
    return EVK_OK;
}

evk_status evk_pickle_refer(struct evk_pickle *p)
{
    struct evk_pickle_row *r = &p->references;
    value *id, *v;

    EVK_TRY(evk_pickle_pop(p, &id));
    EVK_TRY(evk_pickle_make(p, EVK_PICKLE_REFERENCE, &v));
    EVK_TRY(evk_pickle_widen(p, &r->at, r->count, r->count + 1, &r->room));
    r->at[r->count++] = v;
    return add_items(p, v, &id, 1);
}
