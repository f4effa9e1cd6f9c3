/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_str.c - strings grow, keep zero bytes, and remember a failure */
#include "base/str.h"

#include <stdio.h>
#include <string.h>

#include "../../harness/test.h"

static void empty(void **state)
{
    struct evk_str s = EVK_STR_INIT;

    (void)state;
    assert_string_equal(s.data, "");
    assert_int_equal(s.size, 0);
    assert_ok(evk_str_check(&s, err));
    evk_str_puts(&s, "");
    evk_str_add(&s, "x", 0);
    assert_string_equal(s.data, "");
    evk_str_release(&s);
    evk_str_release(&s);
}

static void grows(void **state)
{
    struct evk_str s = EVK_STR_INIT;

    (void)state;
    for (size_t i = 0; i < 5000; i++) {
        evk_str_add(&s, i % 2 ? "b" : "a", 1);
        assert_int_equal(s.size, i + 1);
        assert_int_equal(s.data[i + 1], '\0');
    }
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(s.data[i], i % 2 ? 'b' : 'a');
    evk_str_release(&s);
    assert_int_equal(s.size, 0);
    assert_string_equal(s.data, "");
}

/* Every length around the first growth, where an error of one would show. */
static void prints(void **state)
{
    char want[300];

    (void)state;
    for (int n = 0; n < 200; n++) {
        struct evk_str s = EVK_STR_INIT;

        evk_str_puts(&s, "begin ");
        evk_str_printf(&s, "%*d|%s", n, 7, "end");
        snprintf(want, sizeof(want), "begin %*d|end", n, 7);
        assert_string_equal(s.data, want);
        assert_int_equal(s.size, strlen(want));
        evk_str_release(&s);
    }
}

static void keeps_zero_bytes(void **state)
{
    struct evk_str s = EVK_STR_INIT;

    (void)state;
    evk_str_add(&s, "a\0b", 3);
    evk_str_puts(&s, "c");
    assert_int_equal(s.size, 4);
    assert_memory_equal(s.data, "a\0bc", 5);
    evk_str_release(&s);
}

static void remembers_a_failure(void **state)
{
    struct evk_str s = EVK_STR_INIT;

    (void)state;
    evk_str_puts(&s, "some");
    evk_str_add(&s, "x", SIZE_MAX / 2);
    evk_str_puts(&s, "more");
    assert_string_equal(s.data, "some");
    assert_fails(EVK_ENOMEM, "out of memory for text: over 4 bytes", evk_str_check(&s, err));
    evk_str_release(&s);
    assert_ok(evk_str_check(&s, err));
    evk_str_puts(&s, "some");
    evk_str_add(&s, "x", SIZE_MAX - 2); /* the size wraps around */
    assert_fails(EVK_ENOMEM, "text", evk_str_check(&s, err));
    evk_str_release(&s);
}

static void base_names(void **state)
{
    (void)state;
    assert_string_equal(evk_base_name("a/b.png"), "b.png");
    assert_string_equal(evk_base_name("/b.png"), "b.png");
    assert_string_equal(evk_base_name("b.png"), "b.png");
    assert_string_equal(evk_base_name("a/"), "");
    assert_string_equal(evk_base_name(""), "");
}

static void endings(void **state)
{
    static const char *const images[] = {".png", ".jpeg", NULL}, *const none[] = {NULL};

    (void)state;
    assert_true(evk_ends_in("x.png", images));
    assert_true(evk_ends_in("x.PNG", images));
    assert_true(evk_ends_in("x.jPeG", images));
    assert_true(evk_ends_in(".png", images));
    assert_false(evk_ends_in("png", images));
    assert_false(evk_ends_in("x.png.txt", images));
    assert_false(evk_ends_in("", images));
    assert_false(evk_ends_in("x.png", none));
}

static void tails(void **state)
{
    static const char text[] =
        "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x8d\x82z"; /* of 1, 2, 3, 4, 1 bytes */
    static const size_t from[] = {11, 10, 10, 10, 10, 6, 6, 6, 3, 3, 1, 0, 0};

    (void)state;
    for (size_t most = 0; most < sizeof(from) / sizeof(from[0]); most++)
        assert_int_equal(evk_utf8_tail(text, most) - text, from[most]);
    assert_string_equal(evk_utf8_tail("", 3), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty),
        cmocka_unit_test(grows),
        cmocka_unit_test(prints),
        cmocka_unit_test(keeps_zero_bytes),
        cmocka_unit_test(remembers_a_failure),
        cmocka_unit_test(base_names),
        cmocka_unit_test(endings),
        cmocka_unit_test(tails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
