/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_cells.c - each cell of a table is compared: another value, with its hash made right, is found */
#include "../../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "base/num.h"
#include "stimset/record/tables.h"
#include "synth/settings.h"

enum { PHOTOS = 4, MEMBERS = 2, OUTPUTS = 2, STEPS = 4, COLUMNS_MOST = 64 };

static char *folder;
static evk_image_list *photos;
static evk_model *ensemble, *judge;
static struct linear member[MEMBERS], court;
static const char *files[MEMBERS + 1];
static const int64_t outputs[] = {0, 1};

/* The judge's outputs 2 and 3 have weights of their own, so that they are apart from the others. */
static void open_models(void)
{
    char text[1024];

    for (int k = 0; k < MEMBERS; k++) {
        char name[32];

        snprintf(name, sizeof(name), "member%d.keras", k);
        linear_random(&member[k], path_in(folder, name), OUTPUTS, 71 + (uint64_t)k);
        linear_save(&member[k]);
        files[k] = member[k].path;
    }
    snprintf(text, sizeof(text), "two=%s,%s", member[0].path, member[1].path);
    assert_ok(evk_model_open_ensemble(&ensemble, text, NULL, err));
    linear_random(&court, path_in(folder, "judge.keras"), OUTPUTS + 2, 5);
    linear_save(&court);
    judge = linear_open(&court);
    files[MEMBERS] = court.path;
}

static void make_ascents(void)
{
    const evk_target target = {ensemble, outputs, 1};
    const evk_judge_model jury = {judge, outputs, 1};
    const evk_judges judges = {&jury, 1, photos};
    const evk_run run = {.threads = 2};
    evk_recipe r = tiny_recipe();
    evk_set_report *report;

    r.result = "last";
    r.steps = STEPS;
    r.starts = 1;
    r.controls = "scrambled";
    r.priors.text[r.priors.count++] = "aperture";
    assert_ok(
        evk_maximize(path_in(folder, "ascents"), &target, 1, &r, &judges, &run, &report, err));
    evk_set_report_free(report);
}

static void make_streamed(void)
{
    const evk_target target = {ensemble, outputs, OUTPUTS};
    const evk_run run = {.threads = 2};
    evk_gaudy_options o;

    evk_gaudy_default(&o);
    evk_made made;

    o.with_originals = true;
    assert_ok(evk_gaudy(path_in(folder, "pairs"), photos, NULL, &o, &run, &made, err));
    assert_ok(evk_leaves_set(path_in(folder, "leaves"), 2, TINY_H, TINY_W, 1, &run, &made, err));
    o.with_originals = false;
    o.keep = 2;
    o.by = "disagreement";
    assert_ok(evk_gaudy(path_in(folder, "gaudy"), photos, &target, &o, &run, &made, err));
}

static int set_up(void **state)
{
    static float values[PHOTOS * TINY_VALUES];

    (void)state;
    folder = scratch_folder("test_cells");
    photos = linear_photos(path_in(folder, "photos"), PHOTOS, values);
    open_models();
    make_ascents();
    make_streamed();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int k = 0; k < MEMBERS; k++)
        linear_release(&member[k]);
    linear_release(&court);
    evk_model_free(ensemble);
    evk_model_free(judge);
    evk_image_list_free(photos);
    free(folder);
    return 0;
}

static void note_finding(void *arg, const char *sentence)
{
    evk_str_printf(arg, "%s\n", sentence);
}

/* The findings of a verification with the first models; the judge needs the photographs, too. */
static struct evk_str verify(const char *set, size_t models)
{
    struct evk_str findings = EVK_STR_INIT;
    const evk_verify how = {note_finding, &findings, 2, NULL, models > MEMBERS ? photos : NULL,
                            NULL};
    evk_verified sum;

    evk_str_puts(&findings, "");
    assert_ok(evk_set_verify(path_in(folder, set), files, models, &how, &sum, err));
    return findings;
}

/* Another value of the cell, which the row takes: a number 1 above, or a word. */
static bool change(struct evk_row *row, size_t column, char text[80])
{
    static const char sha[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const char *const other[] = {text, "1", "2", "true", "false", "mine", sha, "ok"};
    const char *name = evk_row_column(column);
    struct evk_str was = EVK_STR_INIT;
    double number;
    bool changed = false;

    evk_row_cell(row, name, &was);
    snprintf(text, 80, "x");
    if (evk_parse_real(was.data, &number))
        evk_format_real(number + 1, text);
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]) && !changed; i++)
        changed = strcmp(other[i], was.data) != 0 && !evk_row_read(row, column, other[i], NULL);
    evk_str_release(&was);
    return changed;
}

/*
 * Change these cells of row i in a copy of the set, and check that the first models find each: a
 * finding holds `before`, the name of the column and `after`.
 */
static void check_found(const char *set, int64_t steps, int64_t i, const char *const *columns,
                        size_t models, const char *before, const char *after)
{
    struct evk_stimuli all;
    struct evk_str findings;
    char text[COLUMNS_MOST][80], finding[128];

    tiny_copy(path_in(folder, set), path_in(folder, "copy"));
    assert_ok(evk_stimuli_read(dir_at(path_in(folder, "copy")), EVK_CODE_MAX, &all, err));
    for (size_t c = 0; columns[c]; c++)
        if (!change(&all.list[i].row, (size_t)evk_row_find_column(columns[c]), text[c]))
            fail_msg("no other value of %s is known", columns[c]);
    assert_ok(evk_stimuli_write(dir_at(path_in(folder, "copy")), &all, steps, err));
    evk_stimuli_release(&all);
    findings = verify("copy", models);
    for (size_t c = 0; columns[c]; c++) {
        snprintf(finding, sizeof(finding), "%s%s%s", before, columns[c], after);
        if (!strstr(findings.data, finding))
            fail_msg("%s: another %s in row %d is not found: %s", set, columns[c], (int)i,
                     findings.data);
    }
    evk_str_release(&findings);
}

/*
 * The set is sound.  Other values of columns in row i are found, all at once, and another name or
 * another sort of image, one after the other.
 */
static void check_cells(const char *set, int64_t steps, int64_t i, const char *const *columns,
                        size_t models)
{
    static const char *const names[] = {"stimulus_id", "filename", "model_sha256", "method"};
    struct evk_str findings = verify(set, models);

    assert_string_equal(findings.data, "");
    evk_str_release(&findings);
    check_found(set, steps, i, columns, models, ": ", " of ");
    for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
        check_found(set, steps, i, (const char *const[]){names[k], NULL}, models, "", "");
}

/* What is measured on the file of an image, or follows from its name. */
#define OF_THE_FILE                                                                               \
    "description", "width_px", "height_px", "gray_mean", "gray_sd", "channel_sd", "rms_contrast", \
        "frac_clipped", "saturated", "bytes", "sha256", "pixel_sha256", "sha1", "duplicate_of",   \
        "duplicate_rms"

/* What is measured inside the window, and what models and judges say of the image. */
#define OF_THE_MODELS                                                                        \
    "channel_sd_window", "frac_clipped_window", "gray_mean_window", "rms_contrast_window",   \
        "response_pred", "objective_pred", "response_sd", "response_min", "response_median", \
        "response_disagreement", "response_members", "input_mean", "input_sd", "input_norm", \
        "heldout_z", "percentile_natural", "selectivity", "judges", "judge_roles",           \
        "judge_responses", "judge_z", "judge_percentile", "judge_selectivity", "own_z"

static void of_an_ascent(void **state)
{
    static const char *const columns[] = {OF_THE_FILE, OF_THE_MODELS, "own_percentile",
                                          "natural_z", "flags",       NULL};

    (void)state;
    check_cells("ascents", STEPS, 0, columns, MEMBERS + 1);
}

/* A control has no ascent, and so no response to a start, and no flags. */
static void of_a_control(void **state)
{
    static const char *const columns[] = {OF_THE_FILE, OF_THE_MODELS, "response_start", "flags",
                                          NULL};

    (void)state;
    check_cells("ascents", STEPS, 1, columns, MEMBERS + 1);
}

static void of_a_gaudy_image(void **state)
{
    static const char *const columns[] = {OF_THE_FILE, "response_pred", "response_disagreement",
                                          "seed", NULL};

    (void)state;
    check_cells("gaudy", 0, 1, columns, MEMBERS);
    check_found("gaudy", 0, 1, (const char *const[]){"target_output", NULL}, MEMBERS, ": ", " of ");
}

/* How gaudy an image is stands in rows of pairs, and in no row of leaves. */
static void of_gaudiness(void **state)
{
    static const char *const columns[] = {"seed", "gaudiness", NULL};

    (void)state;
    check_cells("pairs", 0, 1, columns, 0);
    check_cells("leaves", 0, 0, columns, 0);
}

/* A set of PNGs has no JPEG, even where a row gives it the name that it should have. */
static void of_the_format(void **state)
{
    struct evk_stimuli all;
    struct evk_str findings;
    struct evk_row *row;

    (void)state;
    tiny_copy(path_in(folder, "leaves"), path_in(folder, "copy"));
    assert_ok(evk_stimuli_read(dir_at(path_in(folder, "copy")), EVK_CODE_MAX, &all, err));
    row = &all.list[0].row;
    snprintf(row->filename, sizeof(row->filename), "%s_image.jpg", row->stimulus_id);
    assert_ok(evk_stimuli_write(dir_at(path_in(folder, "copy")), &all, 0, err));
    evk_stimuli_release(&all);
    findings = verify("copy", 0);
    assert_non_null(strstr(findings.data, "_image.jpg, expected a PNG file"));
    evk_str_release(&findings);
}

/* A row that says that it has no image leaves its file unexplained. */
static void of_presence(void **state)
{
    struct evk_stimuli all;
    struct evk_str findings;

    (void)state;
    tiny_copy(path_in(folder, "leaves"), path_in(folder, "copy"));
    assert_ok(evk_stimuli_read(dir_at(path_in(folder, "copy")), EVK_CODE_MAX, &all, err));
    all.list[0].row.present = false;
    assert_ok(evk_stimuli_write(dir_at(path_in(folder, "copy")), &all, 0, err));
    evk_stimuli_release(&all);
    findings = verify("copy", 0);
    assert_non_null(strstr(findings.data, "_image.png: is no file of a set, and of no row"));
    evk_str_release(&findings);
}

/* Rows beyond those that the options ask for are found. */
static void of_the_number_of_rows(void **state)
{
    struct evk_str text, findings;
    char *at;

    (void)state;
    tiny_copy(path_in(folder, "leaves"), path_in(folder, "copy"));
    text = tiny_read(path_in(folder, "copy/dataset_description.json"));
    at = strstr(text.data, "\"count\": 2");
    assert_non_null(at);
    at[strlen("\"count\": ")] = '1';
    assert_ok(
        evk_fs_write(path_in(folder, "copy/dataset_description.json"), text.data, text.size, err));
    evk_str_release(&text);
    findings = verify("copy", 0);
    assert_non_null(strstr(findings.data, "has 2 rows, but the options in"));
    evk_str_release(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_an_ascent),          cmocka_unit_test(of_a_control),
        cmocka_unit_test(of_a_gaudy_image),      cmocka_unit_test(of_gaudiness),
        cmocka_unit_test(of_the_format),         cmocka_unit_test(of_presence),
        cmocka_unit_test(of_the_number_of_rows),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
