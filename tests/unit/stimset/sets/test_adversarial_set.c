/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_adversarial_set.c - sets of perturbed images as sets: the same bytes whatever happens on the
 * way, verify, again, judges
 */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>
#include <png.h>

#include "../../../harness/keras_file.h"
#include "../../../harness/linear.h"
#include "stimset/sets/adversarial/settings.h"

enum { BASES = 3, OUTPUTS = 2, PHOTOS = 12 };

static char *folder;
static struct linear one, two, other;
static evk_model *models[2], *judge, *ensemble;
static evk_image_list *bases, *photos;
static float base_values[BASES * TINY_VALUES], photo_values[PHOTOS * TINY_VALUES];

static int set_up(void **state)
{
    char text[1024];

    (void)state;
    folder = scratch_folder("adversarial_set");
    linear_random(&one, path_in(folder, "one.keras"), OUTPUTS, 1);
    linear_random(&two, path_in(folder, "two.keras"), OUTPUTS, 2);
    linear_random(&other, path_in(folder, "other.keras"), OUTPUTS, 3);
    linear_save(&one);
    linear_save(&two);
    linear_save(&other);
    models[0] = linear_open(&one);
    models[1] = linear_open(&two);
    judge = linear_open(&other);
    snprintf(text, sizeof(text), "both=%s,%s", one.path, two.path);
    assert_ok(evk_model_open_ensemble(&ensemble, text, NULL, err));
    bases = linear_photos(path_in(folder, "bases"), BASES, base_values);
    photos = linear_photos(path_in(folder, "photos"), PHOTOS, photo_values);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(models[0]);
    evk_model_free(models[1]);
    evk_model_free(judge);
    evk_model_free(ensemble);
    evk_image_list_free(bases);
    evk_image_list_free(photos);
    linear_release(&one);
    linear_release(&two);
    linear_release(&other);
    free(folder);
    return 0;
}

static evk_adversarial_options options(void)
{
    evk_adversarial_options o = evk_adversarial_default();

    o.attack.steps = 5;
    o.attack.starts = 2;
    o.budgets = "3,9";
    o.controls = "scrambled,noise,base,opposite,neuron,blank";
    return o;
}

/* Of so many neurons of each of so many models. */
static evk_status make(const char *name, size_t count, size_t neurons,
                       const evk_adversarial_options *o, const evk_run *run, evk_error *why)
{
    static const int64_t outputs[OUTPUTS] = {0, 1};
    const evk_target targets[2] = {{models[0], outputs, neurons}, {models[1], outputs, neurons}};
    evk_adversarial_report *report = NULL;
    evk_status s =
        evk_adversarial(path_in(folder, name), targets, count, bases, o, NULL, run, &report, why);

    evk_adversarial_report_free(report);
    return s;
}

/* ---- the same bytes ------------------------------------------------------------------------- */

static void test_threads(void **state)
{
    const evk_adversarial_options o = options();
    struct evk_str whole = {0};

    (void)state;
    for (int threads = 1; threads <= 5; threads += 2) {
        const evk_run run = {.threads = threads};

        remove_folder(path_in(folder, "set"));
        assert_ok(make("set", 2, OUTPUTS, &o, &run, err));
        if (threads == 1)
            whole = tiny_content(path_in(folder, "set"));
        else
            assert_content(path_in(folder, "set"), &whole);
    }
    evk_str_release(&whole);
}

/* Stops when it has been asked so many times; -1: never. */
struct patience {
    int64_t asked, most;
};

static bool is_out(void *arg)
{
    struct patience *p = arg;

    return ++p->asked > p->most && p->most >= 0;
}

/* Wherever it is stopped, again and again, the same call ends at the same bytes. */
static void test_stop(void **state)
{
    const evk_adversarial_options o = options();
    struct patience p = {0, -1};
    const evk_run run = {.threads = 1, .stop = is_out, .arg = &p};
    struct evk_str whole;
    int64_t all;

    (void)state;
    assert_ok(make("whole", 1, 2, &o, &run, err));
    whole = tiny_content(path_in(folder, "whole"));
    all = p.asked;
    for (int64_t most = 0; most < all; most += all / 12 + 1) {
        evk_error why = {EVK_OK, ""};

        remove_folder(path_in(folder, "torn"));
        p = (struct patience){0, most};
        assert_int_equal(make("torn", 1, 2, &o, &run, &why), EVK_ESTOPPED);
        p = (struct patience){0, most + 50};
        (void)make("torn", 1, 2, &o, &run, &why);
        p = (struct patience){0, -1};
        assert_ok(make("torn", 1, 2, &o, &run, err));
        assert_content(path_in(folder, "torn"), &whole);
    }
    evk_str_release(&whole);
}

/* A neuron more, and a model more, as if asked for at once; another option is another set. */
static void test_growth(void **state)
{
    evk_adversarial_options o = options();
    const evk_run run = {.threads = 2};
    struct evk_str whole;

    (void)state;
    o.controls = "noise,blank";
    assert_ok(make("at-once", 2, 1, &o, &run, err));
    whole = tiny_content(path_in(folder, "at-once"));
    assert_ok(make("grown", 1, 1, &o, &run, err));
    assert_ok(make("grown", 2, 1, &o, &run, err));
    assert_content(path_in(folder, "grown"), &whole);
    evk_str_release(&whole);
    o.attack.starts = 3;
    assert_fails(EVK_EINVAL, "option starts is 2 there, 3 here",
                 make("grown", 2, 1, &o, &run, err));
    o = options();
    o.controls = "noise,blank";
    o.budgets = "3,9,12";
    assert_fails(EVK_EINVAL, "option budget is", make("grown", 2, 1, &o, &run, err));
}

/* ---- looked at again ----------------------------------------------------------------------------- */

static void count_finding(void *arg, const char *sentence)
{
    struct evk_str *all = arg;

    evk_str_printf(all, "%s\n", sentence);
}

/* What verify finds, with both models. */
static struct evk_str find(const char *name)
{
    const char *files[] = {one.path, two.path};
    struct evk_str all = EVK_STR_INIT;
    const evk_verify how = {.finding = count_finding, .arg = &all, .threads = 2};
    evk_verified sum;

    assert_ok(evk_set_verify(path_in(folder, name), files, 2, &how, &sum, err));
    assert_ok(evk_str_check(&all, err));
    return all;
}

static void expect(const char *name, const char *sentence)
{
    struct evk_str found = find(name);

    if (!strstr(found.data, sentence))
        fail_msg("found '%s', expected '%s'", found.data, sentence);
    evk_str_release(&found);
}

static void test_verify(void **state)
{
    const evk_run run = {.threads = 2};
    evk_adversarial_options o = options();
    struct evk_str found;

    (void)state;
    o.attack.hold = "";
    assert_ok(make("verified", 2, OUTPUTS, &o, &run, err));
    found = find("verified");
    assert_string_equal(found.data, "");
    evk_str_release(&found);
}

/* Another image under the same name: its changes, its budget and its response are not the row's. */
static void test_altered(void **state)
{
    const evk_run run = {.threads = 2};
    const evk_adversarial_options o = options();
    struct evk_str file;

    (void)state;
    assert_ok(make("altered", 1, 2, &o, &run, err));
    file = tiny_read(path_in(folder, "altered/stimuli/stim-natural000002_image.png"));
    assert_ok(evk_fs_write(path_in(folder, "altered/stimuli/stim-adversarial000004_image.png"),
                           file.data, file.size, err));
    evk_str_release(&file);
    expect("altered", "rms_delta of stim-adversarial000004 is");
    expect("altered", "the image of stim-adversarial000004 differs from stim-natural000001 by more "
                      "than its budget");
    expect("altered", "response_pred of stim-adversarial000004 is");
    expect("altered", "delta_z of stim-adversarial000004 is");
}

/* The image of a budget a hair larger. */
static void test_beyond(void **state)
{
    const evk_run run = {.threads = 2};
    evk_adversarial_options o = options();
    struct evk_str file;

    (void)state;
    o.budgets = "3,3.1";
    assert_ok(make("beyond", 1, 2, &o, &run, err));
    file = tiny_read(path_in(folder, "beyond/stimuli/stim-adversarial000005_image.png"));
    assert_ok(evk_fs_write(path_in(folder, "beyond/stimuli/stim-adversarial000004_image.png"),
                           file.data, file.size, err));
    evk_str_release(&file);
    expect("beyond", "the image of stim-adversarial000004 differs from stim-natural000001 by more "
                     "than its budget");
}

/* A base image that is another: all that came of it no longer fits. */
static void test_altered_base(void **state)
{
    const evk_run run = {.threads = 2};
    const evk_adversarial_options o = options();
    struct evk_str file;

    (void)state;
    assert_ok(make("rebased", 1, 2, &o, &run, err));
    file = tiny_read(path_in(folder, "rebased/stimuli/stim-natural000002_image.png"));
    assert_ok(evk_fs_write(path_in(folder, "rebased/stimuli/stim-natural000001_image.png"),
                           file.data, file.size, err));
    evk_str_release(&file);
    expect("rebased", "linf_delta of stim-adversarial000004 is");
    expect("rebased", "response_source of stim-adversarial000005 is");
}

static void test_again(void **state)
{
    const char *files[] = {one.path, two.path};
    const evk_run run = {.threads = 2};
    evk_adversarial_options o = options();
    evk_set *set;

    (void)state;
    for (int both = 0; both < 2; both++) {
        const char *name = both ? "both" : "single";

        o.decrease = !both;
        assert_ok(make(name, 2, OUTPUTS, &o, &run, err));
        assert_ok(evk_set_open(&set, path_in(folder, name), err));
        for (int64_t r = 0; r < evk_set_count(set); r++) {
            char *again;

            assert_ok(evk_set_again(set, r, files, 2, bases, NULL, &again, err));
            if (again)
                fail_msg("%s: %s", evk_set_cell(set, r, "stimulus_id"), again);
        }
        evk_set_free(set);
    }
}

/* ---- gray -------------------------------------------------------------------------------------- */

static evk_model *gray_model(const char *path)
{
    struct keras_file k;
    evk_model *m = NULL;
    uint64_t seed = 3;
    float *w;

    keras_init(&k, NULL);
    keras_input(&k, "in", TINY_H, TINY_W, 1);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_layer(&k, "Dense", "dense", "'units':2,'use_bias':false", NULL);
    w = keras_array(&k, 2, (const int64_t[]){TINY_H * TINY_W, 2});
    for (int64_t i = 0; i < 2 * TINY_H * TINY_W; i++)
        w[i] = rintf(9 * random_float(&seed));
    keras_save(&k, path, "dense");
    keras_release(&k);
    assert_ok(evk_model_open(&m, path, NULL, err));
    return m;
}

static evk_image_list *gray_images(const char *folder_path)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = TINY_W, .height = TINY_H, .format = PNG_FORMAT_GRAY};
    unsigned char x[TINY_H * TINY_W];
    uint64_t seed = 7;
    char path[256], name[300];
    const char *at = path;
    evk_image_list *list;

    snprintf(path, sizeof(path), "%s", folder_path);
    assert_ok(evk_fs_make_folder(path, err));
    for (int i = 0; i < BASES; i++) {
        for (size_t k = 0; k < sizeof(x); k++)
            x[k] = (unsigned char)(128 + 127 * random_float(&seed));
        snprintf(name, sizeof(name), "%s/%d.png", path, i);
        assert_int_equal(png_image_write_to_file(&image, name, 0, x, 0, NULL), 1);
    }
    assert_ok(evk_image_list_open(&list, &at, 1, NULL, err));
    return list;
}

/* Files are in colour, all channels equal; changes are of the one channel that the model sees. */
static void test_gray(void **state)
{
    static const int64_t outputs[] = {0, 1};
    evk_image_list *images = gray_images(path_in(folder, "gray-images"));
    evk_model *m = gray_model(path_in(folder, "gray.keras"));
    const evk_target target = {m, outputs, 2};
    const evk_run run = {.threads = 2};
    const char *file;
    evk_adversarial_options o = options();
    struct evk_str findings = EVK_STR_INIT;
    const evk_verify how = {.finding = count_finding, .arg = &findings, .threads = 1};
    evk_adversarial_report *report;
    evk_verified sum;
    char *again;
    evk_set *set;

    (void)state;
    o.attack.norm = "l2";
    o.budgets = "0.1,1";
    assert_ok(
        evk_adversarial(path_in(folder, "gray"), &target, 1, images, &o, NULL, &run, &report, err));
    evk_adversarial_report_free(report);
    file = path_in(folder, "gray.keras");
    assert_ok(evk_set_verify(path_in(folder, "gray"), &file, 1, &how, &sum, err));
    assert_string_equal(findings.data, "");
    assert_ok(evk_set_open(&set, path_in(folder, "gray"), err));
    for (int64_t r = BASES; r < evk_set_count(set); r++) {
        file = path_in(folder, "gray.keras");
        assert_true(strcmp(evk_set_cell(set, r, "set_type"), "blank") == 0 ||
                    strtod(evk_set_cell(set, r, "l2_delta"), NULL) <=
                        strtod(evk_set_cell(set, r, "budget"), NULL));
        assert_ok(evk_set_again(set, r, &file, 1, images, NULL, &again, err));
        assert_null(again);
    }
    evk_set_free(set);
    evk_str_release(&findings);
    evk_model_free(m);
    evk_image_list_free(images);
}

/* Where no gradient is found there is no image; the rest of the set is whole. */
static void test_dead(void **state)
{
    static const char letters[] = {TINY_LIVE, TINY_DEAD, '\0'};
    static const int64_t outputs[] = {0, 1};
    evk_model *m = tiny_model(path_in(folder, "tiny.keras"), letters);
    const evk_target target = {m, outputs, 2};
    const evk_run run = {.threads = 2};
    evk_adversarial_options o = options();
    evk_adversarial_report *report;
    evk_adversarial_neuron n;
    evk_set *set;

    (void)state;
    o.controls = "noise,blank";
    for (int again = 0; again < 2; again++) {
        assert_ok(evk_adversarial(path_in(folder, "dead"), &target, 1, bases, &o, NULL, &run,
                                  &report, err));
        n = *evk_adversarial_at(report, 0);
        assert_true(n.failed == 0 && n.rise > 0 && n.fall < 0 && n.use <= 1);
        n = *evk_adversarial_at(report, 1);
        assert_true(n.images == 1 && n.failed == (int64_t)BASES * 8 && n.failure);
        assert_int_equal(evk_adversarial_made(report)->made == 0, again);
        evk_adversarial_report_free(report);
    }
    assert_ok(evk_set_open(&set, path_in(folder, "dead"), err));
    for (int64_t r = 0; r < evk_set_count(set); r++)
        assert_true(strcmp(evk_set_cell(set, r, "dead"), "true") != 0 ||
                    strcmp(evk_set_cell(set, r, "target_output"), "1") == 0);
    evk_set_free(set);
    evk_model_free(m);
}

/* ---- judges ---------------------------------------------------------------------------------------- */

/* An ensemble steers; a model that has no part in it judges, and one of its members does not count. */
static void test_judges(void **state)
{
    static const int64_t output = 1, asked[] = {1, 0};
    const evk_judge_model who[] = {{judge, &asked[0], 1}, {models[0], &asked[1], 1}};
    const evk_target target = {ensemble, &output, 1};
    const evk_judges judges = {who, 2, photos};
    const evk_run run = {.threads = 2};
    evk_adversarial_options o = evk_adversarial_default();
    evk_adversarial_report *report;
    evk_set *set;

    (void)state;
    o.attack.objective = "min";
    assert_ok(evk_adversarial(path_in(folder, "judged"), &target, 1, bases, &o, &judges, &run,
                              &report, err));
    evk_adversarial_report_free(report);
    assert_ok(evk_set_open(&set, path_in(folder, "judged"), err));
    for (int64_t r = 0; r < evk_set_count(set); r++) {
        const bool base = r < BASES;
        double mean, sd, z, delta;
        evk_image *image, *source;

        assert_string_equal(evk_set_cell(set, r, "judge_roles"),
                            base ? "n/a" : "heldout;selection");
        if (base)
            continue;
        assert_ok(evk_set_image(set, r, &image, err));
        linear_moments(&other, photo_values, PHOTOS, 1, &mean, &sd);
        z = (linear_response(&other, image->values, 1) - mean) / sd;
        assert_float_equal((float)strtod(evk_set_cell(set, r, "heldout_z"), NULL), (float)z, 1e-6);
        assert_ok(
            evk_set_image(set, evk_set_find(set, evk_set_cell(set, r, "source_id")), &source, err));
        delta = z - (linear_response(&other, source->values, 1) - mean) / sd;
        evk_image_free(source);
        assert_float_equal((float)strtod(evk_set_cell(set, r, "heldout_delta_z"), NULL),
                           (float)delta, 1e-6);
        assert_non_null(strchr(evk_set_cell(set, r, "response_members"), ';'));
        assert_string_not_equal(evk_set_cell(set, r, "own_z"), "n/a");
        evk_image_free(image);
    }
    evk_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads), cmocka_unit_test(test_stop),
        cmocka_unit_test(test_growth),  cmocka_unit_test(test_verify),
        cmocka_unit_test(test_altered), cmocka_unit_test(test_altered_base),
        cmocka_unit_test(test_again),   cmocka_unit_test(test_judges),
        cmocka_unit_test(test_dead),    cmocka_unit_test(test_gray),
        cmocka_unit_test(test_beyond),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
