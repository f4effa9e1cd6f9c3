/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_table.c - a tab-separated text into cells */
#include "stimset/record/table.h"

#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"

static evk_status parse(struct evk_table *t, const char *text, size_t size, evk_error *err)
{
    /* A copy that ends where the text ends: a byte too far is seen by the sanitizer. */
    unsigned char *copy = malloc(size ? size : 1);
    const struct evk_bytes bytes = {copy, size};
    evk_status s;

    assert_non_null(copy);
    if (size)
        memcpy(copy, text, size);
    s = evk_table_parse(t, &bytes, err);
    free(copy);
    return s;
}

static void test_cells(void **state)
{
    static const char text[] = "name\tcode\t\nx\t1\ty z\n\t\t\nlast\t-\tn/a\n";
    static const char *const want[4][3] = {
        {"name", "code", ""}, {"x", "1", "y z"}, {"", "", ""}, {"last", "-", "n/a"}};
    struct evk_table t;

    (void)state;
    assert_ok(parse(&t, text, sizeof(text) - 1, err));
    assert_true(t.rows == 3 && t.columns == 3);
    for (int c = 0; c < 3; c++) {
        assert_string_equal(evk_table_name(&t, c), want[0][c]);
        for (int r = 0; r < 3; r++)
            assert_string_equal(evk_table_cell(&t, r, c), want[r + 1][c]);
    }
    assert_int_equal(evk_table_find(&t, "code"), 1);
    assert_int_equal(evk_table_find(&t, ""), 2);
    assert_int_equal(evk_table_find(&t, "x"), -1); /* a cell is no name */
    evk_table_release(&t);
    assert_true(t.rows == 0 && !t.text && !t.cells);
    evk_table_release(&t);
}

static void test_smallest(void **state)
{
    struct evk_table t;

    (void)state;
    assert_ok(parse(&t, "\n", 1, err));
    assert_true(t.rows == 0 && t.columns == 1);
    assert_string_equal(evk_table_name(&t, 0), "");
    evk_table_release(&t);
    assert_ok(parse(&t, "\n\n", 2, err));
    assert_true(t.rows == 1 && t.columns == 1);
    assert_string_equal(evk_table_cell(&t, 0, 0), "");
    evk_table_release(&t);
}

static void test_refused(void **state)
{
    static const char *const open[] = {"", "a", "a\tb", "a\nb"};
    struct evk_table t;

    (void)state;
    for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
        assert_fails(EVK_EFORMAT, "is not a table", parse(&t, open[i], strlen(open[i]), err));
    assert_fails(EVK_EFORMAT, "is not a table", parse(&t, "a\0b\n", 4, err));
    assert_fails(EVK_EFORMAT, "is not a table", parse(&t, "\0\n", 2, err));
    assert_fails(EVK_EFORMAT, "line 2 has 1 cells, expected 2", parse(&t, "a\tb\nc\n", 6, err));
    assert_fails(EVK_EFORMAT, "line 3 has 3 cells, expected 2",
                 parse(&t, "a\tb\nc\td\n\t\t\ne\tf\n", 15, err));
    assert_fails(EVK_EFORMAT, "has two columns of the name 'b'", parse(&t, "b\ta\tb\n", 6, err));
    assert_fails(EVK_EFORMAT, "line 2 has 1 cells", parse(&t, "a\tb\n\n", 5, err));
}

/* Whatever the bytes are, cells or a sentence come out. */
static void test_any_bytes(void **state)
{
    static const char letters[] = {'a', '\t', '\n', '\0'};
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 3000; i++) {
        char text[16];
        const size_t size = 1 + (size_t)i % sizeof(text);
        struct evk_table t;
        int64_t cells = 0;

        for (size_t k = 0; k < size; k++)
            text[k] = letters[(int)((random_float(&seed) + 1) * 1.99f)];
        if (i % 2)
            text[size - 1] = '\n';
        if (parse(&t, text, size, NULL))
            continue;
        for (size_t k = 0; k < size; k++)
            cells += text[k] == '\t' || text[k] == '\n';
        assert_int_equal(cells, (1 + t.rows) * t.columns);
        evk_table_release(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_smallest),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_any_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
