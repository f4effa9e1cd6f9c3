/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npy_header.c - what comes before the numbers of a .npy file: a Python dictionary, as text */
#include "format/npy_header.h"

#include <string.h>

#include "base/mem.h"

enum { MAGIC = 6, VERSION_END = 8, TEXT_MAX = 1 << 16, WORD = 32 };

/* The text that is left to read. */
struct text {
    const char *at, *end;
};

static void blanks(struct text *t)
{
    while (t->at < t->end && (*t->at == ' ' || *t->at == '\n' || *t->at == '\t'))
        t->at++;
}

/* Blanks and this; false, and nothing read but blanks, if it is not there. */
static bool skip(struct text *t, const char *what)
{
    const size_t n = strlen(what);

    blanks(t);
    if ((size_t)(t->end - t->at) < n || memcmp(t->at, what, n) != 0)
        return false;
    t->at += n;
    return true;
}

/* A text in quotes without any escapes. */
static bool quoted(struct text *t, char out[WORD])
{
    const char quote = skip(t, "'") ? '\'' : skip(t, "\"") ? '"' : '\0';
    size_t n = 0;

    if (!quote)
        return false;
    for (; t->at < t->end && *t->at != quote; t->at++, n++) {
        if (n == WORD - 1 || *t->at == '\\' || *t->at < ' ')
            return false;
        out[n] = *t->at;
    }
    out[n] = '\0';
    return t->at++ < t->end;
}

/* A whole number, with the L that Python 2 wrote. */
static bool number(struct text *t, int64_t *out)
{
    const char *start;

    blanks(t);
    start = t->at;
    *out = 0;
    for (; t->at < t->end && *t->at >= '0' && *t->at <= '9'; t->at++)
        if (!evk_size_mul(*out, 10, out) || *out > INT64_MAX - 9)
            return false;
        else
            *out += *t->at - '0';
    if (t->at == start)
        return false;
    if (t->at < t->end && *t->at == 'L')
        t->at++;
    return true;
}

/* "()", "(5,)", "(5, 3)". */
static bool shape(struct text *t, struct evk_npy_header *h)
{
    bool comma = true;

    if (!skip(t, "("))
        return false;
    for (h->axes = 0; !skip(t, ")"); h->axes++) {
        if (!comma || h->axes == EVK_AXES_MAX || !number(t, &h->dim[h->axes]))
            return false;
        comma = skip(t, ",");
    }
    return h->axes != 1 || comma;
}

evk_status evk_npy_count(int axes, const int64_t *dim, int64_t most, int64_t *out, evk_error *err)
{
    char found[EVK_SHAPE_TEXT];

    *out = 1;
    for (int i = 0; i < axes; i++)
        if (!evk_size_mul(*out, dim[i], out))
            *out = INT64_MAX; /* and stays too many, unless nothing is left of it */
    if (*out > most)
        return evk_fail(err, EVK_EFORMAT, "has an array of %s numbers, there is room for %lld",
                        evk_shape_text(axes, dim, found), (long long)most);
    return EVK_OK;
}

evk_status evk_npy_type_read(struct evk_npy_type *out, char order, const char *code, evk_error *err)
{
    static const struct {
        const char *code;
        enum evk_element element;
    } known[] = {
        {"f2", EVK_F16}, {"f4", EVK_F32}, {"f8", EVK_F64}, {"i1", EVK_I8},
        {"i2", EVK_I16}, {"i4", EVK_I32}, {"i8", EVK_I64}, {"u1", EVK_U8},
        {"u2", EVK_U16}, {"u4", EVK_U32}, {"u8", EVK_U64}, {"b1", EVK_B1},
    };

    *out = (struct evk_npy_type){.objects = strcmp(code, "O") == 0 || strcmp(code, "O8") == 0,
                                 .big = order == '>'};
    if (out->objects && order == '|')
        return EVK_OK;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(code, known[i].code) == 0) {
            out->element = known[i].element;
            if (order == '<' || order == '>' || evk_element_size(out->element) == 1)
                return EVK_OK;
        }
    return evk_fail(err, EVK_EUNSUPPORTED,
                    "has an array of type '%c%s', expected f2 f4 f8 i1 to i8 u1 to u8 or b1, with "
                    "< or > for the order of bytes, or |O",
                    order, code);
}

/* {'descr': '<f4', 'fortran_order': False, 'shape': (3,), }, each once, in any order. */
static evk_status dictionary(struct text *t, struct evk_npy_header *h, evk_error *err)
{
    bool descr = false, order = false, dims = false, comma = true;
    char word[WORD];

    if (!skip(t, "{"))
        return evk_fail(err, EVK_EFORMAT, "NumPy header is not a dictionary");
    while (!skip(t, "}")) {
        if (!comma || !quoted(t, word) || !skip(t, ":"))
            return evk_fail(err, EVK_EFORMAT, "NumPy header is not a dictionary of texts");
        if (strcmp(word, "descr") == 0 && !descr) {
            if (!quoted(t, word) || strlen(word) < 2)
                return evk_fail(err, EVK_EUNSUPPORTED,
                                "NumPy header's 'descr' is not a type such as '<f4'");
            EVK_TRY(evk_npy_type_read(&h->type, word[0], word + 1, err));
            descr = true;
        } else if (strcmp(word, "fortran_order") == 0 && !order) {
            h->fortran = skip(t, "True");
            order = h->fortran || skip(t, "False");
        } else if (strcmp(word, "shape") == 0 && !dims) {
            dims = shape(t, h);
            if (!dims)
                return evk_fail(err, EVK_EFORMAT,
                                "NumPy header's 'shape' is not a tuple of up to %d sizes",
                                EVK_AXES_MAX);
        } else {
            return evk_fail(err, EVK_EFORMAT, "NumPy header has '%s' in an unexpected place", word);
        }
        comma = skip(t, ",");
    }
    blanks(t);
    if (!descr || !order || !dims || t->at != t->end)
        return evk_fail(
            err, EVK_EFORMAT,
            "NumPy header is not 'descr', 'fortran_order' and 'shape' and nothing else");
    return EVK_OK;
}

evk_status evk_npy_header_read(struct evk_npy_header *out, const unsigned char *data, size_t size,
                               evk_error *err)
{
    struct evk_npy_header h = {.axes = 0};
    size_t length = 0, wide;
    struct text t;

    if (size < VERSION_END || memcmp(data, "\x93NUMPY", MAGIC) != 0)
        return evk_fail(err, EVK_EFORMAT, "does not begin like a NumPy file");
    if (data[MAGIC] < 1 || data[MAGIC] > 3 || data[MAGIC + 1] != 0)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "is a NumPy file of version %d.%d, expected 1.0, "
                        "2.0 or 3.0",
                        data[MAGIC], data[MAGIC + 1]);
    wide = data[MAGIC] == 1 ? 2 : 4;
    for (size_t i = 0; i < wide && VERSION_END + i < size; i++)
        length |= (size_t)data[VERSION_END + i] << 8 * i;
    h.size = VERSION_END + wide + length;
    if (length > TEXT_MAX || size < h.size)
        return evk_fail(err, EVK_EFORMAT,
                        "has a NumPy header of %zu bytes, expected at most %d, and less than the "
                        "file's %zu",
                        length, TEXT_MAX, size);
    t.at = (const char *)data + VERSION_END + wide;
    t.end = t.at + length;
    EVK_TRY(dictionary(&t, &h, err));
    *out = h;
    return EVK_OK;
}
