/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_rows.c - rows of stimuli.tsv from the disk, and tables that are refused */
#include "stimset/record/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"
#include "stimset/record/set_file.h"
#include "stimset/record/tables.h"

enum { COUNT = 700 };

static char *folder;
static struct evk_stimuli made;  /* (COUNT) */
static struct evk_str table;     /* stimuli.tsv of these */
static char source[COUNT][2000]; /* their source_file, of many lengths */

static void fill(int64_t i)
{
    struct evk_row *row = &made.list[i].row;

    *row = evk_row_new();
    row->set_type = i % 3 ? "max" : "control";
    row->type = "image";
    row->present = i % 5 != 0;
    row->dead = i % 10 == 0;
    row->response_pred = (double)i / 7;
    row->seed = i * i;
    snprintf(source[i], sizeof(source[i]), "%0*d", 1 + (int)(i * 31 % 1900), 1);
    row->source_file = source[i];
    snprintf(row->description, sizeof(row->description), "image %d", (int)i);
    evk_row_give_code(row, i + 1);
    evk_row_round(row);
    made.list[i].trace = (struct evk_response_trace){2, {(float)i, 0.5F}};
}

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_rows");
    assert_ok(evk_fs_make_folder(path_in(folder, "stimuli"), err));
    assert_ok(evk_stimuli_grow(&made, COUNT, err));
    table = (struct evk_str)EVK_STR_INIT;
    evk_row_header(&table);
    for (int64_t i = 0; i < COUNT; i++) {
        fill(i);
        assert_ok(evk_row_write(&made.list[i].row, &table, err));
    }
    assert_ok(evk_stimuli_write(dir_at(folder), &made, 1, err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_stimuli_release(&made);
    evk_str_release(&table);
    free(folder);
    return 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

static void assert_row(const struct evk_row *a, const struct evk_row *b)
{
    struct evk_str x = EVK_STR_INIT, y = EVK_STR_INIT;

    assert_ok(evk_row_write(a, &x, err));
    assert_ok(evk_row_write(b, &y, err));
    assert_string_equal(x.data, y.data);
    evk_str_release(&x);
    evk_str_release(&y);
}

/* Upward and in leaps, a row is the one that was written. */
static void test_get(void **state)
{
    struct evk_row_line line = {.line = {.cells = NULL}};
    struct evk_set_rows rows;

    (void)state;
    assert_ok(evk_set_rows_open(&rows, dir_at(folder), COUNT, err));
    assert_ok(evk_set_rows_check(&rows, err));
    assert_int_equal(rows.count, COUNT);
    for (int64_t i = 0; i < 2 * COUNT; i++) {
        const int64_t at = i < COUNT ? i : i * 211 % COUNT;

        assert_ok(evk_set_rows_get(&rows, at, &line, err));
        assert_row(&line.row, &made.list[at].row);
        assert_string_equal(line.line.cells[rows.id], made.list[at].row.stimulus_id);
    }
    evk_row_line_release(&line);
    evk_set_rows_close(&rows);
    evk_set_rows_close(&rows); /* once more does no harm */
}

static void test_find(void **state)
{
    static const char *const none[] = {"",
                                       "stim-max000701",
                                       "stim-max000001", /* is a control */
                                       "stim-max00002",
                                       "stim-max0000002",
                                       "stim-max000002x",
                                       "2",
                                       "stim-max99999999999999999999"};
    struct evk_set_rows rows;

    (void)state;
    assert_ok(evk_set_rows_open(&rows, dir_at(folder), COUNT, err));
    for (int64_t i = 0; i < COUNT; i++)
        assert_int_equal(evk_set_rows_find(&rows, made.list[i].row.stimulus_id), i);
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_int_equal(evk_set_rows_find(&rows, none[i]), -1);
    assert_int_equal(evk_set_rows_find(&rows, NULL), -1);
    evk_set_rows_close(&rows);
}

/* All of them at once, with their traces; and the first. */
static void test_in_memory(void **state)
{
    struct evk_stimuli all;
    struct evk_set_rows rows;

    (void)state;
    assert_ok(evk_stimuli_read(dir_at(folder), COUNT, &all, err));
    assert_int_equal(all.count, COUNT);
    for (int64_t i = 0; i < COUNT; i++) {
        assert_row(&all.list[i].row, &made.list[i].row);
        assert_int_equal(all.list[i].trace.count, 2);
        assert_true(all.list[i].trace.response[0] == (float)i);
        assert_int_equal(all.list[i].failed, !made.list[i].row.present && !made.list[i].row.dead);
    }
    evk_stimuli_release(&all);
    assert_ok(evk_set_rows_open(&rows, dir_at(folder), COUNT, err));
    assert_ok(evk_stimuli_take(&rows, 3, &all, err));
    assert_int_equal(all.count, 3);
    for (int64_t i = 0; i < 3; i++)
        assert_row(&all.list[i].row, &made.list[i].row);
    evk_set_rows_close(&rows);
    assert_row(&all.list[2].row, &made.list[2].row); /* what rows point to is their own */
    evk_stimuli_release(&all);
}

/* ---- tables that are refused ----------------------------------------------------------------- */

/* Columns of names, in any order, and one that this version does not know. */
#define HEAD  "filename\tset_type\tnew\tstimulus_id\tstim_code\tpresent\n"
#define FIRST "stim-max000001_image.png\tmax\tx\tstim-max000001\t1\ttrue\n"
#define NEXT  "stim-min000002_image.jpg\tmin\t\tstim-min000002\t2\tfalse\n"

static void put(const char *name, const char *text)
{
    assert_ok(evk_fs_make_folder(path_in(folder, "other"), err));
    assert_ok(evk_fs_make_folder(path_in(folder, "other/stimuli"), err));
    assert_ok(evk_dir_write(dir_at(path_in(folder, "other")), name, text, strlen(text), err));
}

static evk_status check(const char *text, int64_t most, evk_error *err)
{
    struct evk_set_rows rows;
    evk_status s;

    put(EVK_SET_TABLE, text);
    EVK_TRY(evk_set_rows_open(&rows, dir_at(path_in(folder, "other")), most, err));
    s = evk_set_rows_check(&rows, err);
    evk_set_rows_close(&rows);
    return s;
}

static void refuse(const char *text, const char *why)
{
    assert_fails(EVK_EFORMAT, why, check(text, 9, err));
    assert_fails(EVK_EFORMAT, "other/stimuli/stimuli.tsv: ", check(text, 9, err));
}

static void test_refused(void **state)
{
    (void)state;
    assert_ok(check(HEAD, 0, err));
    assert_ok(check(HEAD FIRST NEXT, 2, err));
    assert_fails(EVK_EFORMAT, "has 2 rows, expected at most 1", check(HEAD FIRST NEXT, 1, err));
    refuse(HEAD "a\n", "stimuli.tsv: line 2 has 1 cells, expected 6");
    refuse(HEAD FIRST "\t\t\t\t3a\ttrue\n",
           "stimuli.tsv: line 3: stim_code is '3a', expected a whole number");
    refuse(HEAD FIRST "\t\t\t\t3\tx\n", "line 3: present is 'x', expected true or false");
    refuse(HEAD NEXT, "its rows: stim_code 1 is missing or damaged");
    refuse(HEAD NEXT FIRST, "its rows: stim_code 1 is in row 2, expected in row 1: rows are out of "
                            "order");
    refuse(HEAD FIRST FIRST, "its rows: stim_code 2 is missing or damaged");
    refuse(HEAD "x\tmax\tx\tstim-max000001\t1\ttrue\n" NEXT,
           "line 2: filename is 'x', expected 'stim-max000001_image.png'");
    refuse(HEAD FIRST "stim-x000002_image.png\tx\tx\tstim-x000002\t2\ttrue\n",
           "line 3: set_type is 'x', expected one of: blank, control, max, ");
    refuse("stim_code\n1\n", "line 2: set_type is 'n/a', expected one of: blank, control, max, ");
}

/* Faults of the form are reported before cells, cells before codes, codes before names. */
static void test_order(void **state)
{
    (void)state;
    refuse(HEAD "x\tmax\tx\tstim-max000001\t1\ttrue\n" FIRST, "stim_code 2 is missing");
    refuse(HEAD "x\tmax\tx\tstim-max000001\t1\ttrue\n" FIRST "\t\t\t\tx\ttrue\n",
           "line 4: stim_code is 'x'");
    refuse(HEAD "x\tmax\tx\tstim-max000001\tx\ttrue\n\n", "line 3 has 1 cells");
}

/* A row whose name was changed in place, after it was checked, is not given out. */
static void test_changed(void **state)
{
    struct evk_row_line line = {.line = {.cells = NULL}};
    struct evk_set_rows rows;
    FILE *f;

    (void)state;
    put(EVK_SET_TABLE, HEAD FIRST NEXT);
    assert_ok(evk_set_rows_open(&rows, dir_at(path_in(folder, "other")), 2, err));
    assert_ok(evk_set_rows_check(&rows, err));
    f = fopen(path_in(folder, "other/stimuli/stimuli.tsv"), "r+");
    assert_non_null(f);
    assert_int_equal(fseek(f, (long)strlen(HEAD), SEEK_SET), 0);
    assert_int_equal(fwrite("../", 1, 3, f), 3);
    assert_int_equal(fclose(f), 0);
    assert_fails(EVK_EFORMAT, "stimuli.tsv: line 2: filename is '../",
                 evk_set_rows_get(&rows, 0, &line, err));
    evk_row_line_release(&line);
    evk_set_rows_close(&rows);
}

/* ---- traces ---------------------------------------------------------------------------------- */

static void refuse_traces(const char *text, const char *why)
{
    struct evk_stimuli all;
    struct evk_set_rows rows;
    const struct evk_dir *dir;

    put(EVK_SET_TRACES, text);
    dir = dir_at(path_in(folder, "other"));
    assert_fails(EVK_EFORMAT, why, evk_stimuli_read(dir, 9, &all, err));
    assert_ok(evk_set_rows_open(&rows, dir, 9, err));
    assert_fails(EVK_EFORMAT, why, evk_traces_read(dir, &rows, NULL, err));
    evk_set_rows_close(&rows);
}

static void test_traces(void **state)
{
    struct evk_stimuli all;

    (void)state;
    put(EVK_SET_TABLE, HEAD FIRST NEXT);
    put(EVK_SET_TRACES, "stimulus_id\t0\t1\nstim-max000001\t1.5\t2\nstim-min000002\tn/a\tn/a\n");
    assert_ok(evk_stimuli_read(dir_at(path_in(folder, "other")), 9, &all, err));
    assert_int_equal(all.list[0].trace.count, 2);
    assert_int_equal(all.list[1].trace.count, 0);
    evk_stimuli_release(&all);
    refuse_traces("stimulus_id\t0\nstim-max000001\t1\n",
                  "traces.tsv: has 1 rows, expected 2, as many as stimuli/stimuli.tsv");
    refuse_traces("stimulus_id\t0\nstim-max000001\t1\nstim-max000002\t1\n",
                  "traces.tsv: line 3 is of stim-max000002, expected stim-min000002");
    refuse_traces("stimulus_id\t0\nstim-max000001\tx\nstim-min000002\t1\n",
                  "traces.tsv: line 2: 'x' is not a response");
    refuse_traces("stimulus_id\t0\nstim-max000001\n", "traces.tsv: line 2 has 1 cells");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_get),       cmocka_unit_test(test_find),
        cmocka_unit_test(test_in_memory), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_order),     cmocka_unit_test(test_changed),
        cmocka_unit_test(test_traces),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
