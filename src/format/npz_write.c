/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npz_write.c - arrays of numbers as an archive that NumPy reads */
#include "format/npz_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "format/npy_header.h"
#include "format/zip.h"

enum { ENTRY_NAME = EVK_NPZ_NAME + 8, ALIGNMENT = 64, PREFIX = 10 };

/* Appends the header of version 1.0: a dictionary whose end is padded, so that the numbers begin at
   a multiple of ALIGNMENT bytes. */
static void put_header(struct evk_str *out, const struct evk_npz_array *a)
{
    struct evk_str text = EVK_STR_INIT;
    unsigned char prefix[PREFIX] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    size_t n;

    evk_str_puts(&text, "{'descr': '<f4', 'fortran_order': False, 'shape': (");
    for (int i = 0; i < a->dims; i++)
        evk_str_printf(&text, "%lld%s", (long long)a->dim[i],
                       i + 1 < a->dims ? ", "
                       : a->dims == 1  ? ","
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

    EVK_TRY(evk_npy_count(a->dims, a->dim, INT64_MAX / 8, &count, err));
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
        snprintf(w->names[i], ENTRY_NAME, "%s.npy", arrays[i].name);
        EVK_TRY(put_array(&w->contents[i], &arrays[i], err));
        w->entries[i] =
            (struct evk_zip_entry){w->names[i], w->contents[i].data, w->contents[i].size};
    }
    return evk_zip_write(out, w->entries, w->count, err);
}

evk_status evk_npz_write(const char *path, const struct evk_npz_array *arrays, size_t count,
                         evk_error *err)
{
    struct writing w = {.count = count};
    struct evk_bytes archive = {NULL, 0};
    evk_status s = make_archive(&w, arrays, &archive, err);

    writing_release(&w);
    if (!s)
        s = evk_fs_write(path, archive.data, archive.size, err);
    evk_bytes_release(&archive);
    return s;
}
