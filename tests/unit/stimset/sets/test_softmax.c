/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_softmax.c - sets of a network that ends in a softmax: what is climbed, and what is said */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/keras_file.h"

enum { H = 9, W = 8, C = 3, N = H * W * C, OUTPUTS = 3, BELOW = 200 };

static char *folder;
static char path[256];

/* A dense layer with a softmax.  Output 1 is so far below the others that its response and the
   gradient of its response are 0. */
static int set_up(void **state)
{
    static const int64_t outputs = OUTPUTS;
    struct keras_file k;
    uint64_t seed = 7;
    float *weights;

    (void)state;
    folder = scratch_folder("softmax");
    keras_init(&k, NULL);
    keras_input(&k, "in", H, W, C);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_layer(&k, "Dense", "dense", "'units':3,'activation':'softmax'", NULL);
    weights = keras_random(&k, &seed, 2, (const int64_t[]){N, OUTPUTS});
    for (int i = 0; i < N * OUTPUTS; i++)
        weights[i] /= 1000;
    keras_array(&k, 1, &outputs)[1] = -BELOW;
    snprintf(path, sizeof(path), "%s/soft.keras", folder);
    keras_save(&k, path, "dense");
    keras_release(&k);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

static evk_model *open_model(const char *unit)
{
    evk_model *m;

    assert_ok(evk_model_open(&m, path,
                             &(const evk_model_options){.mean_count = 1,
                                                        .mean = (const double[]){110},
                                                        .channel_count = unit ? 1 : 0,
                                                        .channels = &unit},
                             err));
    return m;
}

static double cell(const evk_set *set, int64_t row, const char *column)
{
    return strtod(evk_set_cell(set, row, column), NULL);
}

static bool is_near(double a, double b)
{
    return fabs(a - b) <= 1e-6 * fmax(1, fabs(b));
}

/* Response and objective of a row are the softmax's output and its input, which is a unit. */
static void check_row(const evk_set *set, int64_t row, const evk_model *whole,
                      const evk_model *units, const char *objective)
{
    const int output = (int)cell(set, row, "target_output");
    float responses[OUTPUTS], logits[OUTPUTS];
    evk_image *image;

    assert_string_equal(evk_set_cell(set, row, "objective"), objective);
    assert_ok(evk_set_image(set, row, &image, err));
    assert_ok(evk_model_predict(whole, image->values, 1, 1, responses, err));
    assert_ok(evk_model_predict(units, image->values, 1, 1, logits, err));
    assert_true(is_near(cell(set, row, "response_pred"), (double)responses[output]));
    assert_true(is_near(cell(set, row, "objective_pred"), (double)logits[output]));
    assert_true(output != 1 || responses[1] == 0);
    evk_image_free(image);
}

static void check_set(const char *name, const char *objective, double sign)
{
    evk_model *whole = open_model(NULL), *units = open_model("dense");
    const char *const models[] = {path};
    const evk_verify how = {.threads = 1};
    evk_verified v;
    evk_set *set;
    char *difference;

    assert_ok(evk_set_open(&set, path_in(folder, name), err));
    assert_int_equal(evk_set_count(set), OUTPUTS);
    for (int64_t row = 0; row < OUTPUTS; row++) {
        check_row(set, row, whole, units, objective);
        assert_true(sign * (cell(set, row, "objective_pred") - cell(set, row, "response_start")) >
                    1);
        assert_ok(evk_set_again(set, row, models, 1, NULL, NULL, &difference, err));
        assert_null(difference);
    }
    assert_ok(evk_set_verify(path_in(folder, name), models, 1, &how, &v, err));
    assert_int_equal(v.findings, 0);
    assert_int_equal(v.responses, OUTPUTS);
    evk_set_free(set);
    evk_model_free(whole);
    evk_model_free(units);
}

static void make(const char *name, const char *minimize)
{
    static const int64_t outputs[] = {0, 1, 2};
    static const char *const settings[][2] = {
        {"steps", "20"}, {"starts", "1"}, {"image-blur", "0"}, {"gradient-blur", "0"}};
    evk_model *m = open_model(NULL);
    const evk_target target = {m, outputs, OUTPUTS};
    const evk_run run = {.threads = 2};
    evk_set_report *report;
    evk_recipe *recipe;

    assert_ok(evk_recipe_new(&recipe, "published", NULL, err));
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
        assert_ok(evk_recipe_set(recipe, settings[i][0], settings[i][1], err));
    assert_ok(evk_recipe_set(recipe, "minimize", minimize, err));
    assert_ok(evk_maximize(path_in(folder, name), &target, 1, recipe, NULL, &run, &report, err));
    evk_set_report_free(report);
    evk_recipe_free(recipe);
    evk_model_free(m);
}

static void test_sets(void **state)
{
    (void)state;
    make("max", "false");
    check_set("max", "max before softmax", 1);
    make("min", "true");
    check_set("min", "min before softmax", -1);
}

/* An attack climbs before the softmax, too, unless it has a target, which is a response. */
static void test_perturb(void **state)
{
    static unsigned char base[N], image[N];
    evk_model *m = open_model(NULL);
    evk_perturbation p;
    evk_session *session;
    evk_attack *attack;

    (void)state;
    memset(base, 110, sizeof(base));
    assert_ok(evk_session_new_for(&session, m, 1, err));
    assert_ok(evk_attack_new(&attack, err));
    assert_ok(evk_perturb(session, attack, base, NULL, image, &p, err));
    assert_true(p.response == 0 && p.source == 0);
    assert_true(is_near(p.source_objective, -BELOW));
    assert_true(p.objective > p.source_objective + 1);
    evk_session_free(session);
    assert_ok(evk_session_new_for(&session, m, 0, err));
    assert_ok(evk_attack_set(attack, "direction", "target", err));
    assert_ok(evk_attack_set(attack, "target", "0.55", err));
    assert_ok(evk_perturb(session, attack, base, NULL, image, &p, err));
    assert_true(p.reached && p.objective == p.response && p.response >= 0.55);
    evk_attack_free(attack);
    evk_session_free(session);
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sets), cmocka_unit_test(test_perturb)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
