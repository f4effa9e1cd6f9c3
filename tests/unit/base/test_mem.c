/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mem.c - sizes that overflow are refused, memory is zeroed and aligned */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#include "../../harness/test.h"

static void products(void **state)
{
    const int64_t half = INT64_C(1) << 62;
    int64_t out = 7;

    (void)state;
    assert_true(evk_size_mul(6, 7, &out));
    assert_int_equal(out, 42);
    assert_true(evk_size_mul(INT64_MAX, 0, &out));
    assert_int_equal(out, 0);
    assert_true(evk_size_mul(0, INT64_MAX, &out));
    assert_int_equal(out, 0);
    assert_true(evk_size_mul(INT64_MAX, 1, &out));
    assert_true(out == INT64_MAX);
    assert_true(evk_size_mul(3037000499, 3037000499, &out)); /* floor(sqrt(2^63)), squared */
    assert_true(out == INT64_C(9223372030926249001));
    out = 7;
    assert_false(evk_size_mul(3037000500, 3037000500, &out));
    assert_false(evk_size_mul(half, 2, &out));
    assert_false(evk_size_mul(2, half, &out));
    assert_false(evk_size_mul(-1, 1, &out));
    assert_false(evk_size_mul(1, -1, &out));
    assert_false(evk_size_mul(0, -1, &out));
    assert_int_equal(out, 7);
}

static void zeroed(void **state)
{
    unsigned char *p;

    (void)state;
    for (int again = 0; again < 3; again++) {
        assert_ok(evk_alloc(&p, 1000, 3, "bytes", err));
        for (int i = 0; i < 3000; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xFF, 3000);
        free(p);
    }
    assert_ok(evk_alloc(&p, 0, 8, "nothing", err));
    assert_non_null(p);
    free(p);
}

static void floats_are_aligned(void **state)
{
    (void)state;
    for (int64_t n = 0; n < 70; n++) {
        float *p;

        assert_ok(evk_alloc_floats(&p, n, "floats", err));
        assert_int_equal((uintptr_t)p % 64, 0);
        for (int64_t i = 0; i < n; i++) {
            assert_true(p[i] == 0);
            p[i] = 1;
        }
        free(p);
    }
}

/* Blocks with large pages are zero throughout, again after memory that was used; sizes are odd. */
static void large_floats(void **state)
{
    (void)state;
    for (int64_t n = (1 << 20) - 3; n < 3 << 20; n += 524287) {
        bool zero = true;
        float *p;

        assert_ok(evk_alloc_floats(&p, n, "floats", err));
        assert_int_equal((uintptr_t)p % 64, 0);
        for (int64_t i = 0; i < n; i++) {
            zero = zero && p[i] == 0;
            p[i] = 1;
        }
        assert_true(zero);
        free(p);
    }
}

static void too_much(void **state)
{
    float *p = NULL;

    (void)state;
    assert_fails(EVK_ENOMEM, "out of memory for a kernel: 9223372036854775807 x 8 bytes",
                 evk_alloc(&p, INT64_MAX, 8, "a kernel", err));
    assert_fails(EVK_ENOMEM, "out of memory for a kernel: -1 x 8 bytes",
                 evk_alloc(&p, -1, 8, "a kernel", err));
    assert_fails(EVK_ENOMEM, "an image: 9223372036854775807 x 4 bytes",
                 evk_alloc_floats(&p, INT64_MAX, "an image", err));
    assert_fails(EVK_ENOMEM, "an image", evk_alloc_floats(&p, INT64_MAX / 4, "an image", err));
    assert_fails(EVK_ENOMEM, "an image", evk_alloc_floats(&p, -1, "an image", err));
    assert_null(p);
}

static void copies(void **state)
{
    const char *text = "a string";
    char *copy;

    (void)state;
    assert_ok(evk_strdup(&copy, text, err));
    assert_ptr_not_equal(copy, text);
    assert_string_equal(copy, "a string");
    free(copy);
    assert_ok(evk_strdup(&copy, "", err));
    assert_string_equal(copy, "");
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products),           cmocka_unit_test(zeroed),
        cmocka_unit_test(floats_are_aligned), cmocka_unit_test(large_floats),
        cmocka_unit_test(too_much),           cmocka_unit_test(copies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
