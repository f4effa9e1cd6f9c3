/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_lines.c - tables that are read from the disk row by row, and files that are no tables */
#include "stimset/record/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../harness/test.h"
#include "base/fs.h"
#include "base/parallel.h"
#include "base/str.h"

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_lines");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

static void put(const void *text, size_t size)
{
    assert_ok(evk_fs_write(path_in(folder, "table.tsv"), text, size, err));
}

static evk_status open_table(struct evk_lines *t, int64_t most, evk_error *err)
{
    return evk_lines_open(t, dir_at(folder), "table.tsv", most, err);
}

/* ---- what is no table ------------------------------------------------------------------------ */

static void refuse_bytes(const char *text, size_t size, const char *why)
{
    struct evk_lines t;

    put(text, size);
    assert_fails(EVK_EFORMAT, why, open_table(&t, 9, err));
    assert_fails(EVK_EFORMAT, "/table.tsv: ", open_table(&t, 9, err));
}

static void refuse(const char *text, const char *why)
{
    refuse_bytes(text, strlen(text), why);
}

static void test_refused(void **state)
{
    struct evk_lines t;

    (void)state;
    refuse("", "table.tsv: is not a table: expected lines of text, all ended");
    refuse("a", "is not a table");
    refuse("a\tb", "is not a table");
    refuse("a\nb", "is not a table");
    refuse("a\tb\nc\n\nd", "is not a table"); /* before the line with 1 cell */
    refuse_bytes("a\0b\n", 4, "is not a table");
    refuse_bytes("\0\n", 2, "is not a table");
    refuse_bytes("a\n\0", 3, "is not a table");
    refuse("a\tb\nc\n", "table.tsv: line 2 has 1 cells, expected 2");
    refuse("a\tb\nc\td\n\t\t\ne\tf\n", "line 3 has 3 cells, expected 2");
    refuse("a\tb\n\n", "line 2 has 1 cells");
    refuse("b\ta\tb\n", "has two columns of the name 'b', expected one");
    refuse("a\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n", "has 11 rows, expected at most 9");
    assert_fails(EVK_EIO, "none.tsv", evk_lines_open(&t, dir_at(folder), "none.tsv", 9, err));
    assert_int_equal(symlink("table.tsv", path_in(folder, "link.tsv")), 0);
    assert_fails(EVK_EIO, "link.tsv", evk_lines_open(&t, dir_at(folder), "link.tsv", 9, err));
}

/* A line may take a megabyte, with its newline. */
static void test_longest(void **state)
{
    const size_t size = EVK_LINE_MAX + 2;
    struct evk_line line = {.cells = NULL};
    struct evk_lines t;
    char *text = malloc(size + 1);

    (void)state;
    assert_non_null(text);
    memset(text, 'x', size);
    text[0] = 'a';
    text[1] = text[size - 1] = '\n';
    put(text, size);
    assert_ok(open_table(&t, 1, err));
    assert_ok(evk_lines_get(&t, 0, &line, err));
    assert_int_equal(strlen(line.cells[0]), EVK_LINE_MAX - 1);
    evk_line_release(&line);
    evk_lines_close(&t);
    text[size - 1] = 'x';
    text[size] = '\n';
    put(text, size + 1);
    assert_fails(EVK_EFORMAT, "line 2 has 1048577 bytes, expected at most 1048576",
                 open_table(&t, 1, err));
    free(text);
}

/* Whatever the bytes are, cells or a sentence come out. */
static void test_any_bytes(void **state)
{
    static const char letters[] = {'a', '\t', '\n', '\0'};
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        char text[16];
        const size_t size = 1 + (size_t)i % sizeof(text);
        struct evk_lines t;
        int64_t cells = 0;

        for (size_t k = 0; k < size; k++)
            text[k] = letters[(int)((random_float(&seed) + 1) * 1.99f)];
        if (i % 2)
            text[size - 1] = '\n';
        put(text, size);
        if (open_table(&t, 16, NULL))
            continue;
        for (size_t k = 0; k < size; k++)
            cells += text[k] == '\t' || text[k] == '\n';
        assert_int_equal(cells, (1 + t.count) * t.columns);
        evk_lines_close(&t);
    }
}

/* ---- cells ----------------------------------------------------------------------------------- */

static void test_smallest(void **state)
{
    struct evk_line line = {.cells = NULL};
    struct evk_lines t;

    (void)state;
    put("\n", 1);
    assert_ok(open_table(&t, 0, err));
    assert_int_equal(t.count, 0);
    assert_int_equal(t.columns, 1);
    assert_string_equal(t.names[0], "");
    evk_lines_close(&t);
    evk_lines_close(&t); /* once more does no harm */
    put("a\tid\n\tx\n", 8);
    assert_ok(open_table(&t, 1, err));
    assert_int_equal(evk_lines_find(&t, "id"), 1);
    assert_int_equal(evk_lines_find(&t, "x"), -1); /* a cell is no name */
    assert_ok(evk_lines_get(&t, 0, &line, err));
    assert_string_equal(line.cells[0], "");
    assert_string_equal(line.cells[1], "x");
    evk_line_release(&line);
    evk_lines_close(&t);
}

/* Rows of many lengths, some longer than what is read at once: rows end all around its borders. */
enum { ROWS = 3000 };

static size_t length(int64_t i)
{
    return i % 500 == 7 ? 70000 : (size_t)(i * 37 % 151);
}

static void put_many(void)
{
    struct evk_str text = EVK_STR_INIT;
    char *fill = malloc(70000);

    assert_non_null(fill);
    memset(fill, '.', 70000);
    evk_str_puts(&text, "number\tfill\tend\n");
    for (int64_t i = 0; i < ROWS; i++) {
        evk_str_printf(&text, "%lld\t", (long long)i);
        evk_str_add(&text, fill, length(i));
        evk_str_printf(&text, "\t%lld\n", (long long)(ROWS - i));
    }
    assert_ok(evk_str_check(&text, err));
    put(text.data, text.size);
    evk_str_release(&text);
    free(fill);
}

static bool is_row(const struct evk_line *line, int64_t i)
{
    return strtoll(line->cells[0], NULL, 10) == i && strlen(line->cells[1]) == length(i) &&
           strspn(line->cells[1], ".") == length(i) &&
           strtoll(line->cells[2], NULL, 10) == ROWS - i;
}

static void check_row(const struct evk_lines *t, struct evk_line *line, int64_t i)
{
    assert_ok(evk_lines_get(t, i, line, err));
    if (!is_row(line, i))
        fail_msg("row %lld is another: %s", (long long)i, line->cells[0]);
}

/* Upward, downward, the same twice, and in leaps: every order gives every row. */
static void test_orders(void **state)
{
    struct evk_line line = {.cells = NULL};
    struct evk_lines t;

    (void)state;
    put_many();
    assert_ok(open_table(&t, ROWS, err));
    assert_int_equal(t.count, ROWS);
    for (int64_t i = 0; i < ROWS; i++)
        check_row(&t, &line, i);
    for (int64_t i = ROWS; i-- > 0;)
        check_row(&t, &line, i);
    for (int64_t i = 0; i < ROWS; i++) {
        check_row(&t, &line, i * 1009 % ROWS);
        check_row(&t, &line, i * 1009 % ROWS);
        check_row(&t, &line, (i * 1009 + 1) % ROWS);
    }
    assert_true(line.room <= 70100);
    evk_line_release(&line);
    evk_lines_close(&t);
}

/* All rows at once stay in memory. */
static void test_ahead(void **state)
{
    const char *first[ROWS];
    struct evk_line line = {.cells = NULL};
    struct evk_lines t;

    (void)state;
    put_many();
    assert_ok(open_table(&t, ROWS, err));
    assert_ok(evk_lines_read_ahead(&t, ROWS, &line, err));
    for (int64_t i = 0; i < ROWS; i++) {
        check_row(&t, &line, i);
        first[i] = line.cells[0];
    }
    for (int64_t i = 0; i < ROWS; i++)
        assert_int_equal(strtoll(first[i], NULL, 10), i);
    evk_line_release(&line);
    evk_lines_close(&t);
}

struct readers {
    const struct evk_lines *t;
    struct evk_line line[4];
    bool wrong[4];
};

static void read_one(void *arg, int worker, int64_t i)
{
    struct readers *r = arg;

    if (evk_lines_get(r->t, i, &r->line[worker], NULL) || !is_row(&r->line[worker], i))
        r->wrong[worker] = true;
}

static void test_threads(void **state)
{
    struct readers r = {.wrong = {false}};
    struct evk_lines t;

    (void)state;
    put_many();
    assert_ok(open_table(&t, ROWS, err));
    r.t = &t;
    evk_parallel_for(4, ROWS, read_one, &r);
    for (int w = 0; w < 4; w++) {
        assert_false(r.wrong[w]);
        evk_line_release(&r.line[w]);
    }
    evk_lines_close(&t);
}

/* ---- files that change while they are open --------------------------------------------------- */

static void overwrite(const char *text)
{
    FILE *f = fopen(path_in(folder, "table.tsv"), "r+");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

static void refuse_changed(const char *text)
{
    struct evk_line line = {.cells = NULL};
    struct evk_lines t;

    put("a\tb\n12\t34\n5\t6\n", 14);
    assert_ok(open_table(&t, 2, err));
    if (text)
        overwrite(text);
    else
        assert_int_equal(truncate(path_in(folder, "table.tsv"), 7), 0);
    assert_fails(EVK_EFORMAT, "table.tsv: line 2 changed after the set was opened",
                 evk_lines_get(&t, 0, &line, err));
    evk_line_release(&line);
    evk_lines_close(&t);
}

static void test_changed(void **state)
{
    struct evk_line line = {.cells = NULL};
    struct evk_lines t;

    (void)state;
    refuse_changed("a\tb\n12345");
    refuse_changed("a\tb\n1\t2\t4");
    refuse_changed("a\tb\n12\t3456");
    refuse_changed("a\tb\n1\n\t34");
    refuse_changed(NULL);
    put("a\tb\n12\t34\n5\t6\n", 14); /* a file that is exchanged for another stays open as it was */
    assert_ok(open_table(&t, 2, err));
    put("b\n", 2);
    assert_ok(evk_lines_get(&t, 1, &line, err));
    assert_string_equal(line.cells[1], "6");
    evk_line_release(&line);
    evk_lines_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),   cmocka_unit_test(test_longest),
        cmocka_unit_test(test_any_bytes), cmocka_unit_test(test_smallest),
        cmocka_unit_test(test_orders),    cmocka_unit_test(test_ahead),
        cmocka_unit_test(test_threads),   cmocka_unit_test(test_changed),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
