/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_teachers.c - a fit of several teachers: its units, their table, and what is refused */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/fitted.h"
#include "../../harness/linear.h"
#include "../../harness/test.h"

enum { IMAGES = 40 };

/* The core and a teacher, core.keras, beside linear teachers, all of one image size. */
static struct fitted files;
static struct linear one, pair;
static evk_image_list *images;
static evk_fitting *fitting;
static evk_model *core, *single, *two;
static const evk_run run = {.threads = 1};

static int set_up(void **state)
{
    static float values[IMAGES * TINY_VALUES];

    (void)state;
    fitted_init(&files, "teachers");
    linear_random(&one, fitted_in(&files, "one.keras"), 1, 1);
    linear_random(&pair, fitted_in(&files, "pair.keras"), 2, 2);
    linear_save(&one);
    linear_save(&pair);
    images = linear_photos(fitted_in(&files, "photos"), IMAGES, values);
    assert_ok(evk_fitting_new(&fitting, err));
    assert_ok(evk_fitting_set(fitting, "readout", "ridge", err));
    assert_ok(evk_model_open(&core, fitted_in(&files, "core.keras"), NULL, err));
    assert_ok(evk_model_open(&single, one.path, NULL, err));
    assert_ok(evk_model_open(&two, pair.path, NULL, err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(core);
    evk_model_free(single);
    evk_model_free(two);
    evk_fitting_free(fitting);
    evk_image_list_free(images);
    linear_release(&one);
    linear_release(&pair);
    fitted_release(&files);
    return 0;
}

/* Fits NAME in the folder to teachers, on the layer of the core that is its output. */
static evk_status fit(const char *name, const evk_model *const *teachers, size_t count,
                      evk_fit_report **out, evk_error *why)
{
    const char *cores[1];
    char path[256], text[256];

    snprintf(path, sizeof(path), "%s", fitted_in(&files, name));
    snprintf(text, sizeof(text), "%s@dense", fitted_in(&files, "core.keras"));
    cores[0] = text;
    return evk_fit_teachers(path, cores, 1, teachers, count, &(evk_fit_source){.images = images},
                            fitting, NULL, &run, out, why);
}

/* Checks the first three cells of a line of NAME.tsv; line 0 has the names. */
static void has_line(const char *name, int line, const char *expected)
{
    struct evk_str text = tiny_read(fitted_in(&files, name));
    const char *at = text.data;

    for (int i = 0; i < line; i++)
        at = strchr(at, '\n') + 1;
    assert_int_equal(strncmp(at, expected, strlen(expected)), 0);
    evk_str_release(&text);
}

/* All neurons of all teachers are units; what the core computes itself is found. */
static void test_units(void **state)
{
    static const char *const names[] = {"one", "unit0", "unit1"};
    const evk_model *const teachers[] = {single, core};
    evk_fit_report *report;
    evk_units *u;
    evk_unit unit;

    (void)state;
    assert_ok(fit("taught", teachers, 2, &report, err));
    assert_int_equal(evk_fit_report_count(report), 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(evk_fit_report_unit(report, i)->name, names[i]);
    assert_true(evk_fit_report_unit(report, 1)->r > 0.999);
    assert_true(evk_fit_report_unit(report, 2)->r > 0.999);
    assert_true(evk_fit_report_unit(report, 0)->r < 0.9);
    evk_fit_report_free(report);
    has_line("taught.tsv", 1, "one\tone.keras;taught.json\t0;one\t");
    has_line("taught.tsv", 2, "unit0\tcore.keras;taught.json\t0;unit0\t");
    has_line("taught.tsv", 3, "unit1\tcore.keras;taught.json\t1;unit1\t");
    /* the table opens, and the two of unit1 agree */
    assert_ok(evk_units_open(&u, fitted_in(&files, "taught.tsv"), NULL, 0, NULL, err));
    for (size_t i = 0; evk_units_at(u, i, &unit) && strcmp(unit.name, "unit1") != 0;)
        i++;
    assert_string_equal(unit.name, "unit1");
    assert_int_equal(evk_model_describe(unit.model)->members, 2);
    assert_int_equal(evk_model_member_output(unit.model, 0, 0), 1);
    assert_int_equal(evk_model_member_output(unit.model, 1, 0), 2);
    evk_units_free(u);
}

/* evk_fit with a teacher writes what evk_fit_teachers writes for one. */
static void test_one(void **state)
{
    const evk_model *const teachers[] = {two};
    char text[256], path[256];
    const char *const cores[] = {text};
    struct evk_str a, b;
    evk_fit_report *report;

    (void)state;
    assert_ok(evk_fs_make_folder(fitted_in(&files, "a"), err));
    assert_ok(evk_fs_make_folder(fitted_in(&files, "b"), err));
    assert_ok(fit("a/fit", teachers, 1, &report, err));
    evk_fit_report_free(report);
    snprintf(path, sizeof(path), "%s", fitted_in(&files, "b/fit"));
    snprintf(text, sizeof(text), "%s@dense", fitted_in(&files, "core.keras"));
    assert_ok(evk_fit(path, cores, 1, &(evk_fit_source){.images = images, .teacher = two}, fitting,
                      NULL, &run, &report, err));
    evk_fit_report_free(report);
    has_line("a/fit.tsv", 1, "unit0\t../pair.keras;fit.json\t0;unit0\t");
    a = tiny_content(fitted_in(&files, "a"));
    b = tiny_content(fitted_in(&files, "b"));
    assert_same_content(&a, &b);
    evk_str_release(&a);
    evk_str_release(&b);
}

/* A teacher that is no file has no place in the table. */
static void test_no_file(void **state)
{
    evk_fit_report *report;
    const evk_model *teachers[1];
    evk_model *mean;
    char text[600];

    (void)state;
    snprintf(text, sizeof(text), "mean=%s,%s:1", one.path, pair.path);
    assert_ok(evk_model_open_ensemble(&mean, text, NULL, err));
    teachers[0] = mean;
    assert_ok(fit("meant", teachers, 1, &report, err));
    has_line("meant.tsv", 1, "mean\tmeant.json\tmean\t");
    evk_fit_report_free(report);
    evk_model_free(mean);
}

static void test_refused(void **state)
{
    const evk_model *const equal[] = {two, single, core}, *const none[] = {NULL};
    const evk_fit_source taught = {.images = images, .teacher = two};
    const char *const cores[] = {"core.keras"};
    const evk_model *teachers[1];
    evk_fit_report *report;
    evk_model *odd;

    (void)state;
    assert_fails(EVK_EFORMAT, "core.keras: neurons of both would be called 'unit0'",
                 fit("new", equal, 3, &report, err));
    assert_fails(EVK_EINVAL, "found neither", fit("new", none, 0, &report, err));
    assert_fails(
        EVK_EINVAL, "found a teacher in the source",
        evk_fit_teachers("new", cores, 1, equal, 1, &taught, fitting, NULL, &run, &report, err));
    snprintf(one.path, sizeof(one.path), "%s", fitted_in(&files, "a;b.keras"));
    linear_save(&one);
    assert_ok(evk_model_open(&odd, one.path, NULL, err));
    teachers[0] = odd;
    assert_fails(EVK_EINVAL, "a;b.keras: has a path that a table of units cannot hold",
                 fit("new", teachers, 1, &report, err));
    evk_model_free(odd);
    teachers[0] = two;
    assert_fails(EVK_EINVAL, "has a semicolon in its name", fit("n;ew", teachers, 1, &report, err));
    assert_false(evk_fs_exists(fitted_in(&files, "new.tsv")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_one),
        cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
