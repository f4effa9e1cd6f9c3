/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_ensemble.c - which models may be members of one ensemble, by their neurons and data keys */
#include "model/ensemble.h"

#include <stdlib.h>
#include <string.h>

#include "../../harness/linear.h"
#include "../../harness/test.h"
#include "model/network.h"

enum { OUTPUTS = 4 };

static struct linear l;

static int set_up(void **state)
{
    char *folder = scratch_folder("test_ensemble");

    (void)state;
    linear_random(&l, path_in(folder, "model.keras"), OUTPUTS, 1);
    linear_save(&l);
    free(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    linear_release(&l);
    return 0;
}

/* The model, with the outputs of two data keys: `count` of the first one, and the rest. */
static evk_model *with_keys(const char *first, int64_t count, const char *second)
{
    evk_model *m = linear_open(&l);

    assert_ok(evk_network_population(&m->network, first, count, err));
    assert_ok(evk_network_population(&m->network, second, OUTPUTS - count, err));
    return m;
}

/* Check what becomes of a second member, which is freed here; why is NULL: both correspond. */
static void check_second(evk_model *first, evk_model *second, const int64_t *outputs, int64_t count,
                         const char *why)
{
    evk_model *m;

    assert_ok(evk_ensemble_new(&m, "path", "name", "card", err));
    assert_ok(evk_ensemble_take(m, first, outputs, count, err));
    if (why)
        assert_fails(EVK_EINVAL, why, evk_ensemble_take(m, second, outputs, count, err));
    else
        assert_ok(evk_ensemble_take(m, second, outputs, count, err));
    assert_int_equal(m->member_count, why ? 1 : 2);
    evk_model_free(m);
}

static void keys_decide(void **state)
{
    static const char differ[] = "its data keys or their neurons are not those of";
    evk_model *one;

    (void)state;
    check_second(with_keys("a", 1, "b"), with_keys("a", 1, "b"), NULL, 0, NULL);
    check_second(with_keys("a", 1, "b"), with_keys("a", 3, "b"), NULL, 0, differ);
    check_second(with_keys("a", 1, "b"), with_keys("a", 1, "c"), NULL, 0, differ);
    check_second(with_keys("a", 2, "b"), with_keys("b", 2, "a"), NULL, 0, differ);
    check_second(with_keys("a", 2, "b"), linear_open(&l), NULL, 0, differ);
    one = linear_open(&l);
    assert_ok(evk_network_population(&one->network, "a", OUTPUTS, err));
    check_second(with_keys("a", 2, "b"), one, NULL, 0, differ);
}

/* Chosen outputs correspond by their order, whatever their keys are. */
static void chosen_outputs_need_no_keys(void **state)
{
    static const int64_t outputs[] = {3, 0};

    (void)state;
    check_second(with_keys("a", 1, "b"), with_keys("a", 3, "c"), outputs, 2, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_decide),
        cmocka_unit_test(chosen_outputs_need_no_keys),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
