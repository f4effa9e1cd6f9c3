/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_safetensors.c - safetensors files: types, places, what is refused, damage */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "format/safetensors.h"

static struct evk_tensors tensors;

/* Returns a file of this header and these bytes behind it. */
static struct evk_str file_of(const char *header, const void *bytes, size_t size)
{
    struct evk_str file = EVK_STR_INIT;
    const size_t n = strlen(header);

    for (int i = 0; i < 8; i++) {
        const char byte = (char)((uint64_t)n >> 8 * i);

        evk_str_add(&file, &byte, 1);
    }
    evk_str_puts(&file, header);
    evk_str_add(&file, bytes, size);
    assert_ok(evk_str_check(&file, err));
    return file;
}

/* Read bytes that are in a block of their own, so that reading beyond them is noticed. */
static evk_status read_copy(const void *data, size_t size, evk_error *err)
{
    unsigned char *copy = malloc(size ? size : 1);
    evk_status s;

    evk_tensors_release(&tensors);
    memcpy(copy, data, size);
    s = evk_safetensors_read(&tensors, copy, size, err);
    if (s)
        assert_null(tensors.tensors);
    free(copy);
    return s;
}

static void reads(const char *header, const void *bytes, size_t size)
{
    struct evk_str file = file_of(header, bytes, size);

    assert_true(evk_safetensors_probe(file.data, file.size));
    assert_ok(read_copy(file.data, file.size, err));
    evk_str_release(&file);
}

static void fails(evk_status status, const char *text, const char *header, size_t size)
{
    static const char zeros[64];
    struct evk_str file = file_of(header, zeros, size);

    assert_fails(status, text, read_copy(file.data, file.size, err));
    evk_str_release(&file);
}

static void test_types(void **state)
{
    static const struct {
        const char *type;
        int size;
        uint64_t bits[2];
        float values[2];
    } list[] = {
        {"F64", 8, {0x3fb999999999999a, 0xbff8000000000000}, {0.1f, -1.5f}},
        {"F32", 4, {0x3f800000, 0xc0490fdb}, {1, -3.14159274101257324f}},
        {"F16", 2, {0x3555, 0x8001}, {0.333251953125f, -5.9604644775390625e-8f}},
        {"BF16", 2, {0x3eab, 0xff80}, {0.333984375f, -INFINITY}},
        {"I64", 8, {0xffffffffffffffff, 5}, {-1, 5}},
        {"I32", 4, {0x80000000, 6}, {-2147483648.0f, 6}},
        {"I16", 2, {0x8000, 7}, {-32768, 7}},
        {"I8", 1, {0x80, 8}, {-128, 8}},
        {"U64", 8, {1, 5}, {1, 5}},
        {"U32", 4, {0x80000000, 6}, {2147483648.0f, 6}},
        {"U16", 2, {0x8000, 7}, {32768, 7}},
        {"U8", 1, {0x80, 9}, {128, 9}},
        {"BOOL", 1, {0, 1}, {0, 1}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        struct evk_str header = EVK_STR_INIT;
        unsigned char bytes[16];

        for (int k = 0; k < 2 * list[i].size; k++)
            bytes[k] = (unsigned char)(list[i].bits[k / list[i].size] >> 8 * (k % list[i].size));
        evk_str_printf(&header, "{\"w\":{\"dtype\":\"%s\",\"shape\":[2],\"data_offsets\":[0,%d]}}",
                       list[i].type, 2 * list[i].size);
        reads(header.data, bytes, 2 * (size_t)list[i].size);
        assert_int_equal(tensors.count, 1);
        assert_memory_equal(tensors.tensors[0].values.data, list[i].values, sizeof(list[i].values));
        evk_str_release(&header);
    }
}

/* Names in any order, a scalar, an empty tensor, metadata, and spaces behind the header. */
static void test_places(void **state)
{
    static const float numbers[] = {1, 2, 3, 4, 5, 6, 7};
    static const int64_t dim[] = {2, 3}, none[] = {0, 4};

    (void)state;
    reads("{\"__metadata__\":{\"format\":\"pt\"},"
          "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[24,28]},"
          "\"c\":{\"dtype\":\"F32\",\"shape\":[0,4],\"data_offsets\":[24,24]},"
          "\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}   ",
          numbers, sizeof(numbers));
    assert_int_equal(tensors.count, 3);
    assert_string_equal(tensors.tensors[0].name, "a");
    assert_true(evk_tensor_is(&tensors.tensors[0].values, 2, dim));
    assert_memory_equal(tensors.tensors[0].values.data, numbers, 24);
    assert_int_equal(tensors.tensors[0].place, 0);
    assert_string_equal(tensors.tensors[1].name, "b");
    assert_int_equal(tensors.tensors[1].values.axes, 0);
    assert_true(tensors.tensors[1].values.data[0] == 7);
    assert_int_equal(tensors.tensors[1].place, 2);
    assert_true(evk_tensor_is(&tensors.tensors[2].values, 2, none));
    reads("{}", "", 0);
    assert_int_equal(tensors.count, 0);
}

#define TENSOR(type, shape, offsets) \
    "\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static void test_refused(void **state)
{
    static const struct {
        evk_status status;
        size_t size;
        const char *header, *text;
    } list[] = {
        {EVK_EFORMAT, 8, "{\"w\":{" TENSOR("F32", "[3]", "[0,8]") "}", "which are not those of"},
        {EVK_EFORMAT, 8, "{\"w\":{" TENSOR("F32", "[2]", "[1,9]") "}", "is it cut off?"},
        {EVK_EFORMAT, 9, "{\"w\":{" TENSOR("F32", "[2]", "[1,9]") "}", "expected 0, where"},
        {EVK_EFORMAT, 9, "{\"w\":{" TENSOR("F32", "[2]", "[0,8]") "}", "has 1 bytes behind"},
        {EVK_EFORMAT, 8, "{\"w\":{" TENSOR("F32", "[2]", "[8,0]") "}", "where its numbers are"},
        {EVK_EFORMAT, 8, "{\"w\":{" TENSOR("F32", "[2]", "[-8,0]") "}", "where its numbers are"},
        {EVK_EFORMAT, 8, "{\"w\":{" TENSOR("F32", "[2]", "[0]") "}", "where its numbers are"},
        {EVK_EFORMAT, 8, "{\"w\":{" TENSOR("F32", "[-2]", "[0,8]") "}", "negative or too large"},
        {EVK_EFORMAT, 8, "{\"w\":{" TENSOR("F32", "[2.5]", "[0,8]") "}", "negative or too large"},
        {EVK_EFORMAT, 8, "{\"w\":{" TENSOR("F32", "2", "[0,8]") "}", "has no shape"},
        {EVK_EFORMAT, 8, "{\"w\":{" TENSOR("F32", "[4611686018427387904,4]", "[0,8]") "}", "large"},
        {EVK_EFORMAT, 8, "{\"w\":{" TENSOR("F64", "[2305843009213693952]", "[0,8]") "}", "not th"},
        {EVK_EUNSUPPORTED, 8, "{\"w\":{" TENSOR("F8_E5M2", "[8]", "[0,8]") "}", "'F8_E5M2'"},
        {EVK_EUNSUPPORTED, 1, "{\"w\":{" TENSOR("U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]") "}",
         "9 axes"},
        {EVK_EFORMAT, 0, "{\"w\":3}", "has no type"},
        {EVK_EFORMAT, 0, "{\"w\":{\"dtype\":3}}", "has no type"},
        {EVK_EFORMAT, 0, "{\"a\\u001bb\":{}}", "control characters"},
        {EVK_EFORMAT, 0, "{\"w\":{", "the header of a safetensors file: line 1"},
        {EVK_EFORMAT, 8,
         "{\"v\":{" TENSOR("U8", "[8]", "[0,8]") ",\"w\":{" TENSOR("U8", "[8]", "[0,8]") "}",
         "w: begins at byte 0 behind the header, expected 8"},
        {EVK_EFORMAT, 8,
         "{\"v\":{" TENSOR("U8", "[8]", "[0,8]") ",\"v\":{" TENSOR("U8", "[8]", "[0,8]") "}",
         "duplicate"},
    };
    struct evk_str longest = EVK_STR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
        fails(list[i].status, list[i].text, list[i].header, list[i].size);
    evk_str_puts(&longest, "{\"");
    for (int i = 0; i < 1001; i++)
        evk_str_puts(&longest, "w");
    evk_str_puts(&longest, "\":{}}");
    fails(EVK_EFORMAT, "whose name has 1001 bytes", longest.data, 0);
    evk_str_release(&longest);
    assert_fails(EVK_EFORMAT, "does not begin with a header", read_copy("", 0, err));
    assert_true(evk_safetensors_probe("\x7f\0\0\0\0\0\0\0{\"a\"", 12));
    assert_fails(EVK_EFORMAT, "has 127 bytes, of which only 4 are there",
                 read_copy("\x7f\0\0\0\0\0\0\0{\"a\"", 12, err));
    assert_fails(EVK_EFORMAT, "does not begin with a header",
                 read_copy("\xff\xff\xff\xff\0\0\0\0{}", 10, err));
}

/* A damaged file gives an error or other numbers, and nothing worse. */
static void test_damage(void **state)
{
    static const float numbers[] = {1, 2, 3};
    struct evk_str file = file_of(
        "{\"a\":{" TENSOR("F32", "[2]", "[0,8]") ",\"b\":{" TENSOR("F32", "[1]", "[8,12]") "}",
        numbers, sizeof(numbers));

    (void)state;
    for (size_t n = 0; n < file.size; n++)
        assert_true(read_copy(file.data, n, NULL) != EVK_OK);
    for (size_t i = 0; i < file.size; i++)
        for (int mask = 1; mask < 256; mask++) {
            evk_status s;

            file.data[i] = (char)(file.data[i] ^ mask);
            s = read_copy(file.data, file.size, NULL);
            assert_true(s == EVK_OK || s == EVK_EFORMAT || s == EVK_EUNSUPPORTED);
            file.data[i] = (char)(file.data[i] ^ mask);
        }
    assert_ok(read_copy(file.data, file.size, err));
    evk_str_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_damage),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);

    evk_tensors_release(&tensors);
    return failed;
}
