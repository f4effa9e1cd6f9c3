/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_adversarial.c - sets of perturbed images: closed forms, budgets and changes on the files */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "stimset/sets/adversarial/settings.h"

enum { BASES = 3, OUTPUTS = 3 };

static char *folder;
static struct linear weights;
static evk_model *model;
static evk_image_list *bases;
static float values[BASES * TINY_VALUES];

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("adversarial");
    linear_random(&weights, path_in(folder, "linear.keras"), OUTPUTS, 5);
    linear_save(&weights);
    model = linear_open(&weights);
    bases = linear_photos(path_in(folder, "bases"), BASES, values);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    evk_image_list_free(bases);
    linear_release(&weights);
    free(folder);
    return 0;
}

static evk_status make(const char *name, const evk_adversarial_options *o, size_t neurons,
                       evk_adversarial_report **report, evk_error *why)
{
    static const int64_t outputs[OUTPUTS] = {0, 1, 2};
    const evk_target target = {model, outputs, neurons};
    const evk_run run = {.threads = 2};

    return evk_adversarial(path_in(folder, name), &target, 1, bases, o, NULL, &run, report, why);
}

static evk_set *make_well(const char *name, const evk_adversarial_options *o, size_t neurons)
{
    evk_adversarial_report *report;
    evk_set *set;

    assert_ok(make(name, o, neurons, &report, err));
    assert_int_equal(evk_adversarial_count(report), neurons);
    assert_int_equal(evk_adversarial_made(report)->failed, 0);
    evk_adversarial_report_free(report);
    assert_ok(evk_set_open(&set, path_in(folder, name), err));
    return set;
}

static const char *text(const evk_set *set, int64_t row, const char *column)
{
    return evk_set_cell(set, row, column);
}

static double number(const evk_set *set, int64_t row, const char *column)
{
    return strcmp(text(set, row, column), "n/a") == 0 ? (double)NAN
                                                      : strtod(text(set, row, column), NULL);
}

static bool is(const evk_set *set, int64_t row, const char *column, const char *value)
{
    return strcmp(text(set, row, column), value) == 0;
}

static int64_t source(const evk_set *set, int64_t row)
{
    const int64_t at = evk_set_find(set, text(set, row, "source_id"));

    assert_true(at >= 0 && at < BASES);
    assert_string_equal(text(set, at, "source_file"), text(set, row, "source_file"));
    return at;
}

static evk_image *image_of(const evk_set *set, int64_t row)
{
    evk_image *image;

    assert_ok(evk_set_image(set, row, &image, err));
    assert_int_equal(image->height * image->width * image->channels, TINY_VALUES);
    return image;
}

/* Nine digits. */
static void near(double found, double want)
{
    if (!(fabs(found - want) <= 6e-9 * fmax(fabs(want), 1e-12)))
        fail_msg("found %.12g, expected %.12g", found, want);
}

/* ---- what is measured ----------------------------------------------------------------------- */

/* All four deltas of a row, from its file and its base's. */
static void check_deltas(const evk_set *set, int64_t row)
{
    const char *norm = text(set, row, "budget_norm");
    const double budget = number(set, row, "budget");
    evk_image *a = image_of(set, row), *b = image_of(set, source(set, row));
    double most = 0, sum = 0, squares = 0, size;

    for (int64_t i = 0; i < TINY_VALUES; i++) {
        const double d = fabs((double)a->values[i] - (double)b->values[i]);

        most = fmax(most, d);
        sum += d;
        squares += d * d;
    }
    near(number(set, row, "linf_delta"), most);
    near(number(set, row, "mean_abs_delta"), sum / TINY_VALUES);
    near(number(set, row, "rms_delta"), sqrt(squares / TINY_VALUES));
    near(number(set, row, "l2_delta"), sqrt(squares) / 255);
    size = strcmp(norm, "linf") == 0       ? most
           : strcmp(norm, "rms") == 0      ? sqrt(squares / TINY_VALUES)
           : strcmp(norm, "mean-abs") == 0 ? sum / TINY_VALUES
                                           : sqrt(squares) / 255;
    assert_true(size <= budget);
    evk_image_free(a);
    evk_image_free(b);
}

/* Responses are exact, and delta_z is in SDs over the base images. */
static void check_responses(const evk_set *set, int64_t row)
{
    const int64_t output = (int64_t)number(set, row, "target_output");
    evk_image *a = image_of(set, row);
    const double after = linear_response(&weights, a->values, output);
    double before, mean, sd;

    near(number(set, row, "response_pred"), after);
    if (!is(set, row, "set_type", "blank")) {
        before = linear_response(&weights, values + source(set, row) * TINY_VALUES, output);
        linear_moments(&weights, values, BASES, output, &mean, &sd);
        near(number(set, row, "response_source"), before);
        near(number(set, row, "delta_z"), (after - before) / sd);
    }
    evk_image_free(a);
}

/* Base images first, each once, as they are; then rows that say what their files are. */
static void check_set(const evk_set *set)
{
    for (int64_t i = 0; i < BASES; i++) {
        evk_image *image = image_of(set, i);

        assert_string_equal(text(set, i, "set_type"), "natural");
        assert_string_equal(text(set, i, "target_model"), "n/a");
        assert_memory_equal(image->values, values + i * TINY_VALUES, TINY_VALUES * sizeof(float));
        evk_image_free(image);
    }
    for (int64_t i = BASES; i < evk_set_count(set); i++) {
        if (is(set, i, "control", "n/a"))
            assert_string_equal(text(set, i, "duplicate_of"), "n/a");
        if (!is(set, i, "set_type", "blank"))
            check_deltas(set, i);
        check_responses(set, i);
    }
}

/* ---- closed forms ---------------------------------------------------------------------------- */

static void test_linear(void **state)
{
    evk_adversarial_options o = evk_adversarial_default();
    evk_set *set;

    (void)state;
    o.attack.norm = "linf";
    o.budgets = "8";
    set = make_well("linf", &o, OUTPUTS);
    check_set(set);
    assert_int_equal(evk_set_count(set), BASES + OUTPUTS * BASES * 2);
    for (int64_t r = BASES; r < evk_set_count(set); r++) {
        const int64_t output = (int64_t)number(set, r, "target_output");
        const float *x = values + source(set, r) * TINY_VALUES;
        const float sign = is(set, r, "objective", "max") ? 1 : -1;
        double gain = 0;

        for (int64_t i = 0; i < TINY_VALUES; i++) {
            const float w = weights.weights[i * OUTPUTS + output];
            const float step = 8 * sign * (float)((w > 0) - (w < 0));

            gain += (double)(w * (fminf(fmaxf(x[i] + step, 0), 255) - x[i]));
        }
        assert_true(number(set, r, "response_pred") - number(set, r, "response_source") == gain);
    }
    evk_set_free(set);
}

/* ---- sweeps ------------------------------------------------------------------------------------ */

static void test_sweeps(void **state)
{
    static const char *const norms[] = {"rms", "linf", "mean-abs", "l2"};
    static const char *const budgets[] = {"12,3,0.7,6", "12,3,1,6", "12,3,0.7,6", "0.7,0.1,0.25,2"};

    (void)state;
    for (size_t k = 0; k < sizeof(norms) / sizeof(norms[0]); k++) {
        evk_adversarial_options o = evk_adversarial_default();
        char name[32];
        evk_set *set;

        o.attack.norm = norms[k];
        o.attack.steps = 10;
        o.budgets = budgets[k];
        snprintf(name, sizeof(name), "sweep-%s", norms[k]);
        set = make_well(name, &o, 1);
        check_set(set);
        for (int64_t r = BASES; r < evk_set_count(set); r++) {
            const double gain =
                number(set, r, "delta_z") * (is(set, r, "objective", "max") ? 1 : -1);

            assert_true(gain > 0);
            if ((r - BASES) % 4 == 0)
                continue;
            assert_true(number(set, r, "budget") > number(set, r - 1, "budget"));
            assert_true(gain >= fabs(number(set, r - 1, "delta_z")));
        }
        evk_set_free(set);
    }
}

static void test_target(void **state)
{
    evk_adversarial_options o = evk_adversarial_default();
    evk_adversarial_report *report;
    evk_adversarial_neuron n;
    int reached = 0;
    evk_set *set;

    (void)state;
    o.attack.target = linear_response(&weights, values, 0) + 5000;
    o.budgets = "0.5,20";
    set = make_well("target", &o, 1);
    check_set(set);
    assert_int_equal(evk_set_count(set), BASES + BASES * 2);
    for (int64_t r = BASES; r < evk_set_count(set); r++) {
        const double from = number(set, r, "response_source"), to = number(set, r, "response_pred");
        const bool is_there =
            o.attack.target >= from ? to >= o.attack.target : to <= o.attack.target;

        assert_string_equal(text(set, r, "objective"), "target");
        assert_string_equal(text(set, r, "reached"), is_there ? "true" : "false");
        reached += is_there;
    }
    assert_true(reached > 0 && reached < 2 * BASES);
    evk_set_free(set);
    assert_ok(make("target", &o, 1, &report, err));
    n = *evk_adversarial_at(report, 0);
    assert_int_equal(n.reached, reached);
    assert_true(isnan(n.rise) && isnan(n.fall) && !isnan(n.change));
    assert_true(evk_adversarial_made(report)->made == 0);
    evk_adversarial_report_free(report);
}

/* Others stay, on the file. */
static void test_hold(void **state)
{
    evk_adversarial_options o = evk_adversarial_default();
    evk_set *set;

    (void)state;
    o.attack.hold = "1-2";
    o.attack.tolerance = 200;
    set = make_well("hold", &o, 1);
    check_set(set);
    for (int64_t r = BASES; r < evk_set_count(set); r++) {
        const float *x = values + source(set, r) * TINY_VALUES;
        evk_image *y = image_of(set, r);
        double most = 0;

        for (int64_t held = 1; held < OUTPUTS; held++)
            most = fmax(most, fabs(linear_response(&weights, y->values, held) -
                                   linear_response(&weights, x, held)));
        near(number(set, r, "held_delta"), most);
        assert_true(most <= o.attack.tolerance);
        assert_true(fabs(number(set, r, "response_pred") - number(set, r, "response_source")) >
                    400);
        evk_image_free(y);
    }
    evk_set_free(set);
}

/* ---- controls ------------------------------------------------------------------------------------ */

/* Row r names row of, which is what it should control. */
static void check_control(const evk_set *set, int64_t r, int64_t of)
{
    const bool neuron = is(set, r, "control", "neuron");
    evk_image *a = image_of(set, r), *b = image_of(set, of);

    assert_string_equal(text(set, of, "set_type"), "adversarial");
    assert_string_equal(text(set, r, "target_output"), text(set, of, "target_output"));
    if (is(set, r, "set_type", "blank")) {
        for (int64_t i = 0; i < TINY_VALUES; i++)
            assert_true(a->values[i] == 128);
    } else {
        assert_string_equal(text(set, r, "budget"), text(set, of, "budget"));
        assert_true((source(set, r) == source(set, of)) != is(set, r, "control", "base"));
        if (is(set, r, "set_type", "control"))
            assert_true(neuron ||
                        strcmp(text(set, r, "pixel_sha256"), text(set, of, "pixel_sha256")) != 0);
    }
    /* Noise and phases are as large, to one part in a hundred. */
    if (is(set, r, "control", "scrambled") || is(set, r, "control", "noise"))
        assert_true(number(set, r, "rms_delta") >= 0.99 * number(set, of, "rms_delta"));
    evk_image_free(a);
    evk_image_free(b);
}

/* No image of random numbers is in the set twice. */
static void check_random(const evk_set *set)
{
    for (int64_t r = BASES; r < evk_set_count(set); r++)
        for (int64_t k = BASES; k < r; k++)
            if ((is(set, r, "control", "noise") || is(set, r, "control", "scrambled")) &&
                is(set, k, "control", text(set, r, "control")))
                assert_string_not_equal(text(set, r, "pixel_sha256"), text(set, k, "pixel_sha256"));
}

static void test_controls(void **state)
{
    static const char *const kinds[] = {"scrambled", "noise",  "base",
                                        "opposite",  "neuron", "blank"};
    enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };
    evk_adversarial_options o = evk_adversarial_default();
    int seen[KINDS] = {0};

    (void)state;
    o.budgets = "6,12";
    o.attack.steps = 10;
    o.controls = "blank,scrambled,noise,base,opposite,neuron";
    for (int both = 0; both < 2; both++) {
        evk_set *set;

        o.increase = !both;
        set = make_well(both ? "both" : "one", &o, OUTPUTS);
        check_set(set);
        for (int64_t r = BASES; r < evk_set_count(set); r++) {
            if (is(set, r, "control", "n/a"))
                continue;
            check_control(set, r, evk_set_find(set, text(set, r, "control_of")));
            for (int k = 0; k < KINDS; k++)
                seen[k] += is(set, r, "control", kinds[k]);
        }
        check_random(set);
        evk_set_free(set);
    }
    /* One of each kind for each image: in one direction, and in both. */
    for (int k = 0; k < KINDS; k++)
        assert_int_equal(seen[k],
                         strcmp(kinds[k], "blank") == 0 ? 2 * OUTPUTS : 3 * OUTPUTS * BASES * 2);
}

/* ---- what cannot be ------------------------------------------------------------------------------- */

static void refuse(const char *why, evk_status status, void (*spoil)(evk_adversarial_options *o))
{
    evk_adversarial_options o = evk_adversarial_default();
    evk_adversarial_report *report;

    spoil(&o);
    assert_fails(status, why, make("none", &o, 2, &report, err));
    assert_false(evk_fs_exists(path_in(folder, "none")));
}

#define SPOIL(name, what)                        \
    static void name(evk_adversarial_options *o) \
    {                                            \
        what;                                    \
    }

SPOIL(zero, o->budgets = "5,0")
SPOIL(large, o->budgets = "300")
SPOIL(less, (o->attack.norm = "linf", o->budgets = "8,0.9"))
SPOIL(word, o->budgets = "5,many")
SPOIL(twice, o->budgets = "5,2,5.0")
SPOIL(norm, o->attack.norm = "l3")
SPOIL(method, o->attack.method = "guess")
SPOIL(held, o->attack.hold = "0-1")
SPOIL(unknown, o->attack.hold = "3")
SPOIL(control, o->controls = "noise,other")
SPOIL(discs, o->controls = "discs")
SPOIL(both, (o->attack.target = 1, o->increase = true))
SPOIL(opposite, (o->attack.target = 1, o->controls = "opposite"))

static void test_refused(void **state)
{
    (void)state;
    refuse("budget is 0, expected above 0", EVK_EINVAL, zero);
    refuse("budget is 300, expected above 0 and at most 255", EVK_EINVAL, large);
    refuse("budget 0.9 (linf) lets no value change by a level", EVK_EINVAL, less);
    refuse("budget is 'many', expected a number", EVK_EINVAL, word);
    refuse("budget 5 is asked for twice", EVK_EINVAL, twice);
    refuse("norm is 'l3', expected one of: rms", EVK_ENOTFOUND, norm);
    refuse("method is 'guess'", EVK_ENOTFOUND, method);
    refuse("neuron 0 is both held and to be perturbed", EVK_EINVAL, held);
    refuse("neuron 3 is out of range", EVK_EINVAL, unknown);
    refuse("control is 'other', expected one of: scrambled", EVK_ENOTFOUND, control);
    refuse("control discs goes with method smoothing only", EVK_EINVAL, discs);
    refuse("found --target and --increase", EVK_EINVAL, both);
    refuse("control opposite does not go with a target response", EVK_EINVAL, opposite);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear),   cmocka_unit_test(test_sweeps),
        cmocka_unit_test(test_target),   cmocka_unit_test(test_hold),
        cmocka_unit_test(test_controls), cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
