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
    const struct evk_pickle_class *known;
    struct evk_pickle_row stack;
    struct evk_pickle_row memo;       /* values by their memo number; NULL: the number is not set */
    struct evk_pickle_row references; /* values of kind EVK_PICKLE_REFERENCE, as they were made */
    size_t marks[EVK_PICKLE_MARKS];   /* how many values were on the stack when each mark was set */
    size_t mark_count;
    bool stopped; /* the opcode that ends a pickle has been read */
    evk_error *err;
};

/* Fail with a message such as "pickle: WHAT at byte 17 of 90". */
#define evk_pickle_bad(p, what) \
    evk_fail((p)->err, EVK_EFORMAT, "pickle: %s at byte %zu of %zu", (what), (p)->at, (p)->size)

/* ---- pickle_stack.c: memory, stack and memo ---- */

/* Take zeroed memory of size bytes, which stays until evk_pickle_release. */
evk_status evk_pickle_take(struct evk_pickle *p, size_t size, void *out);

/* Free the memory of all values. */
void evk_pickle_release(struct evk_pickle *p);

/*
 * Make room for count pointers in an array of *room, of which used are kept.  pointers is the
 * address of the array's own pointer.  The room at least doubles, so that adding one by one takes
 * linear time; the old array stays in the reader's memory.
 */
evk_status evk_pickle_widen(struct evk_pickle *p, void *pointers, size_t used, size_t count,
                            size_t *room);

/* Push a value. */
evk_status evk_pickle_push(struct evk_pickle *p, struct evk_pickle_value *v);

/* Pop the topmost value; the values below the last mark cannot be popped. */
evk_status evk_pickle_pop(struct evk_pickle *p, struct evk_pickle_value **out);

/* Get the value on top of the stack, and leave it there. */
evk_status evk_pickle_top(struct evk_pickle *p, struct evk_pickle_value **out);

/*
 * Take count values off the stack, none of which may be below the last mark.  *items points to
 * these values, which stay in the array until something is pushed.
 */
evk_status evk_pickle_take_items(struct evk_pickle *p, size_t count,
                                 struct evk_pickle_value *const **items);

/* Take the last mark and the values above it off the stack, as evk_pickle_take_items does. */
evk_status evk_pickle_take_to_mark(struct evk_pickle *p, struct evk_pickle_value *const **items,
                                   size_t *count);

/* Set a mark on the stack. */
evk_status evk_pickle_mark(struct evk_pickle *p);

/* POP: drop the topmost value, or the last mark where no value is above it. */
evk_status evk_pickle_drop(struct evk_pickle *p);

/* Make a new empty value of a kind, and push it. */
evk_status evk_pickle_make(struct evk_pickle *p, enum evk_pickle_kind kind,
                           struct evk_pickle_value **out);

/* Push a whole number, a truth value, or None (whose i is 0). */
evk_status evk_pickle_make_int(struct evk_pickle *p, enum evk_pickle_kind kind, int64_t i);

/*
 * Push a text of n bytes, which must be UTF-8.  text is the reader's memory, and has room for a
 * zero byte behind the n bytes.
 */
evk_status evk_pickle_make_text(struct evk_pickle *p, char *text, size_t n);

/* Remember the value on top of the stack in the memo, as number index. */
evk_status evk_pickle_put(struct evk_pickle *p, uint64_t index);

/* Push the value that the memo has as number index. */
evk_status evk_pickle_get_memo(struct evk_pickle *p, uint64_t index);

/* ---- pickle_class.c: names of classes ---- */

/*
 * Push the class of this name, n bytes with the module.  EVK_EFORMAT: the name has characters that
 * no name has, or it is that of a function which runs commands or code.
 */
evk_status evk_pickle_make_class(struct evk_pickle *p, const char *name, size_t n);

/* ---- pickle_text.c: protocols 0 and 1 ---- */

/* Take a line of the file; *line gets n bytes without the end of line, and points into the file. */
evk_status evk_pickle_line(struct evk_pickle *p, const char **line, size_t *n);

/* GLOBAL: push the class whose module and name are the next two lines of the file. */
evk_status evk_pickle_read_class(struct evk_pickle *p);

/* Run an opcode whose argument is a line of text.  EVK_EUNSUPPORTED: op is no such opcode. */
evk_status evk_pickle_step_text(struct evk_pickle *p, int op);

/* ---- pickle_build.c: one function for an opcode; Python's name for the opcode is beside it ---- */

evk_status evk_pickle_tuple_of(struct evk_pickle *p, size_t count); /* EMPTY_TUPLE, TUPLE1 to 3 */
/* TUPLE, LIST and FROZENSET: make a container of the values above the last mark. */
evk_status evk_pickle_gather(struct evk_pickle *p, enum evk_pickle_kind kind);
evk_status evk_pickle_dict_to_mark(struct evk_pickle *p); /* DICT */
evk_status evk_pickle_append_one(struct evk_pickle *p);   /* APPEND */
/* APPENDS, ADDITEMS: add the values above the last mark to the list or set below it. */
evk_status evk_pickle_append_to_mark(struct evk_pickle *p, enum evk_pickle_kind kind);
evk_status evk_pickle_set_item(struct evk_pickle *p);       /* SETITEM */
evk_status evk_pickle_set_to_mark(struct evk_pickle *p);    /* SETITEMS */
evk_status evk_pickle_instance(struct evk_pickle *p);       /* REDUCE, NEWOBJ */
evk_status evk_pickle_instance_named(struct evk_pickle *p); /* NEWOBJ_EX */
/* INST, OBJ: the values above the last mark are arguments; class is NULL where it is the first. */
evk_status evk_pickle_instance_to_mark(struct evk_pickle *p, struct evk_pickle_value *class);
evk_status evk_pickle_build(struct evk_pickle *p); /* BUILD */
evk_status evk_pickle_refer(struct evk_pickle *p); /* BINPERSID */

#endif /* EVK_FORMAT_PICKLE_STACK_H */
