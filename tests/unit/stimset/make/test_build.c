/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_build.c - sets that are interrupted, continued and extended: nothing that is there changes */
#include "../../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <evoke/evoke.h>

#include "../../../harness/tiny.h"
#include "synth/settings.h"

static char *folder;
static evk_model *two, *three; /* live neurons, but for one of three: dead, and one not finite */

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_build");
    two = tiny_model(path_in(folder, "two.keras"), "ll");
    three = tiny_model(path_in(folder, "three.keras"), "ldb");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(two);
    evk_model_free(three);
    free(folder);
    return 0;
}

/* What is asked for in a call: the first so many outputs of each model, from an offset on. */
struct call {
    int64_t first_of_two, of_two, first_of_three, of_three, starts;
};

struct seen {
    int64_t calls, images;
    int64_t stop_at; /* true from this call of stop on; 0: never */
};

static bool stop(void *arg)
{
    struct seen *s = arg;

    /* Asked by several threads; a count that is a little off does no harm. */
    return s->stop_at && __atomic_add_fetch(&s->calls, 1, __ATOMIC_RELAXED) >= s->stop_at;
}

static void count(void *arg, const evk_progress *p)
{
    struct seen *s = arg;

    (void)p;
    s->images++;
}

static evk_status ask(const char *name, const struct call *c, int threads, struct seen *seen,
                      evk_set_report **report, evk_error *err)
{
    static const int64_t outputs[] = {0, 1, 2};
    const evk_target targets[] = {{two, outputs + c->first_of_two, (size_t)c->of_two},
                                  {three, outputs + c->first_of_three, (size_t)c->of_three}};
    const evk_run run = {.threads = threads, .progress = count, .stop = stop, .arg = seen};
    evk_recipe r = tiny_recipe();

    r.starts = c->starts;
    if (c->of_two == 0)
        return evk_maximize(path_in(folder, name), targets + 1, 1, &r, NULL, &run, report, err);
    return evk_maximize(path_in(folder, name), targets, c->of_three ? 2 : 1, &r, NULL, &run, report,
                        err);
}

/* The images that were made. */
static int64_t make(const char *name, const struct call *c, int threads)
{
    struct seen seen = {0};
    evk_set_report *report;
    int64_t made;

    assert_ok(ask(name, c, threads, &seen, &report, err));
    made = evk_set_report_made(report);
    evk_set_report_free(report);
    return made;
}

static const struct call small = {0, 1, 0, 0, 1};
static const struct call large = {0, 2, 0, 3, 1}; /* 5 stimuli; 3 images */

/* ---- interrupted and continued ------------------------------------------------------------- */

/*
 * Stop at call k of stop, for every k, and go on: the same bytes as undisturbed.
 * before: what the folder holds to begin with, NULL: nothing.
 */
static void try_every_stop(const char *before, const struct call *c, int threads)
{
    struct evk_str whole;
    int64_t k;

    if (before)
        tiny_copy(path_in(folder, before), path_in(folder, "whole"));
    else
        remove_folder(path_in(folder, "whole"));
    make("whole", c, 1);
    whole = tiny_content(path_in(folder, "whole"));
    for (k = 1;; k++) {
        struct seen seen = {.stop_at = k}, rest = {0};
        evk_set_report *report;
        evk_error why = {EVK_OK, ""};
        evk_status s;

        if (before)
            tiny_copy(path_in(folder, before), path_in(folder, "torn"));
        else
            remove_folder(path_in(folder, "torn"));
        s = ask("torn", c, threads, &seen, &report, &why);
        if (!s) {
            evk_set_report_free(report);
            assert_content(path_in(folder, "torn"), &whole);
            break;
        }
        assert_int_equal(s, EVK_ESTOPPED);
        assert_non_null(strstr(why.msg, "interrupted: "));
        assert_non_null(strstr(why.msg, " stimuli are done in "));
        assert_ok(ask("torn", c, threads, &rest, &report, err));
        evk_set_report_free(report);
        assert_content(path_in(folder, "torn"), &whole);
    }
    assert_true(k > 10);
    evk_str_release(&whole);
}

static void test_stopped(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 2; threads++)
        try_every_stop(NULL, &large, threads);
}

static void test_extension_stopped(void **state)
{
    (void)state;
    remove_folder(path_in(folder, "before"));
    make("before", &small, 1);
    for (int threads = 1; threads <= 2; threads++)
        try_every_stop("before", &large, threads);
}

/* What is there has neurons that failed, and the extension does not ask for them. */
static void test_extension_of_failed(void **state)
{
    static const struct call failing = {0, 0, 0, 3, 2}, other = {0, 2, 0, 0, 1};

    (void)state;
    remove_folder(path_in(folder, "before"));
    make("before", &failing, 1);
    try_every_stop("before", &other, 1);
}

/* A little at a time: no image is made twice. */
static void test_piecemeal(void **state)
{
    const struct call c = {0, 2, 0, 1, 2}; /* 6 images of some 6 calls of stop each */

    (void)state;
    make("at_once", &c, 1);
    for (int64_t k = 7; k < 20; k += 4) {
        struct evk_str whole = tiny_content(path_in(folder, "at_once"));
        int64_t images = 0;
        int calls = 0;

        remove_folder(path_in(folder, "pieces"));
        for (;; calls++) {
            struct seen seen = {.stop_at = k};
            evk_set_report *report;
            const evk_status s = ask("pieces", &c, 1, &seen, &report, NULL);

            images += seen.images;
            if (!s) {
                evk_set_report_free(report);
                break;
            }
            assert_int_equal(s, EVK_ESTOPPED);
        }
        assert_int_equal(images, 6);
        assert_true(calls >= 1 && calls < 6);
        assert_content(path_in(folder, "pieces"), &whole);
        evk_str_release(&whole);
    }
}

/* ---- extended ------------------------------------------------------------------------------ */

static void assert_prefix(const char *set, const char *before, const char *name)
{
    char a[512], b[512];
    struct evk_str was, is;

    snprintf(a, sizeof(a), "%.250s/%s", path_in(folder, before), name);
    snprintf(b, sizeof(b), "%.250s/%s", path_in(folder, set), name);
    was = tiny_read(a);
    is = tiny_read(b);
    assert_true(is.size >= was.size);
    assert_memory_equal(was.data, is.data, was.size);
    evk_str_release(&was);
    evk_str_release(&is);
}

static void stat_image(const char *set, int code, struct stat *st)
{
    char name[128];

    snprintf(name, sizeof(name), "%s/stimuli/stim-max%06d_image.png", set, code);
    assert_int_equal(stat(path_in(folder, name), st), 0);
}

/* From one call to another in the same folder: rows stay, image files are not even touched. */
static void extend(const struct call *c, int64_t images, int64_t there)
{
    struct stat before[32], after;

    tiny_copy(path_in(folder, "grown"), path_in(folder, "copy"));
    for (int i = 1; i <= there; i++)
        stat_image("grown", i, &before[i]);
    assert_int_equal(make("grown", c, 2), images);
    assert_prefix("grown", "copy", "stimuli/stimuli.tsv");
    assert_prefix("grown", "copy", "traces.tsv");
    for (int i = 1; i <= there; i++) {
        stat_image("grown", i, &after);
        assert_true(after.st_ino == before[i].st_ino &&
                    after.st_mtim.tv_sec == before[i].st_mtim.tv_sec &&
                    after.st_mtim.tv_nsec == before[i].st_mtim.tv_nsec);
    }
}

static void test_extended(void **state)
{
    struct evk_str grown;

    (void)state;
    remove_folder(path_in(folder, "grown"));
    make("grown", &(struct call){0, 1, 0, 0, 1}, 1);
    extend(&(struct call){0, 1, 0, 0, 2}, 1, 1); /* a start */
    extend(&(struct call){0, 2, 0, 0, 2}, 2, 2); /* a neuron */
    extend(&(struct call){0, 2, 0, 1, 2}, 2, 4); /* a model */
    extend(&(struct call){1, 1, 0, 1, 3}, 2, 6); /* starts of some */
    extend(&(struct call){0, 2, 0, 1, 3}, 1, 8); /* and of the rest */
    extend(&(struct call){0, 1, 0, 0, 1}, 0, 9); /* what is there */
    grown = tiny_content(path_in(folder, "grown"));
    assert_int_equal(make("grown", &(struct call){0, 2, 0, 1, 3}, 1), 0);
    assert_content(path_in(folder, "grown"), &grown);
    evk_str_release(&grown);
}

/* What a set says of itself is what a call for all of it would have said. */
static void test_described(void **state)
{
    const struct call part = {0, 1, 0, 0, 1}, all = {0, 2, 0, 2, 3};
    struct evk_str at_once, grown;

    (void)state;
    make("described", &part, 1);
    make("described", &all, 1);
    make("described_at_once", &all, 1);
    grown = tiny_read(path_in(folder, "described/dataset_description.json"));
    at_once = tiny_read(path_in(folder, "described_at_once/dataset_description.json"));
    assert_same_content(&at_once, &grown);
    evk_str_release(&at_once);
    evk_str_release(&grown);
}

/* An image is the same whichever way its set came about. */
static void test_any_order(void **state)
{
    static const struct call pieces[] = {{1, 1, 0, 0, 2}, {0, 0, 0, 1, 1}, {0, 2, 0, 1, 2}};
    struct evk_set *at_once, *grown;

    (void)state;
    make("order", &pieces[2], 1);
    for (int i = 0; i < 3; i++)
        make("other_order", &pieces[i], 1);
    assert_ok(evk_set_open(&at_once, path_in(folder, "order"), err));
    assert_ok(evk_set_open(&grown, path_in(folder, "other_order"), err));
    assert_int_equal(evk_set_count(grown), evk_set_count(at_once));
    for (int64_t i = 0; i < evk_set_count(at_once); i++) {
        static const char *const same[] = {"target_model", "target_output", "start"};
        int found = 0;

        for (int64_t k = 0; k < evk_set_count(grown); k++) {
            bool is_it = true;

            for (int c = 0; c < 3; c++)
                is_it = is_it && strcmp(evk_set_cell(at_once, i, same[c]),
                                        evk_set_cell(grown, k, same[c])) == 0;
            if (!is_it)
                continue;
            found++;
            assert_string_equal(evk_set_cell(at_once, i, "sha256"),
                                evk_set_cell(grown, k, "sha256"));
            assert_string_equal(evk_set_cell(at_once, i, "response_pred"),
                                evk_set_cell(grown, k, "response_pred"));
        }
        assert_int_equal(found, 1);
    }
    evk_set_free(at_once);
    evk_set_free(grown);
}

/* ---- neurons without an image, and images that are extreme ---------------------------------- */

static void test_failing(void **state)
{
    const struct call c = {0, 1, 0, 3, 2};
    struct seen seen = {0};
    evk_set_report *report;
    evk_neuron_report n;
    evk_set *set;

    (void)state;
    assert_ok(ask("failing", &c, 2, &seen, &report, err));
    assert_int_equal(seen.images, 8); /* a call for each that is tried */
    n = *evk_set_report_neuron(report, 2);
    assert_true(strcmp(n.neuron, "1") == 0 && n.images == 0 && n.failed == 2);
    assert_non_null(strstr(n.failure, "gradient is zero"));
    n = *evk_set_report_neuron(report, 3);
    assert_true(strcmp(n.neuron, "2") == 0 && n.images == 0 && n.failed == 2);
    assert_non_null(strstr(n.failure, "not finite"));
    evk_set_report_free(report);
    assert_ok(evk_set_open(&set, path_in(folder, "failing"), err));
    for (int64_t i = 0; i < 8; i++) {
        const char *output = evk_set_cell(set, i, "target_output");
        const bool of_two = strcmp(evk_set_cell(set, i, "target_model"), "two") == 0;
        const bool is_dead = !of_two && strcmp(output, "1") == 0;
        const bool is_present = of_two || strcmp(output, "0") == 0;
        evk_image *image = NULL;

        assert_string_equal(evk_set_cell(set, i, "dead"), is_dead ? "true" : "false");
        assert_string_equal(evk_set_cell(set, i, "present"), is_present ? "true" : "false");
        if (is_present) {
            assert_ok(evk_set_image(set, i, &image, err));
            evk_image_free(image);
            continue;
        }
        assert_string_equal(evk_set_cell(set, i, "sha256"), "n/a");
        assert_string_equal(evk_set_cell(set, i, "response_pred"), "n/a");
        assert_fails(EVK_ENOTFOUND, "has no image", evk_set_image(set, i, &image, err));
    }
    evk_set_free(set);
    /* Asked again, the dead are known. */
    seen = (struct seen){0};
    assert_ok(ask("failing", &c, 2, &seen, &report, err));
    n = *evk_set_report_neuron(report, 2);
    assert_true(n.failed == 2 && strstr(n.failure, "gradient is zero"));
    n = *evk_set_report_neuron(report, 3);
    assert_true(n.failed == 2 && strstr(n.failure, "not finite"));
    assert_int_equal(evk_set_report_made(report), 0);
    evk_set_report_free(report);
}

/* Steps so long that most values meet an end. */
static void test_saturated(void **state)
{
    static const int64_t output = 0;
    const evk_target target = {two, &output, 1};
    evk_recipe r = tiny_recipe();
    const evk_run run = {.threads = 2};
    evk_set_report *report;
    evk_neuron_report n;
    evk_set *set;
    int64_t saturated = 0;

    (void)state;
    r.step_size = 1e6;
    r.image_blur_every = 0;
    r.gradient_blur = 0;
    assert_ok(evk_maximize(path_in(folder, "extreme"), &target, 1, &r, NULL, &run, &report, err));
    n = *evk_set_report_neuron(report, 0);
    assert_ok(evk_set_open(&set, path_in(folder, "extreme"), err));
    for (int64_t i = 0; i < 2; i++) {
        const bool is = atof(evk_set_cell(set, i, "frac_clipped")) > 0.5;

        assert_string_equal(evk_set_cell(set, i, "saturated"), is ? "true" : "false");
        saturated += is;
    }
    assert_true(saturated > 0);
    assert_int_equal(n.saturated, saturated);
    evk_set_free(set);
    evk_set_report_free(report);
}

/* Without noise all starts are one: each image repeats the first of its neuron. */
static void test_duplicates(void **state)
{
    static const int64_t outputs[] = {0, 1};
    const evk_target target = {two, outputs, 2};
    const evk_run run = {.threads = 2};
    evk_recipe r = tiny_recipe();
    evk_set_report *report;
    evk_set *set;

    (void)state;
    r.start_contrast = 0;
    r.starts = 3;
    assert_ok(evk_maximize(path_in(folder, "alike"), &target, 1, &r, NULL, &run, &report, err));
    assert_ok(evk_set_open(&set, path_in(folder, "alike"), err));
    for (int64_t i = 0; i < 6; i++) {
        const char *first = i < 3 ? "stim-max000001" : "stim-max000004";

        assert_string_equal(evk_set_cell(set, i, "duplicate_of"), i % 3 ? first : "n/a");
        assert_string_equal(evk_set_cell(set, i, "duplicate_rms"), i % 3 ? "0" : "n/a");
    }
    assert_int_equal(evk_set_report_neuron(report, 0)->duplicates, 2);
    assert_int_equal(evk_set_report_neuron(report, 1)->duplicates, 2);
    evk_set_free(set);
    evk_set_report_free(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stopped),
        cmocka_unit_test(test_extension_stopped),
        cmocka_unit_test(test_extension_of_failed),
        cmocka_unit_test(test_piecemeal),
        cmocka_unit_test(test_extended),
        cmocka_unit_test(test_described),
        cmocka_unit_test(test_any_order),
        cmocka_unit_test(test_failing),
        cmocka_unit_test(test_saturated),
        cmocka_unit_test(test_duplicates),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
