/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_adversarial_settings.c - options of perturbed sets: made, set, read and freed */
#include <string.h>

#include "../../../harness/test.h"
#include "stimset/sets/adversarial/settings.h"

static evk_adversarial_options *options;

static int set_up(void **state)
{
    (void)state;
    assert_ok(evk_adversarial_options_new(&options, err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_adversarial_options_free(options);
    evk_adversarial_options_free(NULL);
    return 0;
}

static void value_is(const char *name, const char *expected)
{
    char *text;

    assert_ok(evk_adversarial_options_get(options, name, &text, err));
    assert_string_equal(text, expected);
    evk_free(text);
}

static void test_defaults(void **state)
{
    (void)state;
    value_is("budget", "10");
    value_is("controls", "");
    value_is("resize", "false");
    value_is("norm", evk_attack_default().norm);
    value_is("prior", "");
}

/* Options of the set, and of each of its attacks, have one table; their texts are copied. */
static void test_set(void **state)
{
    char text[] = "2,5";

    (void)state;
    assert_ok(evk_adversarial_options_set(options, "budget", text, err));
    memset(text, 'x', sizeof(text) - 1);
    value_is("budget", "2,5");
    assert_ok(evk_adversarial_options_set(options, "norm", "l2", err));
    assert_string_equal(options->attack.norm, "l2");
    assert_ok(evk_adversarial_options_set(options, "resize", "true", err));
    assert_true(options->resize);
    assert_ok(evk_adversarial_options_set(options, "prior", "grayscale", err));
    assert_ok(evk_adversarial_options_set(options, "prior", "mask:path=a.png", err));
    value_is("prior", "grayscale mask:path=a.png");
}

/* What differs between the images of one set is no option of the set. */
static void test_refused(void **state)
{
    (void)state;
    assert_fails(EVK_ENOTFOUND, "a set of perturbed images has no parameter 'direction'",
                 evk_adversarial_options_set(options, "direction", "increase", err));
    assert_fails(EVK_EINVAL, "steps is '0'",
                 evk_adversarial_options_set(options, "steps", "0", err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
