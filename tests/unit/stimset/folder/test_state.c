/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_state.c - what a folder is taken for */
#include "stimset/folder/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"
#include "../../../harness/tiny.h"
#include "stimset/folder/journal.h"
#include "stimset/make/plan.h"
#include "stimset/record/set_file.h"
#include "synth/settings.h"

static const char DESCRIPTION[] = "{\"Name\": \"a set\", \"StimulusSet\": {}}\n";

static char *folder, *set;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_state");
    assert_ok(evk_path_join(&set, folder, "set", err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(set);
    free(folder);
    return 0;
}

static void begin(void)
{
    remove_folder(set);
    assert_ok(evk_fs_make_folder(set, err));
}

static void put(const char *name, const char *text)
{
    assert_ok(evk_dir_write(dir_at(set), name, text, strlen(text), err));
}

static void test_taken_or_not(void **state)
{
    (void)state;
    begin();
    assert_ok(evk_state_check_folder(dir_at(set), err));
    /* What a call leaves that was killed before it wrote anything. */
    put(EVK_SET_LOCK, "process 1\n");
    put(EVK_SET_DESCRIPTION ".part", "{");
    assert_ok(evk_state_check_folder(dir_at(set), err));
    put("x", "");
    assert_fails(EVK_EINVAL, "is not empty and not a stimulus set",
                 evk_state_check_folder(dir_at(set), err));
    /* Beside a description, anything may stand. */
    put(EVK_SET_DESCRIPTION, DESCRIPTION);
    assert_ok(evk_state_check_folder(dir_at(set), err));
    begin();
    assert_ok(evk_fs_make_folder(path_in(set, "stimuli"), err));
    assert_fails(EVK_EINVAL, "is not empty", evk_state_check_folder(dir_at(set), err));
}

static void expect(enum evk_stage stage, int64_t count)
{
    struct evk_state st;

    assert_ok(evk_state_read(dir_at(set), &st, err));
    assert_int_equal(st.stage, stage);
    assert_int_equal(st.all.count, count);
    assert_true((st.description != NULL) == evk_set_file_has(dir_at(set), EVK_SET_DESCRIPTION));
    evk_state_release(&st);
    assert_null(st.description);
}

static void refuse(const char *why)
{
    struct evk_state st;

    assert_fails(EVK_EFORMAT, why, evk_state_read(dir_at(set), &st, err));
    assert_null(st.description);
    assert_null(st.all.list);
}

static void test_stages(void **state)
{
    struct evk_row wanted[2] = {evk_row_new(), evk_row_new()};
    struct evk_stimuli all = {NULL, 0, NULL};
    int64_t place[2];

    (void)state;
    wanted[0].set_type = wanted[1].set_type = "max";
    wanted[1].start = 1;
    assert_ok(evk_plan(&all, wanted, 2, place, err));
    begin();
    expect(EVK_STAGE_NEW, 0);
    put(EVK_SET_DESCRIPTION, DESCRIPTION);
    expect(EVK_STAGE_NEW, 0);
    assert_ok(evk_journal_write(dir_at(set), &all, err));
    expect(EVK_STAGE_UNFINISHED, 2);
    /* While there is a journal, nothing else counts. */
    put(EVK_SET_MANIFEST, "no manifest");
    put("README.part", "");
    expect(EVK_STAGE_UNFINISHED, 2);
    all.list[0] = all.list[1];
    assert_ok(evk_journal_write(dir_at(set), &all, err));
    refuse("unfinished.tsv: stim_code 1 is missing or damaged");
    put(evk_journal_name, "");
    refuse("unfinished.tsv: has no line that can be read");
    put(evk_journal_name, "no journal\n");
    refuse("unfinished.tsv: has no line that can be read");
    evk_stimuli_release(&all);
}

static void test_descriptions(void **state)
{
    (void)state;
    begin();
    put(EVK_SET_DESCRIPTION, "{");
    refuse(EVK_SET_DESCRIPTION ": line 1");
    put(EVK_SET_DESCRIPTION, "");
    refuse(EVK_SET_DESCRIPTION);
    put(EVK_SET_DESCRIPTION, "{\"a\": 1, \"a\": 2}");
    refuse("duplicate");
}

/* A finished one, with one byte of the tables changed. */
static void test_finished(void **state)
{
    static const char *const texts[] = {"README", ".bidsignore", EVK_SET_SIDECAR, EVK_SET_SHEET,
                                        EVK_SET_DESCRIPTION};
    static const int64_t output = 0;
    const evk_run run = {.threads = 1};
    const evk_recipe r = tiny_recipe();
    evk_model *m = tiny_model(path_in(folder, "m.keras"), "l");
    struct evk_state st;
    evk_set_report *report;

    (void)state;
    remove_folder(set);
    assert_ok(evk_maximize(set, &(evk_target){m, &output, 1}, 1, &r, NULL, &run, &report, err));
    evk_set_report_free(report);
    evk_model_free(m);
    expect(EVK_STAGE_FINISHED, 2);
    assert_ok(evk_state_read(dir_at(set), &st, err));
    assert_true(st.texts_are_as_listed);
    assert_true(st.all.list[1].row.present && !st.all.list[1].failed);
    assert_int_equal(st.all.list[1].trace.count, r.steps + 1);
    evk_state_release(&st);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct evk_bytes was;

        assert_ok(evk_set_file_get(dir_at(set), texts[i], &was, err));
        put(texts[i], "{\"StimulusSet\": {}}");
        assert_ok(evk_state_read(dir_at(set), &st, err));
        assert_int_equal(st.stage, EVK_STAGE_FINISHED);
        assert_false(st.texts_are_as_listed);
        evk_state_release(&st);
        assert_ok(evk_dir_write(dir_at(set), texts[i], was.data, was.size, err));
        evk_bytes_release(&was);
    }
    expect(EVK_STAGE_FINISHED, 2);
    put(EVK_SET_TRACES, "");
    refuse("traces.tsv: is missing or was altered after the set was finished");
    assert_ok(evk_dir_remove(dir_at(set), EVK_SET_MANIFEST, err));
    refuse("has a table, but neither manifest-sha256.txt (a finished set) nor unfinished.tsv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_taken_or_not),
        cmocka_unit_test(test_stages),
        cmocka_unit_test(test_descriptions),
        cmocka_unit_test(test_finished),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
