/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pickle.c - the opcodes of Python's pickles, of which none calls anything */
#include "format/pickle.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/pickle_stack.h"

enum {
    FEW_PAGES = 1 << 14, /* bytes of memory that the smallest pickle may take */
    CLASS_NAME = 512,    /* bytes of the name of a class with its module */
    LAST_PROTOCOL = 5
};

typedef struct evk_pickle_value value;

/* ---- bytes of the file ------------------------------------------------------------- */

/* Take the next n bytes of the file; *out points to them. */
static evk_status take_bytes(struct evk_pickle *p, uint64_t n, const unsigned char **out)
{
    if (n > p->size - p->at)
        return evk_fail(p->err, EVK_EFORMAT, "pickle: ends after %zu bytes, expected %llu more",
                        p->size, (unsigned long long)(n - (p->size - p->at)));
    *out = p->data + p->at;
    p->at += (size_t)n;
    return EVK_OK;
}

/* Take an unsigned number of n bytes, the least significant first. */
static evk_status take_unsigned(struct evk_pickle *p, int n, uint64_t *out)
{
    const unsigned char *b;

    EVK_TRY(take_bytes(p, (uint64_t)n, &b));
    *out = 0;
    for (int i = n - 1; i >= 0; i--)
        *out = *out << 8 | b[i];
    return EVK_OK;
}

/* Push a double, which is stored with its most significant byte first. */
static evk_status read_real(struct evk_pickle *p)
{
    const unsigned char *b;
    uint64_t bits = 0;
    value *v;

    EVK_TRY(take_bytes(p, 8, &b));
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | b[i];
    EVK_TRY(evk_pickle_make(p, EVK_PICKLE_REAL, &v));
    memcpy(&v->is.real, &bits, sizeof(bits));
    return EVK_OK;
}

/* Push a whole number of n bytes: 4 bytes are two's complement, 1 and 2 bytes are unsigned. */
static evk_status read_int(struct evk_pickle *p, int n)
{
    uint64_t u;

    EVK_TRY(take_unsigned(p, n, &u));
    return evk_pickle_make_int(p, EVK_PICKLE_INT, n == 4 ? (int64_t)(int32_t)u : (int64_t)u);
}

/*
 * LONG1, LONG4: push a whole number in two's complement.  How many bytes it has stands before it,
 * as a number of `length` bytes.
 */
static evk_status read_long(struct evk_pickle *p, int length)
{
    uint64_t n, u = 0;
    const unsigned char *b;
    value *v;

    EVK_TRY(take_unsigned(p, length, &n));
    EVK_TRY(take_bytes(p, n, &b));
    if (n > 8)
        return evk_pickle_make(p, EVK_PICKLE_LONG, &v);
    if (n && b[n - 1] & 0x80)
        u = ~u;
    for (size_t i = (size_t)n; i-- > 0;)
        u = u << 8 | b[i];
    return evk_pickle_make_int(p, EVK_PICKLE_INT, (int64_t)u);
}

/* Push a text.  Its length in bytes stands before it, as an unsigned number of `length` bytes. */
static evk_status read_text(struct evk_pickle *p, int length)
{
    const unsigned char *b;
    uint64_t n;
    char *text;

    EVK_TRY(take_unsigned(p, length, &n));
    EVK_TRY(take_bytes(p, n, &b));
    EVK_TRY(evk_pickle_take(p, (size_t)n + 1, &text));
    memcpy(text, b, (size_t)n);
    return evk_pickle_make_text(p, text, (size_t)n);
}

/* Push bytes.  How many there are stands before them, as an unsigned number of `length` bytes. */
static evk_status read_bytes(struct evk_pickle *p, int length)
{
    const unsigned char *b;
    uint64_t n;
    value *v;

    EVK_TRY(take_unsigned(p, length, &n));
    EVK_TRY(take_bytes(p, n, &b));
    EVK_TRY(evk_pickle_make(p, EVK_PICKLE_BYTES, &v));
    v->is.bytes = b;
    v->count = (size_t)n;
    return EVK_OK;
}

static evk_status read_protocol(struct evk_pickle *p)
{
    uint64_t n;

    EVK_TRY(take_unsigned(p, 1, &n));
    if (n > LAST_PROTOCOL)
        return evk_fail(p->err, EVK_EUNSUPPORTED, "pickle: protocol %d, expected 0 to %d", (int)n,
                        LAST_PROTOCOL);
    return EVK_OK;
}

static evk_status read_frame(struct evk_pickle *p)
{
    uint64_t n;

    EVK_TRY(take_unsigned(p, 8, &n));
    return n > p->size - p->at ? evk_pickle_bad(p, "has a frame beyond its end") : EVK_OK;
}

/* Remember the value on top of the stack, under a memo number of n bytes. */
static evk_status put_at(struct evk_pickle *p, int n)
{
    uint64_t index;

    EVK_TRY(take_unsigned(p, n, &index));
    return evk_pickle_put(p, index);
}

/* Push the value that is remembered under a memo number of n bytes. */
static evk_status get_at(struct evk_pickle *p, int n)
{
    uint64_t index;

    EVK_TRY(take_unsigned(p, n, &index));
    return evk_pickle_get_memo(p, index);
}

/* STACK_GLOBAL: push the class whose module and name are two texts on the stack. */
static evk_status stack_class(struct evk_pickle *p)
{
    value *module, *class;
    char name[CLASS_NAME];

    EVK_TRY(evk_pickle_pop(p, &class));
    EVK_TRY(evk_pickle_pop(p, &module));
    if (class->kind != EVK_PICKLE_TEXT || module->kind != EVK_PICKLE_TEXT ||
        class->count + module->count + 1 > CLASS_NAME)
        return evk_pickle_bad(p, "has a class without a valid name");
    memcpy(name, module->is.text, module->count);
    name[module->count] = '.';
    memcpy(name + module->count + 1, class->is.text, class->count);
    return evk_pickle_make_class(p, name, module->count + 1 + class->count);
}

/* ---- opcodes --------------------------------------------------------------------------- */

/* Run an opcode that pushes a number, a text or bytes. */
static evk_status step_plain(struct evk_pickle *p, int op)
{
    switch (op) {
    case 'N':
        return evk_pickle_make_int(p, EVK_PICKLE_NONE, 0);
    case 0x88: /* NEWTRUE */
    case 0x89: /* NEWFALSE */
        return evk_pickle_make_int(p, EVK_PICKLE_BOOL, op == 0x88);
    case 'J':
        return read_int(p, 4);
    case 'K':
        return read_int(p, 1);
    case 'M':
        return read_int(p, 2);
    case 0x8a: /* LONG1 */
        return read_long(p, 1);
    case 0x8b: /* LONG4 */
        return read_long(p, 4);
    case 'G':
        return read_real(p);
    case 'X':
        return read_text(p, 4);
    case 0x8c: /* SHORT_BINUNICODE */
        return read_text(p, 1);
    case 0x8d: /* BINUNICODE8 */
        return read_text(p, 8);
    case 'B': /* BINBYTES; T is BINSTRING, a text of Python 2 */
    case 'T':
        return read_bytes(p, 4);
    case 'C': /* SHORT_BINBYTES; U is SHORT_BINSTRING */
    case 'U':
        return read_bytes(p, 1);
    case 0x8e: /* BINBYTES8 */
    case 0x96: /* BYTEARRAY8 */
        return read_bytes(p, 8);
    default:
        return evk_pickle_step_text(p, op);
    }
}

/* Run an opcode that makes a container, or adds values of the stack to one. */
static evk_status step_container(struct evk_pickle *p, int op)
{
    value *v;

    switch (op) {
    case ')':
        return evk_pickle_tuple_of(p, 0);
    case 't':
        return evk_pickle_gather(p, EVK_PICKLE_TUPLE);
    case 0x85: /* TUPLE1 */
    case 0x86: /* TUPLE2 */
    case 0x87: /* TUPLE3 */
        return evk_pickle_tuple_of(p, (size_t)(op - 0x84));
    case ']':
        return evk_pickle_make(p, EVK_PICKLE_LIST, &v);
    case 'l':
        return evk_pickle_gather(p, EVK_PICKLE_LIST);
    case 'a':
        return evk_pickle_append_one(p);
    case 'e':
        return evk_pickle_append_to_mark(p, EVK_PICKLE_LIST);
    case 0x8f: /* EMPTY_SET */
        return evk_pickle_make(p, EVK_PICKLE_SET, &v);
    case 0x90: /* ADDITEMS */
        return evk_pickle_append_to_mark(p, EVK_PICKLE_SET);
    case 0x91: /* FROZENSET */
        return evk_pickle_gather(p, EVK_PICKLE_SET);
    case '}':
        return evk_pickle_make(p, EVK_PICKLE_DICT, &v);
    case 'd':
        return evk_pickle_dict_to_mark(p);
    case 's':
        return evk_pickle_set_item(p);
    case 'u':
        return evk_pickle_set_to_mark(p);
    default:
        return step_plain(p, op);
    }
}

/* Run an opcode that names a class, or makes an object or a reference. */
static evk_status step_object(struct evk_pickle *p, int op)
{
    switch (op) {
    case 0x93: /* STACK_GLOBAL */
        return stack_class(p);
    case 'R':
    case 0x81: /* NEWOBJ */
        return evk_pickle_instance(p);
    case 0x92: /* NEWOBJ_EX */
        return evk_pickle_instance_named(p);
    case 'o':
        return evk_pickle_instance_to_mark(p, NULL);
    case 'b':
        return evk_pickle_build(p);
    case 'Q':
        return evk_pickle_refer(p);
    default:
        return step_container(p, op);
    }
}

/* DUP: push the value on top of the stack once more. */
static evk_status push_again(struct evk_pickle *p)
{
    value *v;

    EVK_TRY(evk_pickle_top(p, &v));
    return evk_pickle_push(p, v);
}

/* Run an opcode for the stack: its marks, the memo, what is dropped, and where the pickle ends. */
static evk_status step_stack(struct evk_pickle *p, int op)
{
    value *const *items;
    size_t count;

    switch (op) {
    case '.':
        p->stopped = true;
        return EVK_OK;
    case '(':
        return evk_pickle_mark(p);
    case '0':
        return evk_pickle_drop(p);
    case '1':
        return evk_pickle_take_to_mark(p, &items, &count);
    case '2':
        return push_again(p);
    case 'q':
        return put_at(p, 1);
    case 'r':
        return put_at(p, 4);
    case 0x94: /* MEMOIZE */
        return evk_pickle_put(p, p->memo.count);
    case 'h':
        return get_at(p, 1);
    case 'j':
        return get_at(p, 4);
    default:
        return step_object(p, op);
    }
}

/* Run one opcode. */
static evk_status run_opcode(struct evk_pickle *p, int op)
{
    switch (op) {
    case 0x80: /* PROTO */
        return read_protocol(p);
    case 0x95: /* FRAME */
        return read_frame(p);
    case 0x98: /* READONLY_BUFFER: a value is readable in any case */
        return EVK_OK;
    default:
        return step_stack(p, op);
    }
}

/* Run all opcodes; *root is the single value that they leave on the stack. */
static evk_status run_opcodes(struct evk_pickle *p, const value **root)
{
    while (!p->stopped) {
        uint64_t op;

        EVK_TRY(take_unsigned(p, 1, &op));
        EVK_TRY(run_opcode(p, (int)op));
    }
    if (p->mark_count || p->stack.count != 1)
        return evk_pickle_bad(p, "ends with other than one value");
    *root = p->stack.at[0];
    return EVK_OK;
}

void evk_pickle_free(struct evk_pickle *p)
{
    if (p)
        evk_pickle_release(p);
    free(p);
}

const struct evk_pickle_value *const *evk_pickle_references(const struct evk_pickle *p,
                                                            size_t *count)
{
    *count = p->references.count;
    return (const value *const *)p->references.at;
}

evk_status evk_pickle_read_first(struct evk_pickle **out, const struct evk_pickle_value **root,
                                 const void *data, size_t size, size_t *used,
                                 const struct evk_pickle_class *known, evk_error *err)
{
    struct evk_pickle *p;
    evk_status s;

    if (size > SIZE_MAX / EVK_PICKLE_MULTIPLE - FEW_PAGES)
        return evk_fail(err, EVK_EFORMAT, "pickle: %zu bytes are too many", size);
    EVK_TRY(evk_alloc(&p, 1, sizeof(*p), "a pickle", err));
    p->data = data;
    p->size = size;
    p->limit = size * EVK_PICKLE_MULTIPLE + FEW_PAGES;
    p->known = known;
    p->err = err;
    s = run_opcodes(p, root);
    p->err = NULL;
    *used = p->at;
    if (s)
        evk_pickle_free(p);
    else
        *out = p;
    return s;
}

evk_status evk_pickle_read(struct evk_pickle **out, const struct evk_pickle_value **root,
                           const void *data, size_t size, const struct evk_pickle_class *known,
                           evk_error *err)
{
    struct evk_pickle *p;
    size_t used;

    EVK_TRY(evk_pickle_read_first(&p, root, data, size, &used, known, err));
    if (used != size) {
        evk_pickle_free(p);
        return evk_fail(err, EVK_EFORMAT, "pickle: ends at byte %zu, expected at %zu", used, size);
    }
    *out = p;
    return EVK_OK;
}
