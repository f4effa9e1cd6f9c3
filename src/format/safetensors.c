/* SPDX-License-Identifier: GPL-3.0-or-later */
/* safetensors.c - files of the library safetensors */
#include "format/safetensors.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "format/element.h"

/* A header takes about 100 bytes for each tensor. */
enum { LENGTH = 8, HEADER_MAX = 1 << 24 };

/* What the header says of a tensor. */
struct described {
    const char *name; /* belongs to the header's JSON */
    enum evk_element type;
    int axes;
    int64_t dim[EVK_AXES_MAX];
    int64_t count;      /* of numbers */
    int64_t begin, end; /* of the bytes, counted from the end of the header */
};

struct reader {
    const unsigned char *numbers; /* the bytes behind the header */
    int64_t size;                 /* how many these are */
    struct described *list;       /* (count) */
    int64_t count;
    evk_error *err;
};

static uint64_t header_length(const unsigned char *data)
{
    uint64_t n = 0;

    for (int i = LENGTH - 1; i >= 0; i--)
        n = n << 8 | data[i];
    return n;
}

bool evk_safetensors_probe(const void *data, size_t size)
{
    const unsigned char *bytes = data;
    const uint64_t n = size > LENGTH ? header_length(bytes) : 0;

    return n >= 2 && n <= HEADER_MAX && bytes[LENGTH] == '{';
}

/* ---- one tensor -------------------------------------------------------------------------- */

static evk_status read_type(const evk_json *tensor, enum evk_element *out, evk_error *err)
{
    static const struct {
        const char *name;
        enum evk_element element;
    } types[] = {{"F64", EVK_F64}, {"F32", EVK_F32}, {"F16", EVK_F16}, {"BF16", EVK_BF16},
                 {"I64", EVK_I64}, {"I32", EVK_I32}, {"I16", EVK_I16}, {"I8", EVK_I8},
                 {"U64", EVK_U64}, {"U32", EVK_U32}, {"U16", EVK_U16}, {"U8", EVK_U8},
                 {"BOOL", EVK_B1}};
    const char *name = evk_json_text(evk_json_get(tensor, "dtype"));

    if (!name)
        return evk_fail(err, EVK_EFORMAT, "has no type of numbers");
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(types[i].name, name) == 0) {
            *out = types[i].element;
            return EVK_OK;
        }
    return evk_fail(err, EVK_EUNSUPPORTED,
                    "has numbers of type '%.40s', expected F64 to F16, "
                    "BF16, whole numbers or BOOL",
                    name);
}

static evk_status read_shape(const evk_json *tensor, struct described *out, evk_error *err)
{
    const evk_json *shape = evk_json_get(tensor, "shape");
    const size_t n = evk_json_count(shape);

    if (!evk_json_is_array(shape))
        return evk_fail(err, EVK_EFORMAT, "has no shape");
    if (n > EVK_AXES_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "has %zu axes, expected at most %d", n,
                        EVK_AXES_MAX);
    out->axes = (int)n;
    out->count = 1;
    for (size_t i = 0; i < n; i++)
        if (!evk_json_int(evk_json_at(shape, i), &out->dim[i]) ||
            !evk_size_mul(out->count, out->dim[i], &out->count))
            return evk_fail(err, EVK_EFORMAT, "has a size that is negative or too large");
    return EVK_OK;
}

/* Read where a tensor's bytes are, which must be as many as its numbers have. */
static evk_status read_place(const struct reader *r, const evk_json *tensor, struct described *out)
{
    const evk_json *offsets = evk_json_get(tensor, "data_offsets");
    int64_t bytes;

    if (evk_json_count(offsets) != 2 || !evk_json_int(evk_json_at(offsets, 0), &out->begin) ||
        !evk_json_int(evk_json_at(offsets, 1), &out->end) || out->begin < 0 ||
        out->end < out->begin)
        return evk_fail(r->err, EVK_EFORMAT, "does not say where its numbers are");
    if (out->end > r->size)
        return evk_fail(r->err, EVK_EFORMAT,
                        "ends at byte %lld behind the header, where the file has %lld: is it cut "
                        "off?",
                        (long long)out->end, (long long)r->size);
    if (!evk_size_mul(out->count, evk_element_size(out->type), &bytes) ||
        out->end - out->begin != bytes)
        return evk_fail(r->err, EVK_EFORMAT,
                        "has %lld bytes, which are not those of its shape and type",
                        (long long)(out->end - out->begin));
    return EVK_OK;
}

static evk_status read_described(struct reader *r, const char *name, const evk_json *tensor)
{
    struct described *d = &r->list[r->count];

    d->name = name;
    EVK_TRY(evk_tensors_check_name(name, strlen(name), r->err));
    EVK_TRY(read_type(tensor, &d->type, r->err));
    EVK_TRY(read_shape(tensor, d, r->err));
    EVK_TRY(read_place(r, tensor, d));
    r->count++;
    return EVK_OK;
}

/* ---- all tensors ------------------------------------------------------------------------- */

static evk_status read_header(struct reader *r, const evk_json *header)
{
    static const char metadata[] = "__metadata__";
    const char *key = NULL;
    int64_t count = 0;
    evk_status s = EVK_OK;

    while ((key = evk_json_key_after(header, key)) != NULL)
        count++;
    EVK_TRY(evk_alloc(&r->list, count, sizeof(*r->list), "a list of tensors", r->err));
    while (!s && (key = evk_json_key_after(header, key)) != NULL)
        if (strcmp(key, metadata) != 0) {
            s = read_described(r, key, evk_json_get(header, key));
            if (s)
                s = evk_wrap(r->err, s, "%.80s", key);
        }
    return s;
}

static int by_place(const void *a, const void *b)
{
    const struct described *x = a, *y = b;

    if (x->begin != y->begin)
        return (x->begin > y->begin) - (x->begin < y->begin);
    return (x->end > y->end) - (x->end < y->end);
}

/*
 * Check that each byte behind the header belongs to one tensor, and sort the tensors as the file
 * has them.  After this, all tensors together have no more numbers than the file has bytes.
 */
static evk_status check_places(struct reader *r)
{
    int64_t at = 0;

    if (r->count)
        qsort(r->list, (size_t)r->count, sizeof(*r->list), by_place);
    for (int64_t i = 0; i < r->count; i++) {
        if (r->list[i].begin != at)
            return evk_fail(r->err, EVK_EFORMAT,
                            "%.80s: begins at byte %lld behind the header, expected %lld, where "
                            "the tensor before it ends",
                            r->list[i].name, (long long)r->list[i].begin, (long long)at);
        at = r->list[i].end;
    }
    if (at != r->size)
        return evk_fail(r->err, EVK_EFORMAT, "has %lld bytes behind its last tensor",
                        (long long)(r->size - at));
    return EVK_OK;
}

static evk_status read_tensors(const struct reader *r, struct evk_tensors *out)
{
    EVK_TRY(evk_alloc(&out->tensors, r->count, sizeof(*out->tensors), "a list of tensors", r->err));
    for (int64_t i = 0; i < r->count; i++) {
        const struct described *d = &r->list[i];
        const struct evk_elements from = {d->type, false, r->numbers + d->begin};
        struct evk_named_tensor *t = &out->tensors[out->count++];

        t->place = i;
        EVK_TRY(evk_strdup(&t->name, d->name, r->err));
        EVK_TRY(evk_tensor_new(&t->values, d->axes, d->dim, r->err));
        evk_elements_read(&from, 0, 1, d->count, t->values.data);
    }
    return EVK_OK;
}

evk_status evk_safetensors_read(struct evk_tensors *out, const void *data, size_t size,
                                evk_error *err)
{
    const unsigned char *bytes = data;
    struct evk_tensors tensors = {0};
    struct reader r = {.err = err};
    evk_json *header;
    size_t n;
    evk_status s;

    if (!evk_safetensors_probe(data, size))
        return evk_fail(err, EVK_EFORMAT, "does not begin with a header of safetensors");
    n = (size_t)header_length(bytes);
    if (n > size - LENGTH)
        return evk_fail(err, EVK_EFORMAT,
                        "is cut off: a safetensors file whose header has %zu bytes, of which only "
                        "%zu are there",
                        n, size - LENGTH);
    r.numbers = bytes + LENGTH + n;
    r.size = (int64_t)(size - LENGTH - n);
    s = evk_json_parse(&header, bytes + LENGTH, n, err);
    if (s)
        return evk_wrap(err, s, "the header of a safetensors file");
    s = read_header(&r, header);
    if (!s)
        s = check_places(&r);
    if (!s)
        s = read_tensors(&r, &tensors);
    free(r.list);
    evk_json_free(header);
    if (s) {
        evk_tensors_release(&tensors);
        return s;
    }
    evk_tensors_sort(&tensors);
    *out = tensors;
    return EVK_OK;
}
