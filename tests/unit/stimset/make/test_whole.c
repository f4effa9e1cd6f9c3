/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_whole.c - a set that is being extended has no manifest: it does not pass for a whole one */
#include "../../../harness/test.h"

#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/tiny.h"
#include "stimset/folder/journal.h"
#include "stimset/record/set_file.h"
#include "synth/settings.h"

static char *folder;
static evk_model *model;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_whole");
    model = tiny_model(path_in(folder, "two.keras"), "ll");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    free(folder);
    return 0;
}

/* What the set's folder held when images were under way. */
struct seen {
    const char *set;
    int64_t images, manifests, journals;
};

static void look(void *arg, const evk_progress *p)
{
    struct seen *seen = arg;

    (void)p;
    seen->images++;
    seen->manifests += evk_set_file_has(dir_at(seen->set), EVK_SET_MANIFEST);
    seen->journals += evk_set_file_has(dir_at(seen->set), evk_journal_name);
}

/* A set of the model's first neurons. */
static void make(const char *set, size_t neurons, struct seen *seen)
{
    static const int64_t outputs[] = {0, 1};
    const evk_target target = {model, outputs, neurons};
    const evk_run run = {.threads = 1, .progress = look, .arg = seen};
    const evk_recipe r = tiny_recipe();
    evk_set_report *report;

    *seen = (struct seen){.set = set};
    assert_ok(evk_maximize(set, &target, 1, &r, NULL, &run, &report, err));
    evk_set_report_free(report);
}

static void test_extended(void **state)
{
    char *set;
    struct seen seen;

    (void)state;
    assert_ok(evk_path_join(&set, folder, "set", err));
    for (size_t neurons = 1; neurons <= 2; neurons++) {
        make(set, neurons, &seen);
        assert_int_equal(seen.images, tiny_recipe().starts);
        assert_int_equal(seen.manifests, 0);
        assert_int_equal(seen.journals, seen.images);
        assert_true(evk_set_file_has(dir_at(set), EVK_SET_MANIFEST));
        assert_false(evk_set_file_has(dir_at(set), evk_journal_name));
    }
    make(set, 2, &seen); /* nothing is left to do, and the set stays whole */
    assert_int_equal(seen.images, 0);
    assert_true(evk_set_file_has(dir_at(set), EVK_SET_MANIFEST));
    free(set);
}

/* ---- sets in order: taken up where a journal says that the last call did not end --------------- */

static void make_leaves(const char *set, struct seen *seen)
{
    const evk_run run = {.threads = 1, .progress = look, .arg = seen};
    evk_made made;

    *seen = (struct seen){.set = set};
    assert_ok(evk_leaves_set(set, 3, 4, 4, 1, &run, &made, err));
    assert_int_equal(made.images, 3);
}

static void test_in_order(void **state)
{
    char *set;
    struct seen seen;

    (void)state;
    assert_ok(evk_path_join(&set, folder, "leaves", err));
    make_leaves(set, &seen);
    assert_int_equal(seen.manifests, 0);
    assert_true(evk_set_file_has(dir_at(set), EVK_SET_MANIFEST));
    /* A call that died between its manifest and the end of its journal. */
    assert_ok(evk_dir_write(dir_at(set), evk_journal_name, "", 0, err));
    make_leaves(set, &seen);
    assert_true(seen.images > 0);
    assert_int_equal(seen.manifests, 0);
    assert_int_equal(seen.journals, seen.images);
    assert_true(evk_set_file_has(dir_at(set), EVK_SET_MANIFEST));
    assert_false(evk_set_file_has(dir_at(set), evk_journal_name));
    free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_extended),
        cmocka_unit_test(test_in_order),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
