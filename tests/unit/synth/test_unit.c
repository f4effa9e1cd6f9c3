/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_unit.c - the unit of a response does not matter: a model times any factor, the same image
 *
 * Times a power of two all weights keep their digits, and so does everything that follows: the same
 * bytes.  Times another factor each weight is rounded anew.  Nothing is random, and the start is
 * given.  published alone adds a constant to its gradient's RMS.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/test.h"
#include "../../harness/unit.h"
#include "synth/settings.h"

enum { N = UNIT_VALUES, STEPS = 6, MEMBERS = 3 };

static const float powers[] = {0x1p-40F, 0x1p40F}, factors[] = {1e-12F, 1e-3F, 1e12F};

enum { POWERS = 2, FACTORS = 3 };

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("unit");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

static evk_model *one_model(bool curved, float gain)
{
    struct unit u;

    unit_init(&u, curved, 5, gain);
    return unit_open(&u, path_in(folder, "one.keras"));
}

/* Three members that differ, each times the gain. */
static evk_model *ensemble(float gain)
{
    char text[1024] = "e=";
    evk_model *m;

    for (int i = 0; i < MEMBERS; i++) {
        char path[256];
        struct unit u;

        snprintf(path, sizeof(path), "%s/member%d.keras", folder, i);
        unit_init(&u, true, 11 + (uint64_t)i, gain);
        unit_save(&u, path);
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? "," : "", path);
    }
    assert_ok(evk_model_open_ensemble(&m, text, NULL, err));
    return m;
}

static double climb(const evk_model *m, const evk_recipe *r, float *image)
{
    evk_session *s;
    evk_ascent out;
    float from[N];

    unit_start(from);
    assert_ok(evk_session_new_for(&s, m, 0, err));
    assert_ok(evk_synthesize(s, r, 0, &(evk_given){.from = from}, NULL, image, &out, err));
    evk_session_free(s);
    assert_int_equal(out.restarts, 0);
    return out.response;
}

static double most_apart(const float *a, const float *b)
{
    double most = 0;

    for (int i = 0; i < N; i++)
        most = fmax(most, fabs((double)a[i] - (double)b[i]));
    return most;
}

/* The models differ by a factor: model(context, gain). */
typedef evk_model *opener(float gain);

static evk_model *linear(float gain)
{
    return one_model(false, gain);
}

static evk_model *curved(float gain)
{
    return one_model(true, gain);
}

/*
 * A weight that is rounded anew is off by 2^-24 of it; no step here is longer than 703 levels, and
 * what becomes of it in a few of them is below a thousandth of a level.
 */
static void assert_no_unit(opener *open, const evk_recipe *r, const char *what)
{
    float want[N], got[N], start[N];
    evk_model *m = open(1);
    const double response = climb(m, r, want);

    unit_start(start);
    assert_true(most_apart(want, start) > 1);
    evk_model_free(m);
    for (int i = 0; i < POWERS; i++) {
        m = open(powers[i]);
        assert_true(climb(m, r, got) == (double)powers[i] * response);
        if (memcmp(got, want, sizeof(got)) != 0)
            fail_msg("%s: another image times %g", what, (double)powers[i]);
        evk_model_free(m);
    }
    for (int i = 0; i < FACTORS; i++) {
        m = open(factors[i]);
        (void)climb(m, r, got);
        printf("%s times %g: apart by %.2g\n", what, (double)factors[i], most_apart(got, want));
        assert_true(most_apart(got, want) <= 1e-3);
        evk_model_free(m);
    }
}

static evk_recipe recipe_of(const char *method)
{
    static const char *const random[] = {"scale:off", "rotate:off", "jitter:off",
                                         "colour-jitter:off"};
    evk_recipe r;

    assert_ok(evk_recipe_of_method(&r, method, err));
    r.steps = STEPS;
    for (int i = 0; i < 4; i++)
        r.priors.text[r.priors.count++] = random[i];
    return r;
}

static void test_methods(void **state)
{
    evk_type_info t;

    (void)state;
    for (int i = 0; evk_method_info(i, &t); i++) {
        const evk_recipe r = recipe_of(t.name);

        if (strcmp(t.name, "published") == 0)
            continue;
        assert_no_unit(linear, &r, t.name);
        assert_no_unit(curved, &r, t.name);
    }
}

static void test_optimizers(void **state)
{
    evk_type_info t;

    (void)state;
    for (int i = 0; evk_optimizer_info(i, &t); i++) {
        evk_recipe r = recipe_of("robust");

        r.optimizer = t.name;
        assert_no_unit(curved, &r, t.name);
    }
}

static void test_objectives(void **state)
{
    static const char *const names[] = {"mean",      "sd",          "min",         "median",
                                        "mean+2*sd", "mean-0.5*sd", "disagreement"};
    evk_type_info t;
    int rows = 0;

    (void)state;
    while (evk_objective_info(rows, &t))
        rows++;
    assert_int_equal(rows, 6); /* of the names above two are one row */
    for (int i = 0; i < 7; i++) {
        evk_recipe r = recipe_of("robust");

        r.objective = names[i];
        assert_no_unit(ensemble, &r, names[i]);
    }
}

/* Its constant is as large as the gradient of a unit so weak: the image moves less. */
static void test_published(void **state)
{
    const evk_recipe r = recipe_of("published");
    float strong[N], weak[N], start[N];
    evk_model *m = linear(1);

    (void)state;
    unit_start(start);
    (void)climb(m, &r, strong);
    evk_model_free(m);
    m = linear(1e-12F);
    (void)climb(m, &r, weak);
    evk_model_free(m);
    assert_true(most_apart(strong, start) > 10);
    assert_true(most_apart(weak, start) < 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_optimizers),
        cmocka_unit_test(test_objectives),
        cmocka_unit_test(test_published),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
