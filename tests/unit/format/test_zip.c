/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_zip.c - ZIP archives: what is written, what is read, what is refused */
#include "../../harness/test.h"

#include <stdlib.h>
#include <string.h>

#include <zip.h>

#include "format/zip.h"

enum { BIG = 1 << 20, BOMB = 24 << 20 };

static const struct evk_zip_entry three[] = {
    {"metadata.json", "{}", 2},
    {"empty", "", 0},
    {"folder/\xc3\xa9t\xc3\xa9.txt", "summer of 1980, not deflated: aaaaaaaaaaaaaaaaaaaaaaaaaa",
     56},
};

static struct evk_bytes write_three(void)
{
    struct evk_bytes file;

    assert_ok(evk_zip_write(&file, three, 3, err));
    return file;
}

static void test_round_trip(void **state)
{
    struct evk_bytes file = write_three();
    struct evk_zip *zip;

    (void)state;
    assert_true(evk_zip_probe(file.data, file.size));
    assert_ok(evk_zip_open(&zip, file.data, file.size, err));
    assert_int_equal(evk_zip_count(zip), 3);
    for (size_t k = 0; k < 3; k++) {
        struct evk_bytes b;
        size_t i = 99;

        assert_string_equal(evk_zip_name(zip, k), three[k].name);
        assert_true(evk_zip_find(zip, three[k].name, &i));
        assert_int_equal(i, k);
        assert_ok(evk_zip_read(zip, i, three[k].size, &b, err));
        assert_int_equal(b.size, three[k].size);
        assert_memory_equal(b.data, three[k].data, b.size);
        evk_bytes_release(&b);
    }
    evk_zip_close(zip);
    evk_bytes_release(&file);
}

static void test_missing(void **state)
{
    struct evk_bytes file = write_three();
    struct evk_zip *zip;
    size_t i = 99;

    (void)state;
    assert_ok(evk_zip_open(&zip, file.data, file.size, err));
    assert_false(evk_zip_find(zip, "Empty", &i));
    assert_false(evk_zip_find(zip, "folder/", &i));
    assert_int_equal(i, 99);
    evk_zip_close(zip);
    evk_zip_close(NULL);
    evk_bytes_release(&file);
}

static unsigned le(const unsigned char *p, int n)
{
    return n ? *p | le(p + 1, n - 1) << 8 : 0;
}

/* Returns the offset of the first record with this signature, "PK" and two more bytes. */
static size_t record(const struct evk_bytes *file, const char *signature)
{
    size_t at = 0;

    while (memcmp(file->data + at, signature, 4) != 0)
        at++;
    return at;
}

/* Entries are stored with a fixed date: the bytes are the same each time and in any time zone. */
static void test_bytes(void **state)
{
    static const char *const zones[] = {"UTC", "XYZ-11", "XYZ+9XDT,M3.2.0,M11.1.0"};
    struct evk_bytes file = write_three();
    const size_t local = record(&file, "PK\3\4"), central = record(&file, "PK\1\2");

    (void)state;
    assert_int_equal(le(file.data + local + 8, 2), 0); /* stored */
    assert_int_equal(le(file.data + local + 10, 2), 0);
    assert_int_equal(le(file.data + local + 12, 2), 0x21);
    assert_int_equal(le(file.data + central + 10, 2), 0);
    assert_int_equal(le(file.data + central + 12, 2), 0);
    assert_int_equal(le(file.data + central + 14, 2), 0x21);
    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        struct evk_bytes again;

        setenv("TZ", zones[i], 1);
        again = write_three();
        assert_int_equal(again.size, file.size);
        assert_memory_equal(again.data, file.data, file.size);
        evk_bytes_release(&again);
    }
    unsetenv("TZ");
    evk_bytes_release(&file);
}

static void test_write_refuses(void **state)
{
    static const struct evk_zip_entry twice[] = {{"a", "1", 1}, {"a", "2", 1}};
    struct evk_bytes file = {NULL, 0};

    (void)state;
    assert_fails(EVK_EINVAL, "0 entries", evk_zip_write(&file, NULL, 0, err));
    assert_fails(EVK_EFORMAT, "already exists", evk_zip_write(&file, twice, 2, err));
    assert_null(file.data);
}

/*
 * Two entries with the same name are refused, from memory and from a file; the message has the
 * name.
 */
static void test_duplicate_names(void **state)
{
    static const struct evk_zip_entry two[] = {{"x", "0", 1}, {"a.png", "1", 1}, {"b.png", "2", 1}};
    char *folder = scratch_folder("test_zip");
    struct evk_bytes file;
    struct evk_zip *zip;

    (void)state;
    assert_ok(evk_zip_write(&file, two, 3, err));
    for (size_t i = 0; i + 5 < file.size; i++)
        if (memcmp(file.data + i, "b.png", 5) == 0)
            file.data[i] = 'a';
    assert_fails(EVK_EFORMAT, "ZIP: two of its entries have one name, a.png",
                 evk_zip_open(&zip, file.data, file.size, err));
    assert_ok(evk_fs_write(path_in(folder, "twins.zip"), file.data, file.size, err));
    assert_fails(EVK_EFORMAT, "ZIP: two of its entries have one name, a.png",
                 evk_zip_open_file(&zip, path_in(folder, "twins.zip"), err));
    evk_bytes_release(&file);
    free(folder);
}

static void test_limit(void **state)
{
    struct evk_bytes file = write_three(), b = {NULL, 0};
    struct evk_zip *zip;

    (void)state;
    assert_ok(evk_zip_open(&zip, file.data, file.size, err));
    assert_fails(EVK_EFORMAT, "has 56 bytes, expected at most 55",
                 evk_zip_read(zip, 2, 55, &b, err));
    assert_null(b.data);
    evk_zip_close(zip);
    evk_bytes_release(&file);
}

/*
 * Checksums of all entries are verified, also of one that is never read, whose last byte is
 * altered.
 */
static void test_verify(void **state)
{
    struct evk_zip_entry entry = {"only", "0123456789", 10};
    struct evk_bytes file;
    struct evk_zip *zip;

    (void)state;
    assert_ok(evk_zip_write(&file, &entry, 1, err));
    assert_ok(evk_zip_open(&zip, file.data, file.size, err));
    assert_ok(evk_zip_verify(zip, 10, err));
    assert_fails(EVK_EFORMAT, "only: ZIP entry has 10 bytes, expected at most 9",
                 evk_zip_verify(zip, 9, err));
    evk_zip_close(zip);
    file.data[30 + strlen(entry.name) + 9] ^= 1;
    assert_ok(evk_zip_open(&zip, file.data, file.size, err));
    assert_fails(EVK_EFORMAT, "only: ", evk_zip_verify(zip, 10, err));
    evk_zip_close(zip);
    evk_bytes_release(&file);
}

static void test_weights_max(void **state)
{
    (void)state;
    assert_true(evk_zip_weights_max(0) == 1 << 20);
    assert_true(evk_zip_weights_max(1000) == 16000 + (1 << 20));
    assert_true(evk_zip_weights_max(SIZE_MAX) == SIZE_MAX / 2);
}

static void test_probe(void **state)
{
    static const unsigned char empty[22] = "PK\5\6";
    struct evk_zip *zip;

    (void)state;
    assert_true(evk_zip_probe(empty, sizeof(empty)));
    assert_false(evk_zip_probe(empty, 3));
    assert_false(evk_zip_probe("PK\1\2", 4));
    assert_false(evk_zip_probe("\x89PNG", 4));
    assert_ok(evk_zip_open(&zip, empty, sizeof(empty), err));
    assert_int_equal(evk_zip_count(zip), 0);
    evk_zip_close(zip);
    zip = NULL;
    assert_fails(EVK_EFORMAT, "ZIP: ", evk_zip_open(&zip, "PK\3\4 and nothing more", 22, err));
    assert_null(zip);
}

/* ---- damage ------------------------------------------------------------------------ */

/*
 * Open an archive and read all entries, from a block of its own, so that reading beyond is noticed.
 */
static evk_status read_all(const unsigned char *data, size_t size, evk_error *err)
{
    struct evk_zip *zip;
    unsigned char *copy = malloc(size ? size : 1);
    evk_status s;

    memcpy(copy, data, size);
    s = evk_zip_open(&zip, copy, size, err);
    if (!s) {
        for (size_t i = 0; !s && i < evk_zip_count(zip); i++) {
            struct evk_bytes b = {NULL, 0};

            s = evk_zip_read(zip, i, 2 * BIG, &b, err);
            if (s)
                assert_null(b.data);
            evk_bytes_release(&b);
        }
        evk_zip_close(zip);
    }
    free(copy);
    return s;
}

static void test_truncated(void **state)
{
    struct evk_bytes file = write_three();

    (void)state;
    for (size_t n = 0; n < file.size; n++)
        assert_true(read_all(file.data, n, NULL) != EVK_OK);
    assert_ok(read_all(file.data, file.size, err));
    evk_bytes_release(&file);
}

static void test_flipped_data(void **state)
{
    struct evk_bytes file = write_three();
    const size_t first = record(&file, "PK\3\4") + 30 + strlen(three[0].name);

    (void)state;
    file.data[first + le(file.data + 28, 2)] ^= 1; /* after the extra field */
    assert_fails(EVK_EFORMAT, "CRC error", read_all(file.data, file.size, err));
    evk_bytes_release(&file);
}

static void test_flipped_any(void **state)
{
    static const unsigned char masks[] = {1, 0x80, 0xff};
    struct evk_bytes file = write_three();

    (void)state;
    for (size_t i = 0; i < file.size; i++)
        for (size_t m = 0; m < sizeof(masks); m++) {
            evk_status s;

            file.data[i] ^= masks[m];
            s = read_all(file.data, file.size, NULL);
            assert_true(s == EVK_OK || s == EVK_EFORMAT || s == EVK_EUNSUPPORTED);
            file.data[i] ^= masks[m];
        }
    evk_bytes_release(&file);
}

/* ---- one deflated entry, as other programs make it ------------------------------------ */

static struct evk_bytes deflated(const void *data, size_t size)
{
    zip_source_t *out = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = zip_open_from_source(out, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    struct evk_bytes file;
    zip_stat_t st;

    zip_source_keep(out);
    assert_int_equal(zip_file_add(zip, "a.bin", zip_source_buffer(zip, data, size, 0), 0), 0);
    assert_int_equal(zip_set_file_compression(zip, 0, ZIP_CM_DEFLATE, 9), 0);
    assert_int_equal(zip_close(zip), 0);
    assert_int_equal(zip_source_stat(out, &st), 0);
    file = (struct evk_bytes){malloc(st.size), st.size};
    zip_source_open(out);
    assert_int_equal(zip_source_read(out, file.data, file.size), file.size);
    zip_source_close(out);
    zip_source_free(out);
    return file;
}

/* Set n bytes at these offsets of the local and the central record. */
static void patch(struct evk_bytes *file, size_t local, size_t central, unsigned v, int n)
{
    for (int i = 0; i < n; i++) {
        file->data[record(file, "PK\3\4") + local + (size_t)i] = (unsigned char)(v >> 8 * i);
        file->data[record(file, "PK\1\2") + central + (size_t)i] = (unsigned char)(v >> 8 * i);
    }
}

static void test_deflate(void **state)
{
    unsigned char *zeros = calloc(BIG, 1);
    struct evk_bytes file = deflated(zeros, BIG), b;
    struct evk_zip *zip;

    (void)state;
    assert_true(file.size < BIG / 900); /* the densest there is: not a bomb */
    assert_ok(evk_zip_open(&zip, file.data, file.size, err));
    assert_ok(evk_zip_read(zip, 0, BIG, &b, err));
    assert_int_equal(b.size, BIG);
    assert_memory_equal(b.data, zeros, BIG);
    evk_bytes_release(&b);
    evk_zip_close(zip);
    evk_bytes_release(&file);
    free(zeros);
}

/* An archive opened from a file has the same entries; and how large images in it may be. */
static void test_file(void **state)
{
    char *folder = scratch_folder("test_zip");
    unsigned char *zeros = calloc(BIG, 1);
    struct evk_bytes file = write_three(), b;
    struct evk_zip *zip;

    (void)state;
    assert_ok(evk_fs_write(path_in(folder, "a.zip"), file.data, file.size, err));
    assert_ok(evk_zip_open_file(&zip, path_in(folder, "a.zip"), err));
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(evk_zip_name(zip, i), three[i].name);
        assert_true(evk_zip_image_max(zip, i) == (1 << 24) + 64 * three[i].size);
        assert_ok(evk_zip_read(zip, i, SIZE_MAX, &b, err));
        assert_int_equal(b.size, three[i].size);
        assert_memory_equal(b.data, three[i].data, b.size);
        evk_bytes_release(&b);
    }
    evk_zip_close(zip);
    assert_ok(evk_fs_write(path_in(folder, "a.zip"), file.data, file.size - 1, err));
    assert_fails(EVK_EFORMAT, "ZIP: ", evk_zip_open_file(&zip, path_in(folder, "a.zip"), err));
    assert_fails(EVK_EFORMAT, "ZIP: ", evk_zip_open_file(&zip, path_in(folder, "none"), err));
    evk_bytes_release(&file);
    file = deflated(zeros, BIG);
    assert_ok(evk_fs_write(path_in(folder, "a.zip"), file.data, file.size, err));
    assert_ok(evk_zip_open_file(&zip, path_in(folder, "a.zip"), err));
    assert_true(evk_zip_image_max(zip, 0) < (1 << 24) + 64 * file.size);
    evk_zip_close(zip);
    evk_bytes_release(&file);
    free(zeros);
    zeros = calloc(BOMB, 1);
    file = deflated(zeros, BOMB);
    assert_ok(evk_fs_write(path_in(folder, "a.zip"), file.data, file.size, err));
    assert_ok(evk_zip_open_file(&zip, path_in(folder, "a.zip"), err));
    assert_fails(EVK_EFORMAT, "ZIP entry has 25165824 bytes, expected at most",
                 evk_zip_read(zip, 0, evk_zip_image_max(zip, 0), &b, err));
    evk_zip_close(zip);
    evk_bytes_release(&file);
    free(zeros);
    free(folder);
}

/* An entry's stated size may be too large to read, a little more than its content, or less. */
static void test_wrong_size(void **state)
{
    unsigned char *zeros = calloc(BIG, 1);
    struct evk_bytes file = deflated(zeros, BIG), b = {NULL, 0};
    struct evk_zip *zip;

    (void)state;
    patch(&file, 22, 24, 0xfffffff0u, 4);
    assert_ok(evk_zip_open(&zip, file.data, file.size, err));
    assert_fails(EVK_EFORMAT, "expected at most 1100:1", evk_zip_read(zip, 0, SIZE_MAX, &b, err));
    assert_null(b.data);
    evk_zip_close(zip);
    patch(&file, 22, 24, BIG + 1, 4);
    assert_fails(EVK_EFORMAT, "ZIP", read_all(file.data, file.size, err));
    patch(&file, 22, 24, BIG - 1, 4);
    assert_fails(EVK_EFORMAT, "ZIP", read_all(file.data, file.size, err));
    patch(&file, 22, 24, BIG, 4);
    assert_ok(read_all(file.data, file.size, err));
    evk_bytes_release(&file);
    free(zeros);
}

static void test_unsupported(void **state)
{
    unsigned char *zeros = calloc(BIG, 1);
    struct evk_bytes file = deflated(zeros, BIG);
    const unsigned flags = le(file.data + 6, 2);

    (void)state;
    patch(&file, 6, 8, flags | 1, 2);
    assert_fails(EVK_EUNSUPPORTED, "ZIP entry is encrypted", read_all(file.data, file.size, err));
    patch(&file, 6, 8, flags, 2);
    patch(&file, 8, 10, 12, 2);
    assert_fails(EVK_EUNSUPPORTED, "compression method 12, expected 0 (stored) or 8 (deflate)",
                 read_all(file.data, file.size, err));
    evk_bytes_release(&file);
    free(zeros);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),      cmocka_unit_test(test_missing),
        cmocka_unit_test(test_bytes),           cmocka_unit_test(test_write_refuses),
        cmocka_unit_test(test_duplicate_names), cmocka_unit_test(test_limit),
        cmocka_unit_test(test_verify),          cmocka_unit_test(test_weights_max),
        cmocka_unit_test(test_probe),           cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_flipped_data),    cmocka_unit_test(test_flipped_any),
        cmocka_unit_test(test_deflate),         cmocka_unit_test(test_file),
        cmocka_unit_test(test_wrong_size),      cmocka_unit_test(test_unsupported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
