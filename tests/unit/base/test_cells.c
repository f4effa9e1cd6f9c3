/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_cells.c - text tables: delimiters, quotes, line ends; what is no table */
#include "base/cells.h"

#include <stdlib.h>
#include <string.h>

#include "../../harness/test.h"
#include "base/str.h"

static evk_status open_text(struct evk_cells *t, const char *text, size_t size, char delimiter,
                            evk_error *err)
{
    unsigned char *copy = malloc(size ? size : 1);
    const struct evk_bytes file = {copy, size};
    evk_status s;

    memcpy(copy, text, size);
    s = evk_cells_open(t, &file, delimiter, err);
    free(copy);
    return s;
}

/* Check the cells of a text: each is followed by "|", and each line by "/". */
static void are(const char *text, char delimiter, const char *expected)
{
    struct evk_str found = EVK_STR_INIT;
    struct evk_cells t;
    bool more = true;

    assert_ok(open_text(&t, text, strlen(text), delimiter, err));
    for (;;) {
        assert_ok(evk_cells_next(&t, &more, err));
        if (!more)
            break;
        for (int64_t i = 0; i < t.count; i++)
            evk_str_printf(&found, "%s|", t.cell[i]);
        evk_str_puts(&found, "/");
    }
    assert_string_equal(found.data, expected);
    evk_str_release(&found);
    evk_cells_close(&t);
}

static void test_cut(void **state)
{
    (void)state;
    are("", 0, "");
    are("a,b\n1,2\n", 0, "a|b|/1|2|/");
    are("a,b\r\n1,2", 0, "a|b|/1|2|/");
    are("\xef\xbb\xbf"
        "a;b,c\n1;2\n",
        ';', "a|b,c|/1|2|/");
    are("a;b;c,d\n", 0, "a|b|c,d|/");
    are("a\tb\t\n \t1 \t2\n", '\t', "a|b||/|1|2|/");
    are("a\tb c,d\n", 0, "a\tb c|d|/");
    are("a,b\n\n  \n,\n\r\n1,\n", 0, "a|b|/1||/");
    are(" a , \"b, \"\"c\"\"\" \n\"\n\",\"\"\n", 0, "a|b, \"c\"|/\n||/");
    are("\"a;\",b\n", 0, "a;|b|/");
    are("a,b c\"d\n", 0, "a|b c\"d|/");
}

static void next_fails(const char *text, const char *message)
{
    struct evk_cells t;
    bool more;

    assert_ok(open_text(&t, text, strlen(text), 0, err));
    assert_fails(EVK_EFORMAT, message, evk_cells_next(&t, &more, err));
    evk_cells_close(&t);
}

static void test_refused(void **state)
{
    struct evk_cells t;

    (void)state;
    next_fails("\n\na,\"b", "line 3 has a cell whose quote has no end");
    next_fails("\"a\" b\n", "line 1 has text behind the quote that ends a cell");
    assert_fails(EVK_EFORMAT, "a zero byte", open_text(&t, "a\0b\n", 4, 0, err));
    assert_fails(EVK_EFORMAT, "UTF-16",
                 open_text(&t,
                           "\xff\xfe"
                           "a\0",
                           4, 0, err));
    assert_fails(EVK_EFORMAT, "UTF-16", open_text(&t, "\xfe\xff\0a", 4, 0, err));
}

/* A line of many bytes, or of many cells, is refused; lines are counted where quotes have some. */
static void test_limits(void **state)
{
    const size_t size = (size_t)EVK_CELLS_LINE_MAX + 2;
    char *text = malloc(size + 1);
    struct evk_cells t;
    bool more;

    (void)state;
    memset(text, 'a', size);
    text[size] = '\0';
    next_fails(text, "line 1 has more than 16777216 bytes");
    memset(text, ',', EVK_CELLS_MAX + 2);
    next_fails(text, "line 1 has more than 131072 cells");
    free(text);
    assert_ok(open_text(&t, "\"a\n\nb\"\nc\n", 9, 0, err));
    assert_ok(evk_cells_next(&t, &more, err));
    assert_ok(evk_cells_next(&t, &more, err));
    assert_int_equal(t.line, 4);
    evk_cells_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
