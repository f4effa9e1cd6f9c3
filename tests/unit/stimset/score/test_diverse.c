/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_diverse.c - kept images that are far apart in the responses of all outputs */
#include "../../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>
#include <evoke/set.h>

#include "../../../harness/linear.h"
#include "synth/settings.h"

enum { OUTPUTS = 3, STARTS = 40, KEEP = 5 };

static char *folder;
static struct linear l;
static evk_model *model;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("diverse");
    linear_random(&l, path_in(folder, "model.keras"), OUTPUTS, 3);
    linear_save(&l);
    model = linear_open(&l);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    linear_release(&l);
    free(folder);
    return 0;
}

static evk_status make(const char *name, int64_t keep, const char *diverse, evk_error *why)
{
    static const int64_t output = 1;
    const evk_target target = {model, &output, 1};
    const evk_run run = {.threads = 2};
    evk_set_report *report;
    evk_recipe r;

    assert_ok(evk_recipe_of_method(&r, "published", err));
    r.start = "noise";
    r.start_contrast = 100;
    r.steps = 0;
    r.starts = STARTS;
    r.keep = keep;
    r.diverse = diverse;
    r.diverse_floor = 0;
    EVK_TRY(evk_maximize(path_in(folder, name), &target, 1, &r, NULL, &run, &report, why));
    evk_set_report_free(report);
    return EVK_OK;
}

/* What all outputs say of each start. */
static void responses_of(const char *name, double responses[STARTS][OUTPUTS])
{
    evk_set *set;

    assert_ok(evk_set_open(&set, path_in(folder, name), err));
    for (int64_t i = 0; i < STARTS; i++) {
        evk_image *image;

        assert_ok(evk_set_image(set, i, &image, err));
        for (int64_t o = 0; o < OUTPUTS; o++)
            responses[i][o] = linear_response(&l, image->values, o);
        evk_image_free(image);
    }
    evk_set_free(set);
}

/* Of all that are not kept and drive output 1 enough, the one farthest from the nearest that is. */
static int64_t farthest(double r[STARTS][OUTPUTS], const bool *kept, double least)
{
    double most = -1;
    int64_t found = -1;

    for (int64_t i = 0; i < STARTS; i++) {
        double nearest = HUGE_VAL;

        for (int64_t k = 0; k < STARTS; k++) {
            double sum = 0;

            for (int64_t o = 0; o < OUTPUTS; o++)
                sum += (r[i][o] - r[k][o]) * (r[i][o] - r[k][o]);
            nearest = kept[k] ? fmin(nearest, sum) : nearest;
        }
        if (!kept[i] && r[i][1] >= least && nearest > most) {
            most = nearest;
            found = i;
        }
    }
    return found;
}

static void test_responses(void **state)
{
    double r[STARTS][OUTPUTS], least;
    bool kept[STARTS] = {false};
    int64_t best = 0;
    evk_set *set;

    (void)state;
    assert_ok(make("all", 0, "none", err));
    responses_of("all", r);
    for (int64_t i = 1; i < STARTS; i++)
        best = r[i][1] > r[best][1] ? i : best;
    kept[best] = true;
    least = r[best][1] - fabs(r[best][1]);
    for (int k = 1; k < KEEP; k++)
        kept[farthest(r, kept, least)] = true;
    assert_ok(make("some", KEEP, "responses", err));
    assert_ok(evk_set_open(&set, path_in(folder, "some"), err));
    for (int64_t i = 0; i < STARTS; i++)
        assert_string_equal(evk_set_cell(set, i, "dropped"), kept[i]            ? "n/a"
                                                             : r[i][1] >= least ? "rank"
                                                                                : "weak");
    evk_set_free(set);
}

/* ---- images that keep away from those before them --------------------------------------------- */

static evk_status climb(const char *name, int64_t keep, const evk_run *run, evk_error *why)
{
    static const int64_t outputs[] = {1, 0};
    const evk_target target = {model, outputs, 2};
    evk_set_report *report;
    evk_recipe r;

    assert_ok(evk_recipe_of_method(&r, "published", err));
    r.start = "noise";
    r.steps = 6;
    r.starts = 4;
    r.keep = keep;
    r.diverse = "pixels";
    EVK_TRY(evk_maximize(path_in(folder, name), &target, 1, &r, NULL, run, &report, why));
    evk_set_report_free(report);
    return EVK_OK;
}

static bool countdown(void *arg)
{
    return __atomic_sub_fetch((int64_t *)arg, 1, __ATOMIC_RELAXED) < 0;
}

/* Any number of threads, stopped anywhere and gone on with: the same bytes. */
static void test_same_bytes(void **state)
{
    const evk_run one = {.threads = 1}, three = {.threads = 3};
    struct evk_str whole;

    (void)state;
    assert_ok(climb("whole", 0, &one, err));
    whole = tiny_content(path_in(folder, "whole"));
    assert_ok(climb("threads", 0, &three, err));
    assert_content(path_in(folder, "threads"), &whole);
    for (int64_t calls = 3; calls < 60; calls += 8) {
        int64_t left = calls;
        const evk_run some = {.threads = 2, .stop = countdown, .arg = &left};

        remove_folder(path_in(folder, "torn"));
        assert_int_equal(climb("torn", 0, &some, NULL), EVK_ESTOPPED);
        assert_ok(climb("torn", 0, &three, err));
        assert_content(path_in(folder, "torn"), &whole);
    }
    evk_str_release(&whole);
}

/* Each from its row, also where images before it were dropped. */
static void test_made_again(void **state)
{
    const evk_run run = {.threads = 2};
    const char *const models[] = {l.path};
    int64_t dropped = 0;
    evk_set *set;

    (void)state;
    assert_ok(climb("chosen", 2, &run, err));
    assert_ok(evk_set_open(&set, path_in(folder, "chosen"), err));
    assert_int_equal(evk_set_count(set), 8);
    for (int64_t i = 0; i < 8; i++) {
        char *again;

        dropped += strcmp(evk_set_cell(set, i, "present"), "false") == 0;
        assert_ok(evk_set_again(set, i, models, 1, NULL, NULL, &again, err));
        if (again)
            fail_msg("row %lld: %s", (long long)i, again);
    }
    assert_true(dropped >= 4);
    evk_set_free(set);
}

static void test_refused(void **state)
{
    (void)state;
    assert_fails(EVK_EINVAL, "diverse is 'colours', expected none, pixels or responses",
                 make("x", 1, "colours", err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_responses),
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_made_again),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
