/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npz.c - one array of an archive of NumPy's arrays, read by its name */
#include "format/npz.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "format/npy_header.h"

enum { ENTRY_NAME = 256, HEADER_MAX = 1 << 16 };

static evk_status entry_name(const char *name, char out[ENTRY_NAME], evk_error *err)
{
    if (snprintf(out, ENTRY_NAME, "%s.npy", name) >= ENTRY_NAME)
        return evk_fail(err, EVK_EINVAL, "the name of array %.40s... is too long", name);
    return EVK_OK;
}

/* Writes a shape such as "7x7x100x?"; -1 is any size. */
static void put_shape(struct evk_str *out, int axes, const int64_t *dim)
{
    for (int i = 0; i < axes; i++) {
        evk_str_puts(out, i ? "x" : "");
        if (dim[i] < 0)
            evk_str_puts(out, "?");
        else
            evk_str_printf(out, "%lld", (long long)dim[i]);
    }
}

static evk_status check_shape(const struct evk_npy_header *h, int axes, const int64_t *dim,
                              evk_error *err)
{
    struct evk_str expected = EVK_STR_INIT;
    bool same = h->axes == axes;
    char found[EVK_SHAPE_TEXT];
    evk_status s;

    for (int i = 0; i < axes && same; i++)
        same = h->dim[i] == dim[i] || (dim[i] < 0 && h->dim[i] > 0);
    if (same)
        return EVK_OK;
    put_shape(&expected, axes, dim);
    s = evk_str_check(&expected, err);
    if (!s)
        s = evk_fail(err, EVK_EFORMAT, "has the shape %s, expected %s",
                     evk_shape_text(h->axes, h->dim, found), expected.data);
    evk_str_release(&expected);
    return s;
}

/* Sets the number of values of an array; more than `most` are refused. */
static evk_status count_numbers(struct evk_npy_header *h, int64_t most, evk_error *err)
{
    char found[EVK_SHAPE_TEXT];

    if (!evk_npy_count(h->axes, h->dim, most, &h->count, NULL))
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT, "has the shape %s, expected at most %lld numbers",
                    evk_shape_text(h->axes, h->dim, found), (long long)most);
}

/* Reads the numbers of an array whose last axis is the innermost. */
static evk_status read_numbers(struct evk_tensor *out, const struct evk_npy_header *h,
                               const unsigned char *data, size_t size, evk_error *err)
{
    const struct evk_elements from = {h->type.element, h->type.big, data};
    int64_t bad;

    if (h->type.objects || h->fortran)
        return evk_fail(err, EVK_EUNSUPPORTED, "has %s, expected numbers in C order",
                        h->type.objects ? "Python objects" : "its numbers in Fortran order");
    if (size != (size_t)(h->count * evk_element_size(h->type.element)))
        return evk_fail(err, EVK_EFORMAT, "has %zu bytes of numbers, expected %lld", size,
                        (long long)(h->count * evk_element_size(h->type.element)));
    EVK_TRY(evk_tensor_new(out, h->axes, h->dim, err));
    evk_elements_read(&from, 0, 1, h->count, out->data);
    bad = evk_tensor_not_finite(out);
    if (bad < 0)
        return EVK_OK;
    evk_tensor_release(out);
    return evk_fail(err, EVK_EFORMAT, "has a number that is NaN or infinite, at place %lld",
                    (long long)bad);
}

static evk_status read_entry(struct evk_tensor *out, const struct evk_bytes *entry, int axes,
                             const int64_t *dim, int64_t most, evk_error *err)
{
    struct evk_npy_header h;

    EVK_TRY(evk_npy_header_read(&h, entry->data, entry->size, err));
    EVK_TRY(check_shape(&h, axes, dim, err));
    EVK_TRY(count_numbers(&h, most, err));
    return read_numbers(out, &h, entry->data + h.size, entry->size - h.size, err);
}

evk_status evk_npz_read_array(struct evk_tensor *out, struct evk_zip *zip, const char *name,
                              int axes, const int64_t *dim, int64_t most, evk_error *err)
{
    struct evk_bytes entry = {NULL, 0};
    char file[ENTRY_NAME];
    size_t i;
    evk_status s;

    EVK_TRY(entry_name(name, file, err));
    if (!evk_zip_find(zip, file, &i))
        return evk_fail(err, EVK_EFORMAT, "has no array %s", file);
    s = evk_zip_read(zip, i, (size_t)most * 8 + HEADER_MAX, &entry, err);
    if (!s)
        s = read_entry(out, &entry, axes, dim, most, err);
    evk_bytes_release(&entry);
    return s ? evk_wrap(err, s, "%s", file) : EVK_OK;
}
