/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_adversarial_windows.c - sets of images that change within a window: so do all their controls */
#include "../../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "format/codec.h"
#include "stimset/sets/adversarial/settings.h"

enum { BASES = 3, OUTPUTS = 3 };

static char *folder;
static struct linear weights;
static evk_model *model;
static evk_image_list *bases;
static float values[BASES * TINY_VALUES];
static char mask[300];

/* Is this value in the disc of radius 3 about the middle, or right of column 3? */
static bool is_in_disc(int64_t i)
{
    const double y = (double)(i / TINY_C / TINY_W) + 0.5 - TINY_H / 2.0;
    const double x = (double)(i / TINY_C % TINY_W) + 0.5 - TINY_W / 2.0;

    return y * y + x * x < 9;
}

static bool is_right(int64_t i)
{
    return i / TINY_C % TINY_W > 3;
}

static void write_mask(const char *path)
{
    struct evk_pixels pixels;
    struct evk_bytes file;

    assert_ok(evk_pixels_new(&pixels, TINY_H, TINY_W, TINY_C, err));
    for (int64_t i = 0; i < TINY_VALUES; i++)
        pixels.data[i] = is_right(i) ? 255 : 0;
    assert_ok(evk_png_encode(&file, &pixels, NULL, err));
    assert_ok(evk_fs_write(path, file.data, file.size, err));
    evk_bytes_release(&file);
    evk_pixels_release(&pixels);
}

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("adversarial_windows");
    linear_random(&weights, path_in(folder, "linear.keras"), OUTPUTS, 5);
    linear_save(&weights);
    model = linear_open(&weights);
    bases = linear_photos(path_in(folder, "bases"), BASES, values);
    write_mask(path_in(folder, "mask.png"));
    snprintf(mask, sizeof(mask), "mask:%s,background=201", path_in(folder, "mask.png"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    evk_image_list_free(bases);
    linear_release(&weights);
    free(folder);
    return 0;
}

/* How many values changed from the source of row r; one that is hidden fails the test. */
static int64_t count_changes(const evk_set *set, int64_t r, bool (*is_shown)(int64_t))
{
    const int64_t from = evk_set_find(set, evk_set_cell(set, r, "source_id"));
    int64_t changes = 0;
    evk_image *image;

    assert_true(from >= 0 && from < BASES);
    assert_ok(evk_set_image(set, r, &image, err));
    for (int64_t i = 0; i < TINY_VALUES; i++) {
        const bool changed = image->values[i] != values[from * TINY_VALUES + i];

        if (changed && !is_shown(i))
            fail_msg("%s (%s) changes value %d, which is hidden",
                     evk_set_cell(set, r, "stimulus_id"), evk_set_cell(set, r, "control"), (int)i);
        changes += changed;
    }
    evk_image_free(image);
    return changes;
}

static void check_blank(const evk_set *set, int64_t r, float value)
{
    evk_image *image;

    assert_ok(evk_set_image(set, r, &image, err));
    for (int64_t i = 0; i < TINY_VALUES; i++)
        assert_true(image->values[i] == value);
    evk_image_free(image);
}

/* Every row, and every image from its row. */
static void check_set(const char *name, bool (*is_shown)(int64_t), float background)
{
    const char *file = weights.path;
    int64_t blanks = 0, changes = 0;
    evk_set *set;

    assert_ok(evk_set_open(&set, path_in(folder, name), err));
    for (int64_t r = BASES; r < evk_set_count(set); r++) {
        char *again;

        if (strcmp(evk_set_cell(set, r, "set_type"), "blank") == 0) {
            check_blank(set, r, background);
            blanks++;
        } else {
            changes += count_changes(set, r, is_shown) > 0;
        }
        assert_ok(evk_set_again(set, r, &file, 1, NULL, NULL, &again, err));
        if (again)
            fail_msg("%s: %s", evk_set_cell(set, r, "stimulus_id"), again);
    }
    assert_true(blanks > 0 && 2 * changes > evk_set_count(set));
    evk_set_free(set);
}

static void make(const char *name, const evk_adversarial_options *o)
{
    static const int64_t outputs[] = {0, 1};
    const evk_target target = {model, outputs, 2};
    const evk_run run = {.threads = 2};
    evk_adversarial_report *report;

    assert_ok(
        evk_adversarial(path_in(folder, name), &target, 1, bases, o, NULL, &run, &report, err));
    evk_adversarial_report_free(report);
}

static evk_adversarial_options options(const char *prior, const char *controls)
{
    evk_adversarial_options o = evk_adversarial_default();

    o.attack.priors.text[o.attack.priors.count++] = prior;
    o.attack.steps = 8;
    o.controls = controls;
    return o;
}

static void test_all_controls(void **state)
{
    static const char *const norms[] = {"rms", "linf", "mean-abs", "l2"};
    static const char controls[] = "scrambled,noise,base,opposite,neuron,blank";

    (void)state;
    for (int i = 0; i < 8; i++) {
        evk_adversarial_options o =
            options(i < 4 ? mask : "aperture:radius=3,edge=0,background=64.6", controls);
        char name[16];

        o.attack.norm = norms[i % 4];
        o.budgets = i % 4 == 3 ? "0.2,0.6" : "4,9";
        o.increase = i % 2;
        snprintf(name, sizeof(name), "set%d", i);
        make(name, &o);
        check_set(name, i < 4 ? is_right : is_in_disc, i < 4 ? 201 : 65);
    }
}

/* Where others are held, what brings them back stays within the window as well. */
static void test_hold(void **state)
{
    evk_adversarial_options o = options(mask, "scrambled,noise,blank");

    (void)state;
    o.attack.hold = "2";
    o.budgets = "4,9";
    make("hold", &o);
    check_set("hold", is_right, 201);
}

static void test_discs(void **state)
{
    evk_adversarial_options o = options(mask, "discs,base,neuron,blank");

    (void)state;
    o.attack.method = "smoothing";
    o.attack.disc_radius = 2;
    o.attack.disc_sigma = 1;
    o.budgets = "30,60";
    make("discs", &o);
    check_set("discs", is_right, 201);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_controls),
        cmocka_unit_test(test_hold),
        cmocka_unit_test(test_discs),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
