/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_param_json.c - fields to JSON and back, to the last bit; what is of another kind */
#include "base/param.h"
#include "base/param_json.h"

#include <math.h>
#include <string.h>

#include "../../harness/test.h"
#include "base/str.h"

struct settings {
    bool flag;
    int64_t count;
    double size, limit;
    const char *name;
    evk_texts list;
};

static const evk_param table[] = {
    {"flag", NULL, "a switch", EVK_PARAM_FLAG, offsetof(struct settings, flag), 0, 0},
    {"count", "N", "how many", EVK_PARAM_INT, offsetof(struct settings, count), 0, 100},
    {"size", "S", "how large", EVK_PARAM_REAL, offsetof(struct settings, size), 0.25, 255},
    {"limit", "L", "how far", EVK_PARAM_OPTIONAL, offsetof(struct settings, limit), -1, 2},
    {"name", "TEXT", "what", EVK_PARAM_TEXT, offsetof(struct settings, name), 0, 0},
    {"list", "TEXT", "more", EVK_PARAM_TEXTS, offsetof(struct settings, list), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static evk_json *parse(const char *text)
{
    evk_json *json = NULL;

    assert_ok(evk_json_parse(&json, text, strlen(text), err));
    return json;
}

/* Check the JSON that settings are written as, and that reading it gives the same settings. */
static void comes_back(const struct settings *s, const char *expected)
{
    struct settings again = {.name = "before", .list = {{"earlier", "two"}, 2}};
    struct evk_str text = EVK_STR_INIT;
    struct evk_json_writer w;
    evk_json *json;

    evk_json_writer_init(&w);
    evk_params_put(&w, w.root, table, s);
    assert_ok(evk_json_write_exactly(&w, &text, err));
    evk_json_writer_release(&w);
    if (expected)
        assert_string_equal(text.data, expected);
    json = parse(text.data);
    assert_ok(evk_params_read(table, &again, json, err));
    assert_true(again.flag == s->flag && again.count == s->count && again.size == s->size);
    assert_true(isnan(s->limit) ? isnan(again.limit) : again.limit == s->limit);
    assert_string_equal(again.name, s->name ? s->name : "");
    assert_int_equal(again.list.count, s->list.count); /* anew, not one more */
    for (size_t i = 0; i < s->list.count; i++)
        assert_string_equal(again.list.text[i], s->list.text[i]);
    evk_json_free(json);
    evk_str_release(&text);
}

static void test_round_trip(void **state)
{
    struct settings s = {true, 37, 0.1 + 0.2, NAN, "a \"b\" \xc3\xa9", {{"x", "y:1", ""}, 3}};

    (void)state;
    comes_back(&s, NULL);
    s = (struct settings){.size = 0.25, .limit = 1.5};
    comes_back(&s, "{\n  \"flag\": false,\n  \"count\": 0,\n  \"size\": 0.25,\n"
                   "  \"limit\": 1.5,\n  \"name\": \"\",\n  \"list\": []\n}\n");
    s.size = nextafter(100, 101);
    s.limit = nextafter(0.5, 1);
    comes_back(&s, NULL);
}

/* Fields that the object does not have keep their values. */
static void test_some(void **state)
{
    struct settings s = {true, 37, 1.5, -0.5, "name", {{"kept"}, 1}};
    evk_json *json = parse("{\"size\": 2, \"limit\": \"none\"}");

    (void)state;
    assert_ok(evk_params_read(table, &s, json, err));
    assert_true(s.flag && s.count == 37 && s.size == 2 && isnan(s.limit));
    assert_string_equal(s.name, "name");
    assert_int_equal(s.list.count, 1);
    assert_string_equal(s.list.text[0], "kept");
    evk_json_free(json);
}

static void test_refused(void **state)
{
    static const struct {
        const char *json, *says;
        evk_status status;
    } bad[] = {
        {"{\"flag\": 1}", "flag is 1, expected true or false", EVK_EFORMAT},
        {"{\"count\": 1.5}", "count is 1.5, expected a whole number", EVK_EFORMAT},
        {"{\"count\": 101}", "count is '101', expected a whole number from 0 to 100", EVK_EINVAL},
        {"{\"size\": \"2\"}", "expected a number", EVK_EFORMAT},
        {"{\"size\": \"none\"}", "expected a number", EVK_EFORMAT},
        {"{\"size\": 0.2}", "size is '0.2', expected a number from 0.25 to 255", EVK_EINVAL},
        {"{\"limit\": 2.5}", "from -1 to 2, or none", EVK_EINVAL},
        {"{\"limit\": \"some\"}", "expected a number", EVK_EFORMAT},
        {"{\"name\": null}", "name is null, expected a text", EVK_EFORMAT},
        {"{\"list\": \"x\"}", "list is \"x\", expected a list of texts", EVK_EFORMAT},
        {"{\"list\": [\"x\", 1]}", "list has a value that is no text", EVK_EFORMAT},
        {"{\"list\": [\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\","
         "\"\",\"\",\"\"]}",
         "list has 17 values, expected at most 16", EVK_EINVAL},
        {"{\"nonesuch\": 1}", "no parameter 'nonesuch', expected one of: flag, count, size",
         EVK_EFORMAT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct settings s = {true, 37, 1.5, -0.5, "name", {{"kept"}, 1}};
        evk_json *json = parse(bad[i].json);

        assert_fails(bad[i].status, bad[i].says, evk_params_read(table, &s, json, err));
        assert_true(s.flag && s.count == 37 && s.size == 1.5 && s.limit == -0.5);
        assert_true(s.list.count == 1 && strcmp(s.list.text[0], "kept") == 0);
        evk_json_free(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip),
                                       cmocka_unit_test(test_some), cmocka_unit_test(test_refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
