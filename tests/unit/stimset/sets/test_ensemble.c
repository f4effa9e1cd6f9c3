/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_ensemble.c - sets of ensembles: the direction that members disagree on, and their scaling */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "../../../harness/recipe.h"
#include "synth/settings.h"

enum { MEMBERS = 4, PHOTOS = 16 };

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("ensemble");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

static evk_model *open_ensemble(const struct linear *l, int members, const evk_model_options *o)
{
    char text[2048];
    size_t at = (size_t)snprintf(text, sizeof(text), "e=");
    evk_model *m = NULL;

    for (int i = 0; i < members; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", i ? "," : "", l[i].path);
    assert_ok(evk_model_open_ensemble(&m, text, o, err));
    return m;
}

static double cell(const evk_set *set, int64_t row, const char *column)
{
    return strtod(evk_set_cell(set, row, column), NULL);
}

/* ---- the SD of linear members ------------------------------------------------------------------ */

/* Walsh functions of the column: orthogonal, with values of 1 and -1. */
static int wave(int which, int64_t i)
{
    return __builtin_parity((unsigned)(which & (int)(i / TINY_C % TINY_W))) ? -1 : 1;
}

/*
 * Member k is 9 common + first[k] wave 1 + second[k] wave 2, where first and
 * second have mean 0 and are orthogonal: the covariance of the members' weights
 * has the waves as its eigenvectors, with eigenvalues in the ratio of 180 to 4.
 */
static const int first[MEMBERS] = {9, 3, -3, -9}, second[MEMBERS] = {1, -1, -1, 1};

static double along(const float *image, int which)
{
    double sum = 0;

    for (int64_t i = 0; i < TINY_VALUES; i++)
        sum += ((double)image[i] - 128) * wave(which, i);
    return sum;
}

/* Of an image: cosine with wave 1 in magnitude, and the SD of the members by hand. */
static void check_image(const evk_set *set, int64_t row)
{
    double squares = 0, sum = 0, total = 0, norm = 0;
    evk_image *image;

    assert_ok(evk_set_image(set, row, &image, err));
    for (int64_t i = 0; i < TINY_VALUES; i++)
        norm += pow((double)image->values[i] - 128, 2);
    for (int k = 0; k < MEMBERS; k++) {
        const double r = 9 * along(image->values, 4) + first[k] * along(image->values, 1) +
                         second[k] * along(image->values, 2);

        sum += r;
        total += r * r;
    }
    squares = (total - sum * sum / MEMBERS) / (MEMBERS - 1);
    assert_true(fabs(along(image->values, 1)) > 0.99998 * sqrt(norm * TINY_VALUES));
    assert_true(sqrt(norm / TINY_VALUES) > 90); /* it went all the way */
    assert_true(fabs(cell(set, row, "response_sd") - sqrt(squares)) <= 1e-6 * sqrt(squares));
    assert_true(cell(set, row, "objective_pred") == cell(set, row, "response_sd"));
    evk_image_free(image);
}

/* The ascent of the SD is a power iteration: it ends at the first eigenvector. */
static void test_eigenvector(void **state)
{
    const evk_model_options centred = {.mean_count = 1, .mean = (const double[]){128}};
    const int64_t neuron = 0;
    evk_recipe r = published_recipe();
    struct linear l[MEMBERS];
    struct evk_str one;
    evk_model *m;
    evk_set *set;

    (void)state;
    for (int k = 0; k < MEMBERS; k++) {
        char name[32];

        snprintf(name, sizeof(name), "member%d.keras", k);
        linear_init(&l[k], path_in(folder, name), 1);
        for (int64_t i = 0; i < TINY_VALUES; i++)
            l[k].weights[i] =
                (float)(9 * wave(4, i) + first[k] * wave(1, i) + second[k] * wave(2, i));
        linear_save(&l[k]);
        linear_release(&l[k]);
    }
    m = open_ensemble(l, MEMBERS, &centred);
    r.objective = "sd";
    r.starts = 6;
    r.steps = 50;
    r.step_size = 2; /* 100 levels in all: the box is not reached */
    r.start_contrast = 0.5;
    r.start_mean = 128; /* that of the model, at which all members respond with 0 */
    r.gradient_blur = r.image_blur = 0;
    for (int threads = 1; threads < 5; threads += 3) {
        const evk_run run = {.threads = threads};
        const evk_target target = {m, &neuron, 1};
        evk_set_report *report;

        assert_ok(evk_maximize(path_in(folder, threads == 1 ? "sd" : "sd4"), &target, 1, &r, NULL,
                               &run, &report, err));
        evk_set_report_free(report);
    }
    one = tiny_content(path_in(folder, "sd"));
    assert_content(path_in(folder, "sd4"), &one);
    evk_str_release(&one);
    assert_ok(evk_set_open(&set, path_in(folder, "sd"), err));
    for (int64_t row = 0; row < r.starts; row++)
        check_image(set, row);
    evk_set_free(set);
    evk_model_free(m);
}

/* ---- scaling over reference images -------------------------------------------------------------- */

static void check_scaled(const struct linear *l, const float *photos, evk_image_list *list,
                         evk_scaling scaling)
{
    const evk_run run = {.threads = 2};
    evk_model *m = open_ensemble(l, 2, NULL);
    char before[65];
    evk_session *s;

    strcpy(before, evk_model_describe(m)->sha256);
    assert_ok(evk_scale_members(m, scaling, list, &run, err));
    assert_true((strcmp(before, evk_model_describe(m)->sha256) == 0) ==
                (scaling == EVK_SCALING_RAW));
    assert_ok(evk_session_new(&s, m, err));
    for (int i = 0; i < PHOTOS; i++) {
        const float *image = photos + i * TINY_VALUES;
        float r[2];

        evk_session_predict(s, image, r);
        for (int o = 0; o < 2; o++)
            for (int k = 0; k < 2; k++) {
                const double raw = linear_response(&l[k], image, o);
                double mean, sd, want = raw;

                linear_moments(&l[k], photos, PHOTOS, o, &mean, &sd);
                if (scaling == EVK_SCALING_Z)
                    want = (raw - mean) / sd;
                else if (scaling == EVK_SCALING_SD)
                    want = raw / sd;
                assert_true(fabs((double)evk_session_members(s)[2 * k + o] - want) <=
                            1e-7 * fmax(fabs(want), 1));
            }
    }
    evk_session_free(s);
    evk_model_free(m);
}

static void test_scaling(void **state)
{
    static float photos[PHOTOS * TINY_VALUES];
    evk_image_list *list = linear_photos(path_in(folder, "photos"), PHOTOS, photos);
    const evk_run run = {.threads = 1};
    struct linear l[2];
    evk_model *alone;

    (void)state;
    for (int k = 0; k < 2; k++) {
        linear_random(&l[k], path_in(folder, k ? "y.keras" : "x.keras"), 2, 21 + (uint64_t)k);
        linear_save(&l[k]);
    }
    check_scaled(l, photos, list, EVK_SCALING_RAW);
    check_scaled(l, photos, list, EVK_SCALING_Z);
    check_scaled(l, photos, list, EVK_SCALING_SD);
    alone = linear_open(&l[0]);
    assert_fails(EVK_EINVAL, "is no ensemble",
                 evk_scale_members(alone, EVK_SCALING_Z, list, &run, err));
    evk_model_free(alone);
    for (int k = 0; k < 2; k++)
        linear_release(&l[k]);
    evk_image_list_free(list);
}

/* ---- what the ascent began with ------------------------------------------------------------------ */

/* From a photograph, which no step changes: all is exact, and of the start it is the objective. */
static void test_start(void **state)
{
    static float photos[2 * TINY_VALUES];
    const evk_run run = {.threads = 1};
    const int64_t neuron = 1;
    evk_recipe r = published_recipe();
    struct linear l[2];
    evk_set_report *report;
    evk_model *m;
    evk_set *set;

    (void)state;
    evk_image_list_free(linear_photos(path_in(folder, "starts"), 2, photos));
    for (int k = 0; k < 2; k++) {
        linear_random(&l[k], path_in(folder, k ? "s.keras" : "r.keras"), 2, 41 + (uint64_t)k);
        linear_save(&l[k]);
    }
    m = open_ensemble(l, 2, NULL);
    for (int k = 0; k < 2; k++)
        linear_release(&l[k]);
    r.start = path_in(folder, "starts/001.png");
    r.objective = "sd";
    r.starts = 1;
    r.step_size = 0;
    {
        const evk_target target = {m, &neuron, 1};

        assert_ok(evk_maximize(path_in(folder, "still"), &target, 1, &r, NULL, &run, &report, err));
    }
    assert_int_equal(evk_set_report_neuron(report, 0)->no_gain, 1);
    evk_set_report_free(report);
    assert_ok(evk_set_open(&set, path_in(folder, "still"), err));
    assert_true(cell(set, 0, "response_start") == cell(set, 0, "response_sd"));
    assert_true(cell(set, 0, "response_start") != cell(set, 0, "response_pred"));
    assert_string_equal(evk_set_cell(set, 0, "flags"), "no-gain");
    evk_set_free(set);
    evk_model_free(m);
}

/* ---- refused before anything is made ------------------------------------------------------------- */

static void test_refused(void **state)
{
    const evk_model_options apart = {.mean_count = 3, .mean = (const double[]){120, 110, 100}};
    const evk_run run = {.threads = 1};
    const int64_t neuron = 0;
    evk_recipe r = tiny_recipe();
    evk_set_report *report = NULL;
    struct linear l;
    evk_model *m;

    (void)state;
    linear_random(&l, path_in(folder, "lone.keras"), 1, 31);
    linear_save(&l);
    assert_ok(evk_model_open(&m, l.path, &apart, err));
    {
        const evk_target target = {m, &neuron, 1};
        const char *set = path_in(folder, "refused");

        r.grayscale = true;
        r.fix_sd = 10;
        assert_fails(EVK_EINVAL, "lone.keras: a gray image cannot have a fixed mean, SD or norm",
                     evk_maximize(set, &target, 1, &r, NULL, &run, &report, err));
        r = tiny_recipe();
        r.objective = "sd";
        assert_fails(EVK_EINVAL,
                     "lone.keras: ", evk_maximize(set, &target, 1, &r, NULL, &run, &report, err));
        assert_false(evk_fs_exists(set));
    }
    evk_model_free(m);
    linear_release(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_eigenvector),
                                       cmocka_unit_test(test_scaling), cmocka_unit_test(test_start),
                                       cmocka_unit_test(test_refused)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
