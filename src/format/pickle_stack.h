/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pickle_stack.h - what the opcodes of a pickle work on; for pickle*.c only */
#ifndef EVK_FORMAT_PICKLE_STACK_H
#define EVK_FORMAT_PICKLE_STACK_H

#include "format/pickle.h"

enum { EVK_PICKLE_MARKS = 1000 };

/* Pointers to values, in memory that only grows. */
struct evk_pickle_row {
    struct evk_pickle_value **at;
    size_t count, room;
};

struct evk_pickle_block;

struct evk_pickle {
    struct evk_pickle_block *blocks;
    size_t taken, limit; /* bytes of blocks */
    const unsigned char *data;
    size_t size, at;
    const struct evk_pickle_class *allowed;
    struct evk_pickle_row stack, memo; /* memo.count: entries 0 to the last one set */
    size_t marks[EVK_PICKLE_MARKS];    /* heights of the stack */
    size_t mark_count;
    bool stopped;
    evk_error *err;
};

/* "pickle: what at byte 17 of 90". */
#define evk_pickle_bad(p, what) \
    evk_fail((p)->err, EVK_EFORMAT, "pickle: %s at byte %zu of %zu", (what), (p)->at, (p)->size)

/* Zeroed memory for size bytes, until evk_pickle_free. */
evk_status evk_pickle_take(struct evk_pickle *p, size_t size, void *out);

/* No opcode reaches below the last mark. */
evk_status evk_pickle_push(struct evk_pickle *p, struct evk_pickle_value *v);
evk_status evk_pickle_pop(struct evk_pickle *p, struct evk_pickle_value **out);
evk_status evk_pickle_mark(struct evk_pickle *p);

/* A new value on the stack. */
evk_status evk_pickle_make(struct evk_pickle *p, enum evk_pickle_kind kind,
                           struct evk_pickle_value **out);

/* The memo: remember the value on top; push what was remembered. */
evk_status evk_pickle_put(struct evk_pickle *p, uint64_t index);
evk_status evk_pickle_get_memo(struct evk_pickle *p, uint64_t index);

/* One opcode each. */
evk_status evk_pickle_tuple_of(struct evk_pickle *p, size_t count);
evk_status evk_pickle_tuple_to_mark(struct evk_pickle *p);
evk_status evk_pickle_append_one(struct evk_pickle *p);
evk_status evk_pickle_append_to_mark(struct evk_pickle *p);
evk_status evk_pickle_set_item(struct evk_pickle *p);
evk_status evk_pickle_set_to_mark(struct evk_pickle *p);
evk_status evk_pickle_instance(struct evk_pickle *p);
evk_status evk_pickle_build(struct evk_pickle *p);
evk_status evk_pickle_refer(struct evk_pickle *p);

#endif /* EVK_FORMAT_PICKLE_STACK_H */
