/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_set.c - a finished set that is read, and each of its images made again */
#include "../../../harness/test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/tiny.h"
#include "synth/settings.h"

static char *folder;
static evk_model *first, *second; /* live and dead; live */
static evk_set *set;              /* 3 neurons, 3 starts; the middle one is dead */

enum { ROWS = 9 };

static void make(const char *name, bool minimize)
{
    static const int64_t outputs[] = {0, 1};
    const evk_target targets[] = {{first, outputs, 2}, {second, outputs, 1}};
    const evk_run run = {.threads = 2};
    evk_recipe r = tiny_recipe();
    evk_set_report *report;

    r.starts = 3;
    r.minimize = minimize;
    assert_ok(evk_maximize(path_in(folder, name), targets, 2, &r, NULL, &run, &report, err));
    evk_set_report_free(report);
}

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_set");
    first = tiny_model(path_in(folder, "first.keras"), "ld");
    second = tiny_model(path_in(folder, "second.keras"), "l");
    make("set", false);
    assert_ok(evk_set_open(&set, path_in(folder, "set"), err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_set_free(set);
    evk_model_free(first);
    evk_model_free(second);
    free(folder);
    return 0;
}

/* ---- reading ----------------------------------------------------------------------------------- */

static void test_cells(void **state)
{
    evk_column c;
    int columns = 0;

    (void)state;
    assert_int_equal(evk_set_count(set), ROWS);
    while (evk_column_info(columns, &c)) {
        assert_string_equal(evk_set_column(set, columns), c.name);
        for (int64_t i = 0; i < ROWS; i++)
            assert_non_null(evk_set_cell(set, i, c.name));
        columns++;
    }
    assert_true(columns > 30);
    assert_null(evk_set_column(set, columns));
    assert_null(evk_set_column(set, -1));
    assert_null(evk_set_cell(set, 0, "nonesuch"));
    assert_null(evk_set_cell(set, -1, "start"));
    assert_null(evk_set_cell(set, ROWS, "start"));
    assert_string_equal(evk_set_cell(set, 1, "start"), "1");
    assert_string_equal(evk_set_cell(set, 6, "target_model"), "second");
    assert_string_equal(evk_set_cell(set, 0, "license"), "n/a");
}

/* A cell's text stays where it is, whatever is asked for after it. */
static void test_cells_stay(void **state)
{
    const char *id[ROWS], *pixels[ROWS];
    char expected[64];

    (void)state;
    for (int64_t i = ROWS; i-- > 0;) {
        id[i] = evk_set_cell(set, i, "stimulus_id");
        pixels[i] = evk_set_cell(set, i, "pixel_sha256");
    }
    for (int64_t i = 0; i < ROWS; i++) {
        snprintf(expected, sizeof(expected), "stim-max%06d", (int)i + 1);
        assert_string_equal(id[i], expected);
        assert_ptr_equal(evk_set_cell(set, i, "stimulus_id"), id[i]);
        assert_int_equal(strlen(pixels[i]), i / 3 == 1 ? 3 : 64); /* n/a of the dead neuron */
    }
}

/* A set of many images: no row of it is in memory, and it is read as any other. */
static void test_many(void **state)
{
    const evk_run run = {.threads = 2};
    struct evk_str made_first, again;
    evk_made made;
    evk_image *image;
    char *a;
    evk_set *s;

    (void)state;
    assert_ok(evk_leaves_set(path_in(folder, "many"), 150, 8, 8, 1, &run, &made, err));
    assert_ok(evk_set_open(&s, path_in(folder, "many"), err));
    assert_int_equal(evk_set_count(s), 150);
    assert_int_equal(evk_set_find(s, "stim-natural000150"), 149);
    assert_string_equal(evk_set_cell(s, 149, "filename"), "stim-natural000150_image.png");
    assert_ok(evk_set_image(s, 149, &image, err));
    assert_int_equal(image->width, 8);
    evk_image_free(image);
    assert_fails(EVK_EINVAL, "has no row 150", evk_set_image(s, 150, &image, err));
    assert_ok(evk_set_again(s, 148, NULL, 0, NULL, NULL, &a, err));
    assert_null(a);
    assert_ok(evk_set_sheet(s, NULL, path_in(folder, "again.png"), err));
    again = tiny_read(path_in(folder, "again.png"));
    made_first = tiny_read(path_in(folder, "many/sheet.png"));
    assert_same_content(&made_first, &again);
    evk_str_release(&made_first);
    evk_str_release(&again);
    evk_set_free(s);
}

static void test_find(void **state)
{
    (void)state;
    for (int64_t i = 0; i < ROWS; i++)
        assert_int_equal(evk_set_find(set, evk_set_cell(set, i, "stimulus_id")), i);
    assert_int_equal(evk_set_find(set, "stim-max000010"), -1);
    assert_int_equal(evk_set_find(set, "stim-max00001"), -1);
    assert_int_equal(evk_set_find(set, ""), -1);
}

/* The values of an image are those of its file. */
static void test_image(void **state)
{
    evk_image *image, *file;
    char name[128];

    (void)state;
    for (int64_t i = 0; i < ROWS; i++) {
        if (i / 3 == 1) { /* dead */
            assert_fails(EVK_ENOTFOUND, "has no image", evk_set_image(set, i, &image, err));
            continue;
        }
        assert_ok(evk_set_image(set, i, &image, err));
        snprintf(name, sizeof(name), "set/stimuli/%s", evk_set_cell(set, i, "filename"));
        assert_ok(evk_image_read(&file, path_in(folder, name), err));
        assert_true(image->height == TINY_H && image->width == TINY_W && image->channels == TINY_C);
        assert_memory_equal(image->values, file->values, TINY_VALUES * sizeof(float));
        evk_image_free(image);
        evk_image_free(file);
    }
    assert_fails(EVK_EINVAL, "has no row 9, expected 0 to 8", evk_set_image(set, 9, &image, err));
    assert_fails(EVK_EINVAL, "has no row -1", evk_set_image(set, -1, &image, err));
}

static void refuse(const char *name, evk_status status, const char *why)
{
    evk_set *s = NULL;

    assert_fails(status, why, evk_set_open(&s, path_in(folder, name), err));
    assert_null(s);
}

static void test_not_a_set(void **state)
{
    (void)state;
    refuse("none", EVK_EINVAL, "none: is not a folder");
    refuse("first.keras", EVK_EINVAL, "first.keras: is not a folder");
    assert_ok(evk_fs_make_folder(path_in(folder, "empty"), err));
    refuse("empty", EVK_EINVAL, "is not a stimulus set (no dataset_description.json in it)");
    assert_ok(evk_fs_write(path_in(folder, "empty/dataset_description.json"), "{}", 2, err));
    refuse("empty", EVK_EINVAL, "empty: is unfinished");
    tiny_copy(path_in(folder, "set"), path_in(folder, "copy"));
    assert_ok(evk_fs_write(path_in(folder, "copy/unfinished.tsv"), "", 0, err));
    refuse("copy", EVK_EINVAL, "copy: is unfinished; the command that began it goes on with it");
    evk_set_free(NULL);
}

/* Every line, cut off, doubled, or with a cell too many. */
static void test_damaged(void **state)
{
    struct evk_str table = tiny_read(path_in(folder, "set/stimuli/stimuli.tsv"));
    const char *path = path_in(folder, "copy/stimuli/stimuli.tsv");
    char keep[256];
    struct evk_str text = EVK_STR_INIT;

    (void)state;
    snprintf(keep, sizeof(keep), "%s", path);
    tiny_copy(path_in(folder, "set"), path_in(folder, "copy"));
    for (size_t i = 0; i < table.size; i += 97) {
        evk_set *s;

        assert_ok(evk_fs_write(keep, table.data, i, err));
        if (!evk_set_open(&s, path_in(folder, "copy"), NULL)) {
            /* Whole lines may be missing only where the traces are too. */
            fail_msg("a table of %zu of %zu bytes was opened", i, table.size);
        }
        text.size = 0;
        evk_str_add(&text, table.data, i);
        evk_str_puts(&text, "\t");
        evk_str_add(&text, table.data + i, table.size - i);
        assert_ok(evk_fs_write(keep, text.data, text.size, err));
        refuse("copy", EVK_EFORMAT, "copy/stimuli/stimuli.tsv: line ");
    }
    text.size = 0;
    evk_str_add(&text, table.data, table.size);
    evk_str_puts(&text, strchr(table.data, '\n') + 1); /* all rows twice */
    assert_ok(evk_fs_write(keep, text.data, text.size, err));
    refuse("copy", EVK_EFORMAT, "stim_code 10 is missing or damaged");
    evk_str_release(&text);
    evk_str_release(&table);
}

/* ---- making again ------------------------------------------------------------------------------ */

static void assert_again(const evk_set *s, int64_t row, const char *const *models, size_t count)
{
    char name[128], again[256];
    char *a;
    struct evk_str made, there;

    snprintf(again, sizeof(again), "%s", path_in(folder, "again.png"));
    remove(again);
    assert_ok(evk_set_again(s, row, models, count, NULL, again, &a, err));
    assert_null(a);
    snprintf(name, sizeof(name), "set/stimuli/%s", evk_set_cell(s, row, "filename"));
    made = tiny_read(again);
    there = tiny_read(path_in(folder, name));
    assert_same_content(&there, &made);
    evk_str_release(&made);
    evk_str_release(&there);
}

static void test_each_again(void **state)
{
    char *a;

    (void)state;
    for (int64_t i = 0; i < ROWS; i++)
        if (i / 3 == 1)
            assert_fails(EVK_ENOTFOUND, "has no image",
                         evk_set_again(set, i, NULL, 0, NULL, NULL, &a, err));
        else
            assert_again(set, i, NULL, 0);
    assert_fails(EVK_EINVAL, "has no row 9", evk_set_again(set, 9, NULL, 0, NULL, NULL, &a, err));
    assert_fails(EVK_EIO, "none/x.png",
                 evk_set_again(set, 0, NULL, 0, NULL, path_in(folder, "none/x.png"), &a, err));
}

static void test_minimizing(void **state)
{
    evk_set *s;
    char *a;

    (void)state;
    make("min", true);
    assert_ok(evk_set_open(&s, path_in(folder, "min"), err));
    assert_ok(evk_set_again(s, 0, NULL, 0, NULL, NULL, &a, err));
    assert_null(a);
    assert_string_equal(evk_set_cell(s, 0, "stimulus_id"), "stim-min000001");
    evk_set_free(s);
}

/* Given, as the log says, beside the set; nowhere. */
static void test_model_looked_for(void **state)
{
    char given[256], wrong[256];
    const char *const models[] = {wrong, given};
    char *a;

    (void)state;
    snprintf(given, sizeof(given), "%s", path_in(folder, "given.keras"));
    snprintf(wrong, sizeof(wrong), "%s", path_in(folder, "second.keras"));
    assert_again(set, 0, NULL, 0); /* the log, or beside the set */
    assert_int_equal(rename(path_in(folder, "set.log"), path_in(folder, "log.away")), 0);
    assert_again(set, 0, NULL, 0); /* beside the set */
    assert_int_equal(rename(path_in(folder, "first.keras"), given), 0);
    assert_fails(EVK_ENOTFOUND, "its model first.keras (SHA-256 ",
                 evk_set_again(set, 0, NULL, 0, NULL, NULL, &a, err));
    assert_fails(EVK_ENOTFOUND, "is not where it was when the set was made, and was not given",
                 evk_set_again(set, 0, models, 1, NULL, NULL, &a, err));
    assert_again(set, 0, models, 2); /* under any name */
    assert_int_equal(rename(path_in(folder, "log.away"), path_in(folder, "set.log")), 0);
    /* Another file at the place that the log knows is not taken for it. */
    {
        struct evk_str other = tiny_read(wrong);

        assert_ok(evk_fs_write(path_in(folder, "first.keras"), other.data, other.size, err));
        evk_str_release(&other);
    }
    assert_fails(EVK_ENOTFOUND, "is not where it was",
                 evk_set_again(set, 0, NULL, 0, NULL, NULL, &a, err));
    assert_int_equal(rename(given, path_in(folder, "first.keras")), 0);
}

/* Replace a text in a file of the copy by another of any length. */
static void edit(const char *name, const char *from, const char *to)
{
    char path[256];
    struct evk_str was, now = EVK_STR_INIT;
    const char *at;

    snprintf(path, sizeof(path), "%s", path_in(folder, name));
    was = tiny_read(path);
    at = strstr(was.data, from);
    if (!at)
        fail_msg("%s has no '%s'", name, from);
    evk_str_add(&now, was.data, (size_t)(at - was.data));
    evk_str_puts(&now, to);
    evk_str_puts(&now, at + strlen(from));
    assert_ok(evk_fs_write(path, now.data, now.size, err));
    evk_str_release(&was);
    evk_str_release(&now);
}

/* The set's options or rows changed: what is made is another image, and it says in what. */
static void test_differs(void **state)
{
    static const char *const said[] = {
        "other pixels than the row's: ", "the same file, but response_pred is ",
        "the same pixels in another file: SHA-256 is "};

    (void)state;
    for (int way = 0; way < 3; way++) {
        char cell[128], path[256];
        char *a;
        evk_set *s;

        tiny_copy(path_in(folder, "set"), path_in(folder, "copy"));
        if (way == 0) {
            edit("copy/dataset_description.json", "\"seed\": 0", "\"seed\": 1");
        } else {
            snprintf(cell, sizeof(cell), "%s",
                     evk_set_cell(set, 0, way == 1 ? "response_pred" : "sha256"));
            edit("copy/stimuli/stimuli.tsv", cell, way == 1 ? "0.5" : "abc");
        }
        snprintf(path, sizeof(path), "%s", path_in(folder, "differs.png"));
        remove(path);
        assert_ok(evk_set_open(&s, path_in(folder, "copy"), err));
        assert_ok(evk_set_again(s, 0, NULL, 0, NULL, path, &a, err));
        assert_non_null(a);
        if (strncmp(a, said[way], strlen(said[way])) != 0)
            fail_msg("it is said that '%s'", a);
        assert_true(evk_fs_exists(path)); /* to be looked at */
        evk_free(a);
        evk_set_free(s);
    }
}

/* Rows and options that no call of ours has written. */
static void test_impossible(void **state)
{
    char *a;
    evk_set *s;

    (void)state;
    tiny_copy(path_in(folder, "set"), path_in(folder, "copy"));
    edit("copy/dataset_description.json", "\"method\": \"published\"", "\"method\": \"x\"");
    assert_ok(evk_set_open(&s, path_in(folder, "copy"), err));
    assert_fails(EVK_ENOTFOUND, "copy/dataset_description.json: ",
                 evk_set_again(s, 0, NULL, 0, NULL, NULL, &a, err));
    evk_set_free(s);
    tiny_copy(path_in(folder, "set"), path_in(folder, "copy"));
    edit("copy/stimuli/stimuli.tsv", "\tfirst\t0\t", "\tfirst\t77\t");
    assert_ok(evk_set_open(&s, path_in(folder, "copy"), err));
    assert_fails(EVK_EINVAL, "neuron 77 is out of range",
                 evk_set_again(s, 0, NULL, 0, NULL, NULL, &a, err));
    evk_set_free(s);
    tiny_copy(path_in(folder, "set"), path_in(folder, "copy"));
    edit("copy/stimuli/stimuli.tsv", evk_model_describe(first)->sha256, "n/a");
    assert_ok(evk_set_open(&s, path_in(folder, "copy"), err));
    assert_fails(EVK_EFORMAT, "stim-max000001 has no model_sha256",
                 evk_set_again(s, 0, NULL, 0, NULL, NULL, &a, err));
    evk_set_free(s);
}

enum { ASKING = 4 };

/* A thread that asks for the same cells as the others, each of them at the same moment. */
struct asking {
    pthread_t thread;
    pthread_barrier_t *all;
    const evk_set *set;
    const char *cells[ROWS];
};

static void *ask(void *arg)
{
    struct asking *a = arg;

    for (int64_t row = 0; row < ROWS; row++) {
        pthread_barrier_wait(a->all);
        a->cells[row] = evk_set_cell(a->set, row, "stimulus_id");
    }
    return NULL;
}

static void ask_at_once(const evk_set *fresh)
{
    struct asking asking[ASKING];
    pthread_barrier_t all;

    assert_int_equal(pthread_barrier_init(&all, NULL, ASKING), 0);
    for (int i = 0; i < ASKING; i++) {
        asking[i].all = &all;
        asking[i].set = fresh;
        assert_int_equal(pthread_create(&asking[i].thread, NULL, ask, &asking[i]), 0);
    }
    for (int i = 0; i < ASKING; i++)
        assert_int_equal(pthread_join(asking[i].thread, NULL), 0);
    pthread_barrier_destroy(&all);
    for (int i = 0; i < ASKING; i++)
        for (int64_t row = 0; row < ROWS; row++)
            assert_ptr_equal(asking[i].cells[row], evk_set_cell(fresh, row, "stimulus_id"));
}

/* Threads that ask for a row at once are given one text, which the set keeps. */
static void test_cells_at_once(void **state)
{
    (void)state;
    for (int round = 0; round < 50; round++) {
        evk_set *fresh;

        assert_ok(evk_set_open(&fresh, path_in(folder, "set"), err));
        ask_at_once(fresh);
        evk_set_free(fresh);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),      cmocka_unit_test(test_cells_stay),
        cmocka_unit_test(test_many),       cmocka_unit_test(test_find),
        cmocka_unit_test(test_image),      cmocka_unit_test(test_not_a_set),
        cmocka_unit_test(test_damaged),    cmocka_unit_test(test_each_again),
        cmocka_unit_test(test_minimizing), cmocka_unit_test(test_model_looked_for),
        cmocka_unit_test(test_differs),    cmocka_unit_test(test_cells_at_once),
        cmocka_unit_test(test_impossible),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
