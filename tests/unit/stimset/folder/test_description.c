/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_description.c - dataset_description.json: compared, merged, and followed */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/tiny.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"
#include "stimset/sets/maximize/maximize.h"
#include "synth/settings.h"

static char *folder;
static evk_model *first, *second;
static const int64_t outputs[] = {2, 0, 1};

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_description");
    first = tiny_model(path_in(folder, "first.keras"), "lll");
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

/* What is written is what is read. */
static evk_json *there(const struct evk_json_writer *w)
{
    struct evk_str text = EVK_STR_INIT;
    evk_json *json;

    assert_ok(evk_json_write_exactly(w, &text, err));
    assert_ok(evk_dir_write(dir_at(folder), EVK_SET_DESCRIPTION, text.data, text.size, err));
    evk_str_release(&text);
    assert_ok(evk_description_read(dir_at(folder), &json, err));
    return json;
}

/* So many outputs of the first model, in the order 2 0 1, and of the second, in the order 0 1. */
static void describe(struct evk_json_writer *w, size_t of_first, size_t of_second, int64_t starts)
{
    const evk_target targets[] = {{first, outputs, of_first}, {second, outputs + 1, of_second}};
    evk_recipe r = tiny_recipe();

    r.starts = starts;
    evk_describe_maximize(w, of_first ? targets : targets + 1, of_first && of_second ? 2 : 1, &r);
}

static const evk_json *in_set(const evk_json *description, const char *key)
{
    return evk_json_get(evk_json_get(description, "StimulusSet"), key);
}

/* "first:2,0/1 second:1 starts 3": output 0 has one start, the others three */
static struct evk_str summary(const evk_json *description)
{
    const evk_json *models = in_set(description, "Models");
    struct evk_str s = EVK_STR_INIT;
    int64_t n;

    for (size_t i = 0; i < evk_json_count(models); i++) {
        const evk_json *m = evk_json_at(models, i), *o = evk_json_get(m, "TargetOutputs");

        evk_str_printf(&s, "%s:", evk_json_text(evk_json_get(m, "Name")));
        for (size_t k = 0; k < evk_json_count(o); k++) {
            char neuron[16];

            assert_true(evk_json_int(evk_json_at(o, k), &n));
            snprintf(neuron, sizeof(neuron), "%d", (int)n);
            evk_str_printf(&s, "%s%s", k ? "," : "", neuron);
            if (evk_json_int(evk_json_get(evk_json_get(m, "FewerStarts"), neuron), &n))
                evk_str_printf(&s, "/%d", (int)n);
        }
        evk_str_puts(&s, " ");
    }
    assert_true(evk_json_int(evk_json_get(in_set(description, "Options"), "starts"), &n));
    evk_str_printf(&s, "starts %d", (int)n);
    return s;
}

/* Merge what a call asks for into what is there. */
static void merge(struct evk_json_writer *w, size_t of_first, size_t of_second, int64_t starts,
                  const char *expected)
{
    struct evk_json_writer asked, merged;
    struct evk_str text;

    describe(&asked, of_first, of_second, starts);
    assert_ok(evk_description_check(w->root, asked.root, err));
    evk_description_merge(&merged, w->root, asked.root);
    text = summary(merged.root);
    assert_string_equal(text.data, expected);
    evk_str_release(&text);
    evk_json_writer_release(&asked);
    evk_json_writer_release(w);
    *w = merged;
}

static void test_grows(void **state)
{
    struct evk_json_writer w;
    evk_json *read;

    (void)state;
    describe(&w, 1, 0, 2);
    merge(&w, 1, 0, 2, "first:2 starts 2");
    merge(&w, 1, 0, 5, "first:2 starts 5");
    merge(&w, 2, 0, 3, "first:2,0/3 starts 5");
    merge(&w, 0, 1, 1, "first:2,0/3 second:0/1 starts 5");
    merge(&w, 3, 2, 6, "first:2,0,1 second:0,1 starts 6");
    merge(&w, 1, 1, 1, "first:2,0,1 second:0,1 starts 6");
    read = there(&w);
    assert_true(evk_json_equal(read, w.root));
    evk_json_free(read);
    evk_json_writer_release(&w);
}

/* Both have the same members, in one order, and equal ones but for one. */
static void check_same(const evk_json *a, const evk_json *b, const char *but)
{
    const char *key = NULL, *other = NULL;

    while ((key = evk_json_key_after(b, key)) != NULL) {
        other = evk_json_key_after(a, other);
        assert_string_equal(other, key);
        if (strcmp(key, but) != 0)
            assert_true(evk_json_equal(evk_json_get(a, key), evk_json_get(b, key)));
    }
    assert_null(evk_json_key_after(a, other));
}

/* Nothing but what may grow: all the rest of a description is as it was. */
static void test_rest_stays(void **state)
{
    struct evk_json_writer w, small;
    const evk_json *a, *b;

    (void)state;
    describe(&w, 1, 0, 2);
    describe(&small, 1, 0, 2);
    merge(&w, 2, 2, 3, "first:2,0 second:0,1 starts 3");
    a = w.root;
    b = small.root;
    check_same(a, b, "StimulusSet");
    a = in_set(a, "Options");
    b = in_set(b, "Options");
    check_same(a, b, "starts");
    evk_json_writer_release(&w);
    evk_json_writer_release(&small);
}

/* An option that one of the two does not have. */
static void test_unknown_option(void **state)
{
    struct evk_json_writer w, asked;

    (void)state;
    describe(&w, 1, 0, 2);
    describe(&asked, 1, 0, 2);
    evk_json_put_int(&w, evk_json_member(evk_json_member(w.root, "StimulusSet"), "Options"), "odd",
                     1);
    assert_fails(EVK_EINVAL, "option odd is 1 there, nothing here",
                 evk_description_check(w.root, asked.root, err));
    assert_fails(EVK_EINVAL, "option odd is nothing there, 1 here",
                 evk_description_check(asked.root, w.root, err));
    evk_json_writer_release(&w);
    evk_json_writer_release(&asked);
}

static void test_not_ours(void **state)
{
    struct evk_json_writer asked;
    evk_json *other;

    (void)state;
    describe(&asked, 1, 0, 2);
    assert_ok(evk_json_parse(&other, "{\"Name\": \"x\"}", 13, err));
    assert_fails(EVK_EINVAL, "a data set that evoke did not make",
                 evk_description_check(other, asked.root, err));
    assert_string_equal(evk_description_version(other), "unknown");
    evk_json_free(other);
    assert_ok(evk_json_parse(&other, "{\"StimulusSet\": 1}", 18, err));
    assert_fails(EVK_EINVAL, "was made by evoke unknown, and this is",
                 evk_description_check(other, asked.root, err));
    evk_json_free(other);
    assert_string_equal(evk_description_version(asked.root), evk_version());
    evk_json_writer_release(&asked);
}

/* ---- followed ---------------------------------------------------------------------------------- */

/* Every option at odd values, through the file and back. */
static void test_recipe(void **state)
{
    evk_recipe r = tiny_recipe(), back;
    struct evk_json_writer w;
    evk_json *read;

    (void)state;
    for (int way = 0; way < 2; way++) {
        r.minimize = way == 0;
        r.grayscale = way == 1;
        r.step_size = way ? 1.0 / 3 : 10;
        r.gradient_blur = way ? 0 : 1e-300;
        r.image_blur = 345.67890123456789;
        r.seed = way ? (int64_t)1 << 53 : 0;
        r.start_contrast = 0.1 + 0.2;
        r.objective = way ? "mean" : "mean-0.25*sd";
        r.fix_mean = way ? (double)NAN : -0.1 - 0.2;
        r.fix_sd = way ? (double)NAN : 1.0 / 3;
        r.fix_norm = way ? 25 : (double)NAN;
        evk_describe_maximize(&w, &(evk_target){first, outputs, 3}, 1, &r);
        read = there(&w);
        memset(&back, 0xff, sizeof(back));
        assert_ok(evk_description_recipe(read, &back, err));
        assert_string_equal(back.method, r.method);
        for (const evk_param *p = evk_recipe_params(); p->name; p++) {
            char a[64], b[64];

            evk_param_get(p, &r, a, sizeof(a));
            evk_param_get(p, &back, b, sizeof(b));
            assert_string_equal(a, b);
        }
        assert_true(back.step_size == r.step_size && back.image_blur == r.image_blur &&
                    back.start_contrast == r.start_contrast &&
                    back.gradient_blur == r.gradient_blur && back.seed == r.seed);
        if (way)
            assert_true(isnan(back.fix_mean) && isnan(back.fix_sd) && back.fix_norm == 25);
        else
            assert_true(back.fix_mean == r.fix_mean && back.fix_sd == r.fix_sd &&
                        isnan(back.fix_norm));
        evk_json_free(read);
        evk_json_writer_release(&w);
    }
}

/* Each option missing, of another kind, or out of range. */
static void test_bad_recipe(void **state)
{
    (void)state;
    for (const evk_param *p = evk_recipe_params(); p->name; p++)
        for (int way = 0; way < 3; way++) {
            struct evk_json_writer w;
            evk_json *options;
            evk_recipe back;

            describe(&w, 1, 0, 2);
            options = evk_json_member(evk_json_member(w.root, "StimulusSet"), "Options");
            if (way == 0)
                evk_json_put_null(&w, options, p->name);
            else if (way == 1 && p->kind != EVK_PARAM_TEXTS)
                evk_json_put_array(&w, options, p->name);
            else if (p->kind == EVK_PARAM_INT)
                evk_json_put_int(&w, options, p->name, -1);
            else if (p->kind == EVK_PARAM_REAL || p->kind == EVK_PARAM_OPTIONAL)
                evk_json_put_real(&w, options, p->name, p->min - fmax(1, fabs(p->min)));
            else
                evk_json_put_int(&w, options, p->name, 1);
            assert_int_not_equal(evk_description_recipe(w.root, &back, NULL), EVK_OK);
            evk_json_writer_release(&w);
        }
}

static void test_model(void **state)
{
    const char *sha256 = evk_model_describe(first)->sha256;
    struct evk_described_model m;
    struct evk_json_writer w;

    (void)state;
    describe(&w, 2, 1, 2);
    assert_true(evk_description_model(w.root, sha256, &m));
    assert_string_equal(m.name, "first");
    assert_string_equal(m.file, "first.keras");
    assert_string_equal(m.sha256, sha256);
    assert_true(m.options.height == TINY_H && m.options.width == TINY_W);
    assert_true(m.options.mean_count == TINY_C && m.options.mean[2] == 110);
    assert_true(m.options.scale_count == TINY_C && m.options.scale[0] == 1);
    assert_true(evk_description_model(w.root, evk_model_describe(second)->sha256, &m));
    assert_string_equal(m.name, "second");
    assert_false(evk_description_model(w.root, "0", &m));
    assert_false(evk_description_model(w.root, NULL, &m));
    assert_false(evk_description_model(NULL, sha256, &m));
    evk_json_writer_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grows),          cmocka_unit_test(test_rest_stays),
        cmocka_unit_test(test_unknown_option), cmocka_unit_test(test_not_ours),
        cmocka_unit_test(test_recipe),         cmocka_unit_test(test_bad_recipe),
        cmocka_unit_test(test_model),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
