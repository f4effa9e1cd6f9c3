/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_settings.c - recipes of callers: made, set, read, copied, and what they own */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/test.h"
#include "../../harness/tiny.h"
#include "base/fs.h"
#include "synth/settings.h"

static void value_is(const evk_recipe *recipe, const char *name, const char *expected)
{
    char *text;

    assert_ok(evk_recipe_get(recipe, name, &text, err));
    if (strcmp(text, expected) != 0)
        fail_msg("%s is '%s', expected '%s'", name, text, expected);
    evk_free(text);
}

/* Each parameter of each method reads back as evk_param_get writes the method's own value. */
static void test_methods(void **state)
{
    evk_type_info method;

    (void)state;
    for (int i = 0; evk_method_info(i, &method); i++) {
        evk_recipe *recipe, plain;

        assert_ok(evk_recipe_new(&recipe, method.name, NULL, err));
        assert_ok(evk_recipe_of_method(&plain, method.name, err));
        for (const evk_param *p = evk_recipe_params(); p->name; p++) {
            char text[4096];

            evk_param_get(p, &plain, text, sizeof(text));
            value_is(recipe, p->name, text);
        }
        evk_recipe_free(recipe);
    }
    assert_true(evk_method_info(5, &method)); /* there are six methods at least */
}

/* Every kind of parameter, from texts that are overwritten afterwards. */
static void test_set(void **state)
{
    static const struct {
        const char *name, *text, *read;
    } cases[] = {{"steps", "7", "7"},          {"step-size", "2.5", "2.5"},
                 {"step-end", "3", "3"},       {"step-end", "none", "none"},
                 {"minimize", "true", "true"}, {"minimize", "false", "false"},
                 {"start", "leaves", "leaves"}};
    evk_recipe *recipe;
    char text[32];

    (void)state;
    assert_ok(evk_recipe_new(&recipe, NULL, NULL, err));
    value_is(recipe, "method", "robust");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        snprintf(text, sizeof(text), "%s", cases[i].text);
        assert_ok(evk_recipe_set(recipe, cases[i].name, text, err));
        memset(text, 'x', sizeof(text) - 1);
        value_is(recipe, cases[i].name, cases[i].read);
    }
    evk_recipe_free(recipe);
    evk_recipe_free(NULL);
}

static void test_refused(void **state)
{
    evk_recipe *recipe;

    (void)state;
    assert_fails(EVK_ENOTFOUND, "method is 'best', expected one of",
                 evk_recipe_new(&recipe, "best", NULL, err));
    assert_ok(evk_recipe_new(&recipe, "published", NULL, err));
    assert_fails(EVK_ENOTFOUND, "no parameter 'stepz'", evk_recipe_set(recipe, "stepz", "1", err));
    assert_fails(EVK_EINVAL, "steps is '-1'", evk_recipe_set(recipe, "steps", "-1", err));
    assert_fails(EVK_EINVAL, "minimize is 'yes', expected true or false",
                 evk_recipe_set(recipe, "minimize", "yes", err));
    assert_fails(EVK_EINVAL, "method cannot be set", evk_recipe_set(recipe, "method", "mei", err));
    value_is(recipe, "method", "published");
    value_is(recipe, "minimize", "false");
    evk_recipe_free(recipe);
}

/* Priors add up to more than any command line had, and a copy goes its own way. */
static void test_priors(void **state)
{
    evk_recipe *recipe, *copy;
    char text[32], expected[1024] = "";
    size_t n = 0;

    (void)state;
    assert_ok(evk_recipe_new(&recipe, "published", NULL, err));
    for (int i = 1; i <= 20; i++) {
        snprintf(text, sizeof(text), "tv:weight=%d", i);
        assert_ok(evk_recipe_set(recipe, "prior", text, err));
        n += (size_t)snprintf(expected + n, sizeof(expected) - n, "%s%s", i > 1 ? " " : "", text);
    }
    value_is(recipe, "prior", expected);
    assert_ok(evk_recipe_check(recipe, err));
    assert_ok(evk_recipe_copy(&copy, recipe, err));
    assert_ok(evk_recipe_set(recipe, "prior", "tv:off", err));
    evk_recipe_free(recipe);
    value_is(copy, "prior", expected);
    evk_recipe_free(copy);
}

/* A text that is replaced or refused is freed, however often a parameter is set. */
static void test_owned(void **state)
{
    evk_recipe *recipe;
    size_t count;

    (void)state;
    assert_ok(evk_recipe_new(&recipe, NULL, NULL, err));
    count = recipe->owned.count;
    for (int i = 0; i < 1000; i++)
        assert_ok(evk_recipe_set(recipe, "start", i % 2 ? "leaves" : "noise", err));
    assert_int_equal(recipe->owned.count, count);
    value_is(recipe, "start", "leaves");
    value_is(recipe, "objective", "mean");
    while (recipe->priors.count < EVK_TEXTS_MAX)
        assert_ok(evk_recipe_set(recipe, "prior", "tv", err));
    count = recipe->owned.count;
    assert_fails(EVK_EINVAL, "prior is given more than 64 times",
                 evk_recipe_set(recipe, "prior", "tv", err));
    assert_int_equal(recipe->owned.count, count);
    evk_recipe_free(recipe);
}

/* The card's method and options are the defaults; a method of the caller's keeps the card's options. */
static void test_card(void **state)
{
    static const char card[] = "{\"card\": 1, \"weights\": \"m.keras\", \"options\": "
                               "{\"method\": \"mei\", \"steps\": 3, \"prior\": [\"tv\"]}}";
    char *folder = scratch_folder("recipe_card");
    evk_recipe *recipe;
    evk_model *m;

    (void)state;
    evk_model_free(tiny_model(path_in(folder, "m.keras"), "l"));
    assert_ok(evk_fs_write(path_in(folder, "card.json"), card, strlen(card), err));
    assert_ok(evk_model_open(&m, path_in(folder, "card.json"), NULL, err));
    assert_ok(evk_recipe_new(&recipe, NULL, m, err));
    value_is(recipe, "method", "mei");
    value_is(recipe, "steps", "3");
    evk_recipe_free(recipe);
    assert_ok(evk_recipe_new(&recipe, "published", m, err));
    evk_model_free(m); /* the recipe has copies of the card's texts */
    value_is(recipe, "method", "published");
    value_is(recipe, "steps", "3");
    value_is(recipe, "prior", "tv");
    evk_recipe_free(recipe);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_methods), cmocka_unit_test(test_set),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_priors),
        cmocka_unit_test(test_owned),   cmocka_unit_test(test_card),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
