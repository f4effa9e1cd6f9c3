/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_json.c - strict reading, lookups that need no check, and stable writing */
#include "base/json.h"

#include <math.h>
#include <string.h>

#include "../../harness/test.h"

static evk_json *parse(const char *text)
{
    evk_json *root;

    assert_ok(evk_json_parse(&root, text, strlen(text), err));
    return root;
}

static void reads(void **state)
{
    evk_json *root =
        parse("{\"a\": [1, -2.5, \"t\\u00e9xt\", true, null, {}], \"b\": 9007199254740993}");
    const evk_json *a = evk_json_get(root, "a");
    int64_t i = 0;
    double r = 0;

    (void)state;
    assert_false(evk_json_is_array(root));
    assert_true(evk_json_is_array(a));
    assert_int_equal(evk_json_count(a), 6);
    assert_true(evk_json_int(evk_json_at(a, 0), &i) && i == 1);
    assert_true(evk_json_real(evk_json_at(a, 0), &r) && r == 1);
    assert_true(evk_json_real(evk_json_at(a, 1), &r) && r == -2.5);
    assert_string_equal(evk_json_text(evk_json_at(a, 2)), "t\xc3\xa9xt");
    assert_true(evk_json_bool(evk_json_at(a, 3), false));
    assert_true(evk_json_is_null(evk_json_at(a, 4)));
    assert_false(evk_json_is_null(evk_json_at(a, 5)));
    assert_true(evk_json_int(evk_json_get(root, "b"), &i) && i == INT64_C(9007199254740993));
    evk_json_free(root);
}

/* Lookups may be chained through members that are missing or of another type. */
static void lookups_that_miss(void **state)
{
    evk_json *root = parse("{\"a\": [1.5, \"2\", 3]}");
    const evk_json *a = evk_json_get(root, "a"), *three = evk_json_at(a, 2);
    int64_t i = 42;
    double r = 42;

    (void)state;
    assert_null(evk_json_get(evk_json_get(root, "x"), "y"));
    assert_null(evk_json_get(a, "x"));
    assert_null(evk_json_at(root, 0));
    assert_null(evk_json_at(a, 3));
    assert_null(evk_json_at(NULL, 0));
    assert_int_equal(evk_json_count(NULL), 0);
    assert_int_equal(evk_json_count(root), 0);
    assert_true(evk_json_is_null(NULL));
    assert_false(evk_json_is_array(NULL));
    assert_null(evk_json_text(NULL));
    assert_null(evk_json_text(three));
    assert_true(evk_json_bool(NULL, true));
    assert_true(evk_json_bool(three, true));
    assert_false(evk_json_bool(three, false));
    assert_false(evk_json_int(NULL, &i));
    assert_false(evk_json_int(evk_json_at(a, 0), &i));
    assert_false(evk_json_int(evk_json_at(a, 1), &i));
    assert_false(evk_json_real(NULL, &r));
    assert_false(evk_json_real(evk_json_at(a, 1), &r));
    assert_int_equal(i, 42);
    assert_true(r == 42);
    evk_json_free(root);
    evk_json_free(NULL);
}

static void refuses(void **state)
{
    static const char *const bad[] = {
        "",         "{",    "{\"a\": 1} x", "{\"a\": 1, \"a\": 2}",   "nul",      "[1,]",
        "{'a': 1}", "[01]", "[1e999]",      "[99999999999999999999]", "\"\xff\"", "[\"\xff\"]"};
    static char deep[10000];
    evk_json *root = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        evk_error err = {EVK_OK, ""};

        if (evk_json_parse(&root, bad[i], strlen(bad[i]), &err) != EVK_EFORMAT)
            fail_msg("'%s' was read", bad[i]);
        assert_memory_equal(err.msg, "line ", 5);
    }
    memset(deep, '[', sizeof(deep));
    assert_fails(EVK_EFORMAT, "line 1", evk_json_parse(&root, deep, sizeof(deep), err));
    assert_fails(EVK_EFORMAT, "line 3", evk_json_parse(&root, "{\n\n?}", 6, err));
    assert_null(root);
}

/* The size counts, not a terminator. */
static void reads_bytes(void **state)
{
    evk_json *root;

    (void)state;
    assert_ok(evk_json_parse(&root, "[1]garbage", 3, err));
    assert_int_equal(evk_json_count(root), 1);
    evk_json_free(root);
    assert_fails(EVK_EFORMAT, "line", evk_json_parse(&root, "[1]\0x", 5, err));
}

static void fill(struct evk_json_writer *w)
{
    evk_json *list, *inner;

    evk_json_writer_init(w);
    evk_json_put_text(w, w->root, "zebra", "a \"quoted\" t\xc3\xa9xt");
    list = evk_json_put_array(w, w->root, "apple");
    evk_json_put_int(w, list, NULL, INT64_C(-9007199254740993));
    evk_json_put_real(w, list, NULL, 1.0 / 3);
    evk_json_put_real(w, list, NULL, 2);
    evk_json_put_bool(w, list, NULL, true);
    inner = evk_json_put_object(w, list, NULL);
    evk_json_put_bool(w, inner, "no", false);
    evk_json_put_object(w, w->root, "empty");
}

static void writes(void **state)
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_json_writer w;

    (void)state;
    fill(&w);
    evk_str_puts(&text, "before\n");
    assert_ok(evk_json_write(&w, &text, err));
    assert_string_equal(text.data, "before\n"
                                   "{\n"
                                   "  \"zebra\": \"a \\\"quoted\\\" t\xc3\xa9xt\",\n"
                                   "  \"apple\": [\n"
                                   "    -9007199254740993,\n"
                                   "    0.333333333,\n"
                                   "    2.0,\n"
                                   "    true,\n"
                                   "    {\n"
                                   "      \"no\": false\n"
                                   "    }\n"
                                   "  ],\n"
                                   "  \"empty\": {}\n"
                                   "}\n");
    evk_json_writer_release(&w);
    evk_json_writer_release(&w);
    evk_str_release(&text);
}

/* Nine digits where each number is read back from them as it was, otherwise 17 for all. */
static void writes_exactly(void **state)
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_json_writer w;

    (void)state;
    evk_json_writer_init(&w);
    evk_json_put_real(&w, w.root, "eighth", 0.125);
    assert_ok(evk_json_write_exactly(&w, &text, err));
    assert_string_equal(text.data, "{\n  \"eighth\": 0.125\n}\n");
    evk_json_put_real(&w, w.root, "third", 1.0 / 3);
    text.size = 0;
    assert_ok(evk_json_write_exactly(&w, &text, err));
    assert_string_equal(text.data,
                        "{\n  \"eighth\": 0.125,\n  \"third\": 0.33333333333333331\n}\n");
    evk_json_writer_release(&w);
    evk_str_release(&text);
}

static void writes_a_line(void **state)
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_json_writer w;
    evk_json *list;

    (void)state;
    evk_json_writer_init(&w);
    evk_json_put_null(&w, w.root, "b");
    list = evk_json_put_array(&w, w.root, "a");
    evk_json_put_real(&w, list, NULL, 0.1);
    evk_json_put_null(&w, list, NULL);
    assert_ok(evk_json_write_line(&w, &text, err));
    assert_string_equal(text.data, "{\"b\": null, \"a\": [0.1, null]}\n");
    evk_json_writer_release(&w);
    evk_str_release(&text);
}

static void remembers_a_failure(void **state)
{
    static const double bad[] = {(double)NAN, HUGE_VAL};
    struct evk_str text = EVK_STR_INIT;
    struct evk_json_writer w;

    (void)state;
    for (size_t i = 0; i < 2; i++) { /* JSON has neither */
        evk_json_writer_init(&w);
        evk_json_put_real(&w, w.root, "a", bad[i]);
        evk_json_put_int(&w, w.root, "b", 1);
        assert_fails(EVK_ENOMEM, "JSON", evk_json_write(&w, &text, err));
        evk_json_writer_release(&w);
    }
    evk_json_writer_init(&w);
    evk_json_put_text(&w, w.root, "a", "\xff not UTF-8");
    assert_fails(EVK_ENOMEM, "JSON", evk_json_write(&w, &text, err));
    evk_json_put_text(&w, NULL, "a", "no parent");
    evk_json_writer_release(&w);
    assert_string_equal(text.data, "");
    evk_str_release(&text);
}

static void briefly(void **state)
{
    char text[EVK_JSON_BRIEF];
    evk_json *root =
        parse("{\"a\": [1, \"x\"], \"b\": \"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeee"
              "effffffffffgggggggggg\"}");

    (void)state;
    memset(text, 'z', sizeof(text));
    assert_string_equal(evk_json_brief(NULL, text), "nothing");
    assert_string_equal(evk_json_brief(evk_json_get(root, "a"), text), "[1,\"x\"]");
    assert_string_equal(evk_json_brief(evk_json_get(root, "b"), text),
                        "\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeefffffffff...");
    evk_json_free(root);
}

/* Control characters are escaped, so that they steer no terminal, and are read back the same. */
static void test_write_strangers(void **state)
{
    static const char name[] = "a\x7f\xc2\x9b\xe2\x80\xae\xf3\xa0\x81\x81\xc3\xa9";
    struct evk_str text = EVK_STR_INIT;
    struct evk_json_writer w;
    evk_json *back;

    (void)state;
    evk_json_writer_init(&w);
    evk_json_put_text(&w, w.root, name, name);
    assert_ok(evk_json_write(&w, &text, err));
    assert_string_equal(text.data, "{\n  \"a\\u007f\\u009b\\u202e\\udb40\\udc41\xc3\xa9\": "
                                   "\"a\\u007f\\u009b\\u202e\\udb40\\udc41\xc3\xa9\"\n}\n");
    assert_ok(evk_json_parse(&back, text.data, text.size, err));
    assert_string_equal(evk_json_text(evk_json_get(back, name)), name);
    evk_json_free(back);
    evk_str_release(&text);
    evk_json_writer_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),         cmocka_unit_test(lookups_that_miss),
        cmocka_unit_test(refuses),       cmocka_unit_test(reads_bytes),
        cmocka_unit_test(writes),        cmocka_unit_test(writes_exactly),
        cmocka_unit_test(writes_a_line), cmocka_unit_test(remembers_a_failure),
        cmocka_unit_test(briefly),       cmocka_unit_test(test_write_strangers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
