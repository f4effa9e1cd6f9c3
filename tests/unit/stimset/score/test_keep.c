/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_keep.c - the rules by which images are kept: their values on rows with cells of our own */
#include "stimset/score/keep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../../harness/test.h"
#include "synth/settings.h"

static void check_value(const char *text, const evk_recipe *recipe, const struct evk_row *row,
                        double want)
{
    struct evk_keep_rule rule;
    double got;

    assert_ok(evk_keep_rule_parse(&rule, text, err));
    got = evk_keep_value(&rule, recipe, row);
    if (isnan(want) ? !isnan(got) : !(fabs(got - want) <= 1e-6 * fabs(want)))
        fail_msg("%s: found %g, expected %g", text, got, want);
}

static struct evk_row with_members(const char *members)
{
    struct evk_row row = evk_row_new();

    row.response_pred = 3;
    row.objective_pred = 2.5;
    row.response_min = 1;
    snprintf(row.response_members, sizeof(row.response_members), "%s", members);
    snprintf(row.objective, sizeof(row.objective), "max");
    return row;
}

/* Of 1, 2 and 6: mean 3, SD sqrt(7), median 2. */
static void test_members(void **state)
{
    const struct evk_row row = with_members("6;1;2");
    evk_recipe recipe = evk_recipe_default();

    (void)state;
    check_value("mean", &recipe, &row, 3);
    check_value("min", &recipe, &row, 1);
    check_value("median", &recipe, &row, 2);
    check_value("sd", &recipe, &row, sqrt(7));
    check_value("mean-0.5*sd", &recipe, &row, 3 - sqrt(7) / 2);
    check_value("objective", &recipe, &row, 1);
    check_value("auto", &recipe, &row, 1);
    recipe.minimize = true;
    check_value("objective", &recipe, &row, 6);
    check_value("min", &recipe, &row, 1);
    recipe.objective = "sd";
    check_value("objective", &recipe, &row, 2.5);
    check_value("median", &recipe, &row, 2);
}

/* A single model is one member; what cannot be read has no value. */
static void test_one(void **state)
{
    const evk_recipe recipe = evk_recipe_default();
    struct evk_row row = with_members("");

    (void)state;
    check_value("median", &recipe, &row, 3);
    check_value("objective", &recipe, &row, 3);
    check_value("sd", &recipe, &row, (double)NAN);
    row.response_pred = (double)NAN;
    check_value("mean", &recipe, &row, (double)NAN);
    row = with_members("1;n/a;2");
    check_value("mean", &recipe, &row, (double)NAN);
    row = with_members(";;");
    check_value("mean", &recipe, &row, (double)NAN);
}

static void test_selection(void **state)
{
    const evk_recipe recipe = evk_recipe_default();
    struct evk_row row = with_members("");

    (void)state;
    check_value("selection", &recipe, &row, (double)NAN);
    snprintf(row.judges, sizeof(row.judges), "selections:0;other:selection:1;selection:7");
    snprintf(row.judge_responses, sizeof(row.judge_responses), "1;2;-3.5");
    check_value("selection", &recipe, &row, -3.5);
    snprintf(row.judge_responses, sizeof(row.judge_responses), "1;2");
    check_value("selection", &recipe, &row, (double)NAN);
    snprintf(row.judge_responses, sizeof(row.judge_responses), "1;2;n/a");
    check_value("selection", &recipe, &row, (double)NAN);
}

static void test_texts(void **state)
{
    struct evk_keep_rule rule;
    evk_recipe recipe = evk_recipe_default();

    (void)state;
    assert_fails(EVK_ENOTFOUND, "objective is 'best'", evk_keep_rule_parse(&rule, "best", err));
    recipe.keep_by = "best";
    assert_fails(EVK_ENOTFOUND, "keep-by is 'best'", evk_recipe_check(&recipe, err));
    recipe.keep_by = "mean+2*sd";
    assert_ok(evk_recipe_check(&recipe, err));
    assert_string_equal(evk_keep_by(&recipe, NULL), "mean+2*sd");
    recipe.keep_by = "auto";
    assert_string_equal(evk_keep_by(&recipe, NULL), "objective");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_members), cmocka_unit_test(test_one),
                                       cmocka_unit_test(test_selection),
                                       cmocka_unit_test(test_texts)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
