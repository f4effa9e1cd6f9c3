/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_log.c - where models were, as the log beside a set has it; a torn log does no harm */
#include "stimset/folder/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"
#include "../../../harness/tiny.h"

static char *folder;
static evk_model *model, *other;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_log");
    model = tiny_model(path_in(folder, "model.keras"), "l");
    other = tiny_model(path_in(folder, "o t h e r.keras"), "ll");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    evk_model_free(other);
    free(folder);
    return 0;
}

static void put(const char *text)
{
    assert_ok(evk_fs_write(path_in(folder, "set.log"), text, strlen(text), err));
}

static void add(const char *set, const evk_model *m)
{
    static const int64_t output = 0;
    const evk_target target = {m, &output, 1};

    evk_log_run(path_in(folder, set), &target, 1, 2);
}

static void assert_found(const char *set, const evk_model *m)
{
    char *expected = evk_fs_absolute(evk_model_describe(m)->path), *path;

    assert_ok(evk_log_find_model(path_in(folder, set), evk_model_describe(m)->sha256, &path, err));
    assert_string_equal(path, expected);
    free(path);
    free(expected);
}

static void refuse(const char *set, const evk_model *m, evk_status status, const char *why)
{
    char *path = NULL;

    assert_fails(
        status, why,
        evk_log_find_model(path_in(folder, set), evk_model_describe(m)->sha256, &path, err));
    assert_null(path);
}

static int lines(void)
{
    struct evk_str log = tiny_read(path_in(folder, "set.log"));
    int n = 0;

    for (size_t i = 0; i < log.size; i++)
        n += log.data[i] == '\n';
    evk_str_release(&log);
    return n;
}

static void test_found(void **state)
{
    (void)state;
    remove(path_in(folder, "set.log"));
    refuse("set", model, EVK_EIO, "set.log: No such file");
    add("set", model);
    assert_found("set", model);
    assert_found("set///", model); /* however the folder is spelled */
    refuse("set", other, EVK_ENOTFOUND, "set.log: knows no model with SHA-256 ");
    add("set/", other);
    assert_found("set", model);
    assert_found("set", other);
    assert_int_equal(lines(), 4);
    add("set", model); /* known: a run, and no model */
    assert_int_equal(lines(), 5);
}

/* The last place that a model was in. */
static void test_moved(void **state)
{
    struct evk_str file = tiny_read(path_in(folder, "model.keras"));
    evk_model *m;

    (void)state;
    remove(path_in(folder, "set.log"));
    add("set", model);
    assert_ok(evk_fs_make_folder(path_in(folder, "moved"), err));
    assert_ok(evk_fs_write(path_in(folder, "moved/model.keras"), file.data, file.size, err));
    assert_ok(evk_model_open(&m, path_in(folder, "moved/model.keras"),
                             &(const evk_model_options){.mean_count = 1}, err));
    add("set", m);
    assert_found("set", m);
    evk_model_free(m);
    evk_str_release(&file);
}

/* Torn after any byte, and gone on with: never a path that reaches beyond the end. */
static void test_torn(void **state)
{
    struct evk_str whole;

    (void)state;
    remove(path_in(folder, "set.log"));
    add("set", model);
    whole = tiny_read(path_in(folder, "set.log"));
    for (size_t size = 0; size < whole.size; size++) {
        char *path = NULL;

        assert_ok(evk_fs_write(path_in(folder, "set.log"), whole.data, size, err));
        if (!evk_log_find_model(path_in(folder, "set"), evk_model_describe(model)->sha256, &path,
                                NULL))
            assert_true(strlen(path) < size);
        free(path);
        add("set", other);
        assert_found("set", other);
        add("set", model);
        add("set", model);
        assert_found("set", model);
    }
    evk_str_release(&whole);
}

static void test_garbage(void **state)
{
    (void)state;
    put("");
    refuse("set", model, EVK_ENOTFOUND, "knows no model");
    put("model\nmodel \n\n\nmodel x\nmodel 0123 /a\n");
    refuse("set", model, EVK_ENOTFOUND, "knows no model");
    add("set", model);
    assert_found("set", model);
}

/* A folder without a name of its own has no log, and needs none. */
static void test_nameless(void **state)
{
    static const char *const names[] = {".", "..", "a/..", "a/.", "/"};
    static const int64_t output = 0;
    const evk_target target = {model, &output, 1};
    char *path = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        evk_log_run(names[i], &target, 1, 1);
        assert_fails(EVK_ENOTFOUND, "has no name to put a log beside",
                     evk_log_find_model(names[i], "0", &path, err));
    }
    assert_false(evk_fs_exists("..log"));
    assert_false(evk_fs_exists("...log"));
    add("none/set", model); /* nowhere to write: done without */
    assert_false(evk_fs_exists(path_in(folder, "none")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found),    cmocka_unit_test(test_moved),
        cmocka_unit_test(test_torn),     cmocka_unit_test(test_garbage),
        cmocka_unit_test(test_nameless),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
