/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_full_trace.c - files of whole courses: what is in them, and as part of sets */
#include "stimset/record/full_trace.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/test.h"
#include "../../../harness/tiny.h"
#include "base/fs.h"
#include "synth/settings.h"

static char *folder;
static char path[256]; /* of the model */
static evk_model *model;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("course");
    snprintf(path, sizeof(path), "%s", path_in(folder, "tiny.keras"));
    model = tiny_model(path, "lld");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    free(folder);
    return 0;
}

/* ---- the text --------------------------------------------------------------------------- */

/* A dead start, then one of two steps; each line is of one image. */
static void test_written(void **state)
{
    const char *const names[] = {"lp", "tv"};
    const double none = (double)NAN, values[3][2] = {{none, none}, {1.5, none}, {3, 4}};
    struct evk_full_trace c = {0};

    (void)state;
    evk_full_trace_note(&c, &(evk_step){0, 9, NULL, none, none, 2, names, values[0]});
    evk_full_trace_note(&c, &(evk_step){0, 0.5F, NULL, none, none, 2, names, values[0]});
    evk_full_trace_note(&c, &(evk_step){1, -2, NULL, 0.25, 10, 2, names, values[1]});
    evk_full_trace_note(&c, &(evk_step){2, 7, NULL, 1e-20, none, 2, names, values[2]});
    assert_ok(evk_full_trace_end(&c, err));
    assert_string_equal(c.text.data, "iteration\tresponse\tlp\ttv\tgradient_norm\tstep\n"
                                     "0\t0.5\t1.5\tn/a\t0.25\t10\n"
                                     "1\t-2\t3\t4\t1e-20\tn/a\n"
                                     "2\t7\tn/a\tn/a\tn/a\tn/a\n");
    evk_full_trace_note(&c, &(evk_step){0, 1, NULL, none, none, 0, NULL, NULL});
    assert_ok(evk_full_trace_end(&c, err));
    assert_string_equal(c.text.data, "iteration\tresponse\tgradient_norm\tstep\n0\t1\tn/a\tn/a\n");
    evk_full_trace_release(&c);
    evk_full_trace_release(&c);
}

static evk_status read_back(struct evk_curves *out, const char *text, evk_error *err)
{
    EVK_TRY(evk_fs_write(path_in(folder, "a.tsv"), text, strlen(text), err));
    return evk_curves_read(out, dir_at(folder), "a.tsv", err);
}

static void test_read(void **state)
{
    struct evk_curves *c = calloc(1, sizeof(*c));
    struct evk_str text = EVK_STR_INIT;

    (void)state;
    assert_ok(read_back(c, "iteration\tresponse\tstep\n0\t0.5\t8\n1\t-2\tn/a\n", err));
    assert_true(c->count == 2 && c->points == 2 && c->steps == 1);
    assert_string_equal(c->name[1], "step");
    assert_true(c->value[0][1] == -2 && c->value[1][0] == 8 && isnan(c->value[1][1]));
    evk_str_puts(&text, "iteration\tresponse\n");
    for (int i = 0; i <= 1000; i++)
        evk_str_printf(&text, "%d\t%d\n", i, 2 * i);
    assert_ok(read_back(c, text.data, err));
    assert_true(c->points == EVK_CURVE_POINTS && c->steps == 1000 && c->step[0] == 0);
    for (int i = 0; i < EVK_CURVE_POINTS; i++)
        assert_true(c->step[i] == i * 1000 / 255 && c->value[0][i] == 2 * c->step[i]);
    assert_fails(EVK_EFORMAT, "is not the full trace of an ascent",
                 read_back(c, "iteration\tresponse\n", err));
    assert_fails(EVK_EFORMAT, "is not the full trace of an ascent",
                 read_back(c, "step\tx\n0\t1\n", err));
    assert_fails(EVK_EFORMAT, "is not the full trace of an ascent",
                 read_back(c, "iteration\n0\n", err));
    assert_fails(EVK_EFORMAT, "a.tsv: line 2: response is 'x', expected a number or n/a",
                 read_back(c, "iteration\tresponse\n0\tx\n", err));
    assert_fails(EVK_EFORMAT, "line 3: n/a is no number of steps",
                 read_back(c, "iteration\tresponse\n0\t1\nn/a\t1\n", err));
    evk_str_release(&text);
    free(c);
}

/* ---- sets ------------------------------------------------------------------------------- */

enum { STARTS = 4 };

static evk_recipe recipe(void)
{
    evk_recipe r = tiny_recipe();

    r.starts = STARTS;
    r.steps = 12;
    r.trace = true;
    r.result = "last";
    r.plateau = 3;
    r.plateau_gain = 1;
    r.priors.text[r.priors.count++] = "jitter:2";
    r.priors.text[r.priors.count++] = "tv:weight=0.01";
    return r;
}

/* Interrupts after so many questions. */
static bool after(void *arg)
{
    return --*(int *)arg < 0;
}

static evk_status make(const char *name, const evk_recipe *r, int threads, int *left,
                       evk_error *err)
{
    static const int64_t outputs[] = {0, 1, 2};
    const evk_target target = {model, outputs, 3};
    const evk_run run = {.threads = threads, .stop = left ? after : NULL, .arg = left};
    evk_set_report *report;

    EVK_TRY(evk_maximize(path_in(folder, name), &target, 1, r, NULL, &run, &report, err));
    evk_set_report_free(report);
    return EVK_OK;
}

static void note(void *arg, const char *sentence)
{
    (void)sentence;
    ++*(int *)arg;
}

static int64_t findings(const char *name)
{
    const char *const models[] = {path};
    int found = 0;
    const evk_verify how = {note, &found, 1, NULL, NULL, NULL};
    evk_verified v;

    assert_ok(evk_set_verify(path_in(folder, name), models, 1, &how, &v, err));
    assert_int_equal(v.findings, found);
    return found;
}

/* Any number of threads, and any interruption, to the same bytes. */
static void test_same_bytes(void **state)
{
    const evk_recipe r = recipe();
    struct evk_str whole;
    int calls = 0;

    (void)state;
    assert_ok(make("whole", &r, 1, NULL, err));
    whole = tiny_content(path_in(folder, "whole"));
    assert_int_equal(findings("whole"), 0);
    assert_ok(make("threads", &r, 3, NULL, err));
    assert_content(path_in(folder, "threads"), &whole);
    for (evk_status s = EVK_ESTOPPED; s; calls++) {
        evk_error why = {EVK_OK, ""};
        int left = 9 + calls;

        s = make("torn", &r, 1, &left, &why);
        assert_true(!s || s == EVK_ESTOPPED);
        assert_true(calls < 100);
    }
    assert_true(calls > 4);
    assert_content(path_in(folder, "torn"), &whole);
    evk_str_release(&whole);
}

/* The last line of a trace is the image where the ascent stopped; the small trace has the same. */
static void test_rows(void **state)
{
    evk_recipe r = recipe();
    int early = 0;
    evk_set *set;

    (void)state;
    assert_ok(make("rows", &r, 2, NULL, err));
    assert_ok(evk_set_open(&set, path_in(folder, "rows"), err));
    for (int64_t i = 0; i < evk_set_count(set); i++) {
        const char *stopped = evk_set_cell(set, i, "stopped");
        const int64_t n = strtoll(evk_set_cell(set, i, "n_steps"), NULL, 10);
        struct evk_curves *c = calloc(1, sizeof(*c));
        char name[64];

        snprintf(name, sizeof(name), "traces/%s.tsv", evk_set_cell(set, i, "stimulus_id"));
        if (strcmp(evk_set_cell(set, i, "dead"), "true") == 0) {
            assert_string_equal(stopped, "n/a");
            assert_string_equal(evk_set_cell(set, i, "trace_sha256"), "n/a");
            assert_false(evk_fs_exists(path_in(path_in(folder, "rows"), name)));
        } else {
            assert_ok(evk_curves_read(c, dir_at(path_in(folder, "rows")), name, err));
            assert_true(c->count == 4 && c->steps == n && c->points == n + 1);
            assert_string_equal(stopped, n < 12 ? "plateau" : "steps");
            assert_true(fabs(c->value[0][n] - strtod(evk_set_cell(set, i, "response_pred_prequant"),
                                                     NULL)) <= 1e-8 * fabs(c->value[0][n]));
            early += n < 12;
        }
        free(c);
    }
    assert_true(early > 0);
    evk_set_free(set);
}

/* A file that is gone or was altered is found, and made again by the same call. */
static void test_altered(void **state)
{
    const evk_recipe r = recipe();
    evk_recipe other = recipe();
    struct evk_str whole;
    const char *file;

    (void)state;
    assert_ok(make("altered", &r, 1, NULL, err));
    whole = tiny_content(path_in(folder, "altered"));
    file = path_in(folder, "altered/traces/stim-max000002.tsv");
    assert_int_equal(remove(file), 0);
    assert_true(findings("altered") > 0);
    assert_ok(make("altered", &r, 1, NULL, err));
    assert_content(path_in(folder, "altered"), &whole);
    file = path_in(folder, "altered/traces/stim-max000003.tsv");
    assert_ok(evk_fs_write(file, "iteration\n", 10, err));
    assert_true(findings("altered") > 0);
    assert_ok(make("altered", &r, 1, NULL, err));
    assert_content(path_in(folder, "altered"), &whole);
    other.trace = false;
    assert_fails(EVK_EINVAL, "option trace is true there, false here",
                 make("altered", &other, 1, NULL, err));
    other = r;
    other.plateau = 4;
    assert_fails(EVK_EINVAL, "option plateau is 3 there, 4 here",
                 make("altered", &other, 1, NULL, err));
    evk_str_release(&whole);
}

/* With the image that is not kept goes its course. */
static void test_dropped(void **state)
{
    evk_recipe r = recipe();
    struct evk_names names;

    (void)state;
    r.keep = 1;
    assert_ok(make("dropped", &r, 2, NULL, err));
    assert_ok(evk_fs_list(&names, path_in(folder, "dropped/traces"), err));
    assert_int_equal(names.count, 2);
    evk_names_release(&names);
    assert_int_equal(findings("dropped"), 0);
}

/* The same images without it. */
static void test_images(void **state)
{
    evk_recipe r = recipe();
    struct evk_str a, b;

    (void)state;
    assert_ok(make("with", &r, 1, NULL, err));
    r.trace = false;
    assert_ok(make("without", &r, 1, NULL, err));
    for (int i = 1; i <= 2 * STARTS; i++) {
        char name[64];

        snprintf(name, sizeof(name), "with/stimuli/stim-max%06d_image.png", i);
        a = tiny_read(path_in(folder, name));
        snprintf(name, sizeof(name), "without/stimuli/stim-max%06d_image.png", i);
        b = tiny_read(path_in(folder, name));
        assert_same_content(&a, &b);
        evk_str_release(&a);
        evk_str_release(&b);
    }
    a = tiny_read(path_in(folder, "with/traces.tsv"));
    b = tiny_read(path_in(folder, "without/traces.tsv"));
    assert_same_content(&a, &b);
    evk_str_release(&a);
    evk_str_release(&b);
    assert_false(evk_fs_exists(path_in(folder, "without/traces")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written),    cmocka_unit_test(test_read),
        cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_rows),
        cmocka_unit_test(test_altered),    cmocka_unit_test(test_dropped),
        cmocka_unit_test(test_images),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
