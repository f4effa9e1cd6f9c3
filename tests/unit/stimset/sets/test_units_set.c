/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_units_set.c - a set of 300 units with names in any script, and images and judges of their own */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "../../../harness/test.h"
#include "synth/settings.h"

enum { UNITS = 300, STARTS = 2 };

static const char *const scripts[] = {"νευρώνας", "神经元", "خلية", "нейрон", "n"};

static char *folder;
static struct linear many, bench;
static int findings;

static void note(void *arg, const char *sentence)
{
    (void)arg;
    print_message("%s\n", sentence);
    findings++;
}

/* Unit i is output UNITS - 1 - i; every third gets one image, every tenth has a judge. */
static void write_table(const char *name, int units)
{
    struct evk_str text = EVK_STR_INIT;

    evk_str_puts(&text, "judge_output,unit,images,model,output,judge,depth\n");
    for (int i = 0; i < units; i++) {
        evk_str_printf(&text, i % 10 ? "," : "%d,", i % 7);
        evk_str_printf(&text, "%s%d,%s,many.keras,%d,%s,%d\n", scripts[i % 5], i, i % 3 ? "" : "1",
                       UNITS - 1 - i, i % 10 ? "" : "bench.keras", i);
    }
    assert_ok(evk_fs_write(path_in(folder, name), text.data, text.size, err));
    evk_str_release(&text);
}

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("units_set");
    linear_random(&many, path_in(folder, "many.keras"), UNITS, 1);
    linear_random(&bench, path_in(folder, "bench.keras"), 7, 2);
    linear_save(&many);
    linear_save(&bench);
    write_table("units.csv", UNITS);
    write_table("ten.csv", 10);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    linear_release(&many);
    linear_release(&bench);
    free(folder);
    return 0;
}

static void make(const char *table, const char *name, int threads)
{
    const evk_run run = {.threads = threads};
    evk_recipe recipe = tiny_recipe();
    const evk_target *targets;
    evk_judges judges = {0};
    evk_set_report *report;
    evk_units *units;
    size_t count;

    recipe.starts = STARTS;
    recipe.keep = 0;
    assert_ok(evk_units_open(&units, path_in(folder, table), NULL, 0, NULL, err));
    targets = evk_units_targets(units, &count);
    judges.list = evk_units_judges(units, &judges.count);
    assert_ok(evk_maximize_units(path_in(folder, name), targets, count, &recipe, &judges, units,
                                 &run, &report, err));
    for (size_t i = 0; i < evk_set_report_count(report); i++)
        assert_int_equal(evk_set_report_neuron(report, i)->images, i % 3 ? STARTS : 1);
    evk_set_report_free(report);
    evk_units_free(units);
}

/* Each unit has its own images and judge, and its row says which neuron it is. */
static void test_many(void **state)
{
    struct evk_str table;
    evk_set *set;
    const char *at;

    (void)state;
    make("units.csv", "set", 2);
    table = tiny_read(path_in(folder, "set/units.tsv"));
    at = table.data;
    assert_int_equal(strncmp(at, "unit\ttarget_model\ttarget_output\tjudge_output\timages\t", 50),
                     0);
    for (int i = 0; i < UNITS; i++) {
        char row[128];

        at = strchr(at, '\n') + 1;
        snprintf(row, sizeof(row), "%s%d\tmany\t%d\t", scripts[i % 5], i, UNITS - 1 - i);
        assert_int_equal(strncmp(at, row, strlen(row)), 0);
    }
    evk_str_release(&table);
    assert_ok(evk_set_open(&set, path_in(folder, "set"), err));
    assert_int_equal(evk_set_count(set), UNITS * STARTS);
    for (int64_t i = 0; i < evk_set_count(set); i++) {
        const int64_t unit = UNITS - 1 - strtol(evk_set_cell(set, i, "target_output"), NULL, 10);
        const bool present = strcmp(evk_set_cell(set, i, "present"), "true") == 0;
        char judge[32], name[64];

        snprintf(judge, sizeof(judge), "bench:%d", (int)(unit % 7));
        snprintf(name, sizeof(name), "%s%d", scripts[unit % 5], (int)unit);
        assert_string_equal(evk_set_unit(set, "many", evk_set_cell(set, i, "target_output")), name);
        assert_string_equal(evk_set_cell(set, i, "judges"),
                            present && unit % 10 == 0 ? judge : "n/a");
    }
    assert_null(evk_set_unit(set, "many", "none"));
    assert_null(evk_set_unit(set, "bench", "0"));
    evk_set_free(set);
}

static void verify(const char *name)
{
    const char *const files[] = {many.path, bench.path};
    const evk_verify how = {.finding = note, .threads = 2};
    evk_verified v;

    findings = 0;
    assert_ok(evk_set_verify(path_in(folder, name), files, 2, &how, &v, err));
    assert_int_equal(findings, 0);
}

/* A set of the first ten units that grows to all of them has the rows of those it had. */
static void test_grown(void **state)
{
    struct evk_str before, after;

    (void)state;
    make("ten.csv", "grown", 1);
    verify("grown");
    before = tiny_read(path_in(folder, "grown/units.tsv"));
    make("units.csv", "grown", 2);
    verify("grown");
    after = tiny_read(path_in(folder, "grown/units.tsv"));
    assert_int_equal(strncmp(before.data, after.data, before.size), 0);
    evk_str_release(&before);
    evk_str_release(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_grown),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
