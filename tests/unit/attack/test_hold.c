/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_hold.c - held responses of a linear model, whose gradients overlap: moved, restricted, restored */
#include "attack/hold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/linear.h"
#include "../../harness/test.h"

enum { OUTPUTS = 4, HELD = 3, MOVER = 3 };

static struct linear l;
static evk_model *model;
static float base[TINY_VALUES], moved[TINY_VALUES], delta[TINY_VALUES];

/* Each output has much of the first one's weights, so that no gradient is orthogonal to another. */
static int open_all(void **state)
{
    char *folder = scratch_folder("test_hold");
    uint64_t seed = 3;

    (void)state;
    linear_random(&l, path_in(folder, "model.keras"), OUTPUTS, 9);
    for (int64_t i = 0; i < TINY_VALUES; i++)
        for (int64_t k = 1; k < OUTPUTS; k++)
            l.weights[i * OUTPUTS + k] += 2 * l.weights[i * OUTPUTS];
    linear_save(&l);
    model = linear_open(&l);
    free(folder);
    for (int64_t i = 0; i < TINY_VALUES; i++) {
        base[i] = floorf(128 + 60 * random_float(&seed));
        delta[i] = floorf(10 * random_float(&seed));
        moved[i] = base[i] + delta[i];
    }
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    evk_model_free(model);
    linear_release(&l);
    return 0;
}

/* Outputs 0 to HELD - 1 are held, and were evaluated at the moved image. */
static struct evk_hold hold(double tolerance)
{
    struct evk_hold h;
    double most;

    assert_ok(evk_hold_open(&h, model, "0-2", tolerance, NULL, MOVER, err));
    evk_hold_base(&h, base);
    (void)evk_hold_check(&h, moved, &most);
    return h;
}

static void checks_every_response(void **state)
{
    double change[HELD], largest = 0, most;

    (void)state;
    for (int64_t k = 0; k < HELD; k++) {
        change[k] = linear_response(&l, delta, k);
        largest = fmax(largest, fabs(change[k]));
    }
    for (int64_t k = 0; k < HELD; k++) { /* with room for all but response k */
        const double much = 2 * largest;
        double each[HELD] = {much, much, much};
        struct evk_hold h;

        each[k] = fabs(change[k]) / 2;
        assert_ok(evk_hold_open(&h, model, "0-2", (double)NAN, each, MOVER, err));
        evk_hold_base(&h, base);
        assert_false(evk_hold_check(&h, moved, &most));
        assert_true(most == largest);
        for (int64_t i = 0; i < HELD; i++)
            assert_true(h.moved[i] == change[i]);
        assert_true(evk_hold_check(&h, base, &most));
        assert_true(most == 0);
        evk_hold_close(&h);
    }
}

/* The corrected change moves no held response, and is the nearest to the old one that does not. */
static void corrects_all_at_once(void **state)
{
    struct evk_hold h = hold(0.01);
    float d[TINY_VALUES], step[TINY_VALUES];

    (void)state;
    memcpy(d, delta, sizeof(d));
    evk_hold_gradients(&h, NULL);
    evk_hold_correct(&h, d);
    for (int64_t k = 0; k < HELD; k++)
        assert_true(fabs(linear_response(&l, d, k)) < 1e-4 * fabs(linear_response(&l, delta, k)));
    for (int64_t i = 0; i < TINY_VALUES; i++)
        step[i] = d[i] - delta[i];
    evk_hold_restrict(&h, step); /* a combination of gradients, of which nothing is left */
    for (int64_t i = 0; i < TINY_VALUES; i++)
        assert_true(fabsf(step[i]) < 1e-4F);
    memcpy(d, delta, sizeof(d));
    evk_hold_forget(&h);
    evk_hold_correct(&h, d);
    assert_memory_equal(d, delta, sizeof(d));
    evk_hold_close(&h);
}

/* A response that moved by less than half of its tolerance is left where it is. */
static void leaves_small_movements(void **state)
{
    struct evk_hold h = hold(1e6);
    float d[TINY_VALUES];

    (void)state;
    memcpy(d, delta, sizeof(d));
    evk_hold_gradients(&h, NULL);
    evk_hold_correct(&h, d);
    assert_memory_equal(d, delta, sizeof(d));
    evk_hold_close(&h);
}

/* What is left of a direction changes no held response; closed values do not change. */
static void restricts_to_open_values(void **state)
{
    struct evk_hold h = hold(0.01);
    bool open[TINY_VALUES];
    float g[TINY_VALUES];

    (void)state;
    for (int64_t i = 0; i < TINY_VALUES; i++) {
        open[i] = i % 3 != 0;
        g[i] = open[i] ? l.weights[i * OUTPUTS + MOVER] : 0;
    }
    evk_hold_gradients(&h, open);
    evk_hold_restrict(&h, g);
    for (int64_t k = 0; k < HELD; k++)
        assert_true(fabs(linear_response(&l, g, k)) < 0.05);
    assert_true(linear_response(&l, g, MOVER) > 1);
    for (int64_t i = 0; i < TINY_VALUES; i++)
        assert_true(open[i] || g[i] == 0);
    evk_hold_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_every_response),
        cmocka_unit_test(corrects_all_at_once),
        cmocka_unit_test(leaves_small_movements),
        cmocka_unit_test(restricts_to_open_values),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
