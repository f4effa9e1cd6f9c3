/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pickle_stack.c - memory, stack and memo of the machine that runs a pickle's opcodes
 */
#include "format/pickle_stack.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/shown.h"

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

evk_status evk_pickle_widen(struct evk_pickle *p, void *pointers, size_t used, size_t count,
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
    EVK_TRY(evk_pickle_widen(p, &p->stack.at, p->stack.count, p->stack.count + 1, &p->stack.room));
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

evk_status evk_pickle_top(struct evk_pickle *p, value **out)
{
    if (above(p) == 0)
        return evk_pickle_bad(p, "looks at an empty stack");
    *out = p->stack.at[p->stack.count - 1];
    return EVK_OK;
}

evk_status evk_pickle_take_items(struct evk_pickle *p, size_t count, value *const **items)
{
    if (above(p) < count)
        return evk_pickle_bad(p, "takes more values than there are");
    p->stack.count -= count;
    *items = p->stack.at ? p->stack.at + p->stack.count : NULL;
    return EVK_OK;
}

evk_status evk_pickle_take_to_mark(struct evk_pickle *p, value *const **items, size_t *count)
{
    if (p->mark_count == 0)
        return evk_pickle_bad(p, "has no mark");
    *count = above(p);
    EVK_TRY(evk_pickle_take_items(p, *count, items));
    p->mark_count--;
    return EVK_OK;
}

evk_status evk_pickle_mark(struct evk_pickle *p)
{
    if (p->mark_count == EVK_PICKLE_MARKS)
        return evk_pickle_bad(p, "is nested too deeply (over 1000 marks)");
    p->marks[p->mark_count++] = p->stack.count;
    return EVK_OK;
}

evk_status evk_pickle_drop(struct evk_pickle *p)
{
    value *v;

    if (above(p) > 0 || p->mark_count == 0)
        return evk_pickle_pop(p, &v);
    p->mark_count--;
    return EVK_OK;
}

evk_status evk_pickle_make(struct evk_pickle *p, enum evk_pickle_kind kind, value **out)
{
    EVK_TRY(evk_pickle_take(p, sizeof(**out), out));
    (*out)->kind = kind;
    return evk_pickle_push(p, *out);
}

evk_status evk_pickle_make_int(struct evk_pickle *p, enum evk_pickle_kind kind, int64_t i)
{
    value *v;

    EVK_TRY(evk_pickle_make(p, kind, &v));
    v->is.i = i;
    return EVK_OK;
}

/* Is a text of n bytes, behind which a zero byte stands, UTF-8 that may have zero bytes in it? */
static bool is_utf8(const char *text, size_t n)
{
    uint32_t code;

    for (size_t i = 0; i < n;) {
        const size_t step = text[i] == '\0' ? 1 : evk_utf8_step(text + i, &code);

        if (step == 0)
            return false;
        i += step;
    }
    return true;
}

evk_status evk_pickle_make_text(struct evk_pickle *p, char *text, size_t n)
{
    value *v;

    text[n] = '\0';
    if (!is_utf8(text, n))
        return evk_pickle_bad(p, "has a text that is not UTF-8");
    EVK_TRY(evk_pickle_make(p, EVK_PICKLE_TEXT, &v));
    v->is.text = text;
    v->count = n;
    return EVK_OK;
}

/* ---- the memo ----------------------------------------------------------------------- */

/*
 * A memo number of more than the bytes read so far is refused, so that a small file cannot ask for
 * a large memo: a pickle that numbers its values in turn has spent two bytes or more on each.
 */
evk_status evk_pickle_put(struct evk_pickle *p, uint64_t index)
{
    value *v;

    EVK_TRY(evk_pickle_top(p, &v));
    if (index > p->at)
        return evk_pickle_bad(p, "has a memo index that is too large");
    EVK_TRY(evk_pickle_widen(p, &p->memo.at, p->memo.count, (size_t)index + 1, &p->memo.room));
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
