/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_calibration.c - what is kept of a cross-validation, intervals from it, and its JSON */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/calibration.h"

/* The constants of calibration.c, which this file states once more. */
#define RISE  0.7
#define SHIFT 0.5
#define BELOW 0.89
#define ABOVE 0.71
#define Z95   1.6448536269514722

static const struct evk_calibration plain = {.images = 600,
                                             .mean = 10,
                                             .sd = 2,
                                             .lowest = -1,
                                             .prediction = 9,
                                             .smallest = 5,
                                             .largest = 15,
                                             .slope = 1,
                                             .residual = 1,
                                             .low = -1,
                                             .high = 2};

static void near(double found, double expected)
{
    assert_true(fabs(found - expected) <= 1e-12 * fmax(1, fabs(expected)));
}

/* ---- cross-validation ----------------------------------------------------------------------- */

/*
 * Predictions are -1 and 1, responses 10 more, and all residuals 0.5 or -0.5, each as often with
 * either prediction: everything is known in closed form.
 */
static void test_measured(void **state)
{
    const double sd = sqrt(40 * 1.25 / 39), residual = sqrt(40 * 0.25 / 39);
    double predicted[42], recorded[42];
    struct evk_calibration c;

    (void)state;
    for (int i = 0; i < 40; i++) {
        predicted[i] = i % 2 ? 1 : -1;
        recorded[i] = 10 + predicted[i] + (i / 2 % 2 ? 0.5 : -0.5);
    }
    predicted[40] = 100, recorded[40] = (double)NAN;  /* was not shown */
    predicted[41] = (double)NAN, recorded[41] = -100; /* was not predicted */
    assert_ok(evk_calibration_measure(&c, predicted, recorded, 42, err));
    near(c.images, 40);
    near(c.mean, 10);
    near(c.sd, sd);
    near(c.lowest, 8.5);
    near(c.prediction, 0);
    near(c.smallest, -1);
    near(c.largest, 1);
    near(c.slope, 1);
    near(c.residual, residual);
    /* Low responses vary less, so that their residuals are the extreme ones. */
    near(c.low, -0.5 / (residual * sqrt(1 - RISE / sd)));
    near(c.high, 0.5 / (residual * sqrt(1 - RISE / sd)));
}

/* A slope is never below 0, nor above 1.5. */
static void test_slope(void **state)
{
    double predicted[40], recorded[40];
    struct evk_calibration c;

    (void)state;
    for (int i = 0; i < 40; i++) {
        predicted[i] = i;
        recorded[i] = 100 - i;
    }
    assert_ok(evk_calibration_measure(&c, predicted, recorded, 40, err));
    near(c.slope, 0);
    near(c.residual, c.sd);
    for (int i = 0; i < 40; i++)
        recorded[i] = 3 * i;
    assert_ok(evk_calibration_measure(&c, predicted, recorded, 40, err));
    near(c.slope, 1.5);
}

/* Too few images, or a constant response: nothing is known, and nothing is expected. */
static void test_nothing(void **state)
{
    double predicted[20], recorded[20];
    struct evk_calibration c;

    (void)state;
    for (int i = 0; i < 20; i++)
        recorded[i] = predicted[i] = i;
    assert_ok(evk_calibration_measure(&c, predicted, recorded, 20, err));
    near(c.images, 20);
    assert_ok(evk_calibration_measure(&c, predicted, recorded, 19, err));
    near(c.images, 0);
    assert_true(isnan(evk_calibration_expect(&c, 1).low));
    assert_true(isnan(evk_calibration_above(&c, 1, 0)));
    recorded[3] = (double)NAN;
    assert_ok(evk_calibration_measure(&c, predicted, recorded, 20, err));
    near(c.images, 0);
    for (int i = 0; i < 20; i++)
        recorded[i] = 2;
    assert_ok(evk_calibration_measure(&c, predicted, recorded, 20, err));
    near(c.images, 0);
}

/* A prediction that is always the same: the mean is expected, whatever is predicted. */
static void test_constant_prediction(void **state)
{
    double predicted[40], recorded[40];
    struct evk_expected e;
    struct evk_calibration c;

    (void)state;
    for (int i = 0; i < 40; i++) {
        predicted[i] = 0.1;
        recorded[i] = i % 2 ? 7 : 5;
    }
    assert_ok(evk_calibration_measure(&c, predicted, recorded, 40, err));
    assert_true(c.prediction == 0.1); /* forty of them add up to somewhat more */
    e = evk_calibration_expect(&c, 1e30);
    near(e.middle, 6);
    assert_true(e.low < 6 && e.high > 6 && e.high < 10);
}

/* ---- intervals ------------------------------------------------------------------------------ */

static void test_expected(void **state)
{
    struct evk_calibration c = plain;
    struct evk_expected e = evk_calibration_expect(&c, 9);
    double spread = sqrt(1 + SHIFT * SHIFT * 4);

    (void)state;
    near(e.middle, 10);
    near(e.low, 10 - BELOW * spread);
    near(e.high, 10 + ABOVE * 2 * spread);
    e = evk_calibration_expect(&c, 13); /* two SDs above the mean */
    spread = sqrt(1 + RISE * 2 + SHIFT * SHIFT * 4);
    near(e.middle, 14);
    near(e.low, 14 - BELOW * spread);
    near(e.high, 14 + ABOVE * 2 * spread);
    e = evk_calibration_expect(&c, 5); /* two SDs below: the variance stays above a tenth */
    spread = sqrt(0.1 + SHIFT * SHIFT * 4);
    near(e.low, 6 - BELOW * spread);
    near(e.high, 6 + ABOVE * 2 * spread);
}

/* With an eighth of 600 images, the interval is wider by 8^(1/8). */
static void test_few_images(void **state)
{
    struct evk_calibration few = plain;

    (void)state;
    few.images = 75;
    near(evk_calibration_expect(&few, 9).high - 10,
         pow(8, 0.125) * (evk_calibration_expect(&plain, 9).high - 10));
    few.images = 6000;
    near(evk_calibration_expect(&few, 9).high, evk_calibration_expect(&plain, 9).high);
}

/* Beyond all predictions of the cross-validation, one end stays, and the other one goes half as far
   as the prediction, and the median a tenth. */
static void test_beyond(void **state)
{
    const struct evk_expected edge = evk_calibration_expect(&plain, 15),
                              above = evk_calibration_expect(&plain, 25);
    const struct evk_expected bottom = evk_calibration_expect(&plain, 5),
                              below = evk_calibration_expect(&plain, 1);

    (void)state;
    near(above.low, edge.low);
    near(above.middle, edge.middle + 0.1 * 10);
    near(above.high, edge.high + 0.5 * 10);
    near(below.high, bottom.high);
    near(below.middle, bottom.middle - 0.1 * 4);
    near(below.low, bottom.low - 0.5 * 4);
}

/* No response below 0 is expected of a unit that had none. */
static void test_floor(void **state)
{
    struct evk_calibration c = plain;

    (void)state;
    c.lowest = 0;
    near(evk_calibration_expect(&c, -300).low, 0);
    near(evk_calibration_expect(&c, -300).middle, 0);
    assert_true(evk_calibration_expect(&c, -300).high > 0);
    assert_true(evk_calibration_expect(&plain, -300).low < -10);
}

/* ---- probabilities -------------------------------------------------------------------------- */

static void test_above(void **state)
{
    const double spread = sqrt(1 + SHIFT * SHIFT * 4);
    const double up = ABOVE * 2 * spread, down = BELOW * sqrt(1 + RISE / 2 + SHIFT * SHIFT * 4);

    (void)state;
    near(evk_calibration_above(&plain, 9, 9), 0.5);
    /* The upper side of the lower response, and the lower side of the higher one. */
    near(evk_calibration_above(&plain, 10, 9),
         0.5 * erfc(-1 / (sqrt(up * up + down * down) / Z95) / sqrt(2)));
    for (double x = 4; x < 20; x += 1.7)
        near(evk_calibration_above(&plain, x, 9) + evk_calibration_above(&plain, 9, x), 1);
    assert_true(isnan(evk_calibration_above(&plain, (double)NAN, 9)));
}

static uint64_t state_of_random = 1;

/* Returns a number between 0 and 1 (splitmix64). */
static double uniform(void)
{
    uint64_t z = (state_of_random += 0x9e3779b97f4a7c15u);

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return ((double)((z ^ z >> 31) >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/*
 * Gaussian responses whose variance rises as it is taken to rise: the quantiles that are found are
 * those of the normal distribution, and new responses are within intervals as often as the normal
 * distribution says, within four SDs of a binomial count.
 */
static void test_planted(void **state)
{
    enum { N = 4000, NEW = 40000 };
    static double predicted[N], recorded[N];
    const double sd = sqrt(1 + 0.36); /* of recorded responses: that of predictions, and of noise */
    struct evk_calibration c;
    double within = 0, expected = 0;

    (void)state;
    for (int i = 0; i < N; i++) {
        predicted[i] = normal();
        recorded[i] = predicted[i] + 0.6 * sqrt(fmax(0.1, 1 + RISE * predicted[i] / sd)) * normal();
    }
    assert_ok(evk_calibration_measure(&c, predicted, recorded, N, err));
    assert_true(fabs(c.slope - 1) < 0.05 && fabs(c.residual - 0.6) < 0.03);
    assert_true(fabs(c.low + Z95) < 0.15 && fabs(c.high - Z95) < 0.15);
    for (int i = 0; i < NEW; i++) {
        const double x = fmax(-2.5, fmin(2.5, normal()));
        const double noise = 0.6 * sqrt(fmax(0.1, 1 + RISE * x / sd));
        const double y = x + noise * normal();
        const struct evk_expected e = evk_calibration_expect(&c, x);

        within += y >= e.low && y <= e.high;
        expected +=
            0.5 * (erfc((x - e.high) / noise / sqrt(2)) - erfc((x - e.low) / noise / sqrt(2)));
    }
    assert_true(fabs(within - expected) < 4 * sqrt(NEW * 0.25));
    assert_true(expected > 0.9 * NEW); /* New photographs are nearer than synthetic images. */
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static void test_written_and_read(void **state)
{
    struct evk_calibration units[3] = {plain, {.images = 0}, plain}, *back;
    struct evk_str text = EVK_STR_INIT;
    struct evk_json_writer w;
    evk_json *root;

    (void)state;
    units[2].mean = 1.0 / 3;
    units[2].lowest = -2.0 / 3;
    evk_json_writer_init(&w);
    evk_calibration_put(&w, w.root, units, 3);
    assert_ok(evk_json_write_exactly(&w, &text, err));
    assert_ok(evk_json_parse(&root, text.data, text.size, err));
    assert_ok(evk_calibration_read(&back, evk_json_get(root, "calibration"), 3, err));
    assert_memory_equal(back, units, sizeof(units));
    free(back);
    evk_json_free(root);
    evk_json_writer_release(&w);
    evk_str_release(&text);
    assert_ok(evk_calibration_read(&back, NULL, 3, err));
    assert_null(back);
}

/* Where nothing is known of any neuron, a card has no such key. */
static void test_nothing_written(void **state)
{
    const struct evk_calibration units[2] = {{.images = 0}, {.images = 0}};
    struct evk_json_writer w;

    (void)state;
    evk_json_writer_init(&w);
    evk_calibration_put(&w, w.root, units, 2);
    assert_null(evk_json_get(w.root, "calibration"));
    evk_json_writer_release(&w);
}

/* Each card has one number that cannot be, and the message names it. */
static void test_refused(void **state)
{
    static const struct {
        const char *key, *list, *says;
    } bad[] = {
        {"sd", "[0]", "sd is below 1e-30"},
        {"sd", "[-1]", "sd is below 1e-30"},
        {"sd", "[1, 2]", "expected a list of 1"},
        {"sd", "{}", "expected a list of 1"},
        {"sd", "[\"x\"]", "expected a number"},
        {"mean", "[1e300]", "expected a number up to"},
        {"images", "[3]", "images is below 20"},
        {"lowest", "[11]", "lowest is above mean"},
        {"largest", "[8]", "between smallest and largest"},
        {"slope", "[-0.1]", "slope is not between"},
        {"residual", "[-1]", "residual is below 0"},
        {"low", "[0]", "low is not below 0"},
        {"high", "[-1]", "high is not above 0"},
        {"odd", "[1]", "its calibration has 'odd'"},
    };
    struct evk_calibration *c;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct evk_json_writer w;
        evk_json *one, *list;

        evk_json_writer_init(&w);
        evk_calibration_put(&w, w.root, &plain, 1);
        one = evk_json_member(w.root, "calibration");
        evk_json_drop(one, bad[i].key);
        assert_ok(evk_json_parse(&list, bad[i].list, strlen(bad[i].list), err));
        evk_json_put_copy(&w, one, bad[i].key, list);
        assert_fails(EVK_EFORMAT, bad[i].says, evk_calibration_read(&c, one, 1, err));
        assert_null(c);
        evk_json_free(list);
        evk_json_writer_release(&w);
    }
}

/* What is no object with lists is said to be so. */
static void test_no_object(void **state)
{
    static const char *const texts[] = {"[]", "[5]", "[null]", "[\"x\"]", "[{}]"};
    struct evk_calibration *c;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        evk_json *list;

        assert_ok(evk_json_parse(&list, texts[i], strlen(texts[i]), err));
        assert_fails(EVK_EFORMAT, "expected an object",
                     evk_calibration_read(&c, i ? evk_json_at(list, 0) : list, 1, err));
        assert_null(c);
        evk_json_free(list);
    }
}

/* A number that is null in one list makes its neuron one of which nothing is known. */
static void test_null(void **state)
{
    struct evk_calibration *c;
    struct evk_json_writer w;
    evk_json *one;

    (void)state;
    evk_json_writer_init(&w);
    evk_calibration_put(&w, w.root, &plain, 1);
    one = evk_json_member(w.root, "calibration");
    evk_json_drop(one, "sd");
    evk_json_put_null(&w, evk_json_put_array(&w, one, "sd"), NULL);
    assert_ok(evk_calibration_read(&c, one, 1, err));
    near(c->images, 0);
    free(c);
    evk_json_writer_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measured),
        cmocka_unit_test(test_slope),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_constant_prediction),
        cmocka_unit_test(test_expected),
        cmocka_unit_test(test_few_images),
        cmocka_unit_test(test_beyond),
        cmocka_unit_test(test_floor),
        cmocka_unit_test(test_above),
        cmocka_unit_test(test_planted),
        cmocka_unit_test(test_written_and_read),
        cmocka_unit_test(test_nothing_written),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_no_object),
        cmocka_unit_test(test_null),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
