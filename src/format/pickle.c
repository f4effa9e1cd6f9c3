/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pickle.c - the opcodes of Python's pickles, of which none calls anything */
#include "format/pickle.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "format/pickle_stack.h"

enum {
    FEW_PAGES = 1 << 14, /* bytes of memory that the smallest pickle may take */
    CLASS_NAME = 256     /* bytes of the name of a class with its module, and a zero byte */
};

typedef struct evk_pickle_value value;

/* Push a whole number, a truth value, or None (whose i is 0). */
static evk_status make_int(struct evk_pickle *p, enum evk_pickle_kind kind, int64_t i)
{
    value *v;

    EVK_TRY(evk_pickle_make(p, kind, &v));
    v->is.i = i;
    return EVK_OK;
}

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
    return make_int(p, EVK_PICKLE_INT, n == 4 ? (int64_t)(int32_t)u : (int64_t)u);
}

/* LONG1: push a whole number in two's complement; a byte before it says how many bytes it has. */
static evk_status read_long(struct evk_pickle *p)
{
    uint64_t n, u = 0;
    const unsigned char *b;

    EVK_TRY(take_unsigned(p, 1, &n));
    EVK_TRY(take_bytes(p, n, &b));
    if (n > 8)
        return evk_pickle_bad(p, "has a whole number of more than 8 bytes");
    if (n && b[n - 1] & 0x80)
        u = ~u;
    for (size_t i = (size_t)n; i-- > 0;)
        u = u << 8 | b[i];
    return make_int(p, EVK_PICKLE_INT, (int64_t)u);
}

/* Push a text.  Its length in bytes stands before it, as an unsigned number of `length` bytes. */
static evk_status read_text(struct evk_pickle *p, int length)
{
    const unsigned char *b;
    uint64_t n;
    char *text;
    value *v;

    EVK_TRY(take_unsigned(p, length, &n));
    EVK_TRY(take_bytes(p, n, &b));
    EVK_TRY(evk_pickle_take(p, (size_t)n + 1, &text));
    memcpy(text, b, (size_t)n);
    text[n] = '\0';
    if (strlen(text) != n || !evk_is_utf8(text))
        return evk_pickle_bad(p, "has a text that is not UTF-8, or has a zero byte in it,");
    EVK_TRY(evk_pickle_make(p, EVK_PICKLE_TEXT, &v));
    v->is.text = text;
    v->count = (size_t)n;
    return EVK_OK;
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
    if (n < 2 || n > 4)
        return evk_fail(p->err, EVK_EUNSUPPORTED, "pickle: protocol %d, expected 2 to 4", (int)n);
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

/* ---- classes -------------------------------------------------------- */

/* Push the class of this name, with its module, if the caller allows it. */
static evk_status make_class(struct evk_pickle *p, const char *name)
{
    value *v;

    for (const char *c = name; *c; c++)
        if (!isprint((unsigned char)*c))
            return evk_pickle_bad(p, "has a class without a valid name");
    for (int i = 0; p->allowed[i].name; i++)
        if (strcmp(p->allowed[i].name, name) == 0) {
            EVK_TRY(evk_pickle_make(p, EVK_PICKLE_CLASS, &v));
            v->class = i;
            return EVK_OK;
        }
    return evk_fail(p->err, EVK_EFORMAT,
                    "would call '%s', which is not data; expected a file of "
                    "arrays and nothing else, such as a state dictionary",
                    name);
}

/* Take a line of less than room bytes; out gets it without its end of line. */
static evk_status take_line(struct evk_pickle *p, size_t room, char *out)
{
    const size_t left = p->size - p->at, most = left < room ? left : room;
    const unsigned char *start = p->data + p->at, *end = most ? memchr(start, '\n', most) : NULL;

    if (!end)
        return evk_pickle_bad(p, "has a class name that does not end, or is too long,");
    memcpy(out, start, (size_t)(end - start));
    out[end - start] = '\0';
    p->at += (size_t)(end - start) + 1;
    return EVK_OK;
}

/* GLOBAL: push the class whose module and name are the next two lines of the file. */
static evk_status read_class(struct evk_pickle *p)
{
    char name[CLASS_NAME];
    size_t n;

    EVK_TRY(take_line(p, CLASS_NAME / 2, name));
    n = strlen(name);
    name[n++] = '.';
    EVK_TRY(take_line(p, CLASS_NAME / 2, name + n));
    return make_class(p, name);
}

/* STACK_GLOBAL: push the class whose module and name are two texts on the stack. */
static evk_status stack_class(struct evk_pickle *p)
{
    value *module, *class;
    char name[CLASS_NAME];

    EVK_TRY(evk_pickle_pop(p, &class));
    EVK_TRY(evk_pickle_pop(p, &module));
    if (class->kind != EVK_PICKLE_TEXT || module->kind != EVK_PICKLE_TEXT ||
        class->count + module->count + 2 > CLASS_NAME)
        return evk_pickle_bad(p, "has a class without a valid name");
    memcpy(name, module->is.text, module->count);
    name[module->count] = '.';
    memcpy(name + module->count + 1, class->is.text, class->count + 1);
    return make_class(p, name);
}

/* ---- opcodes --------------------------------------------------------------------------- */

static evk_status unknown_opcode(struct evk_pickle *p, int op)
{
    return evk_fail(p->err, EVK_EUNSUPPORTED,
                    "pickle: opcode 0x%02x at byte %zu, expected those of arrays, texts, numbers "
                    "and containers in protocols 2 to 4",
                    (unsigned)op, p->at - 1);
}

/* Run an opcode that pushes a number, a text or bytes. */
static evk_status step_plain(struct evk_pickle *p, int op)
{
    switch (op) {
    case 'N':
        return make_int(p, EVK_PICKLE_NONE, 0);
    case 0x88: /* NEWTRUE */
    case 0x89: /* NEWFALSE */
        return make_int(p, EVK_PICKLE_BOOL, op == 0x88);
    case 'J':
        return read_int(p, 4);
    case 'K':
        return read_int(p, 1);
    case 'M':
        return read_int(p, 2);
    case 0x8a: /* LONG1 */
        return read_long(p);
    case 'G':
        return read_real(p);
    case 'X':
        return read_text(p, 4);
    case 0x8c: /* SHORT_BINUNICODE */
        return read_text(p, 1);
    case 'B': /* BINBYTES; T is BINSTRING, a text of Python 2 */
    case 'T':
        return read_bytes(p, 4);
    case 'C': /* SHORT_BINBYTES; U is SHORT_BINSTRING */
    case 'U':
        return read_bytes(p, 1);
    default:
        return unknown_opcode(p, op);
    }
}

/* Run an opcode that puts values of the stack together. */
static evk_status step_container(struct evk_pickle *p, int op)
{
    value *v;

    switch (op) {
    case ')':
        return evk_pickle_tuple_of(p, 0);
    case 't':
        return evk_pickle_tuple_to_mark(p);
    case 0x85: /* TUPLE1 */
    case 0x86: /* TUPLE2 */
    case 0x87: /* TUPLE3 */
        return evk_pickle_tuple_of(p, (size_t)(op - 0x84));
    case ']':
        return evk_pickle_make(p, EVK_PICKLE_LIST, &v);
    case 'a':
        return evk_pickle_append_one(p);
    case 'e':
        return evk_pickle_append_to_mark(p);
    case '}':
        return evk_pickle_make(p, EVK_PICKLE_DICT, &v);
    case 's':
        return evk_pickle_set_item(p);
    case 'u':
        return evk_pickle_set_to_mark(p);
    case 'R':
    case 0x81: /* NEWOBJ */
        return evk_pickle_instance(p);
    case 'b':
        return evk_pickle_build(p);
    case 'Q':
        return evk_pickle_refer(p);
    default:
        return step_plain(p, op);
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
    case '.':
        p->stopped = true;
        return EVK_OK;
    case '(':
        return evk_pickle_mark(p);
    case 'c':
        return read_class(p);
    case 0x93: /* STACK_GLOBAL */
        return stack_class(p);
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
        return step_container(p, op);
    }
}

/* Run all opcodes; *root is the single value that they leave on the stack. */
static evk_status run_opcodes(struct evk_pickle *p, const value **root)
{
    if (p->size == 0 || p->data[0] != 0x80)
        return evk_fail(p->err, EVK_EFORMAT, "pickle: does not begin with a protocol of 2 to 4");
    while (!p->stopped) {
        uint64_t op;

        EVK_TRY(take_unsigned(p, 1, &op));
        EVK_TRY(run_opcode(p, (int)op));
    }
    if (p->mark_count || p->stack.count != 1)
        return evk_pickle_bad(p, "ends with other than one value");
    if (p->at != p->size)
        return evk_fail(p->err, EVK_EFORMAT, "pickle: ends at byte %zu, expected at %zu", p->at,
                        p->size);
    *root = p->stack.at[0];
    return EVK_OK;
}

void evk_pickle_free(struct evk_pickle *p)
{
    if (p)
        evk_pickle_release(p);
    free(p);
}

evk_status evk_pickle_read(struct evk_pickle **out, const struct evk_pickle_value **root,
                           const void *data, size_t size, const struct evk_pickle_class *allowed,
                           evk_error *err)
{
    struct evk_pickle *p;
    evk_status s;

    if (size > SIZE_MAX / EVK_PICKLE_MULTIPLE - FEW_PAGES)
        return evk_fail(err, EVK_EFORMAT, "pickle: %zu bytes are too many", size);
    EVK_TRY(evk_alloc(&p, 1, sizeof(*p), "a pickle", err));
    p->data = data;
    p->size = size;
    p->limit = size * EVK_PICKLE_MULTIPLE + FEW_PAGES;
    p->allowed = allowed;
    p->err = err;
    s = run_opcodes(p, root);
    p->err = NULL;
    if (s)
        evk_pickle_free(p);
    else
        *out = p;
    return s;
}
