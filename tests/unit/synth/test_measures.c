/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_measures.c - the measures of each step, of gradient, change and penalties, on a linear unit
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/linear.h"
#include "../../harness/recipe.h"
#include "../../harness/test.h"
#include "synth/settings.h"

enum { N = TINY_VALUES, STEPS = 3 };

static char *folder;
static struct linear unit;
static evk_model *linear;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("measures");
    linear = linear_unit(&unit, folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(linear);
    linear_release(&unit);
    free(folder);
    return 0;
}

struct course {
    int64_t shown;
    float image[STEPS + 1][N];
    double gradient[STEPS + 1], step[STEPS + 1], penalty[STEPS + 1][4];
    int penalties;
    char names[64];
};

static bool note(void *arg, const evk_step *now)
{
    struct course *c = arg;
    const int64_t i = c->shown++;

    memcpy(c->image[i], now->image, sizeof(c->image[i]));
    c->gradient[i] = now->gradient_norm;
    c->step[i] = now->step_rms;
    c->penalties = now->penalty_count;
    c->names[0] = '\0';
    for (int p = 0; p < now->penalty_count; p++) {
        c->penalty[i][p] = now->penalties[p];
        strcat(strcat(c->names, now->penalty_names[p]), " ");
    }
    return true;
}

static void climb(struct course *c, const evk_recipe *r, bool measures)
{
    const evk_watch watch = {note, c, measures};
    float from[N], image[N];
    evk_ascent out;
    evk_session *s;

    *c = (struct course){.shown = 0};
    for (int i = 0; i < N; i++)
        from[i] = 128 + (float)(i % 7);
    assert_ok(evk_session_new_for(&s, linear, 0, err));
    assert_ok(evk_synthesize(s, r, 0, &(evk_given){.from = from}, &watch, image, &out, err));
    evk_session_free(s);
    assert_int_equal(c->shown, STEPS + 1);
}

static double rms(const float *x)
{
    double squares = 0;

    for (int i = 0; i < N; i++)
        squares += (double)x[i] * (double)x[i];
    return sqrt(squares / N);
}

static evk_recipe plain(void)
{
    evk_recipe r = published_recipe();

    r.steps = STEPS;
    r.step_size = 8;
    r.step_end = 2; /* 8, 5, 2 */
    r.gradient_blur = r.image_blur = 0;
    r.image_blur_every = 0;
    r.result = "last";
    return r;
}

/* The gradient is the weights, whole numbers; a step is as long as it was asked for. */
static void test_steps(void **state)
{
    const double norm = rms(unit.weights);
    evk_recipe r = plain();
    struct course c;

    (void)state;
    climb(&c, &r, true);
    assert_true(isnan(c.gradient[0]) && isnan(c.step[0]));
    assert_int_equal(c.penalties, 0);
    for (int i = 1; i <= STEPS; i++) {
        assert_true(fabs(c.gradient[i] - norm) <= 1e-6 * norm);
        assert_true(fabs(c.step[i] - (11 - 3 * i) * norm / (norm + 1e-5)) <= 1e-4);
    }
    r.samples = 4; /* of one look, and the mean of four */
    r.priors.text[r.priors.count++] = "noise:1";
    climb(&c, &r, true);
    for (int i = 1; i <= STEPS; i++)
        assert_true(fabs(c.gradient[i] - norm) <= 1e-6 * norm);
    climb(&c, &r, false);
    for (int i = 1; i <= STEPS; i++)
        assert_true(isnan(c.step[i]) && fabs(c.gradient[i] - norm) <= 1e-6 * norm);
}

/* Where values are clipped, the measured change is what clipping leaves of the step. */
static void test_box(void **state)
{
    evk_recipe r = plain();
    struct course c;

    (void)state;
    r.step_size = 200;
    r.step_end = (double)NAN;
    climb(&c, &r, true);
    for (int i = 1; i <= STEPS; i++) {
        float moved[N];

        for (int k = 0; k < N; k++)
            moved[k] = c.image[i][k] - c.image[i - 1][k];
        assert_true(fabs(c.step[i] - rms(moved)) <= 1e-6 * rms(moved));
    }
    assert_true(c.step[1] < 150 && c.step[3] < c.step[2]);
}

/* A penalty's value is of the image that the step began from; not where it does not act. */
static void test_penalties(void **state)
{
    evk_recipe r = plain();
    struct course c;

    (void)state;
    r.priors.text[r.priors.count++] = "lp:2";
    r.priors.text[r.priors.count++] = "tv:until=0.5";
    climb(&c, &r, true);
    assert_int_equal(c.penalties, 2);
    assert_true(strcmp(c.names, "lp tv ") == 0 || strcmp(c.names, "tv lp ") == 0);
    for (int p = 0; p < 2; p++) {
        const bool is_tv = (c.names[0] == 't') == (p == 0);

        assert_true(isnan(c.penalty[0][p]));
        assert_true(c.penalty[1][p] > 0 && c.penalty[2][p] > c.penalty[1][p]);
        assert_int_equal(isnan(c.penalty[3][p]), is_tv);
    }
}

/* Taking measures does not change the images. */
static void test_same(void **state)
{
    evk_recipe r = plain();
    struct course with, without;

    (void)state;
    r.method = "robust";
    r.priors.text[r.priors.count++] = "jitter:2";
    r.priors.text[r.priors.count++] = "tv";
    climb(&with, &r, true);
    climb(&without, &r, false);
    assert_memory_equal(with.image, without.image, sizeof(with.image));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_box),
        cmocka_unit_test(test_penalties),
        cmocka_unit_test(test_same),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
