/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npy_header.c - the header of a .npy file, which is a Python dictionary written as text */
#include "format/npy_header.h"

#include <string.h>

#include "base/mem.h"

enum {
    MAGIC = 6,          /* bytes that all .npy files begin with */
    VERSION_END = 8,    /* bytes up to the end of the version */
    TEXT_MAX = 1 << 16, /* bytes of the dictionary, at most */
    WORD = 32           /* bytes for a text in the dictionary, and a zero byte */
};

/* The part of the text that has not been read yet. */
struct text {
    const char *at, *end;
};

static void skip_blanks(struct text *t)
{
    while (t->at < t->end && (*t->at == ' ' || *t->at == '\n' || *t->at == '\t'))
        t->at++;
}

/* Skip blanks and then what; false, with only the blanks skipped, where what does not follow. */
static bool skip(struct text *t, const char *what)
{
    const size_t n = strlen(what);

    skip_blanks(t);
    if ((size_t)(t->end - t->at) < n || memcmp(t->at, what, n) != 0)
        return false;
    t->at += n;
    return true;
}

/* Read a text in quotes, without any escapes. */
static bool read_quoted(struct text *t, char out[WORD])
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

/* Read a whole number, with or without the L that Python 2 wrote after it. */
static bool read_number(struct text *t, int64_t *out)
{
    const char *start;

    skip_blanks(t);
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

/* Read a tuple of sizes: "()", "(5,)" or "(5, 3)". */
static bool read_shape(struct text *t, struct evk_npy_header *h)
{
    bool comma = true;

    if (!skip(t, "("))
        return false;
    for (h->axes = 0; !skip(t, ")"); h->axes++) {
        if (!comma || h->axes == EVK_AXES_MAX || !read_number(t, &h->dim[h->axes]))
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
            *out = INT64_MAX; /* too many values already, unless a later size is 0 */
    if (*out > most)
        return evk_fail(err, EVK_EFORMAT,
                        "has an array of %s numbers, expected at most %lld, one for each byte",
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
                    "< or > for the byte order, or |O",
                    order, code);
}

/* Read {'descr': '<f4', 'fortran_order': False, 'shape': (3,), }: each key once, in any order. */
static evk_status read_dictionary(struct text *t, struct evk_npy_header *h, evk_error *err)
{
    bool descr = false, order = false, dims = false, comma = true;
    char word[WORD];

    if (!skip(t, "{"))
        return evk_fail(err, EVK_EFORMAT, "NumPy header is not a dictionary");
    while (!skip(t, "}")) {
        if (!comma || !read_quoted(t, word) || !skip(t, ":"))
            return evk_fail(err, EVK_EFORMAT,
                            "NumPy header is not a dictionary with texts as keys");
        if (strcmp(word, "descr") == 0 && !descr) {
            if (!read_quoted(t, word) || strlen(word) < 2)
                return evk_fail(err, EVK_EUNSUPPORTED,
                                "NumPy header's 'descr' is not a type such as '<f4'");
            EVK_TRY(evk_npy_type_read(&h->type, word[0], word + 1, err));
            descr = true;
        } else if (strcmp(word, "fortran_order") == 0 && !order) {
            h->fortran = skip(t, "True");
            order = h->fortran || skip(t, "False");
        } else if (strcmp(word, "shape") == 0 && !dims) {
            dims = read_shape(t, h);
            if (!dims)
                return evk_fail(err, EVK_EFORMAT,
                                "NumPy header's 'shape' is not a tuple of up to %d sizes",
                                EVK_AXES_MAX);
        } else {
            return evk_fail(err, EVK_EFORMAT, "NumPy header has '%s' in an unexpected place", word);
        }
        comma = skip(t, ",");
    }
    skip_blanks(t);
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
    EVK_TRY(read_dictionary(&t, &h, err));
    *out = h;
    return EVK_OK;
}
