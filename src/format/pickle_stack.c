/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pickle_stack.c - memory, stack, memo and containers of the machine that runs a pickle's opcodes
 */
#include "format/pickle_stack.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_FIRST = 1 << 10, BLOCK_MOST = 1 << 16, ALIGNMENT = 16 }; /* bytes */

typedef struct evk_pickle_value value;

struct evk_pickle_block {
    struct evk_pickle_block *next;
    size_t size, used; /* bytes of the block after this header; bytes of these that are used */
};

#define HEADER ((sizeof(struct evk_pickle_block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

/* ---- memory: blocks that are freed all at once ------------------------------------- */

evk_status evk_pickle_take(struct evk_pickle *p, size_t size, void *out)
{
    struct evk_pickle_block *b = p->blocks;
    unsigned char *start;
    size_t room;

    if (size > p->limit)
        return evk_fail(p->err, EVK_EFORMAT,
                        "pickle: needs %zu bytes of memory, expected at most %zu", size, p->limit);
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!b || b->size - b->used < size) {
        room = p->taken < BLOCK_FIRST ? BLOCK_FIRST : p->taken < BLOCK_MOST ? p->taken : BLOCK_MOST;
        room = room > size ? room : size;
        if (room + HEADER > p->limit - p->taken)
            return evk_fail(p->err, EVK_EFORMAT,
                            "pickle: needs over %zu bytes of memory, %d for each of its own",
                            p->limit, EVK_PICKLE_MULTIPLE);
        EVK_TRY(evk_alloc(&b, (int64_t)(HEADER + room), 1, "a pickle", p->err));
        *b = (struct evk_pickle_block){p->blocks, room, 0};
        p->blocks = b;
        p->taken += HEADER + room;
    }
    start = (unsigned char *)b + HEADER + b->used;
    b->used += size;
    memcpy(out, &start, sizeof(start));
    return EVK_OK;
}

void evk_pickle_release(struct evk_pickle *p)
{
    while (p->blocks) {
        struct evk_pickle_block *next = p->blocks->next;

        free(p->blocks);
        p->blocks = next;
    }
}

/*
 * Make room for count pointers in an array of *room, of which used are kept.  pointers is the
 * address of the array's own pointer.  The room at least doubles, so that adding one by one takes
 * linear time; the old array stays in the reader's memory.
 */
static evk_status widen(struct evk_pickle *p, void *pointers, size_t used, size_t count,
                        size_t *room)
{
    size_t want = *room * 2 > count ? *room * 2 : count;
    void *old, *new;

    if (count <= *room)
        return EVK_OK;
    want = want > 4 ? want : 4;
    EVK_TRY(evk_pickle_take(p, want * sizeof(value *), &new));
    memcpy(&old, pointers, sizeof(old));
    if (used)
        memcpy(new, old, used * sizeof(value *));
    memset((char *)new + used * sizeof(value *), 0, (want - used) * sizeof(value *));
    memcpy(pointers, &new, sizeof(new));
    *room = want;
    return EVK_OK;
}

/* ---- the stack -------------------------------------------------------------------- */

evk_status evk_pickle_push(struct evk_pickle *p, value *v)
{
    EVK_TRY(widen(p, &p->stack.at, p->stack.count, p->stack.count + 1, &p->stack.room));
    p->stack.at[p->stack.count++] = v;
    return EVK_OK;
}

/* Returns how many values are on the stack above the last mark. */
static size_t above(const struct evk_pickle *p)
{
    return p->stack.count - (p->mark_count ? p->marks[p->mark_count - 1] : 0);
}

evk_status evk_pickle_pop(struct evk_pickle *p, value **out)
{
    if (above(p) == 0)
        return evk_pickle_bad(p, "takes a value from an empty stack");
    *out = p->stack.at[--p->stack.count];
    return EVK_OK;
}

/* Get the value on top of the stack, and leave it there. */
static evk_status stack_top(struct evk_pickle *p, value **out)
{
    if (above(p) == 0)
        return evk_pickle_bad(p, "looks at an empty stack");
    *out = p->stack.at[p->stack.count - 1];
    return EVK_OK;
}

/* Returns where the next value would be pushed; NULL where the stack has never held one. */
static value **stack_end(struct evk_pickle *p)
{
    return p->stack.at ? p->stack.at + p->stack.count : NULL;
}

/*
 * Take the last mark and the values above it off the stack.  *items points to these values, which
 * stay in the array until something is pushed.
 */
static evk_status pop_mark(struct evk_pickle *p, value ***items, size_t *count)
{
    if (p->mark_count == 0)
        return evk_pickle_bad(p, "has no mark");
    *count = above(p);
    p->stack.count -= *count;
    p->mark_count--;
    *items = stack_end(p);
    return EVK_OK;
}

evk_status evk_pickle_mark(struct evk_pickle *p)
{
    if (p->mark_count == EVK_PICKLE_MARKS)
        return evk_pickle_bad(p, "is nested too deeply (over 1000 marks)");
    p->marks[p->mark_count++] = p->stack.count;
    return EVK_OK;
}

evk_status evk_pickle_make(struct evk_pickle *p, enum evk_pickle_kind kind, value **out)
{
    EVK_TRY(evk_pickle_take(p, sizeof(**out), out));
    (*out)->kind = kind;
    return evk_pickle_push(p, *out);
}

/* ---- the memo ----------------------------------------------------------------------- */

/*
 * A memo number of more than the bytes read so far is refused, so that a small file cannot ask for
 * a large memo: a pickle that numbers its values in turn has spent two bytes or more on each.
 */
evk_status evk_pickle_put(struct evk_pickle *p, uint64_t index)
{
    value *v;

    EVK_TRY(stack_top(p, &v));
    if (index > p->at)
        return evk_pickle_bad(p, "has a memo index that is too large");
    EVK_TRY(widen(p, &p->memo.at, p->memo.count, (size_t)index + 1, &p->memo.room));
    p->memo.at[index] = v;
    if (p->memo.count <= index)
        p->memo.count = (size_t)index + 1;
    return EVK_OK;
}

evk_status evk_pickle_get_memo(struct evk_pickle *p, uint64_t index)
{
    if (index >= p->memo.count || !p->memo.at[index])
        return evk_pickle_bad(p, "has a memo entry that was never set");
    return evk_pickle_push(p, p->memo.at[index]);
}

/* ---- containers ----------------------------------------------------------------------- */

static evk_status add_items(struct evk_pickle *p, value *v, value *const *items, size_t count)
{
    EVK_TRY(widen(p, &v->is.items, v->count, v->count + count, &v->room));
    if (count)
        memcpy(v->is.items + v->count, items, count * sizeof(*items));
    v->count += count;
    return EVK_OK;
}

/* Push a tuple of values that have been taken off the stack; items still points into the stack. */
static evk_status make_tuple(struct evk_pickle *p, value *const *items, size_t count)
{
    value *v;

    EVK_TRY(evk_pickle_take(p, sizeof(*v), &v));
    v->kind = EVK_PICKLE_TUPLE;
    EVK_TRY(add_items(p, v, items, count));
    return evk_pickle_push(p, v);
}

evk_status evk_pickle_tuple_of(struct evk_pickle *p, size_t count)
{
    if (above(p) < count)
        return evk_pickle_bad(p, "makes a tuple of more values than there are");
    p->stack.count -= count;
    return make_tuple(p, stack_end(p), count);
}

evk_status evk_pickle_tuple_to_mark(struct evk_pickle *p)
{
    value **items;
    size_t count;

    EVK_TRY(pop_mark(p, &items, &count));
    return make_tuple(p, items, count);
}

/* Append items to the list on top of the stack. */
static evk_status append_items(struct evk_pickle *p, value *const *items, size_t count)
{
    value *list;

    EVK_TRY(stack_top(p, &list));
    if (list->kind != EVK_PICKLE_LIST)
        return evk_pickle_bad(p, "appends to what is not a list");
    return add_items(p, list, items, count);
}

/*
 * Add keys and values in turn to the dictionary on top of the stack.  A key must be something that
 * Python can hash: neither a list nor a dictionary.
 */
static evk_status set_items(struct evk_pickle *p, value *const *items, size_t count)
{
    value *dict;

    EVK_TRY(stack_top(p, &dict));
    if (dict->kind != EVK_PICKLE_DICT)
        return evk_pickle_bad(p, "sets items of what is not a dictionary");
    if (count % 2)
        return evk_pickle_bad(p, "has a key without a value");
    for (size_t i = 0; i < count; i += 2)
        if (items[i]->kind == EVK_PICKLE_LIST || items[i]->kind == EVK_PICKLE_DICT)
            return evk_pickle_bad(p, "has a dictionary with a list or a dictionary as a key");
    return add_items(p, dict, items, count);
}

evk_status evk_pickle_append_to_mark(struct evk_pickle *p)
{
    value **items;
    size_t count;

    EVK_TRY(pop_mark(p, &items, &count));
    return append_items(p, items, count);
}

evk_status evk_pickle_set_to_mark(struct evk_pickle *p)
{
    value **items;
    size_t count;

    EVK_TRY(pop_mark(p, &items, &count));
    return set_items(p, items, count);
}

evk_status evk_pickle_set_item(struct evk_pickle *p)
{
    if (above(p) < 2)
        return evk_pickle_bad(p, "sets an item from an empty stack");
    p->stack.count -= 2;
    return set_items(p, stack_end(p), 2);
}

evk_status evk_pickle_append_one(struct evk_pickle *p)
{
    value *v;

    EVK_TRY(evk_pickle_pop(p, &v));
    return append_items(p, &v, 1);
}

/* ---- instances of classes ------------------------------------------------------------ */

/*
 * Push the instance of a class that makes a dictionary, from no argument or from a list of pairs.
 */
static evk_status instance_dict(struct evk_pickle *p, const value *arguments)
{
    const value *pairs = evk_pickle_at(arguments, 0);
    value *dict, *pair[2];

    EVK_TRY(evk_pickle_make(p, EVK_PICKLE_DICT, &dict));
    if (arguments->count == 0)
        return EVK_OK;
    if (arguments->count != 1 || pairs->kind != EVK_PICKLE_LIST)
        return evk_pickle_bad(p, "makes a dictionary of what is not a list of pairs");
    for (size_t i = 0; i < pairs->count; i++) {
        for (size_t k = 0; k < 2; k++) {
            const value *v = evk_pickle_at(pairs->is.items[i], k);

            if (!v || pairs->is.items[i]->count != 2)
                return evk_pickle_bad(p, "makes a dictionary of what is not a list of pairs");
            memcpy(&pair[k], &v, sizeof(v));
        }
        EVK_TRY(set_items(p, pair, 2));
    }
    return EVK_OK;
}

/* Pop arguments and a class, and push an object that has both: nothing is called. */
evk_status evk_pickle_instance(struct evk_pickle *p)
{
    value *arguments, *class, *v, *const none[2] = {NULL, NULL};

    EVK_TRY(evk_pickle_pop(p, &arguments));
    EVK_TRY(evk_pickle_pop(p, &class));
    if (class->kind != EVK_PICKLE_CLASS || arguments->kind != EVK_PICKLE_TUPLE)
        return evk_pickle_bad(p, "makes an instance of what is not a class and its arguments");
    if (p->allowed[class->class].makes == EVK_PICKLE_DICT)
        return instance_dict(p, arguments);
    EVK_TRY(evk_pickle_make(p, EVK_PICKLE_OBJECT, &v));
    v->class = class->class;
    EVK_TRY(add_items(p, v, none, 2));
    v->is.items[0] = arguments;
    return EVK_OK;
}

/*
 * Pop a state, and give it to the object on top of the stack.  The state of a dictionary (its
 * attributes) is dropped, since a dictionary's items come in other ways.
 */
evk_status evk_pickle_build(struct evk_pickle *p)
{
    value *state, *v;

    EVK_TRY(evk_pickle_pop(p, &state));
    EVK_TRY(stack_top(p, &v));
    if (v->kind != EVK_PICKLE_OBJECT && v->kind != EVK_PICKLE_DICT)
        return evk_pickle_bad(p, "gives a state to a value that cannot have one");
    if (v->kind == EVK_PICKLE_OBJECT)
        v->is.items[1] = state;
    return EVK_OK;
}

evk_status evk_pickle_refer(struct evk_pickle *p)
{
    value *id, *v;

    EVK_TRY(evk_pickle_pop(p, &id));
    EVK_TRY(evk_pickle_make(p, EVK_PICKLE_REFERENCE, &v));
    return add_items(p, v, &id, 1);
}
