/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_expected.c - all 122 compact models against responses and gradients computed in float64 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../harness/published.h"
#include "synth/settings.h"

enum { IMAGES = 32, VALUES = 112 * 112 * 3, PLACES = 6 };

/* row, column, channel of the derivatives in gradient_keras_*.csv, in the order of its columns */
static const int place[PLACES][3] = {{0, 0, 0},   {20, 90, 1}, {56, 56, 0},
                                     {56, 56, 2}, {80, 30, 1}, {111, 111, 2}};

static evk_image *images[IMAGES];

static int load_images(void **state)
{
    evk_image_list *list = open_images("201025");

    (void)state;
    for (int i = 0; i < IMAGES; i++)
        assert_ok(evk_image_list_read(list, (size_t)i, &images[i], err));
    evk_image_list_free(list);
    return 0;
}

static int free_images(void **state)
{
    (void)state;
    for (int i = 0; i < IMAGES; i++)
        evk_image_free(images[i]);
    return 0;
}

static void check_responses(const char *session, int neurons)
{
    struct table t = table_read(published_path("expected/responses_keras_%s.csv", session));
    double worst = 0;

    assert_int_equal(t.rows, IMAGES + 1);
    assert_int_equal(t.columns, neurons + 1);
    for (int n = 0; n < neurons; n++) {
        evk_model *m = open_compact(session, n);
        evk_session *s = NULL;

        assert_ok(evk_session_new(&s, m, err));
        for (int i = 0; i < IMAGES; i++) {
            float response;

            evk_session_predict(s, images[i]->values, &response);
            worst = fmax(worst, fabs((double)response - table_number(&t, i + 1, n + 1)));
        }
        evk_session_free(s);
        evk_model_free(m);
    }
    printf("responses %s: largest difference %.2g\n", session, worst);
    assert_true(worst <= 1e-4);
    table_free(&t);
}

/* Largest |difference| as a fraction of what is allowed: 1e-4 |reference| + 1e-6 gradient_l2. */
static double compare_gradient(const struct table *t, int row, const float *g, float response)
{
    const double l2 = table_number(t, row, 3);
    double sum = 0, worst = fabs((double)response - table_number(t, row, 2)) / 1e-4;

    for (int i = 0; i < VALUES; i++)
        sum += (double)g[i] * (double)g[i];
    worst = fmax(worst, fabs(sqrt(sum) - l2) / (1e-4 * l2));
    for (int p = 0; p < PLACES; p++) {
        const double want = table_number(t, row, 4 + p);
        const double got = (double)g[(place[p][0] * 112 + place[p][1]) * 3 + place[p][2]];

        worst = fmax(worst, fabs(got - want) / (1e-4 * fabs(want) + 1e-6 * l2));
    }
    return worst;
}

/* Writes an image and a gradient to a new file, whose name is then in path. */
static void write_both(char *path, const float *image, const float *g)
{
    FILE *f = fdopen(mkstemp(path), "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(image, sizeof(*image), VALUES, f), VALUES);
    assert_int_equal(fwrite(g, sizeof(*g), VALUES, f), VALUES);
    assert_int_equal(fclose(f), 0);
}

/*
 * Where a sum is so near the kink of its ReLU that floats may have either sign, the gradient at
 * either side is right.  kinks.py computes in float64, and switches such ReLUs; returns the largest
 * difference that remains anywhere in the gradient, as a fraction of what is allowed.
 */
static double beyond_kinks(const char *session, int neuron, const float *image, const float *g)
{
    char file[] = "evoke-kinks-XXXXXX", command[4096], line[256];
    double rest = HUGE_VAL;
    FILE *f;

    write_both(file, image, g);
    snprintf(command, sizeof(command), "/usr/bin/python3 tests/published/kinks.py '%s' %s",
             published_path("compact/keras/compact_model_%s_neuron%d.keras", session, neuron),
             file);
    f = popen(command, "r");
    assert_non_null(f);
    while (fgets(line, sizeof(line), f)) {
        printf("kinks of %s, neuron %d: %s", session, neuron, line);
        rest = HUGE_VAL;
        sscanf(line, "%*d %lf\n", &rest);
    }
    assert_int_equal(pclose(f), 0);
    assert_int_equal(remove(file), 0);
    return rest;
}

static void check_gradients(const char *session, int neurons)
{
    struct table t = table_read(published_path("expected/gradient_keras_%s.csv", session));
    static float g[VALUES];
    double worst = 0;

    assert_int_equal(t.rows, 2 * neurons + 1);
    for (int row = 1; row < t.rows; row++) {
        evk_model *m = open_compact(session, (int)table_number(&t, row, 0));
        const float weight = 1, *image = images[(row - 1) % 2]->values;
        evk_session *s = NULL;
        double difference;
        float response;

        assert_ok(evk_session_new(&s, m, err));
        evk_session_predict(s, image, &response);
        evk_session_gradient(s, &weight, g);
        difference = compare_gradient(&t, row, g, response);
        if (difference > 1)
            difference = beyond_kinks(session, (int)table_number(&t, row, 0), image, g);
        worst = fmax(worst, difference);
        evk_session_free(s);
        evk_model_free(m);
    }
    printf("gradients %s: largest difference %.2g of what is allowed\n", session, worst);
    assert_true(worst <= 1);
    table_free(&t);
}

/* An ascent without limits says what its start, as it is, drove the neuron to. */
static void check_starts(const char *session, int neurons)
{
    struct table t = table_read(published_path("expected/responses_keras_%s.csv", session));
    static float image[VALUES];
    evk_recipe recipe;
    double worst = 0;

    assert_ok(evk_recipe_of_method(&recipe, "published", err));
    recipe.steps = 1;
    for (int n = 0; n < neurons; n++) {
        evk_model *m = open_compact(session, n);
        const evk_given given = {images[n % IMAGES]->values, NULL, 0};
        evk_session *s = NULL;
        evk_ascent a;

        assert_ok(evk_session_new_for(&s, m, 0, err));
        assert_ok(evk_synthesize(s, &recipe, 0, &given, NULL, image, &a, err));
        assert_int_equal(a.restarts, 0);
        worst = fmax(worst, fabs(a.objective_start - table_number(&t, n % IMAGES + 1, n + 1)));
        evk_session_free(s);
        evk_model_free(m);
    }
    printf("starts %s: largest difference %.2g\n", session, worst);
    assert_true(worst <= 1e-4);
    table_free(&t);
}

static void responses_190923(void **state)
{
    (void)state;
    check_responses("190923", 33);
}

static void responses_201025(void **state)
{
    (void)state;
    check_responses("201025", 89);
}

static void starts_190923(void **state)
{
    (void)state;
    check_starts("190923", 33);
}

static void starts_201025(void **state)
{
    (void)state;
    check_starts("201025", 89);
}

static void gradients_190923(void **state)
{
    (void)state;
    check_gradients("190923", 33);
}

static void gradients_201025(void **state)
{
    (void)state;
    check_gradients("201025", 89);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(responses_190923), cmocka_unit_test(responses_201025),
        cmocka_unit_test(starts_190923),    cmocka_unit_test(starts_201025),
        cmocka_unit_test(gradients_190923), cmocka_unit_test(gradients_201025),
    };

    published();
    return cmocka_run_group_tests(tests, load_images, free_images);
}
