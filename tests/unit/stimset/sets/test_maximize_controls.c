/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_maximize_controls.c - controls of synthesized images: what they are, and sets with them as sets */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "synth/settings.h"

enum { PHOTOS = 7, OUTPUTS = 3, STARTS = 3, KEPT = 2 };

static const char kinds[] = "scrambled,neuron,natural,matched,start,blank";
static char *folder;
static struct linear weights;
static evk_model *model;
static evk_image_list *photos;
static float values[PHOTOS * TINY_VALUES];

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("maximize_controls");
    linear_random(&weights, path_in(folder, "linear.keras"), OUTPUTS, 5);
    linear_save(&weights);
    model = linear_open(&weights);
    photos = linear_photos(path_in(folder, "photos"), PHOTOS, values);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    evk_image_list_free(photos);
    linear_release(&weights);
    free(folder);
    return 0;
}

static evk_recipe recipe(void)
{
    evk_recipe r = tiny_recipe();

    r.starts = STARTS;
    r.keep = KEPT;
    r.start = "natural";
    r.controls = kinds;
    return r;
}

static evk_status make(const char *name, const evk_recipe *r, size_t neurons, bool shown,
                       const evk_run *run, evk_error *why)
{
    static const int64_t outputs[OUTPUTS] = {0, 1, 2};
    const evk_target target = {model, outputs, neurons};
    const evk_judges judges = {.reference = photos};
    evk_set_report *report = NULL;
    evk_status s = evk_maximize(path_in(folder, name), &target, 1, r, shown ? &judges : NULL, run,
                                &report, why);

    evk_set_report_free(report);
    return s;
}

static const char *text(const evk_set *set, int64_t row, const char *column)
{
    return evk_set_cell(set, row, column);
}

static bool is(const evk_set *set, int64_t row, const char *column, const char *value)
{
    return strcmp(text(set, row, column), value) == 0;
}

/* ---- what they are -------------------------------------------------------------------------- */

static void moments(const float *x, int64_t channel, double *mean, double *sd)
{
    double squares = 0;

    *mean = 0;
    for (int64_t i = channel; i < TINY_VALUES; i += TINY_C)
        *mean += (double)x[i] / (TINY_H * TINY_W);
    for (int64_t i = channel; i < TINY_VALUES; i += TINY_C)
        squares += pow((double)x[i] - *mean, 2);
    *sd = sqrt(squares / (TINY_H * TINY_W - 1));
}

/* The photograph with the largest response, or number i of the largest. */
static const float *best_photo(int64_t output, int64_t start)
{
    for (int64_t i = 0; i < PHOTOS; i++) {
        const double r = linear_response(&weights, values + i * TINY_VALUES, output);
        int64_t better = 0;

        for (int64_t k = 0; k < PHOTOS; k++)
            better += linear_response(&weights, values + k * TINY_VALUES, output) > r;
        if (better == start)
            return values + i * TINY_VALUES;
    }
    fail_msg("no photograph is number %d", (int)start);
    return NULL;
}

static void check_matched(const float *x, const float *image)
{
    double mean, sd, want_mean, want_sd;

    for (int64_t c = 0; c < TINY_C; c++) {
        moments(x, c, &mean, &sd);
        moments(image, c, &want_mean, &want_sd);
        assert_true(fabs(mean - want_mean) < 1 && fabs(sd - want_sd) < 2);
    }
}

static void check_scrambled(const float *x, const float *image)
{
    double mean, sd, want_mean, want_sd;

    assert_memory_not_equal(x, image, TINY_VALUES * sizeof(float));
    for (int64_t c = 0; c < TINY_C; c++) {
        moments(x, c, &mean, &sd);
        moments(image, c, &want_mean, &want_sd);
        assert_true(fabs(mean - want_mean) < 0.5); /* of 72 roundings */
    }
}

static void check_control(const evk_set *set, int64_t row, int64_t of)
{
    const int64_t output = strtoll(text(set, of, "target_output"), NULL, 10);
    const int64_t start = strtoll(text(set, of, "start"), NULL, 10);
    evk_image *x, *image, *other;

    assert_ok(evk_set_image(set, row, &x, err));
    assert_ok(evk_set_image(set, of, &image, err));
    if (is(set, row, "control", "blank"))
        for (int64_t i = 0; i < TINY_VALUES; i++)
            assert_true(x->values[i] == 128);
    else if (is(set, row, "control", "natural"))
        assert_memory_equal(x->values, best_photo(output, 0), TINY_VALUES * sizeof(float));
    else if (is(set, row, "control", "start"))
        assert_memory_equal(x->values, best_photo(output, start), TINY_VALUES * sizeof(float));
    else if (is(set, row, "control", "matched"))
        check_matched(x->values, image->values);
    else if (is(set, row, "control", "scrambled"))
        check_scrambled(x->values, image->values);
    else {
        const int64_t from = evk_set_find(set, text(set, row, "source_id"));

        assert_string_equal(text(set, row, "control"), "neuron");
        assert_string_not_equal(text(set, from, "target_output"), text(set, of, "target_output"));
        assert_ok(evk_set_image(set, from, &other, err));
        assert_memory_equal(x->values, other->values, TINY_VALUES * sizeof(float));
        evk_image_free(other);
    }
    assert_true(fabs(strtod(text(set, row, "response_pred"), NULL) -
                     linear_response(&weights, x->values, output)) < 1e-3);
    evk_image_free(x);
    evk_image_free(image);
}

static void test_kinds(void **state)
{
    const evk_run run = {.threads = 2};
    const evk_recipe r = recipe();
    int64_t controls = 0, images = 0;
    evk_set *set;

    (void)state;
    assert_ok(make("kinds", &r, OUTPUTS, true, &run, err));
    assert_ok(evk_set_open(&set, path_in(folder, "kinds"), err));
    for (int64_t row = 0; row < evk_set_count(set); row++) {
        const int64_t of = evk_set_find(set, text(set, row, "control_of"));

        images += is(set, row, "set_type", "max") && is(set, row, "present", "true");
        if (of < 0)
            continue;
        assert_string_equal(text(set, of, "set_type"), "max");
        assert_string_equal(text(set, of, "present"), "true");
        assert_string_equal(text(set, of, "target_output"), text(set, row, "target_output"));
        check_control(set, row, of);
        controls++;
    }
    assert_true(images >= OUTPUTS && images <= OUTPUTS * KEPT);
    assert_int_equal(controls, 4 * images + 2 * OUTPUTS);
    evk_set_free(set);
}

/* ---- the same bytes, and looked at again ------------------------------------------------------ */

struct patience {
    int64_t asked, most; /* so many times; -1: for ever */
};

static bool is_out(void *arg)
{
    struct patience *p = arg;

    return ++p->asked > p->most && p->most >= 0;
}

static void test_stop(void **state)
{
    const evk_recipe r = recipe();
    struct patience p = {0, -1};
    const evk_run run = {.threads = 1, .stop = is_out, .arg = &p};
    const evk_run threads = {.threads = 3};
    struct evk_str whole;
    int64_t all;

    (void)state;
    assert_ok(make("whole", &r, OUTPUTS, true, &run, err));
    whole = tiny_content(path_in(folder, "whole"));
    all = p.asked;
    for (int64_t most = 0; most < all; most += all / 15 + 1) {
        evk_error why = {EVK_OK, ""};

        remove_folder(path_in(folder, "torn"));
        p = (struct patience){0, most};
        assert_int_equal(make("torn", &r, OUTPUTS, true, &run, &why), EVK_ESTOPPED);
        assert_ok(make("torn", &r, OUTPUTS, true, &threads, err));
        assert_content(path_in(folder, "torn"), &whole);
    }
    /* Stopped among the controls: these are the last to be asked. */
    for (int64_t most = all - 20; most < all; most += 3) {
        evk_error why = {EVK_OK, ""};

        remove_folder(path_in(folder, "torn"));
        p = (struct patience){0, most};
        assert_int_equal(make("torn", &r, OUTPUTS, true, &run, &why), EVK_ESTOPPED);
        p = (struct patience){0, all - 5};
        (void)make("torn", &r, OUTPUTS, true, &run, &why);
        assert_ok(make("torn", &r, OUTPUTS, true, &threads, err));
        assert_content(path_in(folder, "torn"), &whole);
    }
    evk_str_release(&whole);
}

static void fail_finding(void *arg, const char *sentence)
{
    (void)arg;
    fail_msg("%s", sentence);
}

static void test_again(void **state)
{
    const char *files[] = {weights.path};
    const evk_verify how = {.finding = fail_finding, .threads = 2, .reference = photos};
    const evk_run run = {.threads = 2};
    const evk_recipe r = recipe();
    evk_verified sum;
    evk_set *set;

    (void)state;
    assert_ok(make("again", &r, OUTPUTS, true, &run, err));
    assert_ok(evk_set_verify(path_in(folder, "again"), files, 1, &how, &sum, err));
    assert_true(sum.responses > 0 && sum.responses == sum.images);
    assert_ok(evk_set_open(&set, path_in(folder, "again"), err));
    for (int64_t row = 0; row < evk_set_count(set); row++) {
        char *again;

        assert_ok(evk_set_again(set, row, files, 1, photos, NULL, &again, err));
        if (again)
            fail_msg("%s: %s", text(set, row, "stimulus_id"), again);
    }
    evk_set_free(set);
}

/* From noise too; without photographs. */
static void test_noise(void **state)
{
    const char *files[] = {weights.path};
    const evk_run run = {.threads = 2};
    evk_recipe r = tiny_recipe();
    char *again;
    evk_set *set;

    (void)state;
    r.start = "noise";
    r.controls = "start";
    assert_ok(make("noise", &r, 1, false, &run, err));
    assert_ok(evk_set_open(&set, path_in(folder, "noise"), err));
    assert_int_equal(evk_set_count(set), 2 * r.starts);
    for (int64_t row = r.starts; row < evk_set_count(set); row++) {
        evk_image *x;

        assert_string_equal(text(set, row, "control"), "start");
        assert_ok(evk_set_image(set, row, &x, err));
        for (int64_t i = 0; i < TINY_VALUES; i++)
            assert_true(x->values[i] >= 128 && (double)x->values[i] <= 129 + r.start_contrast);
        evk_image_free(x);
        assert_ok(evk_set_again(set, row, files, 1, NULL, NULL, &again, err));
        assert_null(again);
    }
    evk_set_free(set);
}

static void test_refused(void **state)
{
    const evk_run run = {.threads = 1};
    evk_recipe r = tiny_recipe();

    (void)state;
    r.controls = "noise";
    assert_fails(EVK_EINVAL, "control noise is for perturbed images",
                 make("none", &r, 2, true, &run, err));
    r.controls = "matched";
    assert_fails(EVK_EINVAL, "control matched is made from a reference image",
                 make("none", &r, 2, false, &run, err));
    r.controls = "neuron";
    assert_fails(EVK_EINVAL, "control neuron needs at least two neurons, found 1",
                 make("none", &r, 1, true, &run, err));
    r.controls = "nonesuch";
    assert_fails(EVK_ENOTFOUND, "control is 'nonesuch', expected one of: scrambled",
                 make("none", &r, 1, true, &run, err));
    assert_false(evk_fs_exists(path_in(folder, "none")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds), cmocka_unit_test(test_stop),    cmocka_unit_test(test_again),
        cmocka_unit_test(test_noise), cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
