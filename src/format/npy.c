/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npy.c - NumPy's arrays: .npy files, and .npz archives of them */
#include "format/npy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "format/npy_header.h"
#include "format/pickle.h"
#include "format/zip.h"

enum { NAME = 32 }; /* bytes for "array 3", and for the name of a type */

typedef struct evk_pickle_value value;

/* A file that is being read. */
struct reader {
    struct evk_npy *out; /* where its arrays go */
    int64_t left;        /* how many more numbers the file may become in memory */
    evk_error *err;
};

void evk_npy_release(struct evk_npy *n)
{
    for (int64_t i = 0; i < n->count; i++) {
        free(n->arrays[i].name);
        evk_tensor_release(&n->arrays[i].values);
    }
    free(n->arrays);
    *n = (struct evk_npy){0};
}

/* Add an array with this name and no values yet; *out points to it until another one is added. */
static evk_status add_array(struct reader *r, const char *name, struct evk_npy_array **out)
{
    struct evk_npy *n = r->out;
    struct evk_npy_array *more;

    if (n->count == n->room) {
        const int64_t room = n->room ? 2 * n->room : 64;

        EVK_TRY(evk_alloc(&more, room, sizeof(*more), "a list of arrays", r->err));
        if (n->count)
            memcpy(more, n->arrays, (size_t)n->count * sizeof(*more));
        free(n->arrays);
        n->arrays = more;
        n->room = room;
    }
    EVK_TRY(evk_strdup(&n->arrays[n->count].name, name, r->err));
    *out = &n->arrays[n->count++];
    return EVK_OK;
}

/* ---- numbers ------------------------------------------------------------------------- */

/* Where the numbers of an array go, in row-major order; one of the two is NULL. */
struct target {
    float *floats;
    double *doubles;
};

/* Copy n numbers, those at index first, first + step ... of the file, to index `at` of the target. */
static void copy_row(const struct evk_elements *from, int64_t first, int64_t step, int64_t n,
                     const struct target *to, int64_t at)
{
    if (to->doubles)
        evk_elements_read_doubles(from, first, step, n, to->doubles + at);
    else
        evk_elements_read(from, first, step, n, to->floats + at);
}

/*
 * Copy the numbers of an array to row-major order.  In Fortran's order the first axis is the
 * innermost in the file: then rows of the last axis are gathered with a step.
 */
static void copy_numbers(const struct evk_npy_header *h, const struct evk_elements *from,
                         const struct target *to)
{
    int64_t at[EVK_AXES_MAX] = {0}, first = 0, step[EVK_AXES_MAX], stride = 1;

    if (!h->fortran || h->axes < 2) {
        copy_row(from, 0, 1, h->count, to, 0);
        return;
    }
    for (int i = 0; i < h->axes; i++) {
        step[i] = stride;
        stride *= h->dim[i];
    }
    for (int64_t i = 0; i < h->count; i += h->dim[h->axes - 1]) {
        copy_row(from, first, step[h->axes - 1], h->dim[h->axes - 1], to, i);
        for (int a = h->axes - 2; a >= 0; a--) {
            first += step[a];
            if (++at[a] < h->dim[a])
                break;
            first -= at[a] * step[a];
            at[a] = 0;
        }
    }
}

/* Fail unless data of size bytes are just the numbers of the array. */
static evk_status check_bytes(const struct evk_npy_header *h, size_t size, evk_error *err)
{
    const int64_t each = evk_element_size(h->type.element);
    char found[EVK_SHAPE_TEXT];

    if (h->count <= INT64_MAX / each && (size_t)(h->count * each) == size)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT,
                    "has %zu bytes for an array of %s, expected %lld for each number", size,
                    evk_shape_text(h->axes, h->dim, found), (long long)each);
}

/* Add an array from its header and its data, which are the numbers and nothing else. */
static evk_status read_numbers(struct reader *r, const struct evk_npy_header *h, const char *name,
                               const unsigned char *data, size_t size)
{
    const struct evk_elements from = {h->type.element, h->type.big, data};
    char found[EVK_SHAPE_TEXT];
    struct evk_npy_array *a;

    EVK_TRY(check_bytes(h, size, r->err));
    if (h->count > r->left)
        return evk_fail(r->err, EVK_EFORMAT,
                        "holds the same array too many times over: one of %s, where only %lld more "
                        "numbers are allowed",
                        evk_shape_text(h->axes, h->dim, found), (long long)r->left);
    r->left -= h->count;
    EVK_TRY(add_array(r, name, &a));
    EVK_TRY(evk_tensor_new(&a->values, h->axes, h->dim, r->err));
    copy_numbers(h, &from, &(struct target){.floats = a->values.data});
    return EVK_OK;
}

/* ---- arrays of objects ------------------------------------------------------------------ */

enum { REBUILD, REBUILD_2, ARRAY, TYPE };

static const struct evk_pickle_class known[] = {
    [REBUILD] = {"numpy.core.multiarray._reconstruct", EVK_PICKLE_OBJECT},
    [REBUILD_2] = {"numpy._core.multiarray._reconstruct", EVK_PICKLE_OBJECT},
    [ARRAY] = {"numpy.ndarray", EVK_PICKLE_OBJECT},
    [TYPE] = {"numpy.dtype", EVK_PICKLE_OBJECT},
    {NULL, EVK_PICKLE_NONE},
};

/* Read a pickled type: dtype("f4", ...) with the state (version, byte order, ...). */
static evk_status pickled_type(const value *v, struct evk_npy_type *out, evk_error *err)
{
    static const char orders[] = "<>|=";
    const value *arguments, *state, *code;
    char text[NAME], one[2] = {0, 0};

    if (!evk_pickle_object(v, TYPE, &arguments, &state))
        return evk_fail(err, EVK_EFORMAT, "has an array with %s for a type",
                        evk_pickle_kind_name(v));
    code = evk_pickle_at(arguments, 0);
    if ((!evk_pickle_is(code, EVK_PICKLE_TEXT) && !evk_pickle_is(code, EVK_PICKLE_BYTES)) ||
        code->count >= NAME)
        return evk_fail(err, EVK_EFORMAT, "has a type without a name");
    snprintf(text, sizeof(text), "%.*s", (int)code->count, code->is.text);
    for (const char *c = orders; *c; c++) {
        one[0] = *c;
        if (evk_pickle_says(evk_pickle_at(state, 1), one))
            return evk_npy_type_read(out, *c, text, err);
    }
    return evk_fail(err, EVK_EFORMAT, "has a type '%s' without a byte order", text);
}

/*
 * Read a pickled array.  Its state is (1, shape, type, is it in Fortran's order?, content): *h gets
 * all but the content, and *payload is set to that.
 */
static evk_status pickled_header(const value *v, struct evk_npy_header *h, const value **payload,
                                 evk_error *err)
{
    const value *arguments, *state, *shape, *order;

    if (!evk_pickle_object(v, REBUILD, &arguments, &state) &&
        !evk_pickle_object(v, REBUILD_2, &arguments, &state))
        return evk_fail(err, EVK_EFORMAT, "is %s, expected an array", evk_pickle_kind_name(v));
    shape = evk_pickle_at(state, 1);
    order = evk_pickle_at(state, 3);
    *payload = evk_pickle_at(state, 4);
    if (!evk_pickle_is(shape, EVK_PICKLE_TUPLE) || !evk_pickle_is(order, EVK_PICKLE_BOOL) ||
        !*payload)
        return evk_fail(err, EVK_EFORMAT, "is an array without a shape, an order or numbers");
    if (shape->count > EVK_AXES_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "is an array of %zu axes, expected at most %d",
                        shape->count, EVK_AXES_MAX);
    *h = (struct evk_npy_header){.axes = (int)shape->count, .fortran = order->is.i != 0};
    for (int i = 0; i < h->axes; i++)
        if (!evk_pickle_int(evk_pickle_at(shape, (size_t)i), &h->dim[i]) || h->dim[i] < 0)
            return evk_fail(err, EVK_EFORMAT, "is an array whose shape is not a tuple of sizes");
    return pickled_type(evk_pickle_at(state, 2), &h->type, err);
}

/* Add an array that is an element of an array of objects. */
static evk_status read_element(struct reader *r, const value *v, const char *name)
{
    struct evk_npy_header h;
    const value *payload;

    EVK_TRY(pickled_header(v, &h, &payload, r->err));
    if (h.type.objects || !evk_pickle_is(payload, EVK_PICKLE_BYTES))
        return evk_fail(r->err, EVK_EUNSUPPORTED, "is an array of objects, expected numbers");
    EVK_TRY(evk_npy_count(h.axes, h.dim, (int64_t)payload->count, &h.count, r->err));
    return read_numbers(r, &h, name, payload->is.bytes, payload->count);
}

/* Add all arrays of an array of objects; file is the header of the .npy file. */
static evk_status read_list(struct reader *r, const struct evk_npy_header *file, const value *root)
{
    const value *payload;
    struct evk_npy_header h;
    char name[NAME];

    EVK_TRY(pickled_header(root, &h, &payload, r->err));
    if (!h.type.objects || !evk_pickle_is(payload, EVK_PICKLE_LIST))
        return evk_fail(r->err, EVK_EFORMAT, "is %s, expected a list of arrays",
                        evk_pickle_kind_name(payload));
    if ((size_t)file->count != payload->count)
        return evk_fail(r->err, EVK_EFORMAT, "has %zu arrays, expected %lld, as the header says",
                        payload->count, (long long)file->count);
    for (size_t i = 0; i < payload->count; i++) {
        evk_status s;

        snprintf(name, sizeof(name), "array %zu", i);
        s = read_element(r, payload->is.items[i], name);
        if (s)
            return evk_wrap(r->err, s, "%s", name);
    }
    return EVK_OK;
}

/* Add the array, or the list of arrays, of a .npy file. */
static evk_status read_file(struct reader *r, const char *name, const unsigned char *data,
                            size_t size)
{
    struct evk_npy_header h;
    struct evk_pickle *pickle;
    const value *root;
    evk_status s;

    EVK_TRY(evk_npy_header_read(&h, data, size, r->err));
    EVK_TRY(evk_npy_count(h.axes, h.dim, (int64_t)size, &h.count, r->err));
    if (!h.type.objects)
        return read_numbers(r, &h, name, data + h.size, size - h.size);
    r->out->objects = true;
    EVK_TRY(evk_pickle_read(&pickle, &root, data + h.size, size - h.size, known, r->err));
    s = read_list(r, &h, root);
    evk_pickle_free(pickle);
    return s;
}

bool evk_npy_probe(const void *data, size_t size)
{
    return size >= 6 && memcmp(data, "\x93NUMPY", 6) == 0;
}

evk_status evk_npy_read(struct evk_npy *out, const void *data, size_t size, evk_error *err)
{
    struct evk_npy npy = {0};
    struct reader r = {&npy, evk_elements_max(size), err};
    const evk_status s = read_file(&r, "array", data, size);

    if (s)
        evk_npy_release(&npy);
    else
        *out = npy;
    return s;
}

void evk_npy_doubles_release(struct evk_npy_doubles *a)
{
    free(a->values);
    *a = (struct evk_npy_doubles){0};
}

evk_status evk_npy_read_doubles(struct evk_npy_doubles *out, const void *data, size_t size,
                                int64_t most, evk_error *err)
{
    struct evk_npy_doubles a = {0};
    struct evk_elements from;
    struct evk_npy_header h;

    EVK_TRY(evk_npy_header_read(&h, data, size, err));
    if (h.type.objects)
        return evk_fail(err, EVK_EUNSUPPORTED, "is an array of objects, expected numbers");
    EVK_TRY(evk_npy_count(h.axes, h.dim, (int64_t)size, &h.count, err));
    EVK_TRY(check_bytes(&h, size - h.size, err));
    if (h.count > most)
        return evk_fail(err, EVK_EFORMAT, "has %lld numbers, expected at most %lld",
                        (long long)h.count, (long long)most);
    EVK_TRY(evk_alloc(&a.values, h.count, sizeof(*a.values), "an array", err));
    a.axes = h.axes;
    memcpy(a.dim, h.dim, sizeof(a.dim));
    from = (struct evk_elements){h.type.element, h.type.big, (const unsigned char *)data + h.size};
    copy_numbers(&h, &from, &(struct target){.doubles = a.values});
    *out = a;
    return EVK_OK;
}

/* ---- archives -------------------------------------------------------------------------- */

static bool all_arrays(const struct evk_zip *zip)
{
    static const char *const ending[] = {".npy", NULL};

    for (size_t i = 0; i < evk_zip_count(zip); i++)
        if (!evk_ends_in(evk_zip_name(zip, i), ending))
            return false;
    return evk_zip_count(zip) > 0;
}

bool evk_npz_probe(const void *data, size_t size)
{
    struct evk_zip *zip;
    evk_error err;
    bool found;

    if (!evk_zip_probe(data, size) || evk_zip_open(&zip, data, size, &err))
        return false;
    found = all_arrays(zip);
    evk_zip_close(zip);
    return found;
}

/* Add the arrays of all entries, which may unpack to `most` bytes together. */
static evk_status read_entries(struct reader *r, struct evk_zip *zip, size_t most)
{
    for (size_t i = 0; i < evk_zip_count(zip); i++) {
        struct evk_bytes entry = {NULL, 0};
        evk_status s = evk_zip_read(zip, i, most, &entry, r->err);

        if (!s)
            s = read_file(r, evk_zip_name(zip, i), entry.data, entry.size);
        most -= s ? 0 : entry.size;
        evk_bytes_release(&entry);
        if (s)
            return evk_wrap(r->err, s, "%s", evk_zip_name(zip, i));
    }
    return EVK_OK;
}

evk_status evk_npz_read(struct evk_npy *out, const void *data, size_t size, evk_error *err)
{
    const size_t most = evk_zip_weights_max(size);
    struct evk_npy npy = {0};
    struct reader r = {&npy, evk_elements_max(most), err};
    struct evk_zip *zip;
    evk_status s;

    EVK_TRY(evk_zip_open(&zip, data, size, err));
    s = read_entries(&r, zip, most);
    evk_zip_close(zip);
    if (s)
        evk_npy_release(&npy);
    else
        *out = npy;
    return s;
}
