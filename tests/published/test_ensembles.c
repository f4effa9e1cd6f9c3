/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_ensembles.c - the macaque V1 ensemble by its card alone, and shared models with a judge */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/published.h"
#include "../harness/recipe.h"
#include "synth/settings.h"

/* The paper's own most exciting image of this neuron: ../README.md of the published folder. */
static const double PUBLISHED = 17.06;

static void test_macaque(void **state)
{
    const evk_model_options o = {.weights = published_path("macaque_v1")};
    const evk_run run = {.threads = 0};
    evk_set_report *report = NULL;
    evk_recipe *recipe;
    evk_model *m = NULL;
    int64_t output;

    (void)state;
    assert_ok(evk_model_open(&m, "models/macaque_v1.json", &o, err));
    assert_ok(evk_model_find_neuron(m, "3639406161189:11", &output, err));
    assert_ok(evk_recipe_new(&recipe, "published", m, err));
    {
        const evk_target target = {m, &output, 1};
        char *folder = scratch_folder("macaque");
        evk_neuron_report n;

        assert_ok(evk_maximize(folder, &target, 1, recipe, NULL, &run, &report, err));
        n = *evk_set_report_neuron(report, 0);
        printf("%s: %.4f, published %.2f\n", n.neuron, n.best_response, PUBLISHED);
        assert_string_equal(n.neuron, "3639406161189:11");
        assert_true(n.best_response >= PUBLISHED);
        evk_set_report_free(report);
        evk_recipe_free(recipe);
        free(folder);
    }
    evk_model_free(m);
}

static void test_missing_key(void **state)
{
    const evk_model_options o = {.weights = published_path("macaque_v1")};
    evk_model *m = NULL;
    int64_t output;

    (void)state;
    assert_ok(evk_model_open(&m, "models/macaque_v1.json", &o, err));
    assert_fails(EVK_EINVAL, "3639406161189 (14 neurons)",
                 evk_model_find_neuron(m, "123:11", &output, err));
    assert_fails(EVK_EINVAL, "neuron 14 is out of range, expected 0 to 13",
                 evk_model_find_neuron(m, "3639406161189:14", &output, err));
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_macaque),
                                       cmocka_unit_test(test_missing_key)};

    published();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
