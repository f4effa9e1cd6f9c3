/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_enough.c - a call that has enough: every neuron has its first image, another goes on */
#include "../../../harness/test.h"

#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/tiny.h"
#include "stimset/record/tables.h"
#include "synth/settings.h"

enum { NEURONS = 4, STARTS = 3 };

static char *folder;
static evk_model *model;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_enough");
    model = tiny_model(path_in(folder, "four.keras"), "llll");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    free(folder);
    return 0;
}

/* Enough once so many images were begun. */
static bool countdown(void *arg)
{
    return __atomic_sub_fetch((int64_t *)arg, 1, __ATOMIC_RELAXED) < 0;
}

static void make(const char *name, int64_t images, int threads, evk_set_report **report)
{
    static const int64_t outputs[NEURONS] = {0, 1, 2, 3};
    const evk_target target = {model, outputs, NEURONS};
    const evk_run run = {.threads = threads, .enough = countdown, .arg = &images};
    evk_recipe r = tiny_recipe();

    r.starts = STARTS;
    assert_ok(evk_maximize(path_in(folder, name), &target, 1, &r, NULL, &run, report, err));
}

/* Which starts of each neuron have an image: so many of the first, and all others are late. */
static void assert_begun(const char *name, int64_t images)
{
    struct evk_stimuli all;

    assert_ok(evk_stimuli_read(dir_at(path_in(folder, name)), EVK_CODE_MAX, &all, err));
    assert_int_equal(all.count, NEURONS * STARTS);
    for (int64_t i = 0; i < all.count; i++) {
        const struct evk_row *row = &all.list[i].row;
        const int64_t place = row->start * NEURONS + i / STARTS; /* in the round */

        assert_int_equal(row->present, place < images);
        assert_string_equal(row->dropped, place < images ? "" : "time");
    }
    evk_stimuli_release(&all);
}

static void test_round(void **state)
{
    (void)state;
    for (int64_t images = 0; images <= NEURONS * STARTS; images++) {
        evk_set_report *report;
        evk_neuron_report last;

        remove_folder(path_in(folder, "part"));
        make("part", images, images % 2 ? 1 : 2, &report);
        assert_int_equal(evk_set_report_made(report), images);
        last = *evk_set_report_neuron(report, NEURONS - 1);
        assert_int_equal(last.images, images / NEURONS);
        assert_int_equal(last.late, STARTS - images / NEURONS);
        assert_int_equal(last.failed, 0);
        evk_set_report_free(report);
        assert_begun("part", images);
    }
}

/* What is there stays, the rest is made, and the set is as if there had always been time. */
static void test_going_on(void **state)
{
    struct evk_str whole;
    evk_set_report *report;

    (void)state;
    make("whole", NEURONS * STARTS, 2, &report);
    evk_set_report_free(report);
    whole = tiny_content(path_in(folder, "whole"));
    for (int64_t images = 0; images < NEURONS * STARTS; images += 5) {
        remove_folder(path_in(folder, "part"));
        make("part", images, 1, &report);
        evk_set_report_free(report);
        make("part", NEURONS * STARTS, 2, &report);
        assert_int_equal(evk_set_report_made(report), NEURONS * STARTS - images);
        evk_set_report_free(report);
        assert_content(path_in(folder, "part"), &whole);
    }
    evk_str_release(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_going_on),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
