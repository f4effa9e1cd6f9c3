/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_prior_timing.c - when priors act in an ascent: at the start, at a step, at the end; how long
 * a step is
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/test.h"
#include "../../harness/unit.h"
#include "../../oracle/picture.h"
#include "synth/settings.h"

enum { N = UNIT_VALUES, MOST = 8 };

static const int64_t size[3] = {UNIT_H, UNIT_W, UNIT_C};
static struct unit unit;
static evk_model *model;
static float from[N];

/* A linear unit, and a start far from both ends. */
static int set_up(void **state)
{
    char *folder = scratch_folder("moments");
    uint64_t seed = 7;

    (void)state;
    unit_init(&unit, false, 5, 1);
    model = unit_open(&unit, path_in(folder, "unit.keras"));
    for (int i = 0; i < N; i++)
        from[i] = 120 + 20 * random_float(&seed);
    free(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    return 0;
}

/* All images of an ascent. */
struct images {
    int64_t count;
    float x[MOST][N];
};

static bool note(void *arg, const evk_step *now)
{
    struct images *m = arg;

    memcpy(m->x[now->step], now->image, sizeof(m->x[0]));
    m->count = now->step + 1;
    return true;
}

/* Steps of two levels of the plain ascent, with a prior; NULL: without. */
static void climb(int64_t steps, const char *prior, struct images *out)
{
    const evk_watch watch = {note, out, false};
    evk_session *s;
    evk_ascent result;
    evk_recipe r;
    float image[N];

    assert_ok(evk_recipe_of_method(&r, "v4-mei", err));
    r.priors.count = 0;
    r.optimizer = "gradient";
    r.steps = steps;
    r.step_size = 2;
    if (prior)
        r.priors.text[r.priors.count++] = prior;
    assert_ok(evk_session_new_for(&s, model, 0, err));
    assert_ok(evk_synthesize(s, &r, 0, &(evk_given){.from = from}, &watch, image, &result, err));
    evk_session_free(s);
    assert_int_equal(out->count, steps + 1);
}

/* x + a w / RMS of w */
static void along(double a, double *x)
{
    double g[N];

    for (int i = 0; i < N; i++)
        g[i] = (double)unit.weights[i];
    for (int i = 0; i < N; i++)
        x[i] += a * g[i] / picture_rms(size, g);
}

static void begin(double *x)
{
    for (int i = 0; i < N; i++)
        x[i] = (double)from[i];
}

static void assert_image(const float *got, const double *want)
{
    for (int i = 0; i < N; i++)
        if (!(fabs((double)got[i] - want[i]) <= 2e-4))
            fail_msg("value %d is %.9g, expected %.9g", i, (double)got[i], want[i]);
}

/*
 * ---- the start alone, the last step alone
 * ----------------------------------------------------------
 */

static void test_start_alone(void **state)
{
    static struct images m;

    (void)state;
    for (int64_t steps = 0; steps <= 4; steps++) {
        double x[N];

        climb(steps, "mean:equal=140,until=0", &m);
        begin(x);
        picture_mean(size, 140, x);
        for (int64_t i = 0; i <= steps; i++) {
            assert_image(m.x[i], x);
            along(2, x);
        }
    }
}

/* In an ascent of no steps, the start is the end as well. */
static void test_end_alone(void **state)
{
    static struct images m;

    (void)state;
    for (int64_t steps = 0; steps <= 4; steps++) {
        double x[N];

        climb(steps, "mean:equal=140,from=1", &m);
        begin(x);
        for (int64_t i = 0; i <= steps; i++) {
            if (i == steps)
                picture_mean(size, 140, x);
            assert_image(m.x[i], x);
            along(2, x);
        }
    }
}

/*
 * ---- blurs of the image
 * ------------------------------------------------------------------------------
 */

/*
 * Check the sigma of the blur after each step, 0 where there is none; late: after the image was
 * shown.
 */
static void assert_blurs(int64_t steps, const char *prior, const double *sigma, bool late)
{
    static struct images m;
    double x[N];

    climb(steps, prior, &m);
    begin(x);
    assert_image(m.x[0], x);
    for (int64_t i = 0; i < steps; i++) {
        along(2, x);
        if (!late)
            picture_blur(size, sigma[i], x);
        assert_image(m.x[i + 1], x);
        if (late)
            picture_blur(size, sigma[i], x);
    }
}

/* The blur after step k has the sigma of step k, also after the last step. */
static void test_blurs(void **state)
{
    (void)state;
    assert_blurs(5, "image-blur:1", (const double[]){1, 1, 1, 1, 1}, false);
    assert_blurs(5, "image-blur:1.6..0", (const double[]){1.6, 1.2, 0.8, 0.4, 0}, false);
    assert_blurs(3, "image-blur:0.5..2", (const double[]){0.5, 1, 2}, false);
    assert_blurs(6, "image-blur:1,every=2", (const double[]){0, 1, 0, 1, 0, 1}, false);
    assert_blurs(7, "image-blur:1,every=3", (const double[]){0, 0, 1, 0, 0, 1, 0}, false);
    assert_blurs(1, "image-blur:1", (const double[]){1}, false);
    assert_blurs(4, "image-blur:1,from=1", (const double[]){0, 0, 0, 1}, false);
    assert_blurs(3, "image-blur:1,until=0.5", (const double[]){1, 1, 0}, false);
}

/*
 * As in the published script: steps are counted from 0, and after steps every, 2 every, ... the
 * image that was shown is blurred before the ascent goes on.
 */
static void test_late_blurs(void **state)
{
    (void)state;
    assert_blurs(5, "image-blur:1,late=1", (const double[]){0, 1, 1, 1, 0}, true);
    assert_blurs(6, "image-blur:1,every=2,late=1", (const double[]){0, 0, 1, 0, 1, 0}, true);
    assert_blurs(5, "image-blur:1,every=2,late=1", (const double[]){0, 0, 1, 0, 0}, true);
    assert_blurs(1, "image-blur:1,late=1", (const double[]){0}, true);
}

/*
 * ---- the length of a step
 * ----------------------------------------------------------------------------
 */

/* A gray image goes as far as one in colours, though channels disagree. */
static void test_gray_step(void **state)
{
    static struct images m;
    double x[N], g[N];

    (void)state;
    climb(3, "grayscale", &m);
    begin(x);
    picture_gray(size, x);
    for (int i = 0; i < N; i++)
        g[i] = (double)unit.weights[i];
    picture_gray(size, g);
    for (int64_t step = 0; step <= 3; step++) {
        assert_image(m.x[step], x);
        for (int i = 0; i < N; i++)
            x[i] += 2 * g[i] / picture_rms(size, g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start_alone), cmocka_unit_test(test_end_alone),
        cmocka_unit_test(test_blurs),       cmocka_unit_test(test_late_blurs),
        cmocka_unit_test(test_gray_step),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
