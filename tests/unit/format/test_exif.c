/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_exif.c - the orientation in a block of EXIF, valid or damaged */
#include "../../harness/test.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "format/exif.h"

enum { ORIENTATION = 0x0112, OTHER = 0x010f, BYTE = 1, SHORT = 3, LONG = 4, ROOM = 128 };

struct block {
    unsigned char data[ROOM];
    size_t size;
    bool big;
};

static void put(struct block *b, uint32_t v, int n)
{
    for (int i = 0; i < n; i++)
        b->data[b->size++] = (unsigned char)(v >> 8 * (b->big ? n - 1 - i : i));
}

static void put_entry(struct block *b, uint32_t tag, uint32_t type, uint32_t count, uint32_t v)
{
    put(b, tag, 2);
    put(b, type, 2);
    put(b, count, 4);
    if (type == SHORT) {
        put(b, v, 2);
        put(b, 0, 2);
    } else {
        put(b, v, 4);
    }
}

/* Returns a block with a header and the number of entries that will follow. */
static struct block start(bool big, uint32_t entries)
{
    struct block b = {.big = big};

    put(&b, big ? 0x4d4d : 0x4949, 2);
    put(&b, 42, 2);
    put(&b, 8, 4);
    put(&b, entries, 2);
    return b;
}

/* Reads the first size bytes from memory of their own, so that reading beyond them is noticed. */
static int read_part(const struct block *b, size_t size)
{
    unsigned char *copy = malloc(size ? size : 1);
    int v;

    assert_non_null(copy);
    memcpy(copy, b->data, size);
    v = evk_exif_orientation(copy, size);
    free(copy);
    return v;
}

static void test_values(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++)
        for (uint32_t v = 0; v <= 9; v++)
            for (uint32_t type = SHORT; type <= LONG; type++) {
                struct block b = start(big, 2);

                put_entry(&b, OTHER, LONG, 1, 6);
                put_entry(&b, ORIENTATION, type, 1, v);
                assert_int_equal(read_part(&b, b.size), v >= 1 && v <= 8 ? v : 1);
            }
}

static void test_prefix(void **state)
{
    struct block b = start(true, 1), with = {.data = "Exif"};

    (void)state;
    put_entry(&b, ORIENTATION, SHORT, 1, 8);
    memcpy(with.data + 6, b.data, b.size);
    assert_int_equal(read_part(&with, b.size + 6), 8);
    with.data[5] = 1;
    assert_int_equal(read_part(&with, b.size + 6), 1);
}

/* However much is cut off, nothing beyond the end is read, and the result is 1. */
static void test_cut_off(void **state)
{
    struct block b = start(false, 2);

    (void)state;
    put_entry(&b, OTHER, SHORT, 1, 3);
    put_entry(&b, ORIENTATION, SHORT, 1, 5);
    for (size_t n = 0; n < b.size; n++)
        assert_int_equal(read_part(&b, n), 1);
    assert_int_equal(read_part(&b, b.size), 5);
}

/* Returns the orientation that is found after byte i became v. */
static int read_damaged(size_t i, unsigned char v)
{
    struct block b = start(true, 1);

    put_entry(&b, ORIENTATION, SHORT, 1, 3);
    b.data[i] = v;
    return read_part(&b, b.size);
}

static void test_damaged(void **state)
{
    (void)state;
    assert_int_equal(read_damaged(1, 'M'), 3); /* as it was */
    assert_int_equal(read_damaged(0, 'I'), 1); /* no byte order */
    assert_int_equal(read_damaged(3, 43), 1);  /* not TIFF */
    assert_int_equal(read_damaged(4, 0xff), 1);
    assert_int_equal(read_damaged(7, 21), 1); /* the entries begin at the last byte */
    assert_int_equal(read_damaged(7, 20), 1);
    assert_int_equal(read_damaged(9, 0), 1);    /* there is none */
    assert_int_equal(read_damaged(8, 0xff), 3); /* more than fit: those that do are read */
    assert_int_equal(read_damaged(11, 0x13), 1);
    assert_int_equal(read_damaged(13, BYTE), 1);
    assert_int_equal(read_damaged(17, 2), 1); /* two of them */
    assert_int_equal(read_damaged(18, 1), 1); /* 259 */
}

/* Where a block states two orientations, the first counts. */
static void test_twice(void **state)
{
    struct block b = start(false, 2);

    (void)state;
    put_entry(&b, ORIENTATION, SHORT, 1, 7);
    put_entry(&b, ORIENTATION, SHORT, 1, 2);
    assert_int_equal(read_part(&b, b.size), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),  cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_cut_off), cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
