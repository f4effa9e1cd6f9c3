/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_row.c - columns, their order, what stands for a missing value, and image statistics */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "evoke/types.h"
#include "stimset/record/row.h"

static const char header[] =
    "stimulus_id type filename present license copyright description stim_code set_type "
    "target_model target_output objective method seed start n_steps source_id source_file "
    "source_changes "
    "response_pred response_pred_prequant response_source response_start objective_pred "
    "response_sd response_min "
    "response_median response_disagreement response_members response_low response_high heldout_z "
    "percentile_natural "
    "selectivity heldout_delta_z "
    "judges judge_roles judge_responses judge_z judge_percentile judge_selectivity "
    "own_z own_percentile natural_z natural_file beats_natural p_beats_natural keep_value rank "
    "budget budget_norm linf_delta rms_delta mean_abs_delta l2_delta delta_z held_delta reached "
    "control control_of contrast "
    "input_mean input_sd input_norm width_px height_px gray_mean gray_sd channel_sd "
    "rms_contrast frac_clipped channel_sd_window frac_clipped_window gray_mean_window "
    "rms_contrast_window gaudiness bytes sha256 pixel_sha256 sha1 model_sha256 "
    "dead restarts stopped start_image start_sha256 saturated flags duplicate_of duplicate_rms "
    "dropped "
    "trace_sha256 row_sha256\n";
enum { COLUMNS = 93 };

static void replace(char *text, char from, char to)
{
    for (; *text; text++)
        if (*text == from)
            *text = to;
}

static void test_header(void **state)
{
    struct evk_str s = EVK_STR_INIT;

    (void)state;
    evk_row_header(&s);
    replace(s.data, '\t', ' ');
    assert_string_equal(s.data, header);
    evk_str_release(&s);
}

/* Every column that may miss a value. */
static void test_missing(void **state)
{
    struct evk_str s = EVK_STR_INIT;
    struct evk_row row = evk_row_new();

    row.type = "";
    (void)state;
    assert_ok(evk_row_write(&row, &s, err));
    replace(s.data, '\t', ' ');
    assert_string_equal(s.data,
                        "n/a n/a n/a false n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a "
                        "n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a "
                        "n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a "
                        "n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a "
                        "n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a n/a "
                        "n/a n/a n/a n/a n/a n/a false n/a n/a n/a n/a false n/a n/a "
                        "n/a n/a n/a "
                        "4ace29090a4347497be50477479f9248ed805bf81e90f9e5e9b5265a3c2d4873\n");
    evk_str_release(&s);
}

/* 0 and false are values; numbers have up to nine digits. */
static void test_values(void **state)
{
    struct evk_str s = EVK_STR_INIT;
    struct evk_row row = {.stimulus_id = "a",
                          .type = "b",
                          .filename = "c",
                          .present = true,
                          .license = "d",
                          .copyright = "e",
                          .description = "f",
                          .stim_code = 32767,
                          .set_type = "h",
                          .target_model = "i",
                          .target_output = "0",
                          .objective = "j",
                          .method = "k",
                          .seed = (int64_t)1 << 53,
                          .start = 0,
                          .n_steps = -1,
                          .source_id = "l",
                          .source_file = "m",
                          .source_changes = "ak",
                          .response_pred = 1.0 / 3,
                          .response_pred_prequant = 0,
                          .response_source = -1e-20,
                          .response_start = -29,
                          .objective_pred = 2,
                          .response_sd = 3,
                          .response_min = 4,
                          .response_median = 5,
                          .response_disagreement = 6,
                          .response_members = "7;8",
                          .response_low = 32,
                          .response_high = 33,
                          .heldout_z = 9,
                          .percentile_natural = 10,
                          .selectivity = 11,
                          .heldout_delta_z = 28,
                          .judges = "s",
                          .judge_roles = "t",
                          .judge_responses = "u",
                          .judge_z = "v",
                          .judge_percentile = "w",
                          .judge_selectivity = "x",
                          .own_z = 15,
                          .own_percentile = 16,
                          .natural_z = 17,
                          .natural_file = "aa",
                          .beats_natural = "false",
                          .p_beats_natural = 0.75,
                          .keep_value = 35,
                          .rank = 18,
                          .budget = 21,
                          .budget_norm = "af",
                          .linf_delta = 22,
                          .rms_delta = 23,
                          .mean_abs_delta = 24,
                          .l2_delta = 25,
                          .delta_z = 26,
                          .held_delta = 27,
                          .reached = "ag",
                          .control = "ah",
                          .control_of = "ai",
                          .contrast = 34,
                          .input_mean = 12,
                          .input_sd = 13,
                          .input_norm = 14,
                          .width_px = 1,
                          .height_px = 2,
                          .gray_mean = 100,
                          .gray_sd = 123456789.25,
                          .channel_sd = 19,
                          .rms_contrast = 0.5,
                          .frac_clipped = 1,
                          .channel_sd_window = 29,
                          .frac_clipped_window = 0.25,
                          .gray_mean_window = 30,
                          .rms_contrast_window = 31,
                          .gaudiness = 20,
                          .bytes = 3,
                          .sha256 = "n",
                          .pixel_sha256 = "o",
                          .sha1 = "p",
                          .model_sha256 = "q",
                          .dead = true,
                          .restarts = 4,
                          .stopped = "ad",
                          .start_image = "ab",
                          .start_sha256 = "ac",
                          .saturated = true,
                          .flags = "aj",
                          .duplicate_of = "r",
                          .duplicate_rms = 1.5,
                          .dropped = "rank",
                          .trace_sha256 = "ae"};

    (void)state;
    assert_ok(evk_row_write(&row, &s, err));
    replace(s.data, '\t', ' ');
    assert_string_equal(s.data,
                        "a b c true d e f 32767 h i 0 j k 9007199254740992 0 -1 l m ak "
                        "0.333333333 0 -1e-20 -29 2 3 4 5 6 7;8 32 33 9 10 11 28 s t u "
                        "v w x 15 16 17 aa false 0.75 35 18 21 af 22 23 24 25 26 27 ag "
                        "ah ai 34 12 13 14 1 2 100 123456789 19 0.5 1 29 0.25 30 31 20 "
                        "3 n o p q true 4 ad ab ac true aj r 1.5 rank ae "
                        "405d25a5432e265099f5e6b178880deb961ae32f99ff7944643a7ba9668c8fa5\n");
    evk_str_release(&s);
}

static size_t column(const char *name)
{
    const int i = evk_row_find_column(name);

    assert_true(i >= 0);
    return (size_t)i;
}

/* What was written is read back, cell by cell; the hash is of the line's other cells. */
static void test_read(void **state)
{
    struct evk_str once = EVK_STR_INIT, twice = EVK_STR_INIT;
    struct evk_row row = evk_row_new(), back = evk_row_new();
    char *at;

    (void)state;
    snprintf(row.stimulus_id, sizeof(row.stimulus_id), "stim-max000007");
    row.stim_code = 7;
    row.set_type = "max";
    row.response_pred = 1.0 / 3;
    row.present = row.saturated = true;
    assert_ok(evk_row_write(&row, &once, err));
    at = once.data;
    for (size_t i = 0; evk_row_column(i); i++) {
        const size_t n = strcspn(at, "\t\n");
        const bool last = at[n] == '\n';

        at[n] = '\0';
        assert_ok(evk_row_read(&back, i, at, err));
        at[n] = last ? '\n' : '\t';
        at += n + 1;
    }
    /* Texts were kept by pointer, each to the rest of the line by now. */
    assert_non_null(back.set_type);
    back.set_type = "max";
    assert_null(back.license);
    back.type = NULL;
    back.model_sha256 = NULL;
    assert_ok(evk_row_write(&back, &twice, err));
    assert_string_equal(once.data, twice.data);
    evk_str_release(&once);
    evk_str_release(&twice);

    assert_fails(EVK_EFORMAT, "start is '1.5', expected a whole number",
                 evk_row_read(&back, column("start"), "1.5", err));
    assert_fails(EVK_EFORMAT, "gray_mean is 'nan', expected a number",
                 evk_row_read(&back, column("gray_mean"), "nan", err));
    assert_fails(EVK_EFORMAT, "present is 'yes', expected true or false",
                 evk_row_read(&back, column("present"), "yes", err));
    assert_fails(
        EVK_EFORMAT, "sha1 has 41 bytes, expected at most 40",
        evk_row_read(&back, column("sha1"), "0123456789012345678901234567890123456789x", err));
    assert_int_equal(evk_row_find_column("a_column_of_tomorrow"), -1);
}

/* 1 / 3 is not 0.333333333: settled, it is, and a row read back is the same row. */
static void test_settle(void **state)
{
    struct evk_row row = evk_row_new();

    (void)state;
    row.response_pred = 1.0 / 3;
    row.gray_sd = 0.1f; /* as a double, 0.100000001490116 */
    row.gray_mean = 100;
    evk_row_round(&row);
    assert_true(row.response_pred == 0.333333333 && row.gray_sd == 0.100000001);
    assert_true(row.gray_mean == 100 && isnan(row.response_source));
}

/* Every column, in order, with words of its own; units where the table has them. */
static void test_sidecar(void **state)
{
    struct evk_str s = EVK_STR_INIT;
    char names[sizeof(header)], *at = names;
    evk_json *root;
    int count = 0, columns = 0;

    (void)state;
    memcpy(names, header, sizeof(names));
    replace(names, '\n', ' ');
    assert_ok(evk_row_sidecar(&s, err));
    assert_ok(evk_json_parse(&root, s.data, s.size, err));
    for (char *end; (end = strchr(at, ' ')); at = end + 1, count++) {
        const evk_json *c;

        *end = '\0';
        c = evk_json_get(root, at);
        if (!evk_json_text(evk_json_get(c, "LongName")) ||
            !evk_json_text(evk_json_get(c, "Description")))
            fail_msg("the sidecar does not describe %s", at);
        if (strcmp(at, "width_px") == 0)
            assert_string_equal(evk_json_text(evk_json_get(c, "Units")), "pixel");
    }
    assert_int_equal(count, COLUMNS);
    for (evk_column c; evk_column_info(columns, &c); columns++)
        if (strcmp(c.kind, "text") == 0 && evk_json_get(evk_json_get(root, c.name), "Units"))
            fail_msg("%s is text and has Units", c.name);
    assert_int_equal(columns, COLUMNS);
    evk_json_free(root);
    evk_str_release(&s);
}

static void near(double got, double want)
{
    if (!(fabs(got - want) <= 1e-12 * fabs(want)))
        fail_msg("%.17g, expected %.17g", got, want);
}

/*
 * Black, white, red, blue: gray values 0, 255, 76.245, 29.07.  Mean 360.315 / 4;
 * squares of what differs from it sum to 39226.64011875, over 3.
 */
static void test_color(void **state)
{
    unsigned char data[] = {0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 255}, abc[] = "abc";
    const struct evk_pixels p = {2, 2, 3, data};
    const struct evk_bytes file = {abc, 3};
    struct evk_row row = {.stimulus_id = "x"};
    char hash[EVK_SHA256_TEXT];

    (void)state;
    assert_ok(evk_row_measure(&row, &file, &p, err));
    near(row.gray_mean, 90.07875);
    near(row.gray_sd, sqrt(39226.64011875 / 3));
    near(row.rms_contrast, sqrt(39226.64011875 / 3) / 90.07875);
    assert_true(row.frac_clipped == 1);
    assert_true(row.width_px == 2 && row.height_px == 2 && row.bytes == 3);
    assert_string_equal(row.sha256,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(row.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_ok(evk_sha256_text(data, sizeof(data), hash, err));
    assert_string_equal(row.pixel_sha256, hash);
    assert_string_equal(row.stimulus_id, "x"); /* the rest is left alone */
}

/* 10, 20, 0, 255 in one channel: mean 71.25, squares 45218.75; two of four are at an end. */
static void test_gray(void **state)
{
    unsigned char data[] = {10, 20, 0, 255}, none[] = "";
    const struct evk_pixels p = {1, 4, 1, data};
    const struct evk_bytes file = {none, 0};
    struct evk_row row = {.bytes = 9};

    (void)state;
    assert_ok(evk_row_measure(&row, &file, &p, err));
    near(row.gray_mean, 71.25);
    near(row.gray_sd, sqrt(45218.75 / 3));
    assert_true(row.frac_clipped == 0.5);
    assert_true(row.width_px == 4 && row.height_px == 1 && row.bytes == 0);
}

/* One pixel has no SD; black has no contrast. */
static void test_undefined(void **state)
{
    unsigned char data[] = {0, 0}, none[] = "";
    struct evk_pixels p = {1, 1, 1, data};
    const struct evk_bytes file = {none, 0};
    struct evk_row row = {.bytes = 9};

    (void)state;
    assert_ok(evk_row_measure(&row, &file, &p, err));
    assert_true(isnan(row.gray_sd) && isnan(row.rms_contrast));
    p.width = 2;
    assert_ok(evk_row_measure(&row, &file, &p, err));
    assert_true(row.gray_sd == 0 && isnan(row.rms_contrast));
}

/* A hard window: to the last bit what a file of the pixels inside says. */
static void test_hard_window(void **state)
{
    enum { PIXELS = 35, CHANNELS = 3 };
    unsigned char data[PIXELS * CHANNELS], inside[PIXELS * CHANNELS];
    struct evk_row row = evk_row_new(), want = evk_row_new();
    struct evk_image_window w;
    int64_t n = 0;
    uint64_t seed = 3;

    (void)state;
    assert_ok(evk_image_window_init(&w, PIXELS, 1, err));
    for (int64_t i = 0; i < PIXELS; i++) {
        for (int64_t c = 0; c < CHANNELS; c++)
            data[i * CHANNELS + c] =
                (unsigned char)fmin(fmax(128 + 160 * (double)random_float(&seed), 0), 255);
        evk_image_window_narrow(&w, i, i % 3 == 1 ? 0 : 1, 128);
        if (i % 3 != 1)
            memcpy(inside + CHANNELS * n++, data + i * CHANNELS, CHANNELS);
    }
    evk_image_window_finish(&w);
    evk_row_measure_window(&row, &(struct evk_pixels){5, 7, CHANNELS, data}, &w);
    evk_row_measure_pixels(&want, &(struct evk_pixels){1, n, CHANNELS, inside});
    assert_true(row.channel_sd_window == want.channel_sd && want.channel_sd > 0);
    assert_true(row.frac_clipped_window == want.frac_clipped && want.frac_clipped > 0);
    assert_true(row.gray_mean_window == want.gray_mean);
    assert_true(row.rms_contrast_window == want.rms_contrast);
    assert_true(isnan(row.channel_sd) && isnan(row.gray_mean)); /* of the whole image nothing */
    evk_image_window_release(&w);
}

/*
 * 10, 20 and 255 at weights 1, 1/2 and 3/4 of a window: their sum is 9/4, the mean
 * (10 + 10 + 765/4) / (9/4), and the squares of what differs from it are weighted, over 9/4 - 1.
 */
static void test_soft_window(void **state)
{
    unsigned char data[] = {10, 20, 255, 0};
    const struct evk_pixels p = {2, 2, 1, data};
    const double weights[] = {1, 0.5, 0.75, 0}, mean = (10 + 10 + 191.25) / 2.25;
    struct evk_row row = evk_row_new();
    struct evk_image_window w;
    double squares = 0;

    (void)state;
    assert_ok(evk_image_window_init(&w, 4, 1, err));
    for (int64_t i = 0; i < 4; i++) {
        evk_image_window_narrow(&w, i, weights[i], 128);
        squares += weights[i] * pow(data[i] - mean, 2);
    }
    evk_image_window_finish(&w);
    evk_row_measure_window(&row, &p, &w);
    near(row.gray_mean_window, mean);
    near(row.channel_sd_window, sqrt(squares / 1.25));
    near(row.rms_contrast_window, sqrt(squares / 1.25) / mean);
    assert_true(row.frac_clipped_window == 0.75 / 2.25 && !row.saturated);
    data[0] = 0;
    evk_row_measure_window(&row, &p, &w);
    assert_true(row.frac_clipped_window == 1.75 / 2.25 && row.saturated);
    evk_image_window_release(&w);
}

/* Of one pixel there is no SD, of none nothing. */
static void test_closed_window(void **state)
{
    unsigned char data[] = {0, 255};
    const struct evk_pixels p = {1, 2, 1, data};
    struct evk_row row = {.saturated = true};
    struct evk_image_window w;

    (void)state;
    assert_ok(evk_image_window_init(&w, 2, 1, err));
    evk_image_window_narrow(&w, 0, 0, 128);
    evk_image_window_finish(&w);
    evk_row_measure_window(&row, &p, &w);
    assert_true(isnan(row.channel_sd_window) && isnan(row.rms_contrast_window));
    assert_true(row.gray_mean_window == 255 && row.frac_clipped_window == 1 && row.saturated);
    evk_image_window_narrow(&w, 1, 0, 128);
    evk_image_window_finish(&w);
    evk_row_measure_window(&row, &p, &w);
    assert_true(isnan(row.channel_sd_window) && isnan(row.rms_contrast_window));
    assert_true(isnan(row.gray_mean_window) && isnan(row.frac_clipped_window) && !row.saturated);
    evk_image_window_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header),      cmocka_unit_test(test_missing),
        cmocka_unit_test(test_values),      cmocka_unit_test(test_sidecar),
        cmocka_unit_test(test_color),       cmocka_unit_test(test_gray),
        cmocka_unit_test(test_undefined),   cmocka_unit_test(test_read),
        cmocka_unit_test(test_settle),      cmocka_unit_test(test_hard_window),
        cmocka_unit_test(test_soft_window), cmocka_unit_test(test_closed_window),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
