/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_other_version.c - responses in a set of another version: compared to within 1e-5 of the largest,
 * whatever the unit of the model's responses
 */
#include "../../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "synth/settings.h"

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("other_version");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/* What a verification says. */
struct said {
    int wrong;    /* findings on response_pred */
    bool version; /* it remarks that another version made the set */
};

static void count_finding(void *arg, const char *sentence)
{
    ((struct said *)arg)->wrong += strstr(sentence, ": response_pred of") != NULL;
}

static void note_version(void *arg, const char *phrase)
{
    ((struct said *)arg)->version |= strstr(phrase, "texts and traces checked by hash") != NULL;
}

/* Responses that the model contradicts. */
static int count_wrong(const char *set, const char *model)
{
    struct said said = {0, false};
    const evk_verify how = {
        .finding = count_finding, .arg = &said, .threads = 1, .remark = note_version};
    evk_verified sum;

    assert_ok(evk_set_verify(set, &model, 1, &how, &sum, err));
    assert_true(sum.responses > 0);
    assert_true(said.version);
    return said.wrong;
}

/* In a file, text from, which is there, with its character at changed to another digit; so is from. */
static void change(const char *path, char *from, size_t at)
{
    struct evk_str text = tiny_read(path);
    char *place = strstr(text.data, from);

    assert_non_null(place);
    from[at] = place[at] = place[at] == '3' ? '4' : '3';
    assert_ok(evk_fs_write(path, text.data, text.size, err));
    evk_str_release(&text);
}

/* The place of digit n of a number, from 0, behind its sign and first zeros. */
static size_t digit(const char *number, int n)
{
    size_t at = strcspn(number, "123456789");

    for (; n > 0; n--)
        at += number[at + 1] == '.' ? 2 : 1;
    return at;
}

static void check(double factor)
{
    static const int64_t output = 0;
    const evk_run run = {.threads = 1};
    const evk_recipe recipe = tiny_recipe();
    evk_target target = {NULL, &output, 1};
    char where[256], table[300], cell[64], version[64];
    struct linear l;
    evk_model *model;
    evk_set_report *report;
    evk_verified sum;
    evk_set *set;

    linear_random(&l, path_in(folder, "m.keras"), 1, 5);
    for (int i = 0; i < TINY_VALUES; i++)
        l.weights[i] = (float)((double)l.weights[i] * factor);
    linear_save(&l);
    model = linear_open(&l);
    target.model = model;
    snprintf(where, sizeof(where), "%s/set", folder);
    remove_folder(where);
    assert_ok(evk_maximize(where, &target, 1, &recipe, NULL, &run, &report, err));
    evk_set_report_free(report);
    snprintf(table, sizeof(table), "%s/dataset_description.json", where);
    snprintf(version, sizeof(version), "\"Version\": \"%s\"", evk_version());
    change(table, version, strlen("\"Version\": \""));
    snprintf(table, sizeof(table), "%s/stimuli/stimuli.tsv", where);
    assert_ok(evk_set_open(&set, where, err));
    snprintf(cell, sizeof(cell), "\t%s\t", evk_set_cell(set, 0, "response_pred"));
    evk_set_free(set);
    assert_int_equal(count_wrong(where, l.path), 0);
    change(table, cell, digit(cell, 7));
    assert_int_equal(count_wrong(where, l.path), 0);
    change(table, cell, digit(cell, 2));
    assert_int_equal(count_wrong(where, l.path), 1);
    assert_ok(evk_set_verify(where, NULL, 0, &(const evk_verify){.threads = 1}, &sum, err));
    assert_true(sum.findings > 0); /* counted without a callback, too */
    evk_model_free(model);
    linear_release(&l);
}

static void test_units(void **state)
{
    (void)state;
    check(1.2345678);
    check(1.2345678e-3);
    check(1.2345678e-12);
    check(1.2345678e12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_units)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
