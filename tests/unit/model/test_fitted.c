/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_fitted.c - cards with fitted readouts: responses, names, lineages, and ensembles of cards */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/fitted.h"
#include "model/card.h"
#include "model/features.h"
#include "model/lineage.h"

static struct fitted f;

static int set_up(void **state)
{
    (void)state;
    fitted_init(&f, "fitted");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fitted_release(&f);
    return 0;
}

/* ---- cards ---------------------------------------------------------------------------------- */

static const char LINEAGE[] =
    "{\"recordings\": [{\"responses\": "
    "\"abababababababababababababababababababababababababababababababab\", \"rows\": \"1-2\", "
    "\"images\": [\"0123456789abcdef\", \"0123456789abcdee\"], \"rows_sha256\": "
    "[\"1123456789abcdef\", \"1123456789abcdee\"]}], \"teachers\": [{\"name\": \"t\", \"sha256\": "
    "\"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd\"}]}";

/* Write a card of the first member, or of both, and open it. */
static evk_model *open_seen(const char *name, const char *output, bool both, const char *neurons,
                            const char *lineage)
{
    struct evk_str card = EVK_STR_INIT;
    evk_model *m;

    evk_str_puts(&card, "{\"card\": 1, \"members\": [");
    fitted_add_member(&f, &card, "core.keras", 0, output);
    if (both) {
        evk_str_puts(&card, ", ");
        fitted_add_member(&f, &card, "other.keras", 1, output);
    }
    evk_str_printf(&card, "], \"neurons\": [%s], \"lineage\": %s}", neurons, lineage);
    fitted_put(&f, name, card.data);
    evk_str_release(&card);
    assert_ok(evk_model_open(&m, fitted_in(&f, name), NULL, err));
    return m;
}

static evk_model *open_fit(const char *name, const char *output, bool both, const char *neurons)
{
    return open_seen(name, output, both, neurons, LINEAGE);
}

static const char UNITS[] = "\"unit0\", \"V4b\", \"unit2\"";

/* Returns responses of a model to one random image; free them. */
static float *respond(const evk_model *m)
{
    static float image[FITTED_VALUES];
    float *out = calloc((size_t)evk_model_describe(m)->outputs, sizeof(*out));
    uint64_t seed = 3;

    assert_non_null(out);
    for (int i = 0; i < FITTED_VALUES; i++)
        image[i] = 127.5f + 127.5f * random_float(&seed);
    assert_ok(evk_model_predict(m, image, 1, 1, out, err));
    return out;
}

/* Compute the weighted sums of one member in double. */
static void sums_of(const char *core, int member, double out[FITTED_NEURONS])
{
    struct evk_feature_block blocks[EVK_READOUT_LAYERS_MAX];
    char text[512];
    evk_model *m;
    size_t count;
    float *x;

    snprintf(text, sizeof(text), "%s@conv,dense", fitted_in(&f, core));
    assert_ok(evk_features_open(&m, text, FITTED_GRID, NULL, blocks, &count, err));
    assert_int_equal(evk_model_describe(m)->outputs, FITTED_FEATURES);
    x = respond(m);
    for (int n = 0; n < FITTED_NEURONS; n++) {
        out[n] = (double)f.bias[member][n];
        for (int i = 0; i < FITTED_FEATURES; i++)
            out[n] += (double)f.weights[member][i * FITTED_NEURONS + n] * (double)x[i];
    }
    free(x);
    evk_model_free(m);
}

static void check_near(float got, double want)
{
    if (!(fabs((double)got - want) <= 1e-5 * (10 + fabs(want))))
        fail_msg("response is %.9g, expected %.9g", (double)got, want);
}

static void test_linear(void **state)
{
    evk_model *m = open_fit("fit.json", "linear", false, UNITS);
    float *y = respond(m);
    double want[FITTED_NEURONS];

    (void)state;
    sums_of("core.keras", 0, want);
    for (int n = 0; n < FITTED_NEURONS; n++)
        check_near(y[n], want[n]);
    assert_string_equal(evk_model_describe(evk_model_member(m, 0))->sha256, f.core_sha256);
    free(y);
    evk_model_free(m);
}

/* Several networks are averaged behind their output functions. */
static void test_members(void **state)
{
    evk_model *m = open_fit("fit.json", "softplus", true, UNITS);
    double a[FITTED_NEURONS], b[FITTED_NEURONS];
    float *y = respond(m);

    (void)state;
    sums_of("core.keras", 0, a);
    sums_of("other.keras", 1, b);
    for (int n = 0; n < FITTED_NEURONS; n++)
        check_near(y[n], (log1p(exp(a[n])) + log1p(exp(b[n]))) / 2);
    free(y);
    evk_model_free(m);
}

/* The gradient of one neuron is that of its response: differences of it, and one neuron alone. */
static void test_gradient(void **state)
{
    evk_model *m = open_fit("fit.json", "softplus", true, UNITS);
    evk_selftest test;
    int64_t outputs[FITTED_NEURONS] = {0, 1, 2};

    (void)state;
    assert_ok(evk_model_selftest(m, outputs, FITTED_NEURONS, &test, err));
    assert_int_equal(test.neurons, FITTED_NEURONS);
    assert_true(test.worst < 0.01);
    evk_model_free(m);
}

static void test_names(void **state)
{
    evk_model *m = open_fit("fit.json", "linear", false, UNITS);
    char name[EVK_NEURON_TEXT];
    int64_t output;

    (void)state;
    assert_ok(evk_model_find_neuron(m, "V4b", &output, err));
    assert_int_equal(output, 1);
    assert_string_equal(evk_model_neuron(m, 2, name), "unit2");
    evk_model_free(m);
}

/* ---- what a model is known by --------------------------------------------------------------- */

/* The SHA-256 depends on weights and output, not on names of neurons, of files, or the lineage. */
static void test_identity(void **state)
{
    evk_model *m = open_fit("fit.json", "linear", false, UNITS), *other;
    char sha256[EVK_SHA256_TEXT];

    (void)state;
    snprintf(sha256, sizeof(sha256), "%s", evk_model_describe(m)->sha256);
    evk_model_free(m);
    other = open_seen("again.json", "linear", false, "\"a\", \"b\", \"c\"",
                      "{\"recordings\": [], \"teachers\": []}");
    assert_string_equal(evk_model_describe(other)->sha256, sha256);
    evk_model_free(other);
    other = open_fit("soft.json", "softplus", false, UNITS);
    assert_string_not_equal(evk_model_describe(other)->sha256, sha256);
    evk_model_free(other);
}

/* A resolved card opens the same model again. */
static void test_resolved(void **state)
{
    evk_model *m = open_fit("fit.json", "softplus", true, UNITS), *again;
    struct evk_card_places places = {.folder = f.folder};
    float *y = respond(m), *z;

    (void)state;
    assert_true(evk_json_equal(evk_json_get(evk_model_card(m), "lineage"), evk_model_lineage(m)));
    assert_ok(evk_card_open(&again, "fit.json", evk_model_card(m), &places,
                            &(const struct evk_load_options){0}, err));
    z = respond(again);
    assert_memory_equal(y, z, FITTED_NEURONS * sizeof(*y));
    assert_string_equal(evk_model_describe(m)->sha256, evk_model_describe(again)->sha256);
    assert_true(evk_json_equal(evk_model_card(m), evk_model_card(again)));
    free(y);
    free(z);
    evk_model_free(m);
    evk_model_free(again);
}

/* ---- how sure predictions are --------------------------------------------------------------- */

/* Two neurons are known, and the third is not. */
static const char CALIBRATION[] =
    "{\"recordings\": [], \"teachers\": []}, \"calibration\": {\"images\": [600, 600, null], "
    "\"mean\": [10, 20, null], \"sd\": [2, 2, null], \"lowest\": [1, 1, null], "
    "\"prediction\": [10, 20, null], \"smallest\": [5, 5, null], \"largest\": [30, 30, null], "
    "\"slope\": [1, 1, null], \"residual\": [1, 1, null], \"low\": [-1, -1, null], "
    "\"high\": [1, 1, null]}";

static bool knows(const evk_model *m, int64_t output)
{
    double low, high;
    const bool known = evk_model_interval(m, output, 20, &low, &high);

    assert_true(known ? low < high : isnan(low) && isnan(high));
    return known;
}

/* Intervals belong to the card's own predictions: not to ensembles, scaled or other images. */
static void test_calibrated(void **state)
{
    evk_model *m = open_seen("sure.json", "linear", true, UNITS, CALIBRATION), *other;
    const double level = 100, mean[6] = {0}, sd[6] = {1, 1, 1, 1, 1, 1};
    char sha256[EVK_SHA256_TEXT];
    double low, high;

    (void)state;
    snprintf(sha256, sizeof(sha256), "%s", evk_model_describe(m)->sha256);
    assert_true(knows(m, 0) && knows(m, 1));
    assert_false(knows(m, 2) || knows(m, 3) || knows(m, -1));
    assert_true(evk_model_interval(m, 1, 20, &low, &high));
    assert_true(fabs(low - (20 - 0.89 * sqrt(2))) < 1e-12);
    assert_true(fabs(high - (20 + 0.71 * sqrt(2))) < 1e-12);
    assert_non_null(evk_json_get(evk_model_card(m), "calibration"));
    other = open_fit("unsure.json", "linear", true, UNITS);
    assert_string_equal(evk_model_describe(other)->sha256, sha256);
    assert_false(knows(other, 0));
    evk_model_free(other);
    assert_ok(evk_model_open(&other, fitted_in(&f, "sure.json"),
                             &(evk_model_options){.mean = &level, .mean_count = 1}, err));
    assert_false(knows(other, 0));
    evk_model_free(other);
    assert_ok(evk_model_scale_members(m, EVK_SCALING_SD, mean, sd, err));
    assert_false(knows(m, 0));
    assert_null(evk_json_get(evk_model_card(m), "calibration"));
    evk_model_free(m);
}

static void check_note(const evk_model *m, const char *what, const char *text)
{
    evk_model_note note;
    bool found = false;

    for (size_t i = 0; evk_model_noted(m, i, &note); i++)
        found = found || (strcmp(note.what, what) == 0 && strstr(note.text, text));
    if (!found)
        fail_msg("no note %s: %s", what, text);
}

static void test_notes(void **state)
{
    evk_model *m = open_fit("fit.json", "linear", true, UNITS);
    const int64_t output = 0;
    char *json;

    (void)state;
    check_note(m, "readout",
               "of core: layers conv 2x2x4, dense 1x1x2; grid 2; linear; member 0 of");
    check_note(m, "readout", "of other: layers conv 2x2x4, dense 1x1x2; grid 2; linear; member 1");
    check_note(m, "fitted on", "responses abababababab, rows 1-2, 2 images");
    check_note(m, "teacher", "t, SHA-256 cdcdcdcdcdcd");
    assert_ok(evk_model_json(m, &output, 1, &json, err));
    assert_non_null(strstr(json, "\"readouts\": [{\"network\": "));
    assert_non_null(strstr(json, "\"lineage\": {\"recordings\": "));
    evk_free(json);
    evk_model_free(m);
}

/* Units of the core take the place of the readout, whose file is not needed then. */
static void test_units(void **state)
{
    const char *unit = "conv:1@0,0";
    struct evk_str card = EVK_STR_INIT;
    evk_model *m;

    (void)state;
    evk_str_puts(&card, "{\"card\": 1, \"members\": [");
    fitted_add_member(&f, &card, "core.keras", 0, "linear");
    evk_str_puts(&card, "], \"neurons\": [\"a\", \"b\", \"c\"]}");
    fitted_put(&f, "units.json", card.data);
    evk_str_release(&card);
    assert_ok(evk_model_open(&m, fitted_in(&f, "units.json"),
                             &(const evk_model_options){.channel_count = 1, .channels = &unit},
                             err));
    assert_int_equal(evk_model_describe(m)->outputs, 1);
    evk_model_free(m);
}

/* A card with a readout may be a core: its network's layers count, and its lineage stays known. */
static void test_core(void **state)
{
    struct evk_feature_block blocks[EVK_READOUT_LAYERS_MAX];
    evk_model *m = open_fit("fit.json", "linear", false, UNITS);
    size_t count;

    (void)state;
    evk_model_free(m);
    assert_ok(
        evk_features_open(&m, fitted_in(&f, "fit.json"), FITTED_GRID, NULL, blocks, &count, err));
    assert_int_equal(count, 1);
    assert_string_equal(blocks[0].layer, "conv");
    assert_int_equal(evk_json_count(evk_json_get(evk_model_lineage(m), "recordings")), 1);
    evk_model_free(m);
}

/* ---- ensembles ------------------------------------------------------------------------------ */

static evk_status open_ensemble(evk_model **m, const char *a, const char *b, evk_error *err)
{
    char text[1024];

    snprintf(text, sizeof(text), "x=%s,%s", fitted_in(&f, a), fitted_in(&f, b));
    return evk_model_open_ensemble(m, text, NULL, err);
}

/* All networks of all operands count alike; names and lineages are taken over. */
static void test_ensemble(void **state)
{
    evk_model *one = open_fit("one.json", "linear", false, UNITS);
    evk_model *two = open_fit("two.json", "linear", true, UNITS), *m;
    float *y1 = respond(one), *y2 = respond(two), *y;
    char name[EVK_NEURON_TEXT];

    (void)state;
    assert_ok(open_ensemble(&m, "one.json", "two.json", err));
    assert_int_equal(evk_model_describe(m)->members, 3);
    y = respond(m);
    for (int n = 0; n < FITTED_NEURONS; n++)
        check_near(y[n], ((double)y1[n] + 2 * (double)y2[n]) / 3);
    assert_string_equal(evk_model_neuron(m, 1, name), "V4b");
    assert_int_equal(evk_json_count(evk_json_get(evk_model_lineage(m), "recordings")), 1);
    assert_int_equal(evk_json_count(evk_json_get(evk_model_lineage(m), "teachers")), 1);
    evk_model_free(m);
    evk_model_free(one);
    evk_model_free(two);
    free(y);
    free(y1);
    free(y2);
}

static void test_other_neurons(void **state)
{
    evk_model *m = NULL;

    (void)state;
    evk_model_free(open_fit("one.json", "linear", false, UNITS));
    evk_model_free(open_fit("two.json", "linear", false, "\"unit0\", \"V4c\", \"unit2\""));
    assert_fails(EVK_EINVAL, "its neuron 1 is V4c, but V4b in the members before it",
                 open_ensemble(&m, "one.json", "two.json", err));
    assert_ok(open_ensemble(&m, "one.json:V4b", "two.json:V4c", err));
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear),     cmocka_unit_test(test_members),
        cmocka_unit_test(test_gradient),   cmocka_unit_test(test_names),
        cmocka_unit_test(test_identity),   cmocka_unit_test(test_resolved),
        cmocka_unit_test(test_calibrated), cmocka_unit_test(test_notes),
        cmocka_unit_test(test_units),      cmocka_unit_test(test_core),
        cmocka_unit_test(test_ensemble),   cmocka_unit_test(test_other_neurons)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
