/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_storage.c - which storage of a PyTorch file a persistent id means */
#include <ctype.h>
#include <string.h>

#include "format/torch_view.h"

/*
 * Bytes of a key, and of a persistent id that is a text.  Many references can share one of these,
 * so that a longer one would be looked at too often.
 */
enum { KEY_MAX = 128, ID_MAX = 512 };

typedef struct evk_pickle_value value;

/* A class of storages. */
struct type {
    const char *name;
    int64_t each;             /* bytes of a number */
    bool readable;            /* its numbers are of a type that element.h reads, which is: */
    enum evk_element element; /* the type */
};

static const struct type types[] = {
    {"torch.FloatStorage", 4, true, EVK_F32},
    {"torch.DoubleStorage", 8, true, EVK_F64},
    {"torch.HalfStorage", 2, true, EVK_F16},
    {"torch.BFloat16Storage", 2, true, EVK_BF16},
    {"torch.LongStorage", 8, true, EVK_I64},
    {"torch.IntStorage", 4, true, EVK_I32},
    {"torch.ShortStorage", 2, true, EVK_I16},
    {"torch.CharStorage", 1, true, EVK_I8},
    {"torch.ByteStorage", 1, true, EVK_U8},
    {"torch.BoolStorage", 1, true, EVK_B1},
    {"torch.storage.UntypedStorage", 1, true, EVK_U8},
    {"torch.ComplexFloatStorage", 8, false, EVK_F32},
    {"torch.ComplexDoubleStorage", 16, false, EVK_F64},
    {"torch.QInt8Storage", 1, false, EVK_I8},
    {"torch.QUInt8Storage", 1, false, EVK_U8},
    {"torch.QInt32Storage", 4, false, EVK_I32},
};

/* Set what the class of this name, n bytes, says of a storage; false where no class has it. */
static bool set_type(struct evk_torch_storage *out, const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strlen(types[i].name) == n && memcmp(types[i].name, name, n) == 0) {
            out->each = types[i].each;
            out->readable = types[i].readable;
            out->element = types[i].element;
            return true;
        }
    return false;
}

static bool set_key(struct evk_torch_storage *out, const char *key, size_t n)
{
    out->key = key;
    out->key_size = n;
    return n <= KEY_MAX && memchr(key, '\0', n) == NULL;
}

/*
 * Read what files before PyTorch 1.6 say of a storage that is a part of another one: None, or
 * (key of the part, offset, count).
 */
static bool read_part(struct evk_torch_storage *out, const value *v)
{
    if (!v || evk_pickle_is(v, EVK_PICKLE_NONE))
        return true;
    return evk_pickle_int(evk_pickle_at(v, 1), &out->offset) && out->offset >= 0 &&
           evk_pickle_int(evk_pickle_at(v, 2), &out->stored) && out->stored >= 0 &&
           out->offset <= INT64_MAX - out->stored;
}

/* Read a persistent id that is a tuple. */
static bool read_tuple(struct evk_torch_storage *out, const value *id)
{
    const value *class = evk_pickle_at(id, 1), *key = evk_pickle_at(id, 2);

    return evk_pickle_says(evk_pickle_at(id, 0), "storage") &&
           evk_pickle_is(class, EVK_PICKLE_CLASS) && set_type(out, class->is.text, class->count) &&
           evk_pickle_is(key, EVK_PICKLE_TEXT) && set_key(out, key->is.text, key->count) &&
           evk_pickle_int(evk_pickle_at(id, 4), &out->stored) && out->stored >= 0 &&
           read_part(out, evk_pickle_at(id, 5));
}

/* ---- protocol 0 -------------------------------------------------------------------- */

/* If *at begins with a text, move *at behind it. */
static bool skip(const char **at, const char *text)
{
    const size_t n = strlen(text);

    if (strncmp(*at, text, n) != 0)
        return false;
    *at += n;
    return true;
}

/* Take what is before a quote, and move *at behind the quote. */
static bool quoted(const char **at, const char **out, size_t *n)
{
    const char *end = strchr(*at, '\'');

    if (!end)
        return false;
    *out = *at;
    *n = (size_t)(end - *at);
    *at = end + 1;
    return true;
}

/* Take a number without a sign. */
static bool digits(const char **at, int64_t *out)
{
    const char *first = *at;

    for (*out = 0; isdigit((unsigned char)**at); (*at)++) {
        if (*out > (INT64_MAX - 9) / 10)
            return false;
        *out = *out * 10 + (**at - '0');
    }
    return *at > first;
}

/*
 * Read a persistent id that is a text, which Python makes of the tuple:
 * ('storage', <class 'torch.FloatStorage'>, '0', 'cpu', 6), perhaps with ", None" at its end.
 */
static bool read_text(struct evk_torch_storage *out, const char *text)
{
    const char *at = text, *class, *key, *device;
    size_t class_size, key_size, n;

    return skip(&at, "('storage', <class '") && quoted(&at, &class, &class_size) &&
           set_type(out, class, class_size) && skip(&at, ">, '") && quoted(&at, &key, &key_size) &&
           set_key(out, key, key_size) && skip(&at, ", '") && quoted(&at, &device, &n) &&
           skip(&at, ", ") && digits(&at, &out->stored) &&
           (skip(&at, ", None)") || skip(&at, ")")) && *at == '\0';
}

bool evk_torch_storage_read(struct evk_torch_storage *out, const value *v)
{
    const value *id = evk_pickle_is(v, EVK_PICKLE_REFERENCE) ? v->is.items[0] : NULL;

    *out = (struct evk_torch_storage){NULL};
    if (id && id->kind == EVK_PICKLE_TEXT)
        return id->count <= ID_MAX && read_text(out, id->is.text);
    return read_tuple(out, id);
}

int evk_torch_storage_compare(const struct evk_torch_storage *a, const struct evk_torch_storage *b)
{
    const size_t n = a->key_size < b->key_size ? a->key_size : b->key_size;
    const int order = memcmp(a->key, b->key, n);

    return order ? order : (a->key_size > b->key_size) - (a->key_size < b->key_size);
}
