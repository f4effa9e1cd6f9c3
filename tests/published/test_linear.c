/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_linear.c - a published model without activations: its optimum over the
 * box is known, an image of only 0 and 255, so the file holds it exactly
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/published.h"
#include "../harness/recipe.h"
#include "synth/settings.h"

static void check(evk_model *m, int64_t seed, bool minimize, double want)
{
    evk_recipe recipe = published_recipe();
    const evk_run run = {.threads = 0};
    const int64_t output = 0;
    const evk_target target = {m, &output, 1};
    char *folder = scratch_folder("linear");
    evk_set_report *report = NULL;
    evk_neuron_report n;

    recipe.starts = 2;
    recipe.steps = 2;
    recipe.step_size = 1e6;
    recipe.gradient_blur = 0;
    recipe.image_blur = 0;
    recipe.seed = seed;
    recipe.minimize = minimize;
    assert_ok(evk_maximize(folder, &target, 1, &recipe, NULL, &run, &report, err));
    n = *evk_set_report_neuron(report, 0);
    printf("seed %lld: %.4f, expected %.4f\n", (long long)seed, n.best_response, want);
    assert_true(fabs(n.best_response - want) <= 0.002);
    evk_set_report_free(report);
    free(folder);
}

static void box_optimum(void **state)
{
    evk_model *m = NULL;

    (void)state;
    assert_ok(evk_model_open(
        &m, published_path("shared_compact/linear_shared_compact_model_25filters.keras"), NULL,
        err));
    for (int64_t seed = 1; seed <= 5; seed++)
        check(m, seed, false, 1674.74534566);
    check(m, 1, true, -1674.61332979);
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(box_optimum)};

    published();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
