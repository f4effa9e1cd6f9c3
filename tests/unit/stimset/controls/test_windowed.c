/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_windowed.c - images behind masks and apertures: their columns, and their controls */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "format/codec.h"
#include "stimset/controls/windowed.h"
#include "synth/settings.h"
#include "synth/window.h"

enum { PHOTOS = 7, OUTPUTS = 2, PIXELS = TINY_H * TINY_W, BACKGROUND = 90 };

static const char kinds[] = "scrambled,neuron,natural,matched,start,blank";
static const int64_t outputs[OUTPUTS] = {0, 1};
static char *folder;
static struct linear weights;
static evk_model *model;
static evk_image_list *photos;
static float values[PHOTOS * TINY_VALUES];
static char mask_file[256], mask_prior[320];

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("windowed");
    linear_random(&weights, path_in(folder, "linear.keras"), OUTPUTS, 5);
    linear_save(&weights);
    model = linear_open(&weights);
    photos = linear_photos(path_in(folder, "photos"), PHOTOS, values);
    snprintf(mask_file, sizeof(mask_file), "%s", path_in(folder, "mask.png"));
    snprintf(mask_prior, sizeof(mask_prior), "mask:%s,background=%d", mask_file, BACKGROUND);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    evk_image_list_free(photos);
    linear_release(&weights);
    free(folder);
    return 0;
}

/* ---- windows --------------------------------------------------------------------------------- */

/* A disc that is seen in full, and for soft edges a ring around it that is seen the less. */
static unsigned char mask_value(int64_t pixel, bool soft)
{
    const int64_t y = pixel / TINY_W - 4, x = pixel % TINY_W - 4, square = y * y + x * x;

    if (square <= 8)
        return 255;
    return soft && square <= 20 ? (unsigned char)(250 - 12 * square) : 0;
}

static void write_mask(bool soft)
{
    struct evk_pixels p;
    struct evk_bytes file;

    assert_ok(evk_pixels_new(&p, TINY_H, TINY_W, 3, err));
    for (int64_t i = 0; i < PIXELS; i++)
        memset(p.data + 3 * i, mask_value(i, soft), 3);
    assert_ok(evk_png_encode(&file, &p, NULL, err));
    assert_ok(evk_fs_write(mask_file, file.data, file.size, err));
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

static void mask_weights(bool soft, double w[PIXELS])
{
    for (int64_t i = 0; i < PIXELS; i++)
        w[i] = (double)(float)(mask_value(i, soft) / 255.0);
}

/* What is shown of a display value, as the file has it. */
static double shown(double weight, double value)
{
    return floor(weight * value + (1 - weight) * BACKGROUND + 0.5);
}

/* ---- sets ------------------------------------------------------------------------------------ */

static evk_recipe recipe(const char *prior)
{
    evk_recipe r = tiny_recipe();

    r.result = "last";
    r.controls = kinds;
    if (prior)
        r.priors.text[r.priors.count++] = prior;
    return r;
}

static double reported_sd; /* of the first neuron's best image */

static evk_status make(const char *name, const evk_recipe *r, evk_error *why)
{
    const evk_target target = {model, outputs, OUTPUTS};
    const evk_judges judges = {.reference = photos};
    const evk_run run = {.threads = 2};
    evk_set_report *report = NULL;
    const evk_status s =
        evk_maximize(path_in(folder, name), &target, 1, r, &judges, &run, &report, why);

    if (!s)
        reported_sd = evk_set_report_neuron(report, 0)->channel_sd;
    evk_set_report_free(report);
    return s;
}

static evk_set *open_set(const char *name)
{
    evk_set *set;

    assert_ok(evk_set_open(&set, path_in(folder, name), err));
    return set;
}

static const char *text(const evk_set *set, int64_t row, const char *column)
{
    return evk_set_cell(set, row, column);
}

static bool is(const evk_set *set, int64_t row, const char *column, const char *value)
{
    return strcmp(text(set, row, column), value) == 0;
}

/* ---- what is inside -------------------------------------------------------------------------- */

static void moments(const double w[PIXELS], const float *x, int64_t channel, double *mean,
                    double *sd)
{
    double total = 0, sum = 0, squares = 0;

    for (int64_t i = 0; i < PIXELS; i++) {
        total += w[i];
        sum += w[i] * (double)x[i * TINY_C + channel];
    }
    *mean = sum / total;
    for (int64_t i = 0; i < PIXELS; i++)
        squares += w[i] * pow((double)x[i * TINY_C + channel] - *mean, 2);
    *sd = sqrt(squares / (total - 1));
}

/* Nine digits of it. */
static void assert_cell(const evk_set *set, int64_t row, const char *column, double want)
{
    const double got = strtod(text(set, row, column), NULL);

    if (!(fabs(got - want) <= 1e-8 * fabs(want)))
        fail_msg("%s of %s is %.9g, expected %.9g", column, text(set, row, "stimulus_id"), got,
                 want);
}

static void check_columns(const evk_set *set, int64_t row, const double w[PIXELS])
{
    double sds = 0, total = 0, clipped = 0, gray = 0;
    evk_image *x;

    assert_ok(evk_set_image(set, row, &x, err));
    for (int64_t c = 0; c < TINY_C; c++) {
        double mean, sd;

        moments(w, x->values, c, &mean, &sd);
        sds += sd / TINY_C;
    }
    for (int64_t i = 0; i < PIXELS; i++) {
        const float *v = x->values + i * TINY_C;

        total += w[i];
        gray += w[i] * (0.299 * (double)v[0] + 0.587 * (double)v[1] + 0.114 * (double)v[2]);
        for (int64_t c = 0; c < TINY_C; c++)
            clipped += v[c] == 0 || v[c] == 255 ? w[i] : 0;
    }
    assert_cell(set, row, "channel_sd_window", sds);
    assert_cell(set, row, "frac_clipped_window", clipped / (total * TINY_C));
    assert_cell(set, row, "gray_mean_window", gray / total);
    assert_true(is(set, row, "saturated", clipped > 0.5 * total * TINY_C ? "true" : "false"));
    evk_image_free(x);
}

/* Where the window shows nothing every file has the background, byte for byte. */
static void check_outside(const evk_set *set, int64_t row, const double w[PIXELS], double value)
{
    evk_image *x;

    assert_ok(evk_set_image(set, row, &x, err));
    for (int64_t i = 0; i < TINY_VALUES; i++)
        if (w[i / TINY_C] == 0 && (double)x->values[i] != value)
            fail_msg("%s has %g outside of its window", text(set, row, "stimulus_id"),
                     (double)x->values[i]);
    evk_image_free(x);
}

/* ---- controls -------------------------------------------------------------------------------- */

/* Number i of the photographs by response. */
static const float *best_photo(int64_t output, int64_t number)
{
    for (int64_t i = 0; i < PHOTOS; i++) {
        const double r = linear_response(&weights, values + i * TINY_VALUES, output);
        int64_t better = 0;

        for (int64_t k = 0; k < PHOTOS; k++)
            better += linear_response(&weights, values + k * TINY_VALUES, output) > r;
        if (better == number)
            return values + i * TINY_VALUES;
    }
    fail_msg("no photograph is number %d", (int)number);
    return NULL;
}

static void assert_shown(const float *x, const double w[PIXELS], const float *latent)
{
    for (int64_t i = 0; i < TINY_VALUES; i++)
        assert_true((double)x[i] == shown(w[i / TINY_C], (double)latent[i]));
}

/* Every mean and SD inside are those of the image. */
static void assert_matched(const float *x, const double w[PIXELS], const float *image)
{
    assert_memory_not_equal(x, image, TINY_VALUES * sizeof(*x));
    for (int64_t c = 0; c < TINY_C; c++) {
        double mean, sd, want_mean, want_sd;

        moments(w, x, c, &mean, &sd);
        moments(w, image, c, &want_mean, &want_sd);
        if (!(fabs(mean - want_mean) < 0.5 && fabs(sd - want_sd) < 0.5))
            fail_msg("found mean %g and SD %g, expected %g and %g", mean, sd, want_mean, want_sd);
    }
}

static void check_control(const evk_set *set, int64_t row, const double w[PIXELS], bool from_photo)
{
    const int64_t of = evk_set_find(set, text(set, row, "control_of"));
    const int64_t output = strtoll(text(set, of, "target_output"), NULL, 10);
    const int64_t start = strtoll(text(set, of, "start"), NULL, 10);
    evk_image *x, *image;

    assert_ok(evk_set_image(set, row, &x, err));
    assert_ok(evk_set_image(set, of, &image, err));
    if (is(set, row, "control", "blank"))
        for (int64_t i = 0; i < TINY_VALUES; i++)
            assert_true(x->values[i] == BACKGROUND);
    else if (is(set, row, "control", "natural"))
        assert_shown(x->values, w, best_photo(output, 0));
    else if (is(set, row, "control", "start") && from_photo)
        assert_shown(x->values, w, best_photo(output, start));
    else if (!from_photo &&
             (is(set, row, "control", "matched") || is(set, row, "control", "scrambled")))
        assert_matched(x->values, w,
                       image->values); /* the box allows it: starts have little contrast */
    evk_image_free(x);
    evk_image_free(image);
}

static void fail_finding(void *arg, const char *sentence)
{
    (void)arg;
    fail_msg("%s", sentence);
}

/* The set is as it was made, and so is every image of it that is made again. */
static void check_again(const char *name)
{
    const char *files[] = {weights.path};
    const evk_verify how = {
        .finding = fail_finding, .threads = 2, .reference = photos, .remark = fail_finding};
    evk_set *set = open_set(name);
    evk_verified sum;

    assert_ok(evk_set_verify(path_in(folder, name), files, 1, &how, &sum, err));
    assert_true(sum.responses == evk_set_count(set));
    for (int64_t row = 0; row < evk_set_count(set); row++) {
        char *again;

        assert_ok(evk_set_again(set, row, files, 1, photos, NULL, &again, err));
        if (again)
            fail_msg("%s: %s", text(set, row, "stimulus_id"), again);
    }
    evk_set_free(set);
}

static void check_set(bool soft, bool from_photo)
{
    evk_recipe r = recipe(mask_prior);
    double w[PIXELS];
    int64_t controls = 0;
    char name[32];
    evk_set *set;

    snprintf(name, sizeof(name), "set%d%d", soft, from_photo);
    write_mask(soft);
    mask_weights(soft, w);
    r.start = from_photo ? "natural" : "noise";
    assert_ok(make(name, &r, err));
    set = open_set(name);
    for (int64_t row = 0; row < evk_set_count(set); row++) {
        check_columns(set, row, w);
        check_outside(set, row, w, BACKGROUND);
        if (is(set, row, "control", "n/a"))
            continue;
        check_control(set, row, w, from_photo);
        controls++;
    }
    assert_int_equal(controls, OUTPUTS * (2 + 4 * r.starts));
    evk_set_free(set);
    check_again(name);
}

static void test_masks(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        check_set(i & 1, i & 2);
}

/* ---- other windows --------------------------------------------------------------------------- */

/* A hard circle about the middle. */
static void circle(double radius, double w[PIXELS])
{
    for (int64_t i = 0; i < PIXELS; i++) {
        const int64_t row = i / TINY_W, column = i % TINY_W;

        w[i] =
            hypot((double)row + 0.5 - TINY_H / 2.0, (double)column + 0.5 - TINY_W / 2.0) < radius;
    }
}

/* A window that grows from 1 to 4 pixels over four steps is, after one, that of the second. */
static void test_schedule(void **state)
{
    evk_recipe r = recipe("aperture:radius=1..4,edge=0,background=50");
    double w[PIXELS];
    evk_set *set;

    (void)state;
    r.plateau = 1;
    r.plateau_gain = 1e8;
    circle(pow(4, 1 / 3.0), w);
    assert_ok(make("schedule", &r, err));
    set = open_set("schedule");
    for (int64_t row = 0; row < evk_set_count(set); row++) {
        if (is(set, row, "control", "n/a"))
            assert_true(is(set, row, "n_steps", "1") && is(set, row, "stopped", "plateau"));
        check_columns(set, row, w);
        check_outside(set, row, w, 50);
    }
    evk_set_free(set);
    check_again("schedule");
}

/* Where no window is left in the end, or none was ever, nothing is said of one. */
static void test_no_window(void **state)
{
    static const char *const priors[] = {NULL, "aperture:radius=2,until=0.5"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        static const char *const columns[] = {"channel_sd_window", "frac_clipped_window",
                                              "gray_mean_window", "rms_contrast_window"};
        const evk_recipe r = recipe(priors[i]);
        const char *name = i ? "open" : "none";
        evk_set *set;

        assert_ok(make(name, &r, err));
        set = open_set(name);
        for (int64_t row = 0; row < evk_set_count(set); row++)
            for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++)
                assert_string_equal(text(set, row, columns[c]), "n/a");
        evk_set_free(set);
        check_again(name);
    }
}

/* Twelve pixels of 72 are at an end of the box: of the image few, of what is seen most. */
static void test_saturated(void **state)
{
    evk_recipe r = recipe("aperture:radius=2,edge=0");
    evk_set *set;

    (void)state;
    r.step_size = 1000;
    r.image_blur_every = 0;
    r.controls = "";
    assert_ok(make("saturated", &r, err));
    set = open_set("saturated");
    assert_true(reported_sd > 100 && strtod(text(set, 0, "channel_sd"), NULL) < 70);
    for (int64_t row = 0; row < evk_set_count(set); row++) {
        assert_true(strtod(text(set, row, "frac_clipped"), NULL) < 0.2);
        assert_true(strtod(text(set, row, "frac_clipped_window"), NULL) > 0.5);
        assert_string_equal(text(set, row, "saturated"), "true");
    }
    evk_set_free(set);
    check_again("saturated");
}

/* ---- the background ---------------------------------------------------------------------------- */

/* The background is found where each pixel is seen in part, and most of it where least is seen. */
static void test_background(void **state)
{
    struct evk_image_window w;

    (void)state;
    assert_ok(evk_image_window_init(&w, PIXELS, TINY_C, err));
    assert_int_equal(evk_windowed_background(&w), 128);
    for (int64_t i = 0; i < PIXELS; i++)
        evk_image_window_narrow(&w, i, 0.25 + (double)i / (2 * PIXELS), BACKGROUND);
    evk_image_window_finish(&w);
    assert_int_equal(evk_windowed_background(&w), BACKGROUND);
    evk_image_window_release(&w);
}

/* ---- another mask ---------------------------------------------------------------------------- */

static void keep_remark(void *arg, const char *phrase)
{
    evk_str_printf(arg, "%s", phrase);
}

static void check_unseen(const char *why)
{
    struct evk_str said = EVK_STR_INIT;
    const evk_verify how = {.finding = fail_finding,
                            .arg = &said,
                            .threads = 1,
                            .reference = photos,
                            .remark = keep_remark};
    const char *files[] = {weights.path};
    evk_set *set = open_set("masked");
    evk_verified sum;
    char *again;

    assert_ok(evk_set_verify(path_in(folder, "masked"), files, 1, &how, &sum, err));
    if (!said.data || !strstr(said.data, "what windows show") || !strstr(said.data, mask_file) ||
        !strstr(said.data, why))
        fail_msg("found '%s', expected %s and %s", said.data, mask_file, why);
    evk_str_release(&said);
    for (int64_t row = 0; row < evk_set_count(set); row++) {
        evk_error error = {EVK_OK, ""};

        assert_true(evk_set_again(set, row, files, 1, photos, NULL, &again, &error));
        assert_non_null(strstr(error.msg, why));
    }
    evk_set_free(set);
}

static void test_other_mask(void **state)
{
    const evk_recipe r = recipe(mask_prior);

    (void)state;
    write_mask(false);
    assert_ok(make("masked", &r, err));
    write_mask(true);
    check_unseen("is another file than the set was made with");
    assert_fails(EVK_EINVAL, "holds another stimulus set: description Files",
                 make("masked", &r, err));
    assert_int_equal(remove(mask_file), 0);
    check_unseen("No such file");
    write_mask(false);
    check_again("masked");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masks),      cmocka_unit_test(test_schedule),
        cmocka_unit_test(test_no_window),  cmocka_unit_test(test_saturated),
        cmocka_unit_test(test_other_mask), cmocka_unit_test(test_background),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
