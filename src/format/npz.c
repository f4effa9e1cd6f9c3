/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npz.c - archives of NumPy's arrays: written, and read array by array */
#include "format/npz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "format/npy_header.h"

enum { ENTRY_NAME = 256, HEADER_MAX = 1 << 16, ALIGNMENT = 64, PREFIX = 10 };

static evk_status entry_name(const char *name, char out[ENTRY_NAME], evk_error *err)
{
    if (snprintf(out, ENTRY_NAME, "%s.npy", name) >= ENTRY_NAME)
        return evk_fail(err, EVK_EINVAL, "the name of array %.40s... is too long", name);
    return EVK_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Appends the header of version 1.0: a dictionary whose end is padded, so that the numbers begin at
   a multiple of ALIGNMENT bytes. */
static void put_header(struct evk_str *out, const struct evk_npz_array *a)
{
    struct evk_str text = EVK_STR_INIT;
    unsigned char prefix[PREFIX] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    size_t n;

    evk_str_puts(&text, "{'descr': '<f4', 'fortran_order': False, 'shape': (");
    for (int i = 0; i < a->axes; i++)
        evk_str_printf(&text, "%lld%s", (long long)a->dim[i],
                       i + 1 < a->axes ? ", "
                       : a->axes == 1  ? ","
                                       : "");
    evk_str_puts(&text, "), }");
    while ((PREFIX + text.size + 1) % ALIGNMENT != 0 && !text.failed)
        evk_str_puts(&text, " ");
    evk_str_puts(&text, "\n");
    n = text.size;
    prefix[8] = (unsigned char)(n & 255);
    prefix[9] = (unsigned char)(n >> 8);
    evk_str_add(out, prefix, sizeof(prefix));
    evk_str_add(out, text.data ? text.data : "", n);
    out->failed = out->failed || text.failed;
    evk_str_release(&text);
}

/* Appends n numbers, the least significant byte of each first. */
static void put_numbers(struct evk_str *out, const float *values, int64_t n)
{
    unsigned char bytes[4096];
    size_t size = 0;

    for (int64_t i = 0; i < n; i++) {
        uint32_t bits;

        memcpy(&bits, &values[i], sizeof(bits));
        for (int b = 0; b < 4; b++)
            bytes[size++] = (unsigned char)(bits >> 8 * b & 255);
        if (size == sizeof(bytes) || i == n - 1) {
            evk_str_add(out, bytes, size);
            size = 0;
        }
    }
}

static evk_status put_array(struct evk_str *out, const struct evk_npz_array *a, evk_error *err)
{
    int64_t count;

    EVK_TRY(evk_npy_count(a->axes, a->dim, INT64_MAX / 8, &count, err));
    put_header(out, a);
    put_numbers(out, a->values, count);
    return evk_str_check(out, err);
}

/* The entries of an archive that is being written. */
struct writing {
    struct evk_zip_entry *entries; /* (count); owned */
    char (*names)[ENTRY_NAME];     /* (count); owned */
    struct evk_str *contents;      /* (count); owned */
    size_t count;
};

static void writing_release(struct writing *w)
{
    for (size_t i = 0; w->contents && i < w->count; i++)
        evk_str_release(&w->contents[i]);
    free(w->contents);
    free(w->names);
    free(w->entries);
}

static evk_status make_archive(struct writing *w, const struct evk_npz_array *arrays,
                               struct evk_bytes *out, evk_error *err)
{
    const int64_t n = (int64_t)w->count;

    EVK_TRY(evk_alloc(&w->entries, n, sizeof(*w->entries), "an archive", err));
    EVK_TRY(evk_alloc(&w->names, n, sizeof(*w->names), "an archive", err));
    EVK_TRY(evk_alloc(&w->contents, n, sizeof(*w->contents), "an archive", err));
    for (size_t i = 0; i < w->count; i++) {
        EVK_TRY(entry_name(arrays[i].name, w->names[i], err));
        EVK_TRY(put_array(&w->contents[i], &arrays[i], err));
        w->entries[i] =
            (struct evk_zip_entry){w->names[i], w->contents[i].data, w->contents[i].size};
    }
    return evk_zip_write(out, w->entries, w->count, err);
}

evk_status evk_npz_write(const char *path, const struct evk_npz_array *arrays, size_t count,
                         char sha256[EVK_SHA256_TEXT], evk_error *err)
{
    struct writing w = {.count = count};
    unsigned char digest[EVK_SHA256_BYTES];
    struct evk_bytes archive = {NULL, 0};
    evk_status s = make_archive(&w, arrays, &archive, err);

    writing_release(&w);
    if (!s)
        s = evk_sha256(archive.data, archive.size, digest, err);
    if (!s)
        evk_hex(digest, sizeof(digest), sha256);
    if (!s)
        s = evk_fs_write(path, archive.data, archive.size, err);
    evk_bytes_release(&archive);
    return s;
}

/* ---- reading --------------------------------------------------------------------------------- */

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
    EVK_TRY(evk_npy_count(h.axes, h.dim, most, &h.count, err));
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
