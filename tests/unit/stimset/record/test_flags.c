/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_flags.c - when each flag is raised: on rows with cells of our own, and on sets of linear units */
#include "stimset/record/flags.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "../../../harness/recipe.h"
#include "../../../harness/test.h"
#include "image/image.h"
#include "synth/settings.h"

enum { PHOTOS = 12, N = TINY_VALUES };

static char *folder;
static struct linear unit;
static evk_model *model;
static float photos[PHOTOS * N];

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("flags");
    linear_init(&unit, path_in(folder, "unit.keras"), 1);
    for (int64_t i = 0; i < N; i++)
        unit.weights[i] = (float)(i % 7 < 3 ? 3 + i % 5 : -2 - i % 4);
    linear_save(&unit);
    model = linear_open(&unit);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    linear_release(&unit);
    free(folder);
    return 0;
}

/* ---- rows --------------------------------------------------------------------------------- */

/* An image with nothing to say against it. */
static struct evk_row good(const char *set_type)
{
    const double sign = strcmp(set_type, "min") == 0 ? -1 : 1;
    struct evk_row row = evk_row_new();

    row.set_type = set_type;
    snprintf(row.sha256, sizeof(row.sha256), "00");
    row.n_steps = 100;
    row.channel_sd = 50;
    row.response_start = 1;
    row.response_pred = row.objective_pred = 1 + sign * 8;
    row.response_pred_prequant = row.response_pred + 0.5;
    row.own_z = sign * 6;
    row.natural_z = sign * 4;
    row.beats_natural = "true";
    return row;
}

static void assert_flags(struct evk_row row, const char *expected)
{
    evk_flags_set(&row);
    assert_string_equal(row.flags, expected);
}

static void test_ok(void **state)
{
    struct evk_row row = evk_row_new();

    (void)state;
    assert_flags(good("max"), "ok");
    assert_flags(good("min"), "ok");
    /* What is not known raises no flag. */
    row.set_type = "max";
    snprintf(row.sha256, sizeof(row.sha256), "00");
    assert_flags(row, "ok");
    row.n_steps = 100;
    assert_flags(row, "ok");
}

/* No image of an ascent: no flags, whatever else is in the row. */
static void test_none(void **state)
{
    static const char *const types[] = {"natural", "control",     "blank",
                                        "gaudy",   "adversarial", NULL};
    struct evk_row row = good("max");

    (void)state;
    row.channel_sd = 0;
    row.saturated = true;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        row.set_type = types[i];
        assert_flags(row, "");
    }
    row.set_type = "max";
    assert_flags(row, "flat,saturated");
    row.sha256[0] = '\0'; /* dead, or not begun */
    assert_flags(row, "");
}

static void test_flat(void **state)
{
    struct evk_row row = good("max");

    (void)state;
    row.channel_sd = 3;
    assert_flags(row, "ok");
    row.channel_sd = 2.99999999;
    assert_flags(row, "flat");
    row.channel_sd = 0;
    assert_flags(row, "flat");
}

/* The gain counts in the direction that was asked for, and as far as it is not of rounding. */
static void test_no_gain(void **state)
{
    static const char *const types[] = {"max", "min"};

    (void)state;
    for (int t = 0; t < 2; t++) {
        struct evk_row row = good(types[t]);
        const double sign = t ? -1 : 1;

        row.objective_pred = row.response_start;
        row.response_pred_prequant = row.response_pred;
        assert_flags(row, "no-gain");
        row.response_start = 0;
        row.objective_pred = sign * 1e-30; /* there is no smallest gain */
        assert_flags(row, "ok");
        row.objective_pred = -sign * 1e-30;
        assert_flags(row, "no-gain");
        row.objective_pred = sign * 0.5;
        row.response_pred_prequant = row.response_pred - 0.5;
        assert_flags(row, "no-gain");
        row.response_pred_prequant = row.response_pred + 0.5;
        assert_flags(row, "no-gain");
        row.objective_pred = sign * 0.5625;
        assert_flags(row, "ok");
        row.objective_pred = -sign;
        row.n_steps = 0; /* nothing was climbed */
        assert_flags(row, "ok");
    }
}

/* Beyond the best photograph by so many SDs, whatever its own z. */
static void test_extrapolates(void **state)
{
    static const char *const types[] = {"max", "min"};

    (void)state;
    for (int t = 0; t < 2; t++) {
        struct evk_row row = good(types[t]);
        const double sign = t ? -1 : 1;

        row.own_z = sign * 29;
        assert_flags(row, "ok");
        row.own_z = sign * 29.001;
        assert_flags(row, "extrapolates");
        row.natural_z = sign * 5;
        assert_flags(row, "ok");
        row.own_z = sign * -60; /* the other way: bad, but not that */
        assert_flags(row, "ok");
        row.own_z = sign * 60;
        row.natural_z = (double)NAN;
        assert_flags(row, "ok");
    }
}

/* All that can be true at once fits the cell. */
static void test_together(void **state)
{
    struct evk_row row = good("max");

    (void)state;
    row.saturated = true;
    assert_flags(row, "saturated");
    row.beats_natural = "false";
    row.channel_sd = 1;
    row.objective_pred = 0;
    row.own_z = 30;
    assert_flags(row, "natural-is-better,flat,no-gain,extrapolates,saturated");
}

/* ---- sets --------------------------------------------------------------------------------- */

/* Without blurs a step is along the signs of the weights; only the start's noise is random. */
static evk_recipe plain(int64_t steps, double step_size)
{
    evk_recipe r = published_recipe();

    r.starts = 1;
    r.steps = steps;
    r.step_size = step_size;
    r.gradient_blur = r.image_blur = 0;
    return r;
}

static evk_neuron_report make(const char *name, const evk_recipe *r, evk_image_list *images,
                              evk_set **set)
{
    static const int64_t output = 0;
    const evk_target target = {model, &output, 1};
    const evk_judges judges = {.reference = images};
    const evk_run run = {.threads = 2};
    evk_set_report *report;
    evk_neuron_report n;

    assert_ok(evk_maximize(path_in(folder, name), &target, 1, r, images ? &judges : NULL, &run,
                           &report, err));
    n = *evk_set_report_neuron(report, 0);
    n.model = n.neuron = n.best_file = n.failure = NULL; /* they go with the report */
    evk_set_report_free(report);
    assert_ok(evk_set_open(set, path_in(folder, name), err));
    return n;
}

static double number(const evk_set *set, int64_t row, const char *column)
{
    return strtod(evk_set_cell(set, row, column), NULL);
}

static void write_image(const char *name, const unsigned char values[N])
{
    struct evk_pixels p;
    struct evk_bytes file;

    assert_ok(evk_pixels_new(&p, TINY_H, TINY_W, TINY_C, err));
    memcpy(p.data, values, N);
    assert_ok(evk_png_encode(&file, &p, NULL, err));
    assert_ok(evk_fs_write(path_in(folder, name), file.data, file.size, err));
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

/* The optimum in the box: 255 where the weight is positive, else 0; or the reverse. */
static void write_optimum(const char *name, bool minimize)
{
    unsigned char values[N];

    for (int64_t i = 0; i < N; i++)
        values[i] = (unit.weights[i] > 0) != minimize ? 255 : 0;
    write_image(name, values);
}

/* From the best image that there is nothing is gained: responses are exact, and equal. */
static void test_at_the_top(void **state)
{
    static char path[256];

    (void)state;
    for (int minimize = 0; minimize < 2; minimize++) {
        double best = 0;
        evk_neuron_report n;
        evk_recipe r = plain(3, 10);
        evk_set *set;

        for (int64_t i = 0; i < N; i++)
            if ((unit.weights[i] > 0) != minimize)
                best += 255 * (double)unit.weights[i];
        write_optimum("optimum.png", minimize);
        snprintf(path, sizeof(path), "%s", path_in(folder, "optimum.png"));
        r.start = path;
        r.minimize = minimize;
        n = make(minimize ? "bottom" : "top", &r, NULL, &set);
        assert_true(number(set, 0, "response_start") == best);
        assert_true(number(set, 0, "response_pred") == best);
        assert_string_equal(evk_set_cell(set, 0, "flags"), "no-gain,saturated");
        assert_true(n.no_gain == 1 && n.flat == 0 && n.extrapolates == 0);
        evk_set_free(set);

        r.steps = 0;
        n = make(minimize ? "still bottom" : "still top", &r, NULL, &set);
        assert_true(number(set, 0, "response_start") == best);
        assert_string_equal(evk_set_cell(set, 0, "flags"), "saturated");
        assert_int_equal(n.no_gain, 0);
        evk_set_free(set);
    }
}

/* Steps of no size leave the noise that they began with: what rounding adds to it is no gain. */
static void test_rounded_start(void **state)
{
    evk_recipe r = plain(2, 0);
    int64_t raised = 0;
    evk_neuron_report n;
    evk_set *set;

    (void)state;
    r.starts = 12;
    n = make("start", &r, NULL, &set);
    for (int64_t i = 0; i < r.starts; i++) {
        const double start = number(set, i, "response_start");

        assert_true(number(set, i, "response_pred_prequant") == start);
        assert_string_equal(evk_set_cell(set, i, "flags"), "no-gain");
        raised += number(set, i, "response_pred") > start;
    }
    assert_true(raised > 0 && raised < r.starts);
    assert_int_equal(n.no_gain, r.starts);
    evk_set_free(set);
    r.step_size = 10;
    n = make("moved", &r, NULL, &set);
    assert_string_equal(evk_set_cell(set, 0, "flags"), "ok");
    assert_int_equal(n.no_gain, 0);
    evk_set_free(set);
}

/* Noise of half a level, climbed by as little: the file is nearly uniform. */
static void test_faint(void **state)
{
    evk_recipe r = plain(10, 0.125);
    evk_neuron_report n;
    evk_set *set;

    (void)state;
    r.start_contrast = 0.5;
    n = make("faint", &r, NULL, &set);
    assert_true(number(set, 0, "channel_sd") < EVK_FLAT_SD);
    assert_string_equal(evk_set_cell(set, 0, "flags"), "flat");
    assert_int_equal(n.flat, 1);
    evk_set_free(set);
    r.step_size = 1;
    n = make("less faint", &r, NULL, &set);
    assert_true(number(set, 0, "channel_sd") > EVK_FLAT_SD);
    assert_string_equal(evk_set_cell(set, 0, "flags"), "ok");
    assert_int_equal(n.flat, 0);
    evk_set_free(set);
}

/* Photographs of little contrast, which a linear unit is soon far beyond. */
static evk_image_list *write_photos(void)
{
    char path[256];
    const char *at = path; /* path_in's place is soon another's */
    evk_image_list *list;
    uint64_t seed = 3;

    snprintf(path, sizeof(path), "%s", path_in(folder, "photos"));
    assert_ok(evk_fs_make_folder(at, err));
    for (int64_t i = 0; i < PHOTOS; i++) {
        unsigned char values[N];
        char name[32];

        for (int64_t k = 0; k < N; k++) {
            values[k] = (unsigned char)(128 + 20 * random_float(&seed));
            photos[i * N + k] = values[k];
        }
        snprintf(name, sizeof(name), "photos/%02d.png", (int)i);
        write_image(name, values);
    }
    assert_ok(evk_image_list_open(&list, &at, 1, NULL, err));
    return list;
}

/* By how many SDs of the responses to the photographs the best of them is left behind. */
static double sds_beyond(double response)
{
    double mean, sd, best = -HUGE_VAL;

    linear_moments(&unit, photos, PHOTOS, 0, &mean, &sd);
    for (int64_t i = 0; i < PHOTOS; i++)
        best = fmax(best, linear_response(&unit, photos + i * N, 0));
    return (response - best) / sd;
}

/* Longer and longer ascents from a photograph: the flag comes where the sums say so. */
static void test_far(void **state)
{
    evk_image_list *reference = write_photos();
    int raised = 0, sets = 0;

    (void)state;
    for (int64_t steps = 1; steps <= 10; steps++, sets++) {
        evk_recipe r = plain(steps, 6);
        char name[32];
        bool is_beyond;
        evk_set *set;

        r.start = "natural";
        snprintf(name, sizeof(name), "far%d", (int)steps);
        is_beyond = make(name, &r, reference, &set).extrapolates > 0;
        assert_true(is_beyond == (sds_beyond(number(set, 0, "response_pred")) > EVK_EXTRAPOLATES));
        assert_string_equal(evk_set_cell(set, 0, "flags"), is_beyond ? "extrapolates" : "ok");
        raised += is_beyond;
        evk_set_free(set);
    }
    assert_true(raised > 0 && raised < sets);
    evk_image_list_free(reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ok),           cmocka_unit_test(test_none),
        cmocka_unit_test(test_flat),         cmocka_unit_test(test_no_gain),
        cmocka_unit_test(test_extrapolates), cmocka_unit_test(test_together),
        cmocka_unit_test(test_at_the_top),   cmocka_unit_test(test_rounded_start),
        cmocka_unit_test(test_faint),        cmocka_unit_test(test_far),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
