/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_table.c - tables as R, Python and spreadsheets write them, and files that are no tables */
#include "base/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/test.h"
#include "base/fs.h"

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("table");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

static evk_status read_bytes(struct evk_table *t, const char *bytes, size_t size, evk_error *why)
{
    const char *path = path_in(folder, "t.csv");

    assert_ok(evk_fs_write(path, bytes, size, err));
    return evk_table_read(t, path, why);
}

static void read_well(struct evk_table *t, const char *text)
{
    assert_ok(read_bytes(t, text, strlen(text), err));
}

/* The cell of a column in a row. */
static const char *cell(const struct evk_table *t, size_t row, const char *column)
{
    return evk_table_cell(t, row, evk_table_find(t, column));
}

static void check(const char *text)
{
    struct evk_table t;

    read_well(&t, text);
    assert_int_equal(t.rows, 2);
    assert_int_equal(t.columns, 3);
    assert_string_equal(cell(&t, 0, "unit"), "a");
    assert_string_equal(cell(&t, 0, "images"), "4");
    assert_string_equal(cell(&t, 0, "note"), "");
    assert_string_equal(cell(&t, 1, "unit"), "Νευρώνας");
    assert_string_equal(cell(&t, 1, "note"), "x; y");
    assert_null(cell(&t, 1, "none"));
    evk_table_release(&t);
}

static void spellings(void **state)
{
    (void)state;
    check("unit\timages\tnote\na\t4\t\nΝευρώνας\t2\tx; y\n");
    check("unit,images,note\na,4,\nΝευρώνας,2,x; y");
    check("note,unit,images\n,a,4\nx; y,Νευρώνας,2\n");
    /* a byte order mark, line ends of Windows, quotes, and lines of empty cells */
    check("\xef\xbb\xbf\"unit\",\"images\",\"note\"\r\n\"a\",4,\r\n\"Νευρώνας\",2,\"x; "
          "y\"\r\n,,\r\n");
    check("unit;images;note\r\na;4;\r\n\r\nΝευρώνας;2;\"x; y\"\r\n");
}

static void quotes(void **state)
{
    struct evk_table t;

    (void)state;
    read_well(&t, "a,b\n\"say \"\"x\"\", y\",\"two\nlines\"\n1,2\n");
    assert_int_equal(t.rows, 2);
    assert_string_equal(cell(&t, 0, "a"), "say \"x\", y");
    assert_string_equal(cell(&t, 0, "b"), "two\nlines");
    assert_int_equal(t.line[1], 2);
    assert_int_equal(t.line[2], 4); /* the cell of two lines counts as two */
    evk_table_release(&t);
}

/* The same from bytes: the name is for messages alone. */
static void bytes(void **state)
{
    static char text[] = "a;b\n1;2\n";
    struct evk_bytes file = {(unsigned char *)text, sizeof(text) - 1};
    struct evk_table t;

    (void)state;
    assert_ok(evk_table_parse(&t, &file, "x.csv", err));
    assert_int_equal(t.rows, 1);
    assert_string_equal(cell(&t, 0, "b"), "2");
    evk_table_release(&t);
    file.size = 4;
    assert_fails(EVK_EFORMAT, "x.csv: has no row", evk_table_parse(&t, &file, "x.csv", err));
}

static void missing(void **state)
{
    static const char *const none[] = {"", "n/a", "N/A", "NA", "NaN", "nan"};

    (void)state;
    assert_true(evk_is_missing(NULL));
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_true(evk_is_missing(none[i]));
    assert_false(evk_is_missing("0"));
    assert_false(evk_is_missing("Na"));
}

static void refused(void **state)
{
    static const struct {
        const char *text, *sentence;
    } bad[] = {
        {"", "has no row"},
        {"unit\n", "has no row, expected a line of names and rows below it"},
        {"unit,images\na\n", "line 2: has 1 cells, expected 2 as on the line that names"},
        {"unit,images\na,1\nb,1,2\n", "line 3: has 3 cells, expected 2"},
        {",unit\n0,a\n", "line 1: column 1 has no name"},
        {"unit,unit\na,b\n", "line 1: two columns have one name, 'unit'"},
        {"unit,b\na,\"b\nc\n", "line 2 has a cell whose quote has no end"},
        {"unit,b\na,\"b\"c\n", "line 2 has text behind the quote that ends a cell"},
        {"unit\na\nM\xfcller\n", "line 3 is not UTF-8; save the table as CSV UTF-8"},
        {"\xff\xfeu", "is text in UTF-16"},
        {"PK\3\4xl", "is a workbook or another zip archive"},
    };
    struct evk_table t;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_fails(EVK_EFORMAT, bad[i].sentence,
                     read_bytes(&t, bad[i].text, strlen(bad[i].text), err));
    assert_fails(EVK_EFORMAT, "has a zero byte", read_bytes(&t, "unit\na\0b\n", 9, err));
    assert_fails(EVK_EIO, "none.csv", evk_table_read(&t, path_in(folder, "none.csv"), err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings), cmocka_unit_test(quotes),  cmocka_unit_test(bytes),
        cmocka_unit_test(missing),   cmocka_unit_test(refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
