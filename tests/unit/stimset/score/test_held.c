/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_held.c - sets whose held responses have no tolerance of the user's: a tenth of an SD, recorded,
 * found again, and in whatever unit the responses are
 */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "base/json.h"
#include "format/codec.h"
#include "model/model.h"
#include "stimset/score/held.h"
#include "stimset/sets/adversarial/settings.h"

enum { BASES = 4, PHOTOS = 9, OUTPUTS = 3 };

static char *folder;
static struct linear one, two;
static evk_model *models[2];
static evk_image_list *bases, *photos;
static float base_values[BASES * TINY_VALUES], photo_values[PHOTOS * TINY_VALUES];

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("held");
    linear_random(&one, path_in(folder, "one.keras"), OUTPUTS, 5);
    linear_random(&two, path_in(folder, "two.keras"), OUTPUTS, 6);
    for (int i = 2; i < TINY_VALUES * OUTPUTS; i += OUTPUTS)
        one.weights[i] *= 5; /* neuron 2 has another unit */
    linear_save(&one);
    linear_save(&two);
    models[0] = linear_open(&one);
    models[1] = linear_open(&two);
    bases = linear_photos(path_in(folder, "bases"), BASES, base_values);
    photos = linear_photos(path_in(folder, "photos"), PHOTOS, photo_values);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(models[0]);
    evk_model_free(models[1]);
    evk_image_list_free(bases);
    evk_image_list_free(photos);
    linear_release(&one);
    linear_release(&two);
    free(folder);
    return 0;
}

/* Neuron 0 moves, 1 and 2 stay. */
static evk_adversarial_options options(void)
{
    evk_adversarial_options o = evk_adversarial_default();

    o.attack.hold = "1-2";
    o.attack.steps = 12;
    o.budgets = "4,9";
    o.controls = "noise";
    return o;
}

static const evk_judges *judged; /* judges and reference images of the sets that are made */

static evk_status make_of(const char *name, const evk_model *const *of, size_t count,
                          evk_image_list *images, const evk_adversarial_options *o,
                          const evk_run *how, evk_error *why)
{
    static const int64_t output = 0;
    const evk_target targets[2] = {{of[0], &output, 1}, {count > 1 ? of[1] : NULL, &output, 1}};
    const evk_run run = {.threads = 2};
    evk_adversarial_report *report = NULL;
    const evk_status s = evk_adversarial(path_in(folder, name), targets, count, images, o, judged,
                                         how ? how : &run, &report, why);

    evk_adversarial_report_free(report);
    return s;
}

static evk_status make(const char *name, size_t count, const evk_adversarial_options *o,
                       evk_error *why)
{
    return make_of(name, (const evk_model *const *)models, count, bases, o, NULL, why);
}

/* ---- the tolerance -------------------------------------------------------------------------- */

/* What the set says of a model's neuron; NAN: nothing. */
static double recorded(const char *name, size_t model, const char *neuron)
{
    struct evk_str text = tiny_read(path_in(path_in(folder, name), "dataset_description.json"));
    double found = (double)NAN;
    const evk_json *m;
    evk_json *all;

    assert_ok(evk_json_parse(&all, text.data, text.size, err));
    m = evk_json_at(evk_json_get(evk_json_get(all, "StimulusSet"), "Models"), model);
    (void)evk_json_real(evk_json_get(evk_json_get(m, "HeldTolerance"), neuron), &found);
    evk_json_free(all);
    evk_str_release(&text);
    return found;
}

/* A tenth of the SD over these images, and nothing moved further; what is left of the limit is used. */
static void check_tolerances(const char *name, const float *values, int64_t count)
{
    double share = 0;
    evk_set *set;

    assert_ok(evk_set_open(&set, path_in(folder, name), err));
    for (int64_t neuron = 1; neuron < OUTPUTS; neuron++) {
        const char digit[2] = {(char)('0' + neuron), '\0'};
        const double tolerance = recorded(name, 0, digit);
        double mean, sd;

        linear_moments(&one, values, count, neuron, &mean, &sd);
        assert_true(fabs(tolerance - 0.1 * sd) <= 1e-7 * sd);
        for (int64_t r = BASES; r < evk_set_count(set); r++) {
            const int64_t from = evk_set_find(set, evk_set_cell(set, r, "source_id"));
            evk_image *image;
            double moved;

            if (strcmp(evk_set_cell(set, r, "set_type"), "adversarial") != 0)
                continue;
            assert_ok(evk_set_image(set, r, &image, err));
            moved = fabs(linear_response(&one, image->values, neuron) -
                         linear_response(&one, base_values + from * TINY_VALUES, neuron));
            assert_true(moved <= tolerance);
            share = fmax(share, moved / tolerance);
            evk_image_free(image);
        }
    }
    printf("%s: at most %.3f of a tolerance is used\n", name, share);
    evk_set_free(set);
}

static void test_base_images(void **state)
{
    const evk_adversarial_options o = options();

    (void)state;
    assert_ok(make("of-bases", 1, &o, err));
    check_tolerances("of-bases", base_values, BASES);
}

static void test_reference(void **state)
{
    const evk_judges judges = {.reference = photos};
    evk_adversarial_options o = options();

    (void)state;
    judged = &judges;
    assert_ok(make("of-photos", 1, &o, err));
    judged = NULL;
    check_tolerances("of-photos", photo_values, PHOTOS);
}

/* One tolerance for all, of which the set says nothing else. */
static void test_given(void **state)
{
    evk_adversarial_options o = options();
    evk_set *set;

    (void)state;
    o.attack.tolerance = 30;
    assert_ok(make("given", 1, &o, err));
    assert_true(isnan(recorded("given", 0, "1")));
    assert_ok(evk_set_open(&set, path_in(folder, "given"), err));
    for (int64_t r = BASES; r < evk_set_count(set); r++)
        if (strcmp(evk_set_cell(set, r, "set_type"), "adversarial") == 0)
            assert_true(strtod(evk_set_cell(set, r, "held_delta"), NULL) <= 30);
    evk_set_free(set);
}

static void test_refused(void **state)
{
    const evk_judges judges = {.reference = photos};
    evk_adversarial_options o = options();
    char path[256];
    const char *at = path;
    evk_image_list *single, *twins;
    struct evk_held held;
    struct evk_str file;

    (void)state;
    snprintf(path, sizeof(path), "%s/bases/000.png", folder);
    assert_ok(evk_image_list_open(&single, &at, 1, NULL, err));
    assert_fails(EVK_EINVAL,
                 "neurons 1-2 are held, and responses to one base image have no SD, expected "
                 "--tolerance, --reference or more base images",
                 make_of("single", (const evk_model *const *)models, 1, single, &o, NULL, err));
    o.attack.tolerance = 30;
    assert_ok(make_of("single", (const evk_model *const *)models, 1, single, &o, NULL, err));
    o.attack.tolerance = (double)NAN;
    judged = &judges;
    assert_ok(make_of("single-judged", (const evk_model *const *)models, 1, single, &o, NULL, err));
    evk_image_list_free(single);
    /* The same image under two names is one. */
    file = tiny_read(path);
    snprintf(path, sizeof(path), "%s/twins", folder);
    assert_ok(evk_fs_make_folder(path, err));
    assert_ok(evk_fs_write(path_in(path, "a.png"), file.data, file.size, err));
    assert_ok(evk_fs_write(path_in(path, "b.png"), file.data, file.size, err));
    evk_str_release(&file);
    assert_ok(evk_image_list_open(&twins, &at, 1, NULL, err));
    judged = NULL;
    assert_fails(EVK_EINVAL, "neurons 1-2 are held, and responses to one base image have no SD",
                 make_of("twins-set", (const evk_model *const *)models, 1, twins, &o, NULL, err));
    evk_image_list_free(twins);
    assert_fails(EVK_EINVAL,
                 "neuron 1 is held, and the SD of its responses to 2 images is 0, expected an SD "
                 "above 0, or --tolerance",
                 evk_held_of(&held, models[0], &o.attack, (const double[]){1, 0, 1}, 2, err));
    evk_held_release(&held);
}

/* ---- found again ---------------------------------------------------------------------------- */

static void count_finding(void *arg, const char *sentence)
{
    evk_str_printf(arg, "%s\n", sentence);
}

/* What verify finds; release it. */
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

/* In the description, text from, which is there, becomes as long a text. */
static void edit(const char *name, const char *from, const char *to)
{
    char path[256];
    struct evk_str text;
    char *at;

    assert_int_equal(strlen(from), strlen(to));
    snprintf(path, sizeof(path), "%s/%s/dataset_description.json", folder, name);
    text = tiny_read(path);
    at = strstr(text.data, from);
    assert_non_null(at);
    memcpy(at, to, strlen(to));
    assert_ok(evk_fs_write(path, text.data, text.size, err));
    evk_str_release(&text);
}

static void assert_found(const char *name, const char *sentence)
{
    struct evk_str found = find(name);

    if (!strstr(found.data, sentence))
        fail_msg("found '%s', expected '%s'", found.data, sentence);
    evk_str_release(&found);
}

/* Every image from its row, without the images that the tolerance was measured on. */
static void check_again(const char *name)
{
    const char *files[] = {one.path, two.path};
    evk_set *set;

    assert_ok(evk_set_open(&set, path_in(folder, name), err));
    for (int64_t r = BASES; r < evk_set_count(set); r++) {
        char *again;

        assert_ok(evk_set_again(set, r, files, 2, NULL, NULL, &again, err));
        if (again)
            fail_msg("%s: %s", evk_set_cell(set, r, "stimulus_id"), again);
    }
    evk_set_free(set);
}

static void test_found_again(void **state)
{
    const evk_judges judges = {.reference = photos};
    evk_adversarial_options o = options();
    struct evk_str found;

    (void)state;
    judged = &judges;
    assert_ok(make("judged", 2, &o, err));
    check_again("judged");
    judged = NULL;
    assert_ok(make("again", 2, &o, err));
    check_again("again");
    found = find("again");
    assert_string_equal(found.data, "");
    evk_str_release(&found);
    edit("again", "\"HeldTolerance\": {\n          \"1\"", "\"HeldTolerance\": {\n          \"7\"");
    assert_found("again", "has no HeldTolerance of neuron 1 of one");
}

/* A tolerance that the images do not say, and that the responses go beyond. */
static void test_edited(void **state)
{
    const evk_adversarial_options o = options();
    char was[64], is[64];

    (void)state;
    assert_ok(make("edited", 2, &o, err));
    snprintf(was, sizeof(was), "\"2\": %.9g", recorded("edited", 0, "2"));
    memcpy(is, was, sizeof(was));
    memset(is + 5, '0', strlen(was) - 5); /* nothing */
    is[6] = '.';
    edit("edited", was, is);
    assert_found("edited", "HeldTolerance of neuron 2 of one is");
    assert_found("edited", "a held response to stim-adversarial0000");
}

/* A model more, as if asked for at once; stopped on the way, the same bytes in the end. */
static bool is_out(void *arg)
{
    int *left = arg;

    return --*left < 0;
}

static void test_growth(void **state)
{
    const evk_adversarial_options o = options();
    struct evk_str whole;

    (void)state;
    assert_ok(make("at-once", 2, &o, err));
    whole = tiny_content(path_in(folder, "at-once"));
    assert_ok(make("grown", 1, &o, err));
    assert_ok(make("grown", 2, &o, err));
    assert_content(path_in(folder, "grown"), &whole);
    for (int most = 20; most < 400; most += 90) {
        int left = most;
        const evk_run run = {.threads = 1, .stop = is_out, .arg = &left};
        evk_error why = {EVK_OK, ""};

        remove_folder(path_in(folder, "torn"));
        assert_int_equal(
            make_of("torn", (const evk_model *const *)models, 2, bases, &o, &run, &why),
            EVK_ESTOPPED);
        assert_ok(make("torn", 2, &o, err));
        assert_content(path_in(folder, "torn"), &whole);
    }
    evk_str_release(&whole);
}

/* ---- any unit --------------------------------------------------------------------------------- */

/* The model with weights times a factor, of the same SHA-256, so of the same noise. */
static evk_model *twin(double factor)
{
    const struct linear as_is = one;
    struct linear l;
    evk_model *m;

    linear_init(&l, path_in(folder, "twin.keras"), OUTPUTS);
    for (int i = 0; i < TINY_VALUES * OUTPUTS; i++)
        l.weights[i] = (float)((double)as_is.weights[i] * factor);
    linear_save(&l);
    m = linear_open(&l);
    linear_release(&l);
    memcpy(m->digest, models[0]->digest, sizeof(m->digest));
    memcpy(m->sha256, models[0]->sha256, sizeof(m->sha256));
    return m;
}

/* Values of all images of two sets that are more than a level apart; of the same rows. */
static long far_apart(const char *name, bool exactly)
{
    long far = 0;
    evk_set *a, *b;

    assert_ok(evk_set_open(&a, path_in(folder, "unscaled"), err));
    assert_ok(evk_set_open(&b, path_in(folder, name), err));
    assert_int_equal(evk_set_count(a), evk_set_count(b));
    for (int64_t r = 0; r < evk_set_count(a); r++) {
        evk_image *x, *y;

        if (exactly)
            assert_string_equal(evk_set_cell(a, r, "pixel_sha256"),
                                evk_set_cell(b, r, "pixel_sha256"));
        assert_ok(evk_set_image(a, r, &x, err));
        assert_ok(evk_set_image(b, r, &y, err));
        for (int64_t i = 0; i < TINY_VALUES; i++)
            far += fabsf(x->values[i] - y->values[i]) > 1;
        evk_image_free(x);
        evk_image_free(y);
    }
    evk_set_free(a);
    evk_set_free(b);
    return far;
}

static void test_units(void **state)
{
    static const double factors[] = {0x1p-40, 0x1p40, 1e-12, 1e-3, 1e12};
    evk_adversarial_options o = options();

    (void)state;
    o.controls = "scrambled,noise,base,opposite,blank";
    o.attack.starts = 2;
    assert_ok(make("unscaled", 1, &o, err));
    for (int f = 0; f < 5; f++) {
        evk_model *m = twin(factors[f]);
        const evk_model *const of[1] = {m};
        char name[32];
        long far;

        snprintf(name, sizeof(name), "scaled%d", f);
        assert_ok(make_of(name, of, 1, bases, &o, NULL, err));
        assert_true(fabs(recorded(name, 0, "2") / recorded("unscaled", 0, "2") / factors[f] - 1) <=
                    1e-6);
        far = far_apart(name, f < 2);
        printf("times %g: %ld values are more than a level apart\n", factors[f], far);
        assert_int_equal(far, 0);
        evk_model_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_base_images), cmocka_unit_test(test_reference),
        cmocka_unit_test(test_given),       cmocka_unit_test(test_refused),
        cmocka_unit_test(test_found_again), cmocka_unit_test(test_edited),
        cmocka_unit_test(test_growth),      cmocka_unit_test(test_units),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
