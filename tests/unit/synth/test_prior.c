/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_prior.c - priors from texts: parameters, schedules, which acts when and in which order */
#include "base/param.h"
#include "synth/prior.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/test.h"

enum { H = 13, W = 11, C = 3, N = H * W * C, STEPS = 5 };

static struct evk_frame frame(void)
{
    const char *wanted;

    return (struct evk_frame){.h = H,
                              .w = W,
                              .c = C,
                              .k = evk_kernels_best(&wanted),
                              .natural_sd = 57,
                              .natural_mean = 110,
                              .natural_contrast = 0.5,
                              .pixels_per_degree = (double)NAN};
}

/* Up to four texts; a NULL ends them. */
static evk_texts some(const char *a, const char *b, const char *c, const char *d)
{
    const char *const all[] = {a, b, c, d};
    evk_texts t = {.count = 0};

    for (size_t i = 0; i < 4 && all[i]; i++)
        t.text[t.count++] = all[i];
    return t;
}

static struct evk_priors opened(evk_texts texts)
{
    const struct evk_frame f = frame();
    struct evk_priors p;

    assert_ok(evk_priors_check(&texts, err));
    assert_ok(evk_priors_open(&p, &texts, &f, err));
    return p;
}

/* The only prior of a text. */
static struct evk_priors one(const char *text)
{
    const struct evk_priors p = opened(some(text, NULL, NULL, NULL));

    assert_int_equal(p.count, 1);
    return p;
}

static double value(const struct evk_prior *p, const char *name)
{
    const evk_param *param = p->type->params;
    double r;

    while (strcmp(param->name, name) != 0)
        param++;
    assert_int_equal(param->kind, EVK_PARAM_REAL);
    memcpy(&r, (const char *)p->self + param->offset, sizeof(r));
    return r;
}

static void go(struct evk_priors *p, int64_t step, int64_t steps)
{
    const struct evk_frame f = frame();
    const struct evk_clock now = {.step = step, .steps = steps};

    evk_priors_at(p, &f, &now);
}

/* ---- texts ------------------------------------------------------------------------------ */

static void test_parameters(void **state)
{
    static const struct {
        const char *text;
        double sigma, weight, from, until;
    } cases[] = {
        {"gradient-blur", 1, 0.1, 0, 1},
        {"gradient-blur:", 1, 0.1, 0, 1},
        {"gradient-blur:2.5", 2.5, 0.1, 0, 1},
        {"gradient-blur:sigma=2.5", 2.5, 0.1, 0, 1},
        {"gradient-blur:2.5,from=0.25", 2.5, 0.1, 0.25, 1},
        {"gradient-blur:until=0.5,sigma=3,from=0.25", 3, 0.1, 0.25, 0.5},
        {"gradient-blur:2,sigma=3", 3, 0.1, 0, 1},
    };
    struct evk_priors p;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        p = one(cases[i].text);
        assert_true(value(&p.prior[0], "sigma") == cases[i].sigma);
        assert_true(p.prior[0].from == cases[i].from && p.prior[0].until == cases[i].until);
        assert_true(p.prior[0].weight == cases[i].weight);
        evk_priors_close(&p);
    }
    p = one("tv:weight=0.5,from=0.1"); /* a penalty */
    assert_true(p.prior[0].weight == 0.5 && p.prior[0].from == 0.1);
    evk_priors_close(&p);
    p = opened(some(NULL, NULL, NULL, NULL));
    assert_int_equal(p.count, 0);
    evk_priors_close(&p);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *says;
        evk_status status;
    } cases[] = {
        {"blur", "prior is 'blur', expected one of: sigmoid, mask, aperture, scale, ",
         EVK_ENOTFOUND},
        {"", "prior is '', expected one of: sigmoid, mask, aperture, scale, ", EVK_ENOTFOUND},
        {"tv-", "prior is 'tv-', expected one of: ", EVK_ENOTFOUND},
        {"nonesuch:off", "prior is 'nonesuch', expected one of: ", EVK_ENOTFOUND},
        {"gradient-blur:width=2", "prior gradient-blur has no parameter 'width'", EVK_EINVAL},
        {"gradient-blur:weight=1", "prior gradient-blur has no parameter 'weight'", EVK_EINVAL},
        {"gradient-blur:2,3", "prior gradient-blur has '3', expected PARAMETER=VALUE", EVK_EINVAL},
        {"grayscale:2", "prior grayscale has '2', expected PARAMETER=VALUE", EVK_EINVAL},
        {"gradient-blur:-1", "sigma is '-1', expected a number from 0 to 1000", EVK_EINVAL},
        {"gradient-blur:1..-1", "sigma is '-1', expected a number from 0 to 1000", EVK_EINVAL},
        {"gradient-blur:1..", "sigma is '', expected a number", EVK_EINVAL},
        {"gradient-blur:..1", "sigma is '', expected a number", EVK_EINVAL},
        {"gradient-blur:1,until=1.5", "until is '1.5', expected a number from 0 to 1", EVK_EINVAL},
        {"lp:2..4", "p is '2..4', expected a whole number from 1 to 20", EVK_EINVAL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const evk_texts texts = some("tv", cases[i].text, NULL, NULL);
        const struct evk_frame f = frame();
        struct evk_priors p;

        assert_fails(cases[i].status, cases[i].says, evk_priors_check(&texts, err));
        assert_fails(cases[i].status, cases[i].says, evk_priors_open(&p, &texts, &f, err));
        assert_int_equal(p.count, 0);
    }
}

/* What only prepare can know: with the name of the prior. */
static void test_not_prepared(void **state)
{
    const evk_texts texts = some("tv", "norm", "noise", NULL);
    const struct evk_frame f = frame();
    struct evk_priors p;

    (void)state;
    assert_ok(evk_priors_check(&texts, err));
    assert_fails(EVK_EINVAL, "prior norm: ", evk_priors_open(&p, &texts, &f, err));
    assert_int_equal(p.count, 0);
}

static void later_is(double sigma, evk_texts texts)
{
    struct evk_priors p = opened(texts);

    assert_int_equal(p.count, sigma > 0);
    if (p.count)
        assert_true(value(&p.prior[0], "sigma") == sigma);
    evk_priors_close(&p);
}

static void test_later_holds(void **state)
{
    struct evk_priors p = opened(some("tv-squared", "tv:weight=0.5", NULL, NULL));

    (void)state;
    assert_int_equal(p.count, 2); /* one name begins with the other */
    evk_priors_close(&p);
    later_is(3, some("gradient-blur:2", "gradient-blur:3", NULL, NULL));
    later_is(1, some("gradient-blur:2", "gradient-blur", NULL, NULL)); /* nothing is left of it */
    later_is(0, some("gradient-blur:2", "gradient-blur:off", NULL, NULL));
    later_is(0, some("gradient-blur:off", NULL, NULL, NULL));
    later_is(4, some("gradient-blur:2", "gradient-blur:off", "gradient-blur:4", NULL));
}

/* ---- the table -------------------------------------------------------------------------- */

/* The priors that can do without parameters, by row. */
static evk_texts without_parameters(int first)
{
    const struct evk_frame f = frame();
    evk_texts all = {.count = 0};
    const evk_param *params;
    const void *defaults;
    evk_type_info t;

    for (int i = first; evk_prior_info(i, &t, &params, &defaults); i++) {
        const evk_texts texts = some(t.name, NULL, NULL, NULL);
        struct evk_priors p;

        if (all.count < EVK_TEXTS_MAX && evk_priors_open(&p, &texts, &f, NULL) == EVK_OK) {
            all.text[all.count++] = t.name;
            evk_priors_close(&p);
        }
    }
    return all;
}

static void in_order(evk_texts texts)
{
    evk_texts back = {.count = 0};
    struct evk_priors p;

    for (size_t i = texts.count; i-- > 0;)
        back.text[back.count++] = texts.text[i];
    p = opened(back);
    assert_int_equal(p.count, texts.count);
    for (size_t i = 0; i < p.count; i++)
        assert_string_equal(p.prior[i].type->name, texts.text[i]);
    evk_priors_close(&p);
}

static void test_order(void **state)
{
    (void)state;
    in_order(without_parameters(0));
    in_order(without_parameters(10));
    in_order(some("scale", "noise", "tv", "fourier"));
    in_order(some("fourier", "gradient-blur", "channel-sd", "clipped"));
    assert_true(without_parameters(0).count > 10);
}

static void test_info(void **state)
{
    const evk_param *params;
    const void *defaults;
    evk_type_info t;
    int rows = 0;

    (void)state;
    for (; evk_prior_info(rows, &t, &params, &defaults); rows++) {
        assert_true(t.name[0] && t.summary[0] && t.params);
        assert_true(strcspn(t.name, ":,=. _") == strlen(t.name)); /* as texts need it */
        for (const evk_param *p = params; p && p->name; p++)
            assert_true(strcspn(p->name, ":,=. _") == strlen(p->name) && p->help[0]);
    }
    assert_true(rows > 20);
    assert_false(evk_prior_info(-1, &t, &params, &defaults));
}

/* ---- along the steps -------------------------------------------------------------------- */

static void schedule_is(const char *text, const char *name, const double want[STEPS])
{
    struct evk_priors p = one(text);

    assert_true(value(&p.prior[0], name) == fmax(want[0], want[STEPS - 1])); /* for prepare */
    for (int i = 0; i < STEPS; i++) {
        go(&p, i, STEPS);
        assert_true(p.prior[0].acts);
        if (!(fabs(value(&p.prior[0], name) - want[i]) <= 1e-14 * fabs(want[i])))
            fail_msg("%s: step %d has %.17g, expected %.17g", text, i, value(&p.prior[0], name),
                     want[i]);
    }
    evk_priors_close(&p);
    p = one(text); /* a single step is the first */
    go(&p, 0, 1);
    assert_true(fabs(value(&p.prior[0], name) - want[0]) <= 1e-14 * want[0]);
    evk_priors_close(&p);
}

static void test_schedules(void **state)
{
    (void)state;
    schedule_is("gradient-blur:8..0.5", "sigma", (const double[]){8, 4, 2, 1, 0.5});
    schedule_is("gradient-blur:sigma=0.5..8", "sigma", (const double[]){0.5, 1, 2, 4, 8});
    schedule_is("gradient-blur:0..8", "sigma", (const double[]){0, 2, 4, 6, 8});
    schedule_is("gradient-blur:8..0", "sigma", (const double[]){8, 6, 4, 2, 0});
    schedule_is("gradient-blur:3..3", "sigma", (const double[]){3, 3, 3, 3, 3});
    schedule_is("gradient-blur:3", "sigma", (const double[]){3, 3, 3, 3, 3});
    schedule_is("noise:sd=0..20,distribution=uniform", "sd", (const double[]){0, 5, 10, 15, 20});
}

/* From and until are parts of the steps, of which the last is 1; both belong to it. */
static void test_part_of_the_steps(void **state)
{
    static const struct {
        const char *text;
        bool acts[STEPS];
    } cases[] = {
        {"gradient-blur", {true, true, true, true, true}},
        {"gradient-blur:from=0.5", {false, false, true, true, true}},
        {"gradient-blur:until=0.5", {true, true, true, false, false}},
        {"gradient-blur:from=0.3,until=0.8", {false, false, true, true, false}},
        {"gradient-blur:from=0.3,until=0.4", {false, false, false, false, false}},
        {"gradient-blur:from=1", {false, false, false, false, true}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evk_priors p = one(cases[i].text);

        for (int j = 0; j < STEPS; j++) {
            go(&p, j, STEPS);
            assert_int_equal(p.prior[0].acts, cases[i].acts[j]);
        }
        evk_priors_close(&p);
    }
}

/*
 * until=0 is the start alone, from=1 the last step alone, also where that is the first; where there
 * is no step at all the start is the end as well.
 */
static void test_both_ends(void **state)
{
    static const struct {
        const char *text;
        int64_t steps;
        bool start, acts[3];
    } cases[] = {
        {"gradient-blur", 3, true, {true, true, true}},
        {"gradient-blur:until=0", 3, true, {false, false, false}},
        {"gradient-blur:until=0", 1, true, {false}},
        {"gradient-blur:until=0", 0, true, {false}},
        {"gradient-blur:from=1", 3, false, {false, false, true}},
        {"gradient-blur:from=1", 2, false, {false, true}},
        {"gradient-blur:from=1", 1, false, {true}},
        {"gradient-blur:from=1", 0, true, {false}},
        {"gradient-blur:from=0.5", 3, false, {false, true, true}},
        {"gradient-blur:until=0.5", 3, true, {true, true, false}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evk_priors p = one(cases[i].text);

        go(&p, -1, cases[i].steps);
        assert_int_equal(p.prior[0].acts, cases[i].start);
        for (int64_t j = 0; j < cases[i].steps; j++) {
            go(&p, j, cases[i].steps);
            assert_int_equal(p.prior[0].acts, cases[i].acts[j]);
        }
        evk_priors_close(&p);
    }
}

static void see_through(const struct evk_prior *p, const struct evk_frame *f, float *x)
{
    struct evk_image_window w;

    assert_ok(evk_image_window_init(&w, f->h * f->w, f->c, err));
    p->type->narrow(p->self, f, &w);
    evk_image_window_show(&w, x, x);
    evk_image_window_release(&w);
}

/* All that a prior does at step 4, from here on. */
static void apply(const struct evk_prior *p, float *x)
{
    const struct evk_rng_key key = {.key = {1, 2}, .high = {3, 4}};
    const struct evk_clock now = {.step = 4, .steps = 100};
    const struct evk_prior_type *t = p->type;
    const struct evk_frame f = frame();
    float y[N];

    if (t->show) {
        t->latent(p->self, &f, x);
        t->show(p->self, &f, x, y);
        t->show_adjoint(p->self, &f, y, x);
    }
    if (t->narrow)
        see_through(p, &f, x);
    if (t->draw)
        t->draw(p->self, &f, &key);
    if (t->transform) {
        t->transform(p->self, &f, x, y);
        t->adjoint(p->self, &f, y, x);
    }
    if (t->penalty) {
        (void)t->penalty(p->self, &f, x, y);
        memcpy(x, y, sizeof(y));
    }
    if (t->tangent)
        t->tangent(p->self, &f, x);
    if (t->filter)
        t->filter(p->self, &f, x);
    if (t->pull)
        t->pull(p->self, &f, x);
    if (t->push)
        t->push(p->self, &f, x);
    if (t->project)
        t->project(p->self, &f, x);
    if (t->waypoint)
        (void)t->waypoint(p->self, &f, &now, x);
}

/* One that begins later is then as one that was there from the start. */
static void test_begins_later(void **state)
{
    const evk_texts lots[] = {without_parameters(0), without_parameters(10)};
    uint64_t seed = 3;

    (void)state;
    for (size_t i = 0; i < COUNT(lots); i++)
        for (size_t j = 0; j < lots[i].count; j++) {
            float a[N], b[N];
            struct evk_priors early = one(lots[i].text[j]), late;
            char text[64];

            snprintf(text, sizeof(text), "%s:from=0.5", lots[i].text[j]);
            late = one(text);
            for (int k = 0; k < N; k++)
                a[k] = b[k] = 128 + 200 * random_float(&seed);
            for (int step = 0; step < 4; step++) {
                go(&early, step, STEPS);
                go(&late, step, STEPS);
            }
            apply(&early.prior[0], a);
            apply(&late.prior[0], b);
            assert_memory_equal(a, b, sizeof(a));
            evk_priors_close(&early);
            evk_priors_close(&late);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_not_prepared), cmocka_unit_test(test_later_holds),
        cmocka_unit_test(test_order),        cmocka_unit_test(test_info),
        cmocka_unit_test(test_schedules),    cmocka_unit_test(test_part_of_the_steps),
        cmocka_unit_test(test_begins_later), cmocka_unit_test(test_both_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
