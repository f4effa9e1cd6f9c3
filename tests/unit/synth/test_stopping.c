/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_stopping.c - when an ascent ends early: the rules by themselves, and on a linear unit */
#include "synth/settings.h"
#include "synth/stopping.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/linear.h"
#include "../../harness/recipe.h"
#include "../../harness/test.h"

enum { N = TINY_VALUES, MOST = 64 };

static char *folder;
static struct linear unit;
static evk_model *linear, *bent; /* the second is not linear */

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("stopping");
    linear = linear_unit(&unit, folder);
    bent = tiny_model(path_in(folder, "bent.keras"), "l");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(linear);
    evk_model_free(bent);
    linear_release(&unit);
    free(folder);
    return 0;
}

/* ---- the rules -------------------------------------------------------------------------- */

/* Check at which values of a series the rule says to stop: expected has T there, else F. */
static void patience(double gain, int64_t most, const char *expected, const double *losses)
{
    struct evk_patience p = evk_patience_begin(gain, most);

    for (size_t i = 0; expected[i]; i++)
        if (evk_patience_ends(&p, losses[i]) != (expected[i] == 'T'))
            fail_msg("gain %g, %d steps: loss %zu", gain, (int)most, i);
}

/* The table of Open Retina's early stopper: its least difference is a gain below 0. */
static void test_table(void **state)
{
    static const double up[] = {1, 1.1, 1.2, 1.3}, down[] = {1, .9, .8, .7};
    static const double both[] = {1, .9, .8, .7, .8, .9, 1, 1.1};
    static const double about[] = {1, 1.01, 1.09, 1.15, .9, 1.01};

    (void)state;
    patience(0, 1, "FTTT", up);
    patience(0, 1, "FFFF", down);
    patience(0, 3, "FFFT", up);
    patience(0, 3, "FFFFFFTT", both);
    patience(-0.1, 1, "FFFTFT", about);
    patience(0, 0, "FFFF", up);
}

/* Where a gain is asked for, slow progress counts only once it has added up to that gain. */
static void test_gain(void **state)
{
    static const double slow[] = {1, .75, .5, .25, 0, -.25}, flat[] = {1, 1, 1, 1};

    (void)state;
    patience(0, 2, "FFTT", flat);
    patience(-0.5, 2, "FFFF", flat);
    patience(0.5, 2, "FFTFFT", slow); /* .25 is 0.75 below 1 */
    patience(0.5, 3, "FFFFFF", slow);
    patience(0.25, 1, "FTFTFT", slow); /* exactly the gain is not more */
}

static void test_pixel_change(void **state)
{
    evk_recipe r = evk_recipe_default();
    struct evk_stopping s;

    (void)state;
    r.pixel_change = 0.5;
    s = evk_stopping_begin(&r);
    assert_null(evk_stopping_ask(&s, 1, (double)NAN));
    for (int i = 0; i < 9; i++)
        assert_null(evk_stopping_ask(&s, i, 0.4));
    assert_null(evk_stopping_ask(&s, 1, 0.5)); /* not less: from the beginning */
    for (int i = 0; i < 9; i++)
        assert_null(evk_stopping_ask(&s, i, 0));
    assert_string_equal(evk_stopping_ask(&s, 1, 0.49), "pixel-change");
    r.pixel_change = 0;
    s = evk_stopping_begin(&r);
    for (int i = 0; i < 20; i++)
        assert_null(evk_stopping_ask(&s, 1, 0));
}

static void test_target(void **state)
{
    evk_recipe r = evk_recipe_default();
    struct evk_stopping s = evk_stopping_begin(&r);

    (void)state;
    assert_false(evk_stopping_reaches(&s, HUGE_VAL));
    r.target_response = -2;
    s = evk_stopping_begin(&r);
    assert_true(evk_stopping_reaches(&s, -2) && evk_stopping_reaches(&s, -1));
    assert_false(evk_stopping_reaches(&s, -2.001) || evk_stopping_reaches(&s, (double)NAN));
    r.minimize = true;
    s = evk_stopping_begin(&r);
    assert_true(evk_stopping_reaches(&s, -2) && evk_stopping_reaches(&s, -3));
    assert_false(evk_stopping_reaches(&s, -1.999));
}

/* ---- ascents ---------------------------------------------------------------------------- */

struct course {
    int64_t shown;
    float value[MOST], image[N], last_shown[N];
    evk_ascent out;
};

static bool note(void *arg, const evk_step *now)
{
    struct course *c = arg;

    assert_int_equal(now->step, c->shown);
    assert_true(c->shown < MOST);
    c->value[c->shown++] = now->response;
    memcpy(c->last_shown, now->image, sizeof(c->last_shown));
    return true;
}

static struct course climb_of(const evk_model *m, const evk_recipe *r, float gray)
{
    struct course c = {.shown = 0};
    const evk_watch watch = {note, &c, false};
    evk_session *s;
    float from[N];

    for (int i = 0; i < N; i++)
        from[i] = gray;
    assert_ok(evk_session_new_for(&s, m, 0, err));
    assert_ok(evk_synthesize(s, r, 0, &(evk_given){.from = from}, &watch, c.image, &c.out, err));
    evk_session_free(s);
    assert_int_equal(c.shown, c.out.steps + 1);
    return c;
}

static struct course climb(const evk_recipe *r, float gray)
{
    return climb_of(linear, r, gray);
}

static evk_recipe plain(void)
{
    evk_recipe r = published_recipe();

    r.steps = 40;
    r.step_size = 1;
    r.gradient_blur = r.image_blur = 0;
    r.image_blur_every = 0;
    r.result = "last";
    return r;
}

static void ends(const struct course *c, const char *why, int64_t steps)
{
    assert_string_equal(c->out.stopped, why);
    assert_int_equal(c->out.steps, steps);
    assert_memory_equal(c->image, c->last_shown, sizeof(c->image));
    assert_true(c->out.objective == (double)c->value[steps]);
}

/* An ascent that a rule stops gives the image of as many steps without the rule. */
static void same_as_plain(const evk_recipe *rules, const struct course *c)
{
    evk_recipe r = *rules;
    struct course shorter;

    r.steps = c->out.steps;
    r.plateau = 0;
    r.pixel_change = 0;
    r.target_response = (double)NAN;
    shorter = climb(&r, 128);
    ends(&shorter, "steps", r.steps);
    assert_memory_equal(shorter.image, c->image, sizeof(c->image));
    assert_memory_equal(shorter.value, c->value, (size_t)c->shown * sizeof(*c->value));
}

/* A step of one level along the weights w, of RMS m over n values, is a gain of n m. */
static void test_ascents(void **state)
{
    evk_recipe r = plain();
    const struct course whole = climb(&r, 128);
    const double gain = (double)whole.value[1] - (double)whole.value[0];
    struct course c;

    (void)state;
    ends(&whole, "steps", 40);
    r.target_response = (double)whole.value[7];
    c = climb(&r, 128);
    ends(&c, "target", 7);
    same_as_plain(&r, &c);
    r.target_response = (double)whole.value[7] + 0.5 * gain;
    c = climb(&r, 128);
    ends(&c, "target", 8);
    r.target_response = (double)whole.value[40];
    c = climb(&r, 128);
    ends(&c, "target", 40);
    r.target_response = (double)whole.value[40] + gain; /* out of reach: as far as it goes */
    c = climb(&r, 128);
    ends(&c, "steps", 40);
    assert_memory_equal(c.image, whole.image, sizeof(c.image));
    r.target_response = (double)whole.value[0];
    c = climb(&r, 128);
    ends(&c, "target", 0);
    r = plain();
    r.minimize = true;
    r.target_response = (double)whole.value[0] - 2.5 * gain;
    c = climb(&r, 128);
    ends(&c, "target", 3);
    same_as_plain(&r, &c);
    r = plain();
    r.plateau = 5;
    c = climb(&r, 128);
    ends(&c, "steps", 40);
    r.plateau_gain = 1.5 * gain; /* each second step is one, from the first on */
    c = climb(&r, 128);
    ends(&c, "steps", 40);
    r.plateau_gain = 5.5 * gain;
    c = climb(&r, 128);
    ends(&c, "plateau", 5);
    same_as_plain(&r, &c);
}

/*
 * From white, along weights of either sign: what can still move has done so when all are at an end.
 */
static void test_still(void **state)
{
    evk_recipe r = plain();
    struct course c;
    int64_t last = 0;

    (void)state;
    r.step_size = 1000;
    r.pixel_change = 0.5;
    c = climb(&r, 128);
    for (int64_t i = 1; i < c.shown; i++)
        if (c.value[i] > c.value[i - 1])
            last = i;
    assert_true(last < 10);
    ends(&c, "pixel-change", last + 10);
    same_as_plain(&r, &c);
    r.pixel_change = 0;
    r.plateau = 4;
    c = climb(&r, 128);
    ends(&c, "plateau", last + 4);
    r.result = "best"; /* the first of equals */
    c = climb(&r, 128);
    assert_int_equal(c.out.steps, last + 4);
    assert_true(c.out.objective == (double)c.value[last]);
}

/* With noise in what is seen, the last value is the image's own, and a target is its own too. */
static void test_noise(void **state)
{
    evk_recipe r = plain();
    const struct course whole = climb(&r, 128);
    struct course c;
    int early = 0;

    (void)state;
    r.priors.text[r.priors.count++] = "noise:60";
    for (r.seed = 0; r.seed < 20; r.seed++) {
        int64_t least = 0;

        r.target_response = (double)whole.value[20];
        c = climb(&r, 128);
        for (int64_t i = 0; i < c.out.steps; i++)
            early += (double)c.value[i] >= r.target_response;
        assert_string_equal(c.out.stopped, c.out.steps < 40 ? "target" : c.out.stopped);
        assert_true(c.out.steps >= 20);
        for (int64_t i = 0; i <= 40; i++)
            if (whole.value[i] <= c.value[c.out.steps])
                least = i;
        assert_true(llabs(least - c.out.steps) <= 1); /* rounding of another course */
    }
    assert_true(early > 0); /* what was seen reached it before the image did */
}

/* Measuring the response to the image itself does not change an ascent that goes on. */
static void test_goes_on(void **state)
{
    evk_recipe r = plain();
    int seemed = 0;

    (void)state;
    r.priors.text[r.priors.count++] = "noise:60";
    r.samples = 2;
    for (r.seed = 0; r.seed < 20; r.seed++) {
        struct course with, without;
        double most = -HUGE_VAL;

        r.target_response = (double)NAN;
        without = climb_of(bent, &r, 128);
        for (int64_t i = 0; i < 40; i++)
            most = fmax(most, (double)without.value[i]);
        r.target_response = most;
        with = climb_of(bent, &r, 128);
        if (strcmp(with.out.stopped, "steps") != 0)
            continue;
        seemed++;
        assert_memory_equal(with.value, without.value, sizeof(with.value));
        assert_memory_equal(with.image, without.image, sizeof(with.image));
    }
    assert_true(seemed > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),  cmocka_unit_test(test_gain),
        cmocka_unit_test(test_target), cmocka_unit_test(test_pixel_change),
        cmocka_unit_test(test_still),  cmocka_unit_test(test_ascents),
        cmocka_unit_test(test_noise),  cmocka_unit_test(test_goes_on),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
