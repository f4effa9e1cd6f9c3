/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_error.c - messages read outside in, and are cut, never overrun */
#include "base/error.h"

#include <string.h>

#include "../../harness/test.h"

static evk_status inner(evk_error *err)
{
    return evk_fail(err, EVK_EFORMAT, "kernel has %d axes, expected %d", 5, 4);
}

static evk_status outer(evk_error *err)
{
    evk_status s = inner(err);

    return s ? evk_wrap(err, s, "layer '%s'", "conv2d_3") : EVK_OK;
}

static evk_status tried(evk_error *err, int *after)
{
    EVK_TRY(EVK_OK);
    ++*after;
    EVK_TRY(inner(err));
    ++*after;
    return EVK_OK;
}

static void wraps_outside_in(void **state)
{
    evk_error err = {EVK_OK, ""};

    (void)state;
    assert_int_equal(outer(&err), EVK_EFORMAT);
    assert_int_equal(err.code, EVK_EFORMAT);
    assert_string_equal(err.msg, "layer 'conv2d_3': kernel has 5 axes, expected 4");
}

static void null_is_allowed(void **state)
{
    (void)state;
    assert_int_equal(outer(NULL), EVK_EFORMAT);
    assert_int_equal(evk_wrap(NULL, EVK_EIO, "x"), EVK_EIO);
}

static void try_returns_the_first_failure(void **state)
{
    evk_error err = {EVK_OK, ""};
    int after = 0;

    (void)state;
    assert_int_equal(tried(&err, &after), EVK_EFORMAT);
    assert_int_equal(after, 1);
}

static void long_messages_are_cut(void **state)
{
    char text[3000];
    evk_error err;

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    (void)evk_fail(&err, EVK_EIO, "%s", text);
    assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
    (void)evk_wrap(&err, EVK_EIO, "ab");
    assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
    assert_memory_equal(err.msg, "ab: xxx", 7);
    (void)evk_wrap(&err, EVK_EIO, "%s", text);
    assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
    assert_memory_equal(err.msg, "xxxx", 4);
}

/* Texts from strangers are escaped in messages. */
static void strangers_are_shown(void **state)
{
    evk_error err;

    (void)state;
    (void)evk_fail(&err, EVK_EIO, "a%sb", "\x1b[31m\n\xc2\x9b\xff");
    assert_string_equal(err.msg, "a\\u{1b}[31m\\u{a}\\u{9b}\\xffb");
    (void)evk_wrap(&err, EVK_EIO, "%s", "\xe2\x80\xae");
    assert_string_equal(err.msg, "\\u{202e}: a\\u{1b}[31m\\u{a}\\u{9b}\\xffb");
}

/* Context of every length around the end of the buffer. */
static void context_that_just_fits(void **state)
{
    char text[1100];
    evk_error err;

    (void)state;
    for (int n = 1000; n < 1040; n++) {
        size_t want = (size_t)n + 2 + 5;

        memset(text, 'y', (size_t)n);
        text[n] = '\0';
        (void)evk_fail(&err, EVK_EIO, "inner");
        (void)evk_wrap(&err, EVK_EIO, "%s", text);
        if (want > sizeof(err.msg) - 1)
            want = sizeof(err.msg) - 1;
        assert_int_equal(strlen(err.msg), want);
    }
}

static void statuses_have_names(void **state)
{
    (void)state;
    assert_string_equal(evk_status_str(EVK_OK), "success");
    assert_string_equal(evk_status_str(EVK_ENOMEM), "out of memory");
    assert_string_equal(evk_status_str(EVK_EIO), "input/output error");
    assert_string_equal(evk_status_str(EVK_EFORMAT), "malformed file");
    assert_string_equal(evk_status_str(EVK_EUNSUPPORTED), "unsupported feature");
    assert_string_equal(evk_status_str(EVK_EINVAL), "invalid parameter");
    assert_string_equal(evk_status_str(EVK_ENOTFOUND), "not found");
    assert_string_equal(evk_status_str(EVK_EDEAD), "dead neuron");
    assert_string_equal(evk_status_str((evk_status)-99), "unknown status");
    assert_string_equal(evk_version(), EVK_VERSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wraps_outside_in),
        cmocka_unit_test(null_is_allowed),
        cmocka_unit_test(try_returns_the_first_failure),
        cmocka_unit_test(long_messages_are_cut),
        cmocka_unit_test(strangers_are_shown),
        cmocka_unit_test(context_that_just_fits),
        cmocka_unit_test(statuses_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
