/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_rows.c - texts that say which images take part */
#include "recording/rows.h"

#include <stdlib.h>
#include <string.h>

#include "../../harness/test.h"

static void are(const char *rows, int64_t images, int64_t count, const int64_t *expected)
{
    int64_t *index, n;

    assert_ok(evk_rows_read(&index, &n, rows, images, err));
    assert_int_equal(n, count);
    for (int64_t i = 0; i < n; i++)
        assert_int_equal(index[i], expected[i]);
    free(index);
}

static void fail_with(const char *rows, const char *text)
{
    int64_t *index, n;

    assert_fails(EVK_EINVAL, text, evk_rows_read(&index, &n, rows, 6, err));
}

static void test_orders(void **state)
{
    (void)state;
    are(NULL, 3, 3, (int64_t[]){0, 1, 2});
    are("1-2,5-6", 6, 4, (int64_t[]){0, 1, 4, 5});
    are("5-6,1", 6, 3, (int64_t[]){4, 5, 0});
    are("6", 6, 1, (int64_t[]){5});
    are("03-3", 6, 1, (int64_t[]){2});
}

static void test_refused(void **state)
{
    static const char *const malformed[] = {"", ",", "1,", "1-", "-1", "1 - 2", "a", "1-2-3", "+1"};

    (void)state;
    for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
        fail_with(malformed[i], "expected numbers and ranges such as 1-600,901-1200");
    fail_with("1-7", "rows is '1-7', but images are counted from 1 to 6");
    fail_with("0-3", "counted from 1 to 6");
    fail_with("99999999999999999999999", "counted from 1 to 6");
    fail_with("1-3,3", "names image 3 twice");
    fail_with("5-3", "a range ends at 3, before its begin 5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
