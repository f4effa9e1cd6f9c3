/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_members.c - the columns of an ensemble's members, against sums of whole numbers */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "../../../harness/recipe.h"
#include "synth/settings.h"

/* An even number of members: their median is the mean of two responses, and is none of them. */
enum { MEMBERS = 4, PAIRS = MEMBERS * (MEMBERS - 1) / 2, PHOTOS = 5, NEURON = 1 };

static char *folder;
static evk_model *ensemble;
static evk_image_list *photos;
static struct linear member[MEMBERS];

static int set_up(void **state)
{
    static float values[PHOTOS * TINY_VALUES];
    char text[2048] = "four=";

    (void)state;
    folder = scratch_folder("members");
    for (int k = 0; k < MEMBERS; k++) {
        char name[32];

        snprintf(name, sizeof(name), "member%d.keras", k);
        linear_random(&member[k], path_in(folder, name), 2, 71 + (uint64_t)k);
        linear_save(&member[k]);
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", k ? "," : "",
                 member[k].path);
    }
    assert_ok(evk_model_open_ensemble(&ensemble, text, NULL, err));
    photos = linear_photos(path_in(folder, "photos"), PHOTOS, values);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int k = 0; k < MEMBERS; k++)
        linear_release(&member[k]);
    evk_model_free(ensemble);
    evk_image_list_free(photos);
    free(folder);
    return 0;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median_of(double *x, int n)
{
    qsort(x, (size_t)n, sizeof(*x), ascending);
    return (x[(n - 1) / 2] + x[n / 2]) / 2;
}

/* The members' responses in their order, and what the columns have to say of them. */
struct expected {
    double r[MEMBERS], mean, sd, min, median, disagreement;
};

static struct expected expect(const float *image)
{
    struct expected e = {.mean = 0};
    double sorted[MEMBERS], apart[PAIRS], squares = 0;
    int pairs = 0;

    for (int k = 0; k < MEMBERS; k++) {
        e.r[k] = sorted[k] = linear_response(&member[k], image, NEURON);
        e.mean += e.r[k] / MEMBERS;
        for (int j = 0; j < k; j++)
            apart[pairs++] = fabs(e.r[k] - e.r[j]);
    }
    for (int k = 0; k < MEMBERS; k++)
        squares += pow(e.r[k] - e.mean, 2);
    e.sd = sqrt(squares / (MEMBERS - 1));
    e.median = median_of(sorted, MEMBERS);
    e.min = sorted[0];
    e.disagreement = median_of(apart, PAIRS);
    return e;
}

static double cell(const evk_set *set, int64_t row, const char *column)
{
    return strtod(evk_set_cell(set, row, column), NULL);
}

/* Cells are written so that they give the same float: its relative error bounds that of a cell. */
static bool is_near(double cell, double expected)
{
    return fabs(cell - expected) <= 1e-6 * fabs(expected);
}

static void check_row(const evk_set *set, int64_t row)
{
    struct expected e;
    evk_image *image;
    const char *text = evk_set_cell(set, row, "response_members");

    assert_ok(evk_set_image(set, row, &image, err));
    e = expect(image->values);
    evk_image_free(image);
    assert_true(is_near(cell(set, row, "response_pred"), e.mean));
    assert_true(is_near(cell(set, row, "response_sd"), e.sd));
    assert_true(is_near(cell(set, row, "response_min"), e.min));
    assert_true(is_near(cell(set, row, "response_median"), e.median));
    assert_true(is_near(cell(set, row, "response_disagreement"), e.disagreement));
    for (int k = 0; k < MEMBERS; k++) {
        char *end;

        assert_true(is_near(strtod(text, &end), e.r[k]));
        assert_int_equal(*end, k + 1 < MEMBERS ? ';' : '\0');
        text = end + 1;
    }
}

/* Every row of a set, of which there are count. */
static void check_set(const char *name, int64_t count)
{
    evk_set *set;

    assert_ok(evk_set_open(&set, path_in(folder, name), err));
    assert_int_equal(evk_set_count(set), count);
    for (int64_t row = 0; row < count; row++)
        check_row(set, row);
    evk_set_free(set);
}

static const int64_t neuron = NEURON;
static const evk_run run = {.threads = 2};

static void test_ascents(void **state)
{
    const evk_target target = {ensemble, &neuron, 1};
    evk_recipe r = published_recipe();
    evk_set_report *report;

    (void)state;
    r.starts = 3;
    r.steps = 2;
    assert_ok(evk_maximize(path_in(folder, "max"), &target, 1, &r, NULL, &run, &report, err));
    evk_set_report_free(report);
    check_set("max", r.starts);
}

static void test_naturals(void **state)
{
    const evk_target target = {ensemble, &neuron, 1};
    evk_set_report *report;

    (void)state;
    assert_ok(evk_naturals(path_in(folder, "naturals"), &target, 1, photos, PHOTOS, 0, &run,
                           &report, err));
    evk_set_report_free(report);
    check_set("naturals", PHOTOS);
}

static void test_transformed(void **state)
{
    const evk_target target = {ensemble, &neuron, 1};
    evk_gaudy_options o;

    evk_gaudy_default(&o);
    evk_made made;

    (void)state;
    o.with_originals = true;
    assert_ok(evk_gaudy(path_in(folder, "gaudy"), photos, &target, &o, &run, &made, err));
    check_set("gaudy", 2 * PHOTOS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ascents),
        cmocka_unit_test(test_naturals),
        cmocka_unit_test(test_transformed),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
