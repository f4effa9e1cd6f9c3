/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_maximize.c - sets of stimuli: the same bytes however they are made, and what is refused */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/recipe.h"
#include "../../../harness/tiny.h"
#include "stimset/record/row.h"
#include "synth/settings.h"

enum { H = TINY_H, W = TINY_W, C = TINY_C, N = TINY_VALUES, STARTS = 3 };

static char *folder;
static evk_model *first, *second; /* 4 neurons, number 2 dead; 2 neurons */

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("maximize");
    first = tiny_model(path_in(folder, "first.keras"), "lldl");
    second = tiny_model(path_in(folder, "second.keras"), "ll");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(first);
    evk_model_free(second);
    free(folder);
    return 0;
}

static evk_recipe recipe(void)
{
    evk_recipe r = published_recipe();

    r.starts = STARTS;
    r.steps = 8;
    r.image_blur_every = 3;
    return r;
}

static const int64_t outputs[] = {3, 0, 1};

/* Neurons 3 and 0 of the first model, 0 and 1 of the second. */
static evk_status make(const char *name, const evk_recipe *r, const evk_run *run,
                       evk_set_report **report, evk_error *why)
{
    const evk_target targets[] = {{first, outputs, 2}, {second, outputs + 1, 2}};

    return evk_maximize(path_in(folder, name), targets, 2, r, NULL, run, report, why);
}

static void make_of(const char *name, const evk_recipe *r, int threads)
{
    const evk_run run = {.threads = threads};
    evk_set_report *report;

    assert_ok(make(name, r, &run, &report, err));
    assert_int_equal(evk_set_report_count(report), 4);
    evk_set_report_free(report);
}

static void make_well(const char *name, int threads)
{
    const evk_recipe r = recipe();

    make_of(name, &r, threads);
}

static struct evk_str content(const char *name)
{
    return tiny_content(path_in(folder, name));
}

/* ---- the same bytes -------------------------------------------------------------------------- */

static void same_for_threads(const char *name, const evk_recipe *r)
{
    struct evk_str one, more;

    make_of(name, r, 1);
    one = content(name);
    for (int threads = 2; threads < 6; threads += 3) {
        remove_folder(path_in(folder, "more"));
        make_of("more", r, threads);
        more = content("more");
        assert_same_content(&one, &more);
        evk_str_release(&more);
    }
    /* Once more into the same folder: the same. */
    make_of(name, r, 2);
    more = content(name);
    assert_same_content(&one, &more);
    evk_str_release(&more);
    evk_str_release(&one);
}

static void test_threads(void **state)
{
    const evk_recipe published = recipe();
    evk_recipe robust = evk_recipe_default();

    (void)state;
    same_for_threads("one", &published);
    robust.starts = 4;
    robust.keep = 2;
    robust.steps = 12;
    same_for_threads("robust", &robust);
}

static evk_image *read_image(const char *set, int code)
{
    evk_image *image;
    char name[128];

    snprintf(name, sizeof(name), "%s/stimuli/stim-max%06d_image.png", set, code);
    assert_ok(evk_image_read(&image, path_in(folder, name), err));
    assert_true(image->height == H && image->width == W && image->channels == C);
    return image;
}

/* Neuron 1 of the second model, alone: images 1 to 3 are images 10 to 12 of the large set. */
static void test_company(void **state)
{
    const evk_recipe r = recipe();
    const evk_run run = {.threads = 2};
    const int64_t output = 1;
    const evk_target target = {second, &output, 1};
    evk_set_report *report;

    (void)state;
    make_well("large", 3);
    assert_ok(evk_maximize(path_in(folder, "alone"), &target, 1, &r, NULL, &run, &report, err));
    evk_set_report_free(report);
    for (int i = 0; i < STARTS; i++) {
        evk_image *a = read_image("alone", 1 + i), *b = read_image("large", 10 + i);
        evk_image *c = read_image("large", 1 + i);

        assert_memory_equal(a->values, b->values, N * sizeof(float));
        assert_memory_not_equal(a->values, c->values, N * sizeof(float));
        evk_image_free(a);
        evk_image_free(b);
        evk_image_free(c);
    }
}

/* ---- what a row says ---------------------------------------------------------------------------- */

/* Field of a line of tab-separated values, of the column of that name. */
static const char *field(const char *line, const char *name)
{
    static char text[512];
    int column = 0;

    while (strcmp(evk_row_column((size_t)column), name) != 0)
        column++;
    for (; column > 0; column--)
        line = strchr(line, '\t') + 1;
    snprintf(text, sizeof(text), "%.*s", (int)strcspn(line, "\t\n"), line);
    return text;
}

/* Response to the very file, read back; the report has the best. */
static void test_responses(void **state)
{
    const evk_recipe r = recipe();
    const evk_run run = {.threads = 2};
    const evk_target target = {first, outputs, 2};
    evk_set_report *report;
    struct evk_str table = EVK_STR_INIT;
    struct evk_bytes file;
    double best[2] = {-1, -1};
    evk_session *session;
    const char *line;

    (void)state;
    assert_ok(evk_maximize(path_in(folder, "rows"), &target, 1, &r, NULL, &run, &report, err));
    assert_ok(evk_fs_read(&file, path_in(folder, "rows/stimuli/stimuli.tsv"), 1 << 20, err));
    evk_str_add(&table, file.data, file.size);
    evk_bytes_release(&file);
    assert_ok(evk_session_new(&session, first, err));
    line = table.data;
    for (int i = 0; i < 2 * STARTS; i++) {
        evk_image *image = read_image("rows", i + 1);
        float responses[4], predicted;
        char text[64];

        evk_session_predict(session, image->values, responses);
        predicted = responses[outputs[i / STARTS]];
        best[i / STARTS] = fmax(best[i / STARTS], (double)predicted);
        line = strchr(line, '\n') + 1;
        snprintf(text, sizeof(text), "%.9g", (double)predicted);
        assert_string_equal(field(line, "response_pred"), text);
        snprintf(text, sizeof(text), "stim-max%06d_image.png", i + 1);
        assert_string_equal(field(line, "filename"), text);
        snprintf(text, sizeof(text), "%d", (int)outputs[i / STARTS]);
        assert_string_equal(field(line, "target_output"), text);
        snprintf(text, sizeof(text), "%d", i % STARTS);
        assert_string_equal(field(line, "start"), text);
        assert_string_equal(field(line, "target_model"), "first");
        assert_string_equal(field(line, "model_sha256"), evk_model_describe(first)->sha256);
        evk_image_free(image);
    }
    assert_string_equal(strchr(line, '\n'), "\n"); /* no row after these */
    for (size_t n = 0; n < 2; n++)
        assert_true((float)evk_set_report_neuron(report, n)->best_response == (float)best[n]);
    evk_set_report_free(report);
    evk_session_free(session);
    evk_str_release(&table);
}

/* A dead neuron is reported; the others are written. */
static void test_dead_neuron(void **state)
{
    static const int64_t both[] = {2, 1};
    const evk_recipe r = recipe();
    const evk_run run = {.threads = 2};
    const evk_target target = {first, both, 2};
    evk_neuron_report dead, live;
    evk_set_report *report;

    (void)state;
    assert_ok(evk_maximize(path_in(folder, "dead"), &target, 1, &r, NULL, &run, &report, err));
    assert_int_equal(evk_set_report_count(report), 2);
    dead = *evk_set_report_neuron(report, 0);
    assert_true(strcmp(dead.neuron, "2") == 0 && dead.images == 0 && dead.failed == STARTS &&
                dead.dead == STARTS);
    assert_true(dead.best_start == -1 && !dead.best_file && isnan(dead.best_response));
    assert_non_null(strstr(dead.failure, "gradient is zero"));
    assert_false(evk_fs_exists(path_in(folder, "dead/stimuli/stim-max000001_image.png")));
    live = *evk_set_report_neuron(report, 1);
    assert_true(strcmp(live.neuron, "1") == 0 && live.images == STARTS && live.failed == 0 &&
                !live.failure);
    assert_string_equal(live.model, "first");
    assert_true(live.best_start >= 0 && live.best_start < STARTS);
    {
        char name[64];

        snprintf(name, sizeof(name), "stimuli/stim-max%06d_image.png",
                 STARTS + 1 + (int)live.best_start);
        assert_string_equal(live.best_file, name);
        assert_true(evk_fs_exists(path_in(folder, "dead/manifest-sha256.txt")));
    }
    evk_set_report_free(report);
}

/* ---- what is refused ------------------------------------------------------------------------------ */

static void refuse(const char *name, const evk_recipe *r, evk_status status, const char *text)
{
    const evk_run run = {.threads = 2};
    evk_set_report *report = NULL;

    assert_fails(status, text, make(name, r, &run, &report, err));
    assert_null(report);
}

static void test_taken_folder(void **state)
{
    evk_recipe r = recipe();
    struct evk_str before, after;

    (void)state;
    assert_ok(evk_fs_make_folder(path_in(folder, "taken"), err));
    assert_ok(evk_fs_write(path_in(folder, "taken/notes.txt"), "mine", 4, err));
    refuse("taken", &r, EVK_EINVAL, "taken: is not empty and not a stimulus set");
    before = content("taken");
    assert_string_equal(before.data, "[/notes.txt]mine");
    evk_str_release(&before);

    make_well("other", 2);
    before = content("other");
    r.seed = 1;
    refuse("other", &r, EVK_EINVAL, "other: holds another stimulus set");
    after = content("other");
    assert_same_content(&before, &after);
    evk_str_release(&before);
    evk_str_release(&after);

    assert_ok(evk_fs_write(path_in(folder, "file"), "x", 1, err));
    refuse("file", &r, EVK_EINVAL, "file: is not a folder, expected one or nothing");
    /* A parent that cannot be written, whoever asks: it is a file. */
    refuse("file/set", &r, EVK_EIO, "file: is a file, expected a folder");
}

static void test_bad_request(void **state)
{
    const evk_run run = {.threads = 1};
    const evk_target twice[] = {{first, outputs, 1}, {first, outputs, 1}};
    evk_recipe r = recipe();
    evk_set_report *report = NULL;

    (void)state;
    assert_fails(EVK_EINVAL, "have one name, 'first'",
                 evk_maximize(path_in(folder, "bad"), twice, 2, &r, NULL, &run, &report, err));
    assert_fails(EVK_EINVAL, "there is no neuron",
                 evk_maximize(path_in(folder, "bad"), twice, 0, &r, NULL, &run, &report, err));
    {
        static const int64_t again[] = {1, 0, 1}, beyond[] = {4};
        const evk_target repeated = {first, again, 3}, outside = {first, beyond, 1};

        assert_fails(
            EVK_EINVAL, "neuron 1 is asked for twice",
            evk_maximize(path_in(folder, "bad"), &repeated, 1, &r, NULL, &run, &report, err));
        assert_fails(
            EVK_EINVAL, "neuron 4 is out of range, expected 0 to 3",
            evk_maximize(path_in(folder, "bad"), &outside, 1, &r, NULL, &run, &report, err));
    }
    r.starts = 20000;
    refuse("bad", &r, EVK_EINVAL, "4 neurons x 20000 starts are more stimuli than");
    r.starts = 0;
    refuse("bad", &r, EVK_EINVAL, "starts");
    r = recipe();
    r.method = "none";
    refuse("bad", &r, EVK_ENOTFOUND, "method is 'none'");
    assert_false(evk_fs_exists(path_in(folder, "bad")));
}

static void watch(void *arg, const evk_progress *p)
{
    int64_t *calls = arg;

    assert_int_equal(p->done, ++*calls);
    assert_int_equal(p->total, 4 * STARTS);
    assert_true(p->best > 0);
}

static void test_progress(void **state)
{
    const evk_recipe r = recipe();
    int64_t calls = 0;
    const evk_run run = {.threads = 3, .progress = watch, .arg = &calls};
    evk_set_report *report;

    (void)state;
    assert_ok(make("progress", &r, &run, &report, err));
    assert_int_equal(calls, 4 * STARTS);
    evk_set_report_free(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads),      cmocka_unit_test(test_company),
        cmocka_unit_test(test_responses),    cmocka_unit_test(test_dead_neuron),
        cmocka_unit_test(test_taken_folder), cmocka_unit_test(test_bad_request),
        cmocka_unit_test(test_progress),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
