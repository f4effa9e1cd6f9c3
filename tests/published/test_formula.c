/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_formula.c - responses to an input given by a formula, in the models' own units */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/published.h"
#include "base/fs.h"
#include "base/json.h"

enum { SIDE = 112 };

static float input[SIDE * SIDE * 3];

/* "v4_formula_input" of formula_inputs.json */
static void fill(void)
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            for (int c = 0; c < 3; c++)
                input[(y * SIDE + x) * 3 + c] =
                    (float)(60 * sin(0.11 * (x + 1) * (c + 1)) * cos(0.07 * (y + 1)) + 10 * c);
}

static double difference(const evk_json *v4, const char *session, int neuron)
{
    const evk_model_options raw = {.mean_count = 1, .scale_count = 1, .scale = (const double[]){1}};
    evk_session *s = NULL;
    evk_model *m = NULL;
    char stem[64];
    float response;
    double want;

    snprintf(stem, sizeof(stem), "compact_model_%s_neuron%d", session, neuron);
    assert_true(evk_json_real(evk_json_get(evk_json_get(v4, stem), "keras"), &want));
    assert_ok(evk_model_open(&m, published_path("compact/keras/%s.keras", stem), &raw, err));
    assert_int_equal(evk_model_describe(m)->preprocessing, EVK_PREPROCESSING_GIVEN);
    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, input, &response);
    evk_session_free(s);
    evk_model_free(m);
    return fabs((double)response - want);
}

static void formula_inputs(void **state)
{
    struct evk_bytes file = {NULL, 0};
    evk_json *root = NULL;
    const evk_json *v4;
    double worst = 0;

    (void)state;
    assert_ok(evk_fs_read(&file, published_path("expected/formula_inputs.json"), 1 << 24, err));
    assert_ok(evk_json_parse(&root, file.data, file.size, err));
    v4 = evk_json_get(root, "v4");
    fill();
    for (int n = 0; n < 33; n++)
        worst = fmax(worst, difference(v4, "190923", n));
    for (int n = 0; n < 89; n++)
        worst = fmax(worst, difference(v4, "201025", n));
    printf("formula inputs: largest difference %.2g\n", worst);
    assert_true(worst <= 1e-4);
    evk_json_free(root);
    evk_bytes_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(formula_inputs)};

    published();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
