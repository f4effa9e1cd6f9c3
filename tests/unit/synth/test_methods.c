/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_methods.c - the parameters that methods name are parameters of a recipe */
#include <string.h>

#include "../../harness/test.h"
#include "evoke/synth.h"

static bool is_recipe_param(const char *name, size_t n)
{
    for (const evk_param *p = evk_recipe_params(); p->name; p++)
        if (strlen(p->name) == n && memcmp(p->name, name, n) == 0)
            return true;
    return false;
}

static void names_its_parameters(void **state)
{
    evk_type_info t;
    int i = 0;

    (void)state;
    for (; evk_method_info(i, &t); i++)
        for (const char *at = t.params; *at; at += strspn(at, ", ")) {
            const size_t n = strcspn(at, ",");

            if (!is_recipe_param(at, n))
                fail_msg("method %s has no parameter '%.*s'", t.name, (int)n, at);
            at += n;
        }
    assert_true(i > 0);
    assert_false(evk_method_info(-1, &t));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_its_parameters)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
