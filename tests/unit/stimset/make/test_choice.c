/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_choice.c - whole sets with start images, a choice and natural images: stopped anywhere, made again */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>
#include <evoke/set.h>

#include "../../../harness/linear.h"
#include "stimset/record/tables.h"
#include "synth/settings.h"

enum { PHOTOS = 9, STARTS = 5, KEEP = 2, OUTPUTS = 3, NEURONS = 2 };

static char *folder;
static struct linear l;
static evk_model *model;
static evk_image_list *reference;
static float photos[PHOTOS * TINY_VALUES];
static const int64_t outputs[] = {1, 0, 2};

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("choice");
    linear_random(&l, path_in(folder, "model.keras"), OUTPUTS, 7);
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

static evk_recipe recipe(void)
{
    evk_recipe r;

    assert_ok(evk_recipe_of_method(&r, "published", err));
    r.steps = 4;
    r.start = "natural";
    r.starts = STARTS;
    r.keep = KEEP;
    r.step_size = 1; /* so that images stay apart */
    return r;
}

static evk_status make(const char *name, size_t neurons, const evk_recipe *r, const evk_run *run,
                       evk_set_report **report, evk_error *why)
{
    const evk_target target = {model, outputs, neurons};
    const evk_judges judges = {NULL, 0, reference};

    return evk_maximize(path_in(folder, name), &target, 1, r, &judges, run, report, why);
}

static evk_status naturals(const char *name, size_t neurons, const evk_run *run,
                           evk_set_report **report, evk_error *why)
{
    const evk_target target = {model, outputs, neurons};

    return evk_naturals(path_in(folder, name), &target, 1, reference, KEEP, KEEP, run, report, why);
}

static void make_well(const char *name, size_t neurons, int threads)
{
    const evk_run run = {.threads = threads};
    const evk_recipe r = recipe();
    evk_set_report *report;

    assert_ok(make(name, neurons, &r, &run, &report, err));
    evk_set_report_free(report);
}

static struct evk_str content(const char *name)
{
    return tiny_content(path_in(folder, name));
}

/* ---- the report -------------------------------------------------------------------------------- */

static void test_report(void **state)
{
    const evk_run run = {.threads = 2};
    const evk_recipe r = recipe();
    evk_set_report *report;
    double mean, sd;

    (void)state;
    assert_ok(make("report", NEURONS, &r, &run, &report, err));
    assert_int_equal(evk_set_report_made(report), NEURONS * STARTS);
    for (size_t i = 0; i < NEURONS; i++) {
        const evk_neuron_report n = *evk_set_report_neuron(report, i);
        double best = -HUGE_VAL;

        for (int64_t k = 0; k < PHOTOS; k++)
            best = fmax(best, linear_response(&l, photos + k * TINY_VALUES, outputs[i]));
        linear_moments(&l, photos, PHOTOS, outputs[i], &mean, &sd);
        assert_true(n.images == KEEP && n.dropped == STARTS - KEEP && n.failed == 0);
        assert_true(n.alike >= 0 && n.alike <= n.dropped);
        assert_true(fabs(n.own_z - (n.best_response - mean) / sd) < 1e-6);
        assert_true(fabs(n.natural_z - (best - mean) / sd) < 1e-6);
        assert_true(n.best_response > best && !n.natural_is_better);
        assert_true(isnan(n.heldout_z) && n.channel_sd > 0);
    }
    evk_set_report_free(report);
}

/* No step is taken: an image is its photograph, and none goes beyond the best. */
static void test_not_better(void **state)
{
    const evk_run run = {.threads = 2};
    evk_recipe r = recipe();
    evk_set_report *report;
    evk_set *set;

    (void)state;
    r.steps = 0;
    assert_ok(make("still", NEURONS, &r, &run, &report, err));
    for (size_t i = 0; i < NEURONS; i++) {
        const evk_neuron_report n = *evk_set_report_neuron(report, i);

        assert_true(n.natural_is_better && n.best_start == 0 && n.own_z == n.natural_z);
    }
    evk_set_report_free(report);
    assert_ok(evk_set_open(&set, path_in(folder, "still"), err));
    for (int64_t i = 0; i < evk_set_count(set); i++) {
        assert_string_equal(evk_set_cell(set, i, "start_sha256"),
                            evk_set_cell(set, i, "pixel_sha256"));
        assert_string_equal(evk_set_cell(set, i, "beats_natural"), "false");
        if (i % STARTS == 0)
            assert_string_equal(evk_set_cell(set, i, "start_image"),
                                evk_set_cell(set, i, "natural_file"));
    }
    evk_set_free(set);
}

/* ---- the same bytes ------------------------------------------------------------------------------ */

static bool countdown(void *arg)
{
    int *left = arg;

    return --*left < 0;
}

/* Stopped after every number of questions, at a step or between images, and gone on with. */
static void test_stopped(void **state)
{
    const evk_recipe r = recipe();
    evk_status s = EVK_ESTOPPED;
    struct evk_str whole;
    int begun = 0;

    (void)state;
    make_well("whole", NEURONS, 3);
    whole = content("whole");
    for (int after = 0; s == EVK_ESTOPPED; after += 7) {
        int left = after;
        const evk_run run = {.threads = 1, .stop = countdown, .arg = &left};
        evk_set_report *report = NULL;
        evk_error why;

        remove_folder(path_in(folder, "torn"));
        s = make("torn", NEURONS, &r, &run, &report, &why);
        assert_true(s == EVK_OK || s == EVK_ESTOPPED);
        evk_set_report_free(report);
        begun += s == EVK_ESTOPPED && evk_fs_exists(path_in(folder, "torn"));
        make_well("torn", NEURONS, 2);
        assert_content(path_in(folder, "torn"), &whole);
    }
    assert_true(begun > 4);
    evk_str_release(&whole);
}

/* Stopped while it was judged: the choice stands, and no image is made once more. */
static void test_stopped_judging(void **state)
{
    const evk_target target = {model, outputs, 1};
    const evk_judge_model judge = {model, outputs, 1};
    const evk_judges judges = {&judge, 1, reference};
    const evk_run on = {.threads = 2};
    evk_status s = EVK_ESTOPPED;
    evk_recipe r = recipe();
    int judging = 0;

    (void)state;
    r.steps = 0;
    for (int after = 0; s == EVK_ESTOPPED; after += 5) {
        int left = after;
        const evk_run run = {.threads = 1, .stop = countdown, .arg = &left};
        evk_set_report *report = NULL;
        evk_error why = {EVK_OK, ""};

        remove_folder(path_in(folder, "court"));
        s = evk_maximize(path_in(folder, "court"), &target, 1, &r, &judges, &run, &report, &why);
        assert_true(s == EVK_OK || s == EVK_ESTOPPED);
        evk_set_report_free(report);
        if (!strstr(why.msg, "not yet judged"))
            continue;
        judging++;
        assert_ok(
            evk_maximize(path_in(folder, "court"), &target, 1, &r, &judges, &on, &report, err));
        assert_int_equal(evk_set_report_made(report), 0);
        assert_int_equal(evk_set_report_neuron(report, 0)->images, KEEP);
        evk_set_report_free(report);
    }
    assert_true(judging > 0);
}

/* As a crash leaves it between the choice in the journal and the files. */
static void test_torn_choice(void **state)
{
    evk_recipe r = recipe();
    const evk_run run = {.threads = 1};
    evk_set_report *report;
    struct evk_str whole = content("whole"), file;

    (void)state;
    r.keep = 0;
    assert_ok(make("all", NEURONS, &r, &run, &report, err));
    evk_set_report_free(report);
    tiny_copy(path_in(folder, "whole"), path_in(folder, "left"));
    for (int code = 1; code <= NEURONS * STARTS; code++) { /* files that should have gone */
        char name[64];

        snprintf(name, sizeof(name), "all/stimuli/stim-max%06d_image.png", code);
        file = tiny_read(path_in(folder, name));
        snprintf(name, sizeof(name), "left/stimuli/stim-max%06d_image.png", code);
        assert_ok(evk_fs_write(path_in(folder, name), file.data, file.size, err));
        evk_str_release(&file);
    }
    assert_int_equal(remove(path_in(folder, "left/sheet.png")), 0);
    make_well("left", NEURONS, 1);
    assert_content(path_in(folder, "left"), &whole);
    evk_str_release(&whole);
}

/* Another neuron leaves the rows of the others as they are; other starts are refused. */
static void test_extended(void **state)
{
    const evk_run run = {.threads = 2};
    evk_recipe r = recipe();
    struct evk_str before, after;
    evk_set_report *report = NULL;

    (void)state;
    make_well("grown", 1, 2);
    before = tiny_read(path_in(folder, "grown/stimuli/stimuli.tsv"));
    make_well("grown", NEURONS, 2);
    after = tiny_read(path_in(folder, "grown/stimuli/stimuli.tsv"));
    assert_true(after.size > before.size && memcmp(after.data, before.data, before.size) == 0);
    evk_str_release(&before);
    evk_str_release(&after);
    before = content("grown");
    after = content("whole");
    assert_same_content(&before, &after);
    for (int64_t starts = STARTS - 1; starts <= STARTS + 1; starts += 2) {
        r.starts = starts;
        assert_fails(EVK_EINVAL, "option starts is 5 there",
                     make("grown", NEURONS, &r, &run, &report, err));
    }
    assert_content(path_in(folder, "grown"), &before);
    evk_str_release(&before);
    evk_str_release(&after);
}

/* ---- made again, verified ------------------------------------------------------------------------ */

static void count_finding(void *arg, const char *sentence)
{
    (void)arg;
    fail_msg("%s", sentence);
}

static void check_again(const char *name, int64_t rows)
{
    const char *const models[] = {l.path};
    const evk_verify how = {count_finding, NULL, 2, NULL, reference, NULL};
    evk_verified v;
    char *a;
    evk_set *set;

    assert_ok(evk_set_verify(path_in(folder, name), models, 1, &how, &v, err));
    assert_int_equal(v.findings, 0);
    assert_ok(evk_set_open(&set, path_in(folder, name), err));
    assert_int_equal(evk_set_count(set), rows);
    for (int64_t i = 0; i < rows; i++) {
        assert_ok(evk_set_again(set, i, models, 1, reference, NULL, &a, err));
        assert_null(a);
        assert_fails(EVK_ENOTFOUND, "is not among the 0",
                     evk_set_again(set, i, models, 1, NULL, NULL, &a, err));
    }
    evk_set_free(set);
}

static void test_made_again(void **state)
{
    (void)state;
    check_again("whole", NEURONS * STARTS); /* the dropped ones too */
}

static void note_finding(void *arg, const char *sentence)
{
    *(int *)arg += strstr(sentence, "own_z of stim-max000001 is") != NULL;
}

/* A z that was edited with its hashes is found by showing the images again. */
static void test_edited(void **state)
{
    const char *const models[] = {l.path};
    struct evk_stimuli all;
    int found = 0;
    const evk_verify how = {note_finding, &found, 1, NULL, reference, NULL};
    evk_verified v;

    (void)state;
    tiny_copy(path_in(folder, "whole"), path_in(folder, "edited"));
    assert_ok(evk_stimuli_read(dir_at(path_in(folder, "edited")), EVK_CODE_MAX, &all, err));
    all.list[0].row.own_z += 1;
    assert_ok(evk_stimuli_write(dir_at(path_in(folder, "edited")), &all, 4, err));
    evk_stimuli_release(&all);
    assert_ok(evk_set_verify(path_in(folder, "edited"), models, 1, &how, &v, err));
    assert_int_equal(found, 1);
}

/* ---- natural images ------------------------------------------------------------------------------- */

static void test_naturals(void **state)
{
    const evk_run run = {.threads = 2};
    evk_set_report *report;
    struct evk_str once, again;
    evk_set *set;

    (void)state;
    assert_ok(naturals("naturals", OUTPUTS, &run, &report, err));
    assert_int_equal(evk_set_report_count(report), OUTPUTS);
    assert_int_equal(evk_set_report_neuron(report, 0)->images, 2 * KEEP);
    assert_int_equal(evk_set_report_neuron(report, 0)->restarts, 0);
    evk_set_report_free(report);
    assert_ok(evk_set_open(&set, path_in(folder, "naturals"), err));
    for (int64_t i = 0; i < OUTPUTS * 2 * KEEP; i++) {
        const int64_t output = outputs[i / (2 * KEEP)], rank = i % KEEP;
        const bool low = i % (2 * KEEP) >= KEEP;
        int64_t before = 0;
        double response;
        evk_image *image;
        char text[64];

        assert_ok(evk_set_image(set, i, &image, err));
        response = linear_response(&l, image->values, output);
        for (int64_t k = 0; k < PHOTOS; k++) {
            const double r = linear_response(&l, photos + k * TINY_VALUES, output);

            before += low ? r < response : r > response;
        }
        assert_int_equal(before, rank);
        snprintf(text, sizeof(text), "%.9g", response);
        assert_string_equal(evk_set_cell(set, i, "response_pred"), text);
        snprintf(text, sizeof(text), "%d", (int)rank + 1);
        assert_string_equal(evk_set_cell(set, i, "rank"), text);
        assert_string_equal(evk_set_cell(set, i, "objective"), low ? "min" : "max");
        assert_string_equal(evk_set_cell(set, i, "set_type"), "natural");
        for (size_t k = 0; k < PHOTOS; k++) /* the name that predict has of it */
            if (memcmp(photos + k * TINY_VALUES, image->values, sizeof(float) * TINY_VALUES) == 0)
                assert_string_equal(evk_set_cell(set, i, "source_file"),
                                    evk_image_list_name(reference, k));
        evk_image_free(image);
    }
    evk_set_free(set);
    check_again("naturals", OUTPUTS * 2 * KEEP);
    /* One neuron first: the rest is added. */
    assert_ok(naturals("slowly", 1, &run, &report, err));
    evk_set_report_free(report);
    assert_ok(naturals("slowly", OUTPUTS, &run, &report, err));
    assert_int_equal(evk_set_report_made(report), (OUTPUTS - 1) * 2 * KEEP);
    evk_set_report_free(report);
    once = content("naturals");
    again = content("slowly");
    assert_same_content(&once, &again);
    evk_str_release(&once);
    evk_str_release(&again);
}

static void test_naturals_stopped(void **state)
{
    struct evk_str whole = content("naturals");
    evk_status s = EVK_ESTOPPED;

    (void)state;
    for (int after = 0; s == EVK_ESTOPPED; after++) {
        int left = after;
        const evk_run run = {.threads = 1, .stop = countdown, .arg = &left}, on = {.threads = 2};
        evk_set_report *report = NULL;
        evk_error why;

        remove_folder(path_in(folder, "torn"));
        s = naturals("torn", OUTPUTS, &run, &report, &why);
        assert_true(s == EVK_OK || s == EVK_ESTOPPED);
        evk_set_report_free(report);
        assert_ok(naturals("torn", OUTPUTS, &on, &report, err));
        evk_set_report_free(report);
        assert_content(path_in(folder, "torn"), &whole);
    }
    evk_str_release(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report),      cmocka_unit_test(test_not_better),
        cmocka_unit_test(test_stopped),     cmocka_unit_test(test_stopped_judging),
        cmocka_unit_test(test_torn_choice), cmocka_unit_test(test_extended),
        cmocka_unit_test(test_made_again),  cmocka_unit_test(test_edited),
        cmocka_unit_test(test_naturals),    cmocka_unit_test(test_naturals_stopped),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
