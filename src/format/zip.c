/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zip.c - ZIP archives; no other file uses libzip */
#include "format/zip.h"

#include <stdlib.h>
#include <string.h>

#include <zip.h>

#include "base/mem.h"

enum {
    RATIO_MAX = 1100,      /* a byte of deflate unpacks to at most 1032 */
    DOS_1980 = 1 << 5 | 1, /* 1 January 1980: years since then, month, day in 7, 4 and 5 bits */
    DOS_MIDNIGHT = 0
};

struct evk_zip {
    zip_t *archive;
    size_t size; /* bytes of the archive */
    size_t count;
};

bool evk_zip_probe(const void *data, size_t size)
{
    return size >= 4 && (memcmp(data, "PK\3\4", 4) == 0 || memcmp(data, "PK\5\6", 4) == 0);
}

static evk_status zip_fail(zip_error_t *e, evk_error *err)
{
    const bool memory = zip_error_code_zip(e) == ZIP_ER_MEMORY;

    return evk_fail(err, memory ? EVK_ENOMEM : EVK_EFORMAT, "ZIP: %s", zip_error_strerror(e));
}

/* ---- reading ---------------------------------------------------------------- */

/* Returns the index of an entry whose name another entry has too; -1: all names differ. */
static zip_int64_t find_duplicate(zip_t *archive)
{
    const zip_int64_t count = zip_get_num_entries(archive, 0);

    for (zip_int64_t i = 0; i < count; i++) {
        const char *name = zip_get_name(archive, (zip_uint64_t)i, 0);

        if (name && zip_name_locate(archive, name, 0) != i)
            return i;
    }
    return -1;
}

/*
 * Fail for an archive in which two entries have one name, and give the name.  libzip refuses such
 * an archive without saying which name that is; so the archive is opened again, without libzip's
 * checks.
 */
static evk_status duplicate_fail(zip_source_t *source, evk_error *err)
{
    zip_t *archive = zip_open_from_source(source, ZIP_RDONLY, NULL);
    const zip_int64_t duplicate = archive ? find_duplicate(archive) : -1;
    evk_status s;

    if (duplicate >= 0)
        s = evk_fail(err, EVK_EFORMAT, "ZIP: two of its entries have one name, %s",
                     zip_get_name(archive, (zip_uint64_t)duplicate, 0));
    else
        s = evk_fail(err, EVK_EFORMAT, "ZIP: two of its entries have one name");
    if (archive)
        zip_discard(archive);
    else
        zip_source_free(source);
    return s;
}

/* Open an archive from a source, which the archive takes over; on failure the source is freed. */
static evk_status open_source(zip_t **out, zip_source_t *source, zip_error_t *e, evk_error *err)
{
    zip_t *archive = NULL;
    evk_status s = EVK_OK;

    if (source)
        archive = zip_open_from_source(source, ZIP_CHECKCONS | ZIP_RDONLY, e);
    if (archive) {
        *out = archive;
    } else if (source && zip_error_code_zip(e) == ZIP_ER_EXISTS) {
        s = duplicate_fail(source, err);
    } else {
        s = zip_fail(e, err);
        zip_source_free(source);
    }
    zip_error_fini(e);
    return s;
}

static evk_status open_memory(zip_t **out, const void *data, size_t size, evk_error *err)
{
    zip_error_t e;

    zip_error_init(&e);
    return open_source(out, zip_source_buffer_create(data, size, 0, &e), &e, err);
}

static evk_status open_file(zip_t **out, const char *path, size_t *size, evk_error *err)
{
    zip_error_t e;
    zip_source_t *source;
    zip_stat_t st;

    zip_error_init(&e);
    source = zip_source_file_create(path, 0, -1, &e);
    if (source && zip_source_stat(source, &st) == 0 && (st.valid & ZIP_STAT_SIZE))
        *size = (size_t)st.size;
    return open_source(out, source, &e, err);
}

/* Check that every entry has a name, as evk_zip_name promises. */
static evk_status check_names(zip_t *archive, size_t count, evk_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!zip_get_name(archive, i, 0))
            return zip_fail(zip_get_error(archive), err);
    return EVK_OK;
}

/* Count the entries of an archive that was opened, and check their names. */
static evk_status count_entries(struct evk_zip *zip, evk_error *err)
{
    zip->count = (size_t)zip_get_num_entries(zip->archive, 0);
    return check_names(zip->archive, zip->count, err);
}

evk_status evk_zip_open(struct evk_zip **out, const void *data, size_t size, evk_error *err)
{
    struct evk_zip *zip;
    evk_status s;

    if (!evk_zip_probe(data, size)) /* libzip takes no bytes at all for an empty archive */
        return evk_fail(err, EVK_EFORMAT, "ZIP: does not begin like an archive");
    EVK_TRY(evk_alloc(&zip, 1, sizeof(*zip), "an archive", err));
    zip->size = size;
    s = open_memory(&zip->archive, data, size, err);
    if (!s)
        s = count_entries(zip, err);
    if (s)
        evk_zip_close(zip);
    else
        *out = zip;
    return s;
}

evk_status evk_zip_open_file(struct evk_zip **out, const char *path, evk_error *err)
{
    struct evk_zip *zip;
    evk_status s;

    EVK_TRY(evk_alloc(&zip, 1, sizeof(*zip), "an archive", err));
    s = open_file(&zip->archive, path, &zip->size, err);
    if (!s)
        s = count_entries(zip, err);
    if (s)
        evk_zip_close(zip);
    else
        *out = zip;
    return s;
}

void evk_zip_close(struct evk_zip *zip)
{
    if (zip && zip->archive)
        zip_discard(zip->archive);
    free(zip);
}

size_t evk_zip_count(const struct evk_zip *zip)
{
    return zip->count;
}

const char *evk_zip_name(const struct evk_zip *zip, size_t i)
{
    return zip_get_name(zip->archive, i, 0);
}

bool evk_zip_find(const struct evk_zip *zip, const char *name, size_t *i)
{
    const zip_int64_t at = zip_name_locate(zip->archive, name, 0);

    if (at < 0)
        return false;
    *i = (size_t)at;
    return true;
}

/*
 * Check everything that can be checked before memory is allocated for the entry; *size: its bytes.
 */
static evk_status check_entry(const struct evk_zip *zip, size_t i, size_t limit, size_t *size,
                              evk_error *err)
{
    const zip_uint64_t want =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    zip_stat_t st;

    if (zip_stat_index(zip->archive, i, 0, &st) != 0)
        return zip_fail(zip_get_error(zip->archive), err);
    if ((st.valid & want) != want)
        return evk_fail(err, EVK_EFORMAT, "ZIP entry has no size");
    if (st.encryption_method != ZIP_EM_NONE)
        return evk_fail(err, EVK_EUNSUPPORTED, "ZIP entry is encrypted, expected plain");
    if (st.comp_method != ZIP_CM_STORE && st.comp_method != ZIP_CM_DEFLATE)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "ZIP entry has compression method %d, expected 0 (stored) or 8 (deflate)",
                        st.comp_method);
    if (st.size > limit)
        return evk_fail(err, EVK_EFORMAT, "ZIP entry has %llu bytes, expected at most %zu",
                        (unsigned long long)st.size, limit);
    if (st.comp_size > zip->size || st.size / RATIO_MAX > st.comp_size)
        return evk_fail(err, EVK_EFORMAT,
                        "ZIP entry has %llu bytes from %llu compressed ones, expected at most "
                        "%d:1 in an archive of %zu",
                        (unsigned long long)st.size, (unsigned long long)st.comp_size, RATIO_MAX,
                        zip->size);
    *size = (size_t)st.size;
    return EVK_OK;
}

size_t evk_zip_size(const struct evk_zip *zip, size_t i)
{
    zip_stat_t st;

    return zip_stat_index(zip->archive, i, 0, &st) == 0 && st.valid & ZIP_STAT_SIZE
               ? (size_t)st.size
               : 0;
}

size_t evk_zip_image_max(const struct evk_zip *zip, size_t i)
{
    const size_t most = (size_t)1 << 28, floor = (size_t)1 << 24;
    zip_stat_t st;

    if (zip_stat_index(zip->archive, i, 0, &st) != 0 || !(st.valid & ZIP_STAT_COMP_SIZE))
        return floor;
    return st.comp_size > (most - floor) / 64 ? most : 64 * (size_t)st.comp_size + floor;
}

/*
 * Unpack an entry of size bytes into `to`, which has room for one byte more: libzip verifies the
 * checksum only when reading goes on to the end of the entry.
 */
static evk_status read_entry(zip_file_t *file, size_t size, unsigned char *to, evk_error *err)
{
    size_t done = 0;
    zip_int64_t n;

    do {
        n = zip_fread(file, to + done, size + 1 - done);
        if (n < 0)
            return zip_fail(zip_file_get_error(file), err);
        done += (size_t)n;
    } while (n > 0 && done <= size);
    if (done != size)
        return evk_fail(err, EVK_EFORMAT, "ZIP entry has %s%zu bytes, expected %zu",
                        done > size ? "over " : "", done > size ? size : done, size);
    return EVK_OK;
}

evk_status evk_zip_read(struct evk_zip *zip, size_t i, size_t limit, struct evk_bytes *out,
                        evk_error *err)
{
    struct evk_bytes b = {NULL, 0};
    zip_file_t *file;
    evk_status s;

    EVK_TRY(check_entry(zip, i, limit, &b.size, err));
    file = zip_fopen_index(zip->archive, i, 0);
    if (!file)
        return zip_fail(zip_get_error(zip->archive), err);
    s = evk_alloc(&b.data, (int64_t)b.size + 1, 1, "a ZIP entry", err);
    if (!s)
        s = read_entry(file, b.size, b.data, err);
    zip_fclose(file);
    if (s)
        evk_bytes_release(&b);
    else
        *out = b;
    return s;
}

size_t evk_zip_weights_max(size_t archive)
{
    const size_t most = SIZE_MAX / 2, floor = (size_t)1 << 20;

    return archive > (most - floor) / 16 ? most : 16 * archive + floor;
}

evk_status evk_zip_verify(struct evk_zip *zip, size_t limit, evk_error *err)
{
    for (size_t i = 0; i < evk_zip_count(zip); i++) {
        struct evk_bytes entry;
        evk_status s = evk_zip_read(zip, i, limit, &entry, err);

        if (s)
            return evk_wrap(err, s, "%s", evk_zip_name(zip, i));
        evk_bytes_release(&entry);
    }
    return EVK_OK;
}

/* ---- writing ---------------------------------------------------------------- */

static bool add_entry(zip_t *archive, const struct evk_zip_entry *entry)
{
    zip_source_t *source = zip_source_buffer(archive, entry->data, entry->size, 0);
    zip_int64_t i;

    if (!source)
        return false;
    i = zip_file_add(archive, entry->name, source, ZIP_FL_ENC_UTF_8);
    if (i < 0) {
        zip_source_free(source);
        return false;
    }
    return zip_set_file_compression(archive, (zip_uint64_t)i, ZIP_CM_STORE, 0) == 0 &&
           zip_file_set_dostime(archive, (zip_uint64_t)i, DOS_MIDNIGHT, DOS_1980, 0) == 0;
}

/* Write the archive into the source, which happens when the archive is closed. */
static evk_status write_entries(zip_source_t *source, const struct evk_zip_entry *entries,
                                size_t count, evk_error *err)
{
    zip_error_t e;
    zip_t *archive;
    bool ok = true;
    evk_status s = EVK_OK;

    zip_error_init(&e);
    zip_source_keep(source);
    archive = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &e);
    if (!archive) {
        zip_source_free(source);
        s = zip_fail(&e, err);
        zip_error_fini(&e);
        return s;
    }
    for (size_t i = 0; ok && i < count; i++)
        ok = add_entry(archive, &entries[i]);
    if (!ok || zip_close(archive) != 0) {
        s = zip_fail(zip_get_error(archive), err);
        zip_discard(archive);
    }
    zip_error_fini(&e);
    return s;
}

/* Copy the bytes of a source. */
static evk_status copy_out(zip_source_t *source, struct evk_bytes *out, evk_error *err)
{
    struct evk_bytes b = {NULL, 0};
    zip_stat_t st;
    evk_status s;

    if (zip_source_stat(source, &st) != 0 || !(st.valid & ZIP_STAT_SIZE) ||
        zip_source_open(source) != 0)
        return zip_fail(zip_source_error(source), err);
    b.size = (size_t)st.size;
    s = evk_alloc(&b.data, (int64_t)b.size, 1, "an archive", err);
    if (!s && zip_source_read(source, b.data, b.size) != (zip_int64_t)b.size)
        s = zip_fail(zip_source_error(source), err);
    zip_source_close(source);
    if (s)
        evk_bytes_release(&b);
    else
        *out = b;
    return s;
}

evk_status evk_zip_write(struct evk_bytes *out, const struct evk_zip_entry *entries, size_t count,
                         evk_error *err)
{
    zip_source_t *source;
    zip_error_t e;
    evk_status s;

    if (count == 0) /* libzip would write no file then */
        return evk_fail(err, EVK_EINVAL, "archive has 0 entries, expected at least 1");
    zip_error_init(&e);
    source = zip_source_buffer_create(NULL, 0, 0, &e);
    s = source ? write_entries(source, entries, count, err) : zip_fail(&e, err);
    if (!s)
        s = copy_out(source, out, err);
    zip_source_free(source);
    zip_error_fini(&e);
    return s;
}
