/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_settings.c - attacks of callers: made, set, read and freed, and what they own */
#include "attack/settings.h"

#include <string.h>

#include "../../harness/test.h"

static evk_attack *attack;

static int set_up(void **state)
{
    (void)state;
    assert_ok(evk_attack_new(&attack, err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_attack_free(attack);
    evk_attack_free(NULL);
    return 0;
}

static void value_is(const char *name, const char *expected)
{
    char *text;

    assert_ok(evk_attack_get(attack, name, &text, err));
    assert_string_equal(text, expected);
    evk_free(text);
}

/* A new attack has the defaults, all of which can be set again and are valid together. */
static void test_defaults(void **state)
{
    const evk_attack plain = evk_attack_default();

    (void)state;
    for (const evk_param *p = evk_attack_params(); p->name; p++) {
        char text[256];

        evk_param_get(p, &plain, text, sizeof(text));
        value_is(p->name, text);
        if (p->kind != EVK_PARAM_TEXTS)
            assert_ok(evk_attack_set(attack, p->name, text, err));
    }
    assert_ok(evk_attack_check(attack, err));
}

/* A text is copied, and its copy is freed where another text replaces it. */
static void test_texts(void **state)
{
    char text[] = "linf";
    size_t count;

    (void)state;
    assert_ok(evk_attack_set(attack, "norm", text, err));
    memset(text, 'x', sizeof(text) - 1);
    value_is("norm", "linf");
    count = attack->owned.count;
    assert_ok(evk_attack_set(attack, "norm", "l2", err));
    assert_int_equal(attack->owned.count, count);
    value_is("norm", "l2");
}

static void test_refused(void **state)
{
    char *text;

    (void)state;
    assert_fails(EVK_ENOTFOUND, "an attack has no parameter 'stepz'; did you mean steps?",
                 evk_attack_set(attack, "stepz", "1", err));
    assert_fails(EVK_ENOTFOUND, "an attack has no parameter ''",
                 evk_attack_get(attack, "", &text, err));
    assert_fails(EVK_EINVAL, "budget is '-1'", evk_attack_set(attack, "budget", "-1", err));
    value_is("budget", "10");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
