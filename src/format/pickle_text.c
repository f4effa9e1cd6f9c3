/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pickle_text.c - the opcodes of protocols 0 and 1, whose arguments are lines of text */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "format/pickle_stack.h"

enum {
    CLASS_NAME = 512, /* bytes of the name of a class with its module */
    NUMBER = 64       /* bytes of a number that is not a LONG, and a zero byte */
};

typedef struct evk_pickle_value value;

evk_status evk_pickle_line(struct evk_pickle *p, const char **line, size_t *n)
{
    const unsigned char *start = p->data + p->at;
    const unsigned char *end = p->at < p->size ? memchr(start, '\n', p->size - p->at) : NULL;

    if (!end)
        return evk_pickle_bad(p, "has a line that does not end");
    *line = (const char *)start;
    *n = (size_t)(end - start);
    p->at += *n + 1;
    return EVK_OK;
}

evk_status evk_pickle_read_class(struct evk_pickle *p)
{
    char name[CLASS_NAME];
    const char *module, *class;
    size_t n, m;

    EVK_TRY(evk_pickle_line(p, &module, &n));
    EVK_TRY(evk_pickle_line(p, &class, &m));
    if (n + 1 + m > CLASS_NAME)
        return evk_pickle_bad(p, "has a class name that is too long");
    memcpy(name, module, n);
    name[n] = '.';
    memcpy(name + n + 1, class, m);
    return evk_pickle_make_class(p, name, n + 1 + m);
}

/* ---- numbers ----------------------------------------------------------------------- */

/* Copy a line that must fit a number's text; false where it does not. */
static bool copy_line(const char *line, size_t n, char text[NUMBER])
{
    if (n >= NUMBER)
        return false;
    memcpy(text, line, n);
    text[n] = '\0';
    return strlen(text) == n;
}

/* Are the n bytes decimal digits, at least one, perhaps with a minus before them? */
static bool is_digits(const char *text, size_t n)
{
    const size_t first = n && text[0] == '-' ? 1 : 0;

    for (size_t i = first; i < n; i++)
        if (!isdigit((unsigned char)text[i]))
            return false;
    return n > first;
}

/* Push the whole number that n bytes say. */
static evk_status push_digits(struct evk_pickle *p, const char *text, size_t n)
{
    char number[NUMBER];
    int64_t i;
    value *v;

    if (!is_digits(text, n))
        return evk_pickle_bad(p, "has a whole number that is none");
    if (copy_line(text, n, number) && evk_parse_int(number, &i))
        return evk_pickle_make_int(p, EVK_PICKLE_INT, i);
    return evk_pickle_make(p, EVK_PICKLE_LONG, &v);
}

/* INT: "00" and "01" are the truth values. */
static evk_status read_int(struct evk_pickle *p)
{
    const char *line;
    size_t n;

    EVK_TRY(evk_pickle_line(p, &line, &n));
    if (n == 2 && line[0] == '0' && (line[1] == '0' || line[1] == '1'))
        return evk_pickle_make_int(p, EVK_PICKLE_BOOL, line[1] == '1');
    return push_digits(p, line, n);
}

/* LONG: an L may stand behind the digits. */
static evk_status read_long(struct evk_pickle *p)
{
    const char *line;
    size_t n;

    EVK_TRY(evk_pickle_line(p, &line, &n));
    return push_digits(p, line, n && line[n - 1] == 'L' ? n - 1 : n);
}

/* Read a number that Python writes by repr(): also "inf", "-inf" and "nan". */
static bool parse_real(const char *text, double *out)
{
    if (strcmp(text, "nan") == 0)
        *out = (double)NAN;
    else if (strcmp(text, "inf") == 0 || strcmp(text, "-inf") == 0)
        *out = text[0] == '-' ? -(double)INFINITY : (double)INFINITY;
    else
        return evk_parse_real(text, out);
    return true;
}

static evk_status read_real(struct evk_pickle *p)
{
    char text[NUMBER];
    const char *line;
    size_t n;
    double real;
    value *v;

    EVK_TRY(evk_pickle_line(p, &line, &n));
    if (!copy_line(line, n, text) || !parse_real(text, &real))
        return evk_pickle_bad(p, "has a number that is none");
    EVK_TRY(evk_pickle_make(p, EVK_PICKLE_REAL, &v));
    v->is.real = real;
    return EVK_OK;
}

/* Read a memo number. */
static evk_status read_index(struct evk_pickle *p, uint64_t *out)
{
    char text[NUMBER];
    const char *line;
    int64_t i;
    size_t n;

    EVK_TRY(evk_pickle_line(p, &line, &n));
    if (!copy_line(line, n, text) || !evk_parse_int(text, &i) || i < 0)
        return evk_pickle_bad(p, "has a memo number that is none");
    *out = (uint64_t)i;
    return EVK_OK;
}

static evk_status put(struct evk_pickle *p)
{
    uint64_t index;

    EVK_TRY(read_index(p, &index));
    return evk_pickle_put(p, index);
}

static evk_status get(struct evk_pickle *p)
{
    uint64_t index;

    EVK_TRY(read_index(p, &index));
    return evk_pickle_get_memo(p, index);
}

/* ---- texts ------------------------------------------------------------------------- */

/* Read `digits` hexadecimal digits, or octal ones; false where there are fewer. */
static bool read_digits(const char *text, size_t n, int digits, uint32_t base, uint32_t *out)
{
    static const char known[] = "0123456789abcdef";

    *out = 0;
    if (n < (size_t)digits)
        return false;
    for (int i = 0; i < digits; i++) {
        const char *at = text[i] ? strchr(known, tolower((unsigned char)text[i])) : NULL;

        if (!at || (uint32_t)(at - known) >= base)
            return false;
        *out = *out * base + (uint32_t)(at - known);
    }
    return true;
}

/* Write a code point as UTF-8; returns how many bytes that are, at most 4. */
static size_t put_utf8(char *out, uint32_t code)
{
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    const size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (char)(lead[n] | code);
    return n;
}

/*
 * UNICODE: a byte is the character of this number, and \uXXXX and \UXXXXXXXX are others.  A
 * backslash before anything else is itself, and so is what follows it.
 */
static evk_status read_unicode(struct evk_pickle *p)
{
    const char *line;
    size_t n, size = 0;
    char *text;

    EVK_TRY(evk_pickle_line(p, &line, &n));
    EVK_TRY(evk_pickle_take(p, 2 * n + 1, &text));
    for (size_t i = 0; i < n; i++) {
        const bool escaped = line[i] == '\\' && i + 1 < n;
        const int digits = escaped && line[i + 1] == 'u'   ? 4
                           : escaped && line[i + 1] == 'U' ? 8
                                                           : 0;
        uint32_t code = (unsigned char)line[i];

        if (digits && (!read_digits(line + i + 2, n - i - 2, digits, 16, &code) || code > 0x10ffff))
            return evk_pickle_bad(p, "has a text with a wrong escape");
        size += put_utf8(text + size, code);
        if (escaped && !digits)
            size += put_utf8(text + size, (unsigned char)line[i + 1]);
        i += digits ? (size_t)digits + 1 : escaped ? 1 : 0;
    }
    return evk_pickle_make_text(p, text, size);
}

/* Read what follows a backslash in a quoted string; returns how many bytes that are, 0 if none. */
static size_t read_escape(const char *text, size_t n, unsigned char *out)
{
    static const char names[] = "\\'\"abfnrtv", values[] = "\\'\"\a\b\f\n\r\t\v";
    const char *at = n && text[0] ? strchr(names, text[0]) : NULL;
    uint32_t code;

    if (at) {
        *out = (unsigned char)values[at - names];
        return 1;
    }
    if (n && text[0] == 'x' && read_digits(text + 1, n - 1, 2, 16, &code)) {
        *out = (unsigned char)code;
        return 3;
    }
    if (read_digits(text, n, 3, 8, &code) && code < 256) {
        *out = (unsigned char)code;
        return 3;
    }
    return 0;
}

/* STRING: bytes between quotes, as Python 2 writes them by repr(). */
static evk_status read_string(struct evk_pickle *p)
{
    const char *line;
    size_t n, size = 0;
    unsigned char *bytes;
    value *v;

    EVK_TRY(evk_pickle_line(p, &line, &n));
    if (n < 2 || (line[0] != '\'' && line[0] != '"') || line[n - 1] != line[0])
        return evk_pickle_bad(p, "has a string without quotes");
    EVK_TRY(evk_pickle_take(p, n, &bytes));
    for (size_t i = 1; i + 1 < n; i++) {
        size_t used;

        bytes[size] = (unsigned char)line[i];
        if (line[i] == '\\') {
            used = read_escape(line + i + 1, n - i - 2, &bytes[size]);
            if (used == 0)
                return evk_pickle_bad(p, "has a string with a wrong escape");
            i += used;
        }
        size++;
    }
    EVK_TRY(evk_pickle_make(p, EVK_PICKLE_BYTES, &v));
    v->is.bytes = bytes;
    v->count = size;
    return EVK_OK;
}

/* ---- opcodes ----------------------------------------------------------------------- */

/* PERSID: push a reference whose persistent id is a line. */
static evk_status refer(struct evk_pickle *p)
{
    const char *line;
    char *text;
    size_t n;

    EVK_TRY(evk_pickle_line(p, &line, &n));
    EVK_TRY(evk_pickle_take(p, n + 1, &text));
    memcpy(text, line, n);
    EVK_TRY(evk_pickle_make_text(p, text, n));
    return evk_pickle_refer(p);
}

/* INST: push an instance of a class that two lines name; its arguments are above the last mark. */
static evk_status instance(struct evk_pickle *p)
{
    value *class;

    EVK_TRY(evk_pickle_read_class(p));
    EVK_TRY(evk_pickle_pop(p, &class));
    return evk_pickle_instance_to_mark(p, class);
}

evk_status evk_pickle_step_text(struct evk_pickle *p, int op)
{
    switch (op) {
    case 'I':
        return read_int(p);
    case 'L':
        return read_long(p);
    case 'F':
        return read_real(p);
    case 'S':
        return read_string(p);
    case 'V':
        return read_unicode(p);
    case 'c':
        return evk_pickle_read_class(p);
    case 'i':
        return instance(p);
    case 'P':
        return refer(p);
    case 'p':
        return put(p);
    case 'g':
        return get(p);
    default:
        return evk_fail(p->err, EVK_EUNSUPPORTED,
                        "pickle: opcode 0x%02x at byte %zu, which stands for something outside the "
                        "file, or is of a protocol above 5",
                        (unsigned)op, p->at - 1);
    }
}
