/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pickle_stack.h - the state of the machine that a pickle's opcodes run on; for pickle*.c only
 *
 * The machine has a stack of values, a memo (values that were remembered under a
 * number) and memory for all of them.  Every function here fails with
 * EVK_EFORMAT where the stack does not hold what it needs, or where the memory
 * that the file is allowed is used up.
 */
#ifndef EVK_FORMAT_PICKLE_STACK_H
#define EVK_FORMAT_PICKLE_STACK_H

#include "format/pickle_value.h"

enum {
    EVK_PICKLE_MULTIPLE = 128, /* bytes of memory that a byte of the file may take */
    EVK_PICKLE_MARKS = 1000    /* open marks at a time */
};

/* A growing array of pointers to values, in the reader's memory. */
struct evk_pickle_row {
    struct evk_pickle_value **at;
    size_t count, room;
};

struct evk_pickle_block;

struct evk_pickle {
    struct evk_pickle_block *blocks; /* memory of all values */
    size_t taken, limit; /* bytes of blocks taken so far, and the most bytes that may be taken */
    const unsigned char *data;
    size_t size, at; /* bytes of data, and how many of them have been read */
    const struct evk_pickle_class *allowed;
    struct evk_pickle_row stack;
    struct evk_pickle_row memo;     /* values by their memo number; NULL: the number is not set */
    size_t marks[EVK_PICKLE_MARKS]; /* how many values were on the stack when each mark was set */
    size_t mark_count;
    bool stopped; /* the opcode that ends a pickle has been read */
    evk_error *err;
};

/* Fail with a message such as "pickle: WHAT at byte 17 of 90". */
#define evk_pickle_bad(p, what) \
    evk_fail((p)->err, EVK_EFORMAT, "pickle: %s at byte %zu of %zu", (what), (p)->at, (p)->size)

/* Take zeroed memory of size bytes, which stays until evk_pickle_release. */
evk_status evk_pickle_take(struct evk_pickle *p, size_t size, void *out);

/* Free the memory of all values. */
void evk_pickle_release(struct evk_pickle *p);

/* Push a value. */
evk_status evk_pickle_push(struct evk_pickle *p, struct evk_pickle_value *v);

/* Pop the topmost value; the values below the last mark cannot be popped. */
evk_status evk_pickle_pop(struct evk_pickle *p, struct evk_pickle_value **out);

/* Set a mark on the stack. */
evk_status evk_pickle_mark(struct evk_pickle *p);

/* Make a new empty value of a kind, and push it. */
evk_status evk_pickle_make(struct evk_pickle *p, enum evk_pickle_kind kind,
                           struct evk_pickle_value **out);

/* Remember the value on top of the stack in the memo, as number index. */
evk_status evk_pickle_put(struct evk_pickle *p, uint64_t index);

/* Push the value that the memo has as number index. */
evk_status evk_pickle_get_memo(struct evk_pickle *p, uint64_t index);

/* ---- one function for an opcode; Python's name for the opcode is beside it ---- */

evk_status evk_pickle_tuple_of(struct evk_pickle *p, size_t count); /* EMPTY_TUPLE, TUPLE1 to 3 */
evk_status evk_pickle_tuple_to_mark(struct evk_pickle *p);          /* TUPLE */
evk_status evk_pickle_append_one(struct evk_pickle *p);             /* APPEND */
evk_status evk_pickle_append_to_mark(struct evk_pickle *p);         /* APPENDS */
evk_status evk_pickle_set_item(struct evk_pickle *p);               /* SETITEM */
evk_status evk_pickle_set_to_mark(struct evk_pickle *p);            /* SETITEMS */
evk_status evk_pickle_instance(struct evk_pickle *p);               /* REDUCE, NEWOBJ */
evk_status evk_pickle_build(struct evk_pickle *p);                  /* BUILD */
evk_status evk_pickle_refer(struct evk_pickle *p);                  /* BINPERSID */

#endif /* EVK_FORMAT_PICKLE_STACK_H */
