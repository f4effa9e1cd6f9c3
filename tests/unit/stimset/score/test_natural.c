/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_natural.c - reference images as neurons see them: against sums and sorting on paper */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "model/calibration.h"
#include "stimset/score/natural.h"
#include "synth/settings.h"

enum { PHOTOS = 24, OUTPUTS = 4, FLAT = 3, DEPTH = 5 };

static char *folder;
static struct linear l;
static evk_model *model;
static evk_image_list *reference;
static float photos[PHOTOS * TINY_VALUES];
static const evk_run run = {.threads = 2};

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("natural");
    linear_random(&l, path_in(folder, "model.keras"), OUTPUTS, 5);
    for (int64_t i = 0; i < TINY_VALUES; i++)
        l.weights[i * OUTPUTS + FLAT] = 0;
    linear_save(&l);
    model = linear_open(&l);
    reference = linear_photos(path_in(folder, "photos"), PHOTOS, photos);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    evk_image_list_free(reference);
    linear_release(&l);
    free(folder);
    return 0;
}

static double response(int64_t photo, int64_t output)
{
    return linear_response(&l, photos + photo * TINY_VALUES, output);
}

/* How many images come before this one: those beyond it, and equal ones that are earlier. */
static int64_t rank_of(int64_t photo, int64_t output, bool lowest)
{
    const double r = response(photo, output);
    int64_t before = 0;

    for (int64_t i = 0; i < PHOTOS; i++) {
        const double x = response(i, output);

        before += (lowest ? x < r : x > r) || (x == r && i < photo);
    }
    return before;
}

static void read(struct evk_naturals *n, const evk_target *t, bool lowest)
{
    assert_ok(evk_naturals_read(n, t, 1, reference, DEPTH, lowest, &run, err));
}

static void test_order(void **state)
{
    static const int64_t outputs[] = {2, 0, FLAT};
    const evk_target target = {model, outputs, 3};
    struct evk_naturals n;

    (void)state;
    for (int lowest = 0; lowest < 2; lowest++) {
        read(&n, &target, lowest);
        for (int o = 0; o < 3; o++) {
            const struct evk_natural *one = &n.neurons[o];
            double mean, sd;

            linear_moments(&l, photos, PHOTOS, outputs[o], &mean, &sd);
            assert_true(fabs(one->mean - mean) <= 1e-9 * fabs(mean));
            assert_true(fabs(one->sd - sd) <= 1e-9 * sd);
            for (int64_t i = 1; i < PHOTOS; i++)
                assert_true(one->sorted[i - 1] <= one->sorted[i]);
            for (int64_t k = 0; k < DEPTH; k++) {
                assert_int_equal(rank_of(one->best[k], outputs[o], lowest), k);
                assert_int_equal(rank_of(one->worst[k], outputs[o], !lowest), k);
            }
            assert_true(one->response == response(one->best[0], outputs[o]));
        }
        evk_naturals_release(&n);
    }
}

static void test_find(void **state)
{
    static const int64_t outputs[] = {2, 0};
    const evk_target target = {model, outputs, 2};
    struct evk_naturals n;

    (void)state;
    read(&n, &target, false);
    assert_ptr_equal(evk_naturals_find(&n, model, "2"), &n.neurons[0]);
    assert_ptr_equal(evk_naturals_find(&n, model, "0"), &n.neurons[1]);
    assert_null(evk_naturals_find(&n, model, "1"));
    assert_null(evk_naturals_find(&n, model, "9"));
    evk_naturals_release(&n);
}

/* Responses are whole numbers: z and percentile are exact but for the last rounding. */
static void test_score(void **state)
{
    static const int64_t outputs[] = {1, FLAT};
    const evk_target target = {model, outputs, 2};
    struct evk_naturals n;
    double mean, sd;

    (void)state;
    linear_moments(&l, photos, PHOTOS, 1, &mean, &sd);
    for (int lowest = 0; lowest < 2; lowest++) {
        read(&n, &target, lowest);
        for (int64_t i = 0; i < PHOTOS; i++) {
            struct evk_row row = evk_row_new();
            const int64_t best = n.neurons[0].best[0];

            row.response_pred = response(i, 1);
            evk_natural_score(&n, &n.neurons[0], true, &row);
            assert_true(fabs(row.own_z - (row.response_pred - mean) / sd) < 1e-9);
            assert_true(fabs(row.own_percentile -
                             100 * ((double)rank_of(i, 1, true) + 0.5) / PHOTOS) < 1e-9);
            assert_true(fabs(row.natural_z - (response(best, 1) - mean) / sd) < 1e-9);
            assert_string_equal(row.natural_file, evk_image_list_name(reference, (size_t)best));
            assert_string_equal(row.beats_natural, "false"); /* an equal response does not */
            row.response_pred = response(best, 1) + (lowest ? -1 : 1);
            evk_natural_score(&n, &n.neurons[0], true, &row);
            assert_string_equal(row.beats_natural, "true");
            row = evk_row_new();
            row.response_pred = 7;
            evk_natural_score(&n, &n.neurons[0], false, &row);
            assert_true(!isnan(row.own_z) && isnan(row.natural_z) && !row.natural_file &&
                        !row.beats_natural);
            evk_natural_score(&n, &n.neurons[1], true, &row); /* no SD: no z */
            assert_true(isnan(row.own_z) && isnan(row.natural_z) && row.own_percentile == 100);
        }
        evk_naturals_release(&n);
    }
}

/* The probability to beat the best image: of a high, of a low, of an equal response, and of itself. */
static void test_probability(void **state)
{
    static const int64_t outputs[] = {1};
    const struct evk_calibration sure = {.images = 600,
                                         .sd = 2,
                                         .lowest = -100,
                                         .smallest = -1e4,
                                         .largest = 1e4,
                                         .slope = 1,
                                         .residual = 1,
                                         .low = -1,
                                         .high = 1};
    const evk_target target = {model, outputs, 1};
    struct evk_naturals n;

    (void)state;
    for (int lowest = 0; lowest < 2; lowest++) {
        struct evk_row row = evk_row_new();

        read(&n, &target, lowest);
        row.response_pred = n.neurons[0].response + (lowest ? -3 : 3);
        evk_natural_score(&n, &n.neurons[0], true, &row);
        assert_true(isnan(row.p_beats_natural)); /* the model knows nothing */
        n.neurons[0].calibration = &sure;
        evk_natural_score(&n, &n.neurons[0], false, &row);
        assert_true(row.p_beats_natural > 0.5 && row.p_beats_natural < 1);
        assert_true(row.p_beats_natural ==
                    (lowest
                         ? evk_calibration_above(&sure, n.neurons[0].response, row.response_pred)
                         : evk_calibration_above(&sure, row.response_pred, n.neurons[0].response)));
        row.response_pred = n.neurons[0].response;
        row.control = "matched";
        evk_natural_score(&n, &n.neurons[0], true, &row);
        assert_true(row.p_beats_natural == 0.5);
        row.control = "natural";
        row.source_file = "another name of the file.png";
        evk_natural_score(&n, &n.neurons[0], true, &row);
        assert_true(isnan(row.p_beats_natural)); /* it is the best image */
        evk_naturals_release(&n);
    }
}

static void test_refused(void **state)
{
    static const int64_t output = 0;
    const evk_target target = {model, &output, 1};
    struct evk_naturals n;
    evk_image_list *named;
    const char *at;

    (void)state;
    assert_fails(EVK_EINVAL, "found 24 reference images, expected at least 25",
                 evk_naturals_read(&n, &target, 1, reference, 25, false, &run, err));
    evk_naturals_release(&n);
    evk_image_list_free(linear_photos(path_in(folder, "named"), 2, photos));
    assert_int_equal(rename(path_in(folder, "named/000.png"), path_in(folder, "named/a\tb.png")),
                     0);
    at = path_in(folder, "named");
    assert_ok(evk_image_list_open(&named, &at, 1, NULL, err));
    assert_fails(EVK_EINVAL, "its name does not fit a table",
                 evk_naturals_read(&n, &target, 1, named, 1, false, &run, err));
    evk_naturals_release(&n);
    evk_image_list_free(named);
}

/* ---- what they are like ----------------------------------------------------------------------- */

static int ascending(const void *pa, const void *pb)
{
    const double a = *(const double *)pa, b = *(const double *)pb;

    return (a > b) - (a < b);
}

static double median(double *x, int64_t n)
{
    qsort(x, (size_t)n, sizeof(*x), ascending);
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

static double sd_of(const double *x, int64_t n, double *mean)
{
    double squares = 0;

    *mean = 0;
    for (int64_t i = 0; i < n; i++)
        *mean += x[i] / (double)n;
    for (int64_t i = 0; i < n; i++)
        squares += (x[i] - *mean) * (x[i] - *mean);
    return sqrt(squares / (double)(n - 1));
}

static void measure(const float *photo, double *sd, double *mean, double *contrast)
{
    enum { PIXELS = TINY_H * TINY_W };
    double x[PIXELS], m;

    *sd = *mean = 0;
    for (int c = 0; c < TINY_C; c++) {
        for (int i = 0; i < PIXELS; i++)
            x[i] = (double)photo[i * TINY_C + c];
        *sd += sd_of(x, PIXELS, &m) / TINY_C;
        *mean += m / TINY_C;
    }
    for (int i = 0; i < PIXELS; i++)
        x[i] = 0.299 * (double)photo[i * TINY_C] + 0.587 * (double)photo[i * TINY_C + 1] +
               0.114 * (double)photo[i * TINY_C + 2];
    *contrast = sd_of(x, PIXELS, &m);
    *contrast /= m;
}

static void test_medians(void **state)
{
    double of[3][PHOTOS];
    evk_recipe one = evk_recipe_default(), other = one;
    const evk_run alone = {.threads = 1};

    (void)state;
    for (int64_t i = 0; i < PHOTOS; i++)
        measure(photos + i * TINY_VALUES, &of[0][i], &of[1][i], &of[2][i]);
    assert_ok(evk_recipe_of_images(&one, model, reference, &run, err));
    assert_true(fabs(one.natural_sd - median(of[0], PHOTOS)) < 1e-6);
    assert_true(fabs(one.natural_mean - median(of[1], PHOTOS)) < 1e-6);
    assert_true(fabs(one.natural_contrast - median(of[2], PHOTOS)) < 1e-8);
    assert_ok(evk_recipe_of_images(&other, model, reference, &alone, err));
    assert_true(one.natural_sd == other.natural_sd && one.natural_mean == other.natural_mean &&
                one.natural_contrast == other.natural_contrast);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),   cmocka_unit_test(test_find),
        cmocka_unit_test(test_score),   cmocka_unit_test(test_probability),
        cmocka_unit_test(test_medians), cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
