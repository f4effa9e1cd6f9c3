/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_param.c - text to fields and back, with sentences for what is out of range */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../harness/test.h"
#include "base/param.h"
#include "evoke/types.h"

struct settings {
    bool flag;
    int64_t count;
    double size;
    const char *name;
    double limit;
    int64_t guard;
};

static const evk_param table[] = {
    {"flag", NULL, "a switch", EVK_PARAM_FLAG, offsetof(struct settings, flag), 0, 0},
    {"count", "N", "how many", EVK_PARAM_INT, offsetof(struct settings, count), 0,
     9007199254740992.0},
    {"size", "S", "how large", EVK_PARAM_REAL, offsetof(struct settings, size), 0.5, 255},
    {"name", "TEXT", "what", EVK_PARAM_TEXT, offsetof(struct settings, name), 0, 0},
    {"limit", "L", "how far", EVK_PARAM_OPTIONAL, offsetof(struct settings, limit), -1, 2},
};

enum { FLAG, COUNT, SIZE, NAME, LIMIT };

static void sets_fields(void **state)
{
    struct settings s = {.guard = 77};

    (void)state;
    assert_ok(evk_param_set(&table[FLAG], &s, NULL, err));
    assert_ok(evk_param_set(&table[COUNT], &s, "9007199254740992", err));
    assert_ok(evk_param_set(&table[SIZE], &s, "0.5", err));
    assert_ok(evk_param_set(&table[NAME], &s, "any, even empty", err));
    assert_true(s.flag);
    assert_true(s.count == INT64_C(9007199254740992));
    assert_true(s.size == 0.5);
    assert_string_equal(s.name, "any, even empty");
    assert_ok(evk_param_set(&table[SIZE], &s, "255", err));
    assert_ok(evk_param_set(&table[COUNT], &s, "0", err));
    assert_int_equal(s.count, 0);
    assert_int_equal(s.guard, 77);
}

static void refuses(void **state)
{
    struct settings s = {.count = 3, .size = 4};

    (void)state;
    assert_fails(EVK_EINVAL,
                 "count is '9007199254740994', expected a whole number from 0 to 9007199254740992",
                 evk_param_set(&table[COUNT], &s, "9007199254740994", err));
    assert_fails(EVK_EINVAL, "count is '-1'", evk_param_set(&table[COUNT], &s, "-1", err));
    assert_fails(EVK_EINVAL, "count is '2.5'", evk_param_set(&table[COUNT], &s, "2.5", err));
    assert_fails(EVK_EINVAL, "size is '0.4', expected a number from 0.5 to 255",
                 evk_param_set(&table[SIZE], &s, "0.4", err));
    assert_fails(EVK_EINVAL, "size is '255.1'", evk_param_set(&table[SIZE], &s, "255.1", err));
    assert_fails(EVK_EINVAL, "size is 'nan'", evk_param_set(&table[SIZE], &s, "nan", err));
    assert_fails(EVK_EINVAL, "size is ''", evk_param_set(&table[SIZE], &s, "", err));
    assert_int_equal(s.count, 3);
    assert_true(s.size == 4);
}

/* 2^53 + 1 is not a double: compared as a double, it would pass as 2^53. */
static void refuses_just_above(void **state)
{
    struct settings s = {.count = 3};

    (void)state;
    assert_fails(EVK_EINVAL, "count is '9007199254740993'",
                 evk_param_set(&table[COUNT], &s, "9007199254740993", err));
    assert_int_equal(s.count, 3);
}

static void gets_text(void **state)
{
    struct settings s = {true, 9007199254740992, 1.0 / 3, "noise", 0, 0};
    char text[40];

    (void)state;
    evk_param_get(&table[FLAG], &s, text, sizeof(text));
    assert_string_equal(text, "true");
    evk_param_get(&table[COUNT], &s, text, sizeof(text));
    assert_string_equal(text, "9007199254740992");
    evk_param_get(&table[SIZE], &s, text, sizeof(text));
    assert_string_equal(text, "0.333333333");
    evk_param_get(&table[NAME], &s, text, sizeof(text));
    assert_string_equal(text, "noise");
    s.flag = false;
    s.name = NULL;
    evk_param_get(&table[FLAG], &s, text, sizeof(text));
    assert_string_equal(text, "false");
    evk_param_get(&table[NAME], &s, text, sizeof(text));
    assert_string_equal(text, "");
    evk_param_get(&table[COUNT], &s, text, 4);
    assert_string_equal(text, "900");
}

/* An optional parameter is a number, or none. */
static void optional(void **state)
{
    struct settings s = {.limit = 1, .size = NAN, .guard = 77};
    char text[32];

    (void)state;
    assert_ok(evk_param_set(&table[LIMIT], &s, "none", err));
    assert_true(isnan(s.limit));
    evk_param_get(&table[LIMIT], &s, text, sizeof(text));
    assert_string_equal(text, "none");
    assert_ok(evk_param_set(&table[LIMIT], &s, "-1", err));
    assert_true(s.limit == -1);
    evk_param_get(&table[LIMIT], &s, text, sizeof(text));
    assert_string_equal(text, "-1");
    assert_fails(EVK_EINVAL, "limit is '3', expected a number from -1 to 2, or none",
                 evk_param_set(&table[LIMIT], &s, "3", err));
    assert_fails(EVK_EINVAL, "limit is 'nan'", evk_param_set(&table[LIMIT], &s, "nan", err));
    assert_fails(EVK_EINVAL, "size is 'none'", evk_param_set(&table[SIZE], &s, "none", err));
    evk_param_get(&table[SIZE], &s, text, sizeof(text));
    assert_string_not_equal(text, "none"); /* so that a check finds it */
    assert_int_equal(s.guard, 77);
}

/* Each value of a list is appended, in order, as long as there is room. */
static void texts(void **state)
{
    static const evk_param p = {"list", "TEXT", "more", EVK_PARAM_TEXTS, 0, 0, 0};
    char word[EVK_TEXTS_MAX][12], text[64] = "before", few[8];
    struct {
        evk_texts all;
        int64_t guard;
    } s = {{{NULL}, 0}, 77};

    (void)state;
    evk_param_get(&p, &s, text, sizeof(text));
    assert_string_equal(text, "");
    for (int i = 0; i < EVK_TEXTS_MAX; i++) {
        snprintf(word[i], sizeof(word[i]), "%d", i);
        assert_ok(evk_param_set(&p, &s, word[i], err));
        assert_int_equal(s.all.count, i + 1);
    }
    assert_fails(EVK_EINVAL, "list is given more than 16 times",
                 evk_param_set(&p, &s, "one more", err));
    assert_int_equal(s.all.count, EVK_TEXTS_MAX);
    for (int i = 0; i < EVK_TEXTS_MAX; i++)
        assert_ptr_equal(s.all.text[i], word[i]);
    assert_int_equal(s.guard, 77);
    evk_param_get(&p, &s, text, sizeof(text));
    assert_string_equal(text, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15");
    for (size_t size = 1; size <= sizeof(few); size++) { /* between texts and within one */
        evk_param_get(&p, &s, few, size);
        assert_memory_equal(few, text, size - 1);
        assert_int_equal(few[size - 1], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_fields), cmocka_unit_test(refuses),
        cmocka_unit_test(optional),    cmocka_unit_test(refuses_just_above),
        cmocka_unit_test(gets_text),   cmocka_unit_test(texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
