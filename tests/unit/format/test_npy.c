/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_npy.c - NumPy's arrays: every type, order and version, lists of them, archives; damage */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/pickle_file.h"
#include "format/npy.h"
#include "format/zip.h"

static struct evk_npy npy;

/* Read a copy of data in a block of its own, so that reading beyond it is noticed. */
static evk_status read_copy(const void *data, size_t size, bool archive, evk_error *err)
{
    unsigned char *copy = malloc(size ? size : 1);
    evk_status s;

    evk_npy_release(&npy);
    memcpy(copy, data, size);
    s = archive ? evk_npz_read(&npy, copy, size, err) : evk_npy_read(&npy, copy, size, err);
    if (s)
        assert_null(npy.arrays);
    free(copy);
    return s;
}

/* Check that a file has these numbers as doubles, in row-major order. */
static void are_doubles(const struct evk_str *f, int axes, const int64_t *dim, const double *values)
{
    struct evk_npy_doubles a;
    int64_t count = 1;

    assert_ok(evk_npy_read_doubles(&a, f->data, f->size, 12, err));
    assert_int_equal(a.axes, axes);
    for (int i = 0; i < axes; i++) {
        assert_int_equal(a.dim[i], dim[i]);
        count *= dim[i];
    }
    for (int64_t i = 0; i < count; i++)
        assert_true(a.values[i] == values[i]);
    evk_npy_doubles_release(&a);
}

static void fails(evk_status status, const char *text, struct evk_str *f)
{
    assert_fails(status, text, read_copy(f->data, f->size, false, err));
    evk_str_release(f);
}

static void is_array(int64_t i, const char *name, int axes, const int64_t *dim, const float *values)
{
    const struct evk_npy_array *a = &npy.arrays[i];

    assert_string_equal(a->name, name);
    assert_true(evk_tensor_is(&a->values, axes, axes ? dim : &(int64_t){0}));
    for (int64_t k = 0; k < evk_tensor_count(&a->values); k++)
        assert_true(a->values.data[k] == values[k]);
}

/* For each type, a value's bytes, the least significant first, and the value as a float. */
static void test_types(void **state)
{
    static const struct {
        const char *code;
        int size;
        uint64_t bits;
        double value;
    } list[] = {
        {"f2", 2, 0x3c00, 1},
        {"f2", 2, 0xc248, -3.140625},
        {"f2", 2, 0x0001, 5.9604644775390625e-8},
        {"f2", 2, 0x83ff, -6.097555160522461e-5},
        {"f2", 2, 0x7bff, 65504},
        {"f2", 2, 0xfc00, -INFINITY},
        {"f4", 4, 0x40490fdb, 3.14159274101257324},
        {"f8", 8, 0x3ff8000000000000, 1.5},
        {"f8", 8, 0x3fb999999999999a, 0.1},
        {"i1", 1, 0x80, -128},
        {"i1", 1, 0x7f, 127},
        {"i2", 2, 0x8000, -32768},
        {"i4", 4, 0xffffffff, -1},
        {"i8", 8, 0x8000000000000000, -9223372036854775808.0},
        {"i8", 8, 0x0000000001000001, 16777217}, /* as a float, to the even one */
        {"u1", 1, 0xff, 255},
        {"u2", 2, 0xfffe, 65534},
        {"u4", 4, 0x80000000, 2147483648.0},
        {"u8", 8, 0xffffffffffffffff, 18446744073709551616.0},
        {"b1", 1, 0, 0},
        {"b1", 1, 1, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
        for (int version = 1; version <= 3; version++)
            for (int big = 0; big < 2; big++) {
                struct evk_str f = EVK_STR_INIT;
                const float value = (float)list[i].value;
                char header[80];

                snprintf(header, sizeof(header),
                         "{'descr': '%c%s', 'fortran_order': False, 'shape': (1,), }",
                         list[i].size == 1 ? '|'
                         : big             ? '>'
                                           : '<',
                         list[i].code);
                npy_begin(&f, version, header);
                for (int k = 0; k < list[i].size; k++)
                    put_little(&f, list[i].bits >> 8 * (big ? list[i].size - 1 - k : k), 1);
                assert_ok(read_copy(f.data, f.size, false, err));
                assert_false(npy.objects);
                is_array(0, "array", 1, (const int64_t[]){1}, &value);
                are_doubles(&f, 1, (const int64_t[]){1}, &list[i].value);
                evk_str_release(&f);
            }
}

static void test_orders(void **state)
{
    static const char *const header[] = {
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 2), }",
        "{\"shape\":(2L,3L,2L),\"fortran_order\":True,\"descr\":\"|u1\"}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (), }",
        "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 0, 4611686018427387904), }",
    };
    static const unsigned char bytes[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    static const float c[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    static const float fortran[12] = {0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11};
    static const int64_t dim[3] = {2, 3, 2};
    double doubles[12];

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct evk_str f = EVK_STR_INIT;

        npy_begin(&f, 1, header[i]);
        put_bytes(&f, bytes, i < 2 ? 12 : i == 2 ? 1 : 0);
        assert_ok(read_copy(f.data, f.size, false, err));
        if (i == 3)
            assert_int_equal(evk_tensor_count(&npy.arrays[0].values), 0);
        else
            is_array(0, "array", i < 2 ? 3 : 0, dim, i == 1 ? fortran : c);
        for (int k = 0; k < 12; k++)
            doubles[k] = (double)(i == 1 ? fortran[k] : c[k]);
        if (i < 2)
            are_doubles(&f, 3, dim, doubles);
        evk_str_release(&f);
    }
}

/* An integer of 64 bits that lies a little above the middle of two floats, where no double does. */
static void test_rounded_once(void **state)
{
    static const char header[] = "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }";
    struct evk_str f = EVK_STR_INIT;

    (void)state;
    npy_begin(&f, 1, header);
    put_little(&f, ((uint64_t)1 << 60) + ((uint64_t)1 << 36) + 1, 8);
    assert_ok(read_copy(f.data, f.size, false, err));
    is_array(0, "array", 1, (const int64_t[]){1}, &(float){0x1p60f + 0x1p37f});
    evk_str_release(&f);
}

static void test_doubles_refused(void **state)
{
    static const char header[] = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }";
    struct evk_str f = EVK_STR_INIT;
    struct evk_npy_doubles a;

    (void)state;
    npy_begin(&f, 1, header);
    put_bytes(&f, "abc", 3);
    assert_fails(EVK_EFORMAT, "has 3 numbers, expected at most 2",
                 evk_npy_read_doubles(&a, f.data, f.size, 2, err));
    assert_fails(EVK_EFORMAT, "has 2 bytes for an array of 3, expected 1 for each number",
                 evk_npy_read_doubles(&a, f.data, f.size - 1, 3, err));
    evk_str_release(&f);
    npy_list_begin(&f, 0);
    npy_list_end(&f);
    assert_fails(EVK_EUNSUPPORTED, "is an array of objects, expected numbers",
                 evk_npy_read_doubles(&a, f.data, f.size, 3, err));
    evk_str_release(&f);
}

static void test_headers(void **state)
{
    static const struct {
        evk_status status;
        const char *header, *text;
    } list[] = {
        {EVK_EFORMAT, "", "is not a dictionary"},
        {EVK_EFORMAT, "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)", "texts as keys"},
        {EVK_EFORMAT, "{'descr': '|u1' 'fortran_order': False, 'shape': (1,)}", "texts as keys"},
        {EVK_EFORMAT, "{'descr': '|u1', 'shape': (1,)}", "and nothing else"},
        {EVK_EFORMAT, "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)} x", "nothing else"},
        {EVK_EFORMAT, "{'descr': '|u1', 'fortran_order': Maybe, 'shape': (1,)}", "texts as keys"},
        {EVK_EFORMAT, "{'descr': '|u1', 'descr': '|u1'}", "has 'descr' in an unexpected place"},
        {EVK_EFORMAT, "{'os': 'system'}", "has 'os' in an unexpected place"},
        {EVK_EFORMAT, "{'descr': '|u1', 'fortran_order': False, 'shape': (1)}", "tuple"},
        {EVK_EFORMAT, "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}", "tuple"},
        {EVK_EFORMAT, "{'descr': '|u1', 'fortran_order': False, 'shape': (1 1)}", "tuple"},
        {EVK_EFORMAT, "{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}",
         "tuple of up to 8 sizes"},
        {EVK_EFORMAT, "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}",
         "tuple"},
        {EVK_EFORMAT, "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", "has 1 bytes"},
        {EVK_EFORMAT, "{'descr': '|u1', 'fortran_order': False, 'shape': (4611686018427387904,)}",
         "has an array of 4611686018427387904 numbers, expected at most"},
        {EVK_EFORMAT, "{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4)}",
         "one for each byte"},
        {EVK_EUNSUPPORTED, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}",
         "is not a type"},
        {EVK_EUNSUPPORTED, "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", "'<c8'"},
        {EVK_EUNSUPPORTED, "{'descr': '<U5', 'fortran_order': False, 'shape': (1,)}", "'<U5'"},
        {EVK_EUNSUPPORTED, "{'descr': '=f4', 'fortran_order': False, 'shape': (1,)}", "'=f4'"},
    };
    struct evk_str f = EVK_STR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        npy_begin(&f, 1, list[i].header);
        put(&f, "\x01");
        fails(list[i].status, list[i].text, &f);
    }
    npy_begin(&f, 4, "{}");
    fails(EVK_EUNSUPPORTED, "version 4.0", &f);
    put(&f, "\x93NUMPZ\1\1\1\1");
    fails(EVK_EFORMAT, "does not begin like a NumPy file", &f);
    put_bytes(&f, "\x93NUMPY\2\0\xff\xff\xff\xff", 12);
    fails(EVK_EFORMAT, "has a NumPy header of 4294967295 bytes", &f);
}

/* ---- lists -------------------------------------------------------------------------- */

static const float three[] = {1, -2, 0.5f};

/* Returns a file with a list of arrays: floats in either byte order, and a scalar. */
static struct evk_str list_file(int64_t claimed)
{
    struct evk_str f = EVK_STR_INIT;

    npy_list_begin(&f, claimed);
    npy_pickled(&f, "<", "f4", 1, (const int64_t[]){3}, three, sizeof(three));
    npy_pickled(&f, ">", "i2", 2, (const int64_t[]){1, 2}, "\xff\xfe\x01\x00", 4);
    npy_pickled(&f, "|", "u1", 0, NULL, "\x07", 1);
    npy_list_end(&f);
    return f;
}

static void test_list(void **state)
{
    struct evk_str f = list_file(3);

    (void)state;
    assert_true(evk_npy_probe(f.data, f.size));
    assert_ok(read_copy(f.data, f.size, false, err));
    assert_true(npy.objects);
    assert_int_equal(npy.count, 3);
    is_array(0, "array 0", 1, (const int64_t[]){3}, three);
    is_array(1, "array 1", 2, (const int64_t[]){1, 2}, (const float[]){-2, 256});
    is_array(2, "array 2", 0, NULL, (const float[]){7});
    evk_str_release(&f);
    f = list_file(2);
    fails(EVK_EFORMAT, "has 3 arrays, expected 2", &f);
}

static void test_list_refuses(void **state)
{
    struct evk_str f = EVK_STR_INIT;

    (void)state;
    npy_list_begin(&f, 1);
    put(&f, "K\x05");
    npy_list_end(&f);
    fails(EVK_EFORMAT, "array 0: is a whole number, expected an array", &f);
    npy_list_begin(&f, 1);
    npy_pickled(&f, "<", "f4", 1, (const int64_t[]){4}, three, sizeof(three));
    npy_list_end(&f);
    fails(EVK_EFORMAT, "array 0: has 12 bytes for an array of 4", &f);
    npy_list_begin(&f, 1);
    npy_pickled(&f, "<", "f4", 2, (const int64_t[]){(int64_t)1 << 62, 4}, three, sizeof(three));
    npy_list_end(&f);
    fails(EVK_EFORMAT, "array 0: has an array of 4611686018427387904x4 numbers", &f);
    npy_list_begin(&f, 1);
    npy_pickled(&f, "<", "f4", 1, (const int64_t[]){-3}, three, sizeof(three));
    npy_list_end(&f);
    fails(EVK_EFORMAT, "whose shape is not a tuple of sizes", &f);
    npy_list_begin(&f, 1);
    npy_pickled(&f, "<", "c8", 1, (const int64_t[]){1}, three, 8);
    npy_list_end(&f);
    fails(EVK_EUNSUPPORTED, "'<c8'", &f);
    npy_list_begin(&f, 1);
    npy_pickled(&f, "|", "O8", 1, (const int64_t[]){1}, three, 8);
    npy_list_end(&f);
    fails(EVK_EUNSUPPORTED, "is an array of objects, expected numbers", &f);
    npy_list_begin(&f, 1);
    put_class(&f, "os", "system");
    put_text(&f, "true");
    put(&f, "\x85R");
    npy_list_end(&f);
    fails(EVK_EFORMAT, "would run 'os.system'", &f);
}

/* One array of 100,000 bytes that a pickle refers to 3,000 times, in two bytes each time. */
static void test_repeated(void **state)
{
    enum { BIG = 100000, TIMES = 3000 };
    unsigned char *zeros = calloc(BIG, 1);
    struct evk_str f = EVK_STR_INIT;

    (void)state;
    npy_list_begin(&f, TIMES);
    npy_pickled(&f, "|", "u1", 1, (const int64_t[]){BIG}, zeros, BIG);
    put(&f, "q\x01");
    for (int i = 1; i < TIMES; i++)
        put(&f, "h\x01");
    npy_list_end(&f);
    fails(EVK_EFORMAT, "holds the same array too many times over", &f);
    free(zeros);
}

static void test_damage(void **state)
{
    struct evk_str f = list_file(3);

    (void)state;
    for (size_t n = 0; n < f.size; n++)
        assert_true(read_copy(f.data, n, false, NULL) != EVK_OK);
    for (size_t i = 0; i < f.size; i++)
        for (int bit = 0; bit < 8; bit++) {
            evk_status s;

            f.data[i] = (char)(f.data[i] ^ 1 << bit);
            s = read_copy(f.data, f.size, false, NULL);
            assert_true(s == EVK_OK || s == EVK_EFORMAT || s == EVK_EUNSUPPORTED);
            f.data[i] = (char)(f.data[i] ^ 1 << bit);
        }
    evk_str_release(&f);
}

/* ---- archives ------------------------------------------------------------------------- */

static void test_archive(void **state)
{
    struct evk_str f = EVK_STR_INIT, list = list_file(3);
    struct evk_zip_entry entries[3];
    struct evk_bytes file;

    (void)state;
    npy_begin(&f, 1, "{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }");
    put(&f, "\x05\xff");
    entries[0] = (struct evk_zip_entry){"b.npy", f.data, f.size};
    entries[1] = (struct evk_zip_entry){"a.npy", f.data, f.size};
    entries[2] = (struct evk_zip_entry){"list.npy", list.data, list.size};
    assert_ok(evk_zip_write(&file, entries, 3, err));
    assert_true(evk_npz_probe(file.data, file.size));
    assert_ok(read_copy(file.data, file.size, true, err));
    assert_int_equal(npy.count, 5);
    is_array(0, "b.npy", 1, (const int64_t[]){2}, (const float[]){5, -1});
    is_array(1, "a.npy", 1, (const int64_t[]){2}, (const float[]){5, -1});
    is_array(4, "array 2", 0, NULL, (const float[]){7});
    for (size_t n = 0; n < file.size; n++) {
        assert_false(evk_npz_probe(file.data, n));
        assert_true(read_copy(file.data, n, true, NULL) != EVK_OK);
    }
    evk_bytes_release(&file);
    entries[1].size--;
    assert_ok(evk_zip_write(&file, entries, 3, err));
    assert_fails(EVK_EFORMAT, "a.npy: has 1 bytes", read_copy(file.data, file.size, true, err));
    evk_bytes_release(&file);
    entries[2].name = "list.txt";
    assert_ok(evk_zip_write(&file, entries, 3, err));
    assert_false(evk_npz_probe(file.data, file.size));
    evk_bytes_release(&file);
    evk_str_release(&f);
    evk_str_release(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_rounded_once), cmocka_unit_test(test_doubles_refused),
        cmocka_unit_test(test_headers),      cmocka_unit_test(test_list),
        cmocka_unit_test(test_list_refuses), cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_damage),       cmocka_unit_test(test_archive),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);

    evk_npy_release(&npy);
    return failed;
}
