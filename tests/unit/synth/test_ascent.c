/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_ascent.c - the loop: courses on a linear unit by hand, what is the result, priors in it */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/keras_file.h"
#include "../../harness/linear.h"
#include "../../harness/net.h"
#include "../../harness/recipe.h"
#include "../../harness/test.h"
#include "synth/settings.h"

enum { N = TINY_VALUES, MOST = 20 };

static char *folder;
static struct linear unit;
static evk_model *linear;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("ascent");
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

/* What an ascent showed on its way, and what became of it. */
struct course {
    int64_t shown;
    float value[MOST], image[N], last_shown[N];
    double response;
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

static struct course climb(const evk_model *m, const evk_recipe *r, const float *from)
{
    struct course c = {.shown = 0};
    const evk_watch watch = {note, &c, false};
    evk_session *s;
    evk_ascent out;

    assert_ok(evk_session_new_for(&s, m, 0, err));
    assert_ok(evk_synthesize(s, r, 0, &(evk_given){.from = from}, &watch, c.image, &out, err));
    evk_session_free(s);
    assert_int_equal(c.shown, r->steps + 1);
    assert_int_equal(out.restarts, 0);
    c.response = out.response;
    return c;
}

/* Three steps of 8 along the gradient over its RMS, of which the last image is kept, and no prior. */
static evk_recipe plain(void)
{
    evk_recipe r = published_recipe();

    r.steps = 3;
    r.step_size = 8;
    r.gradient_blur = r.image_blur = 0;
    r.image_blur_every = 0;
    r.image_blur_late = false;
    r.gradient_scale = "rms";
    r.result = "last";
    return r;
}

static void add(evk_recipe *r, const char *prior)
{
    r->priors.text[r->priors.count++] = prior;
}

static double rms(const float *x, double about)
{
    double squares = 0;

    for (int i = 0; i < N; i++)
        squares += ((double)x[i] - about) * ((double)x[i] - about);
    return sqrt(squares / N);
}

static void gray(float *x)
{
    for (int i = 0; i < N; i++)
        x[i] = 128;
}

/* ---- by hand ---------------------------------------------------------------------------- */

/* From grey by so many levels along the unit's weights, of RMS 1. */
static void along(const evk_recipe *r, double levels)
{
    const double norm = rms(unit.weights, 0);
    struct course c;
    float from[N];

    gray(from);
    c = climb(linear, r, from);
    for (int i = 0; i < N; i++)
        assert_true(fabs((double)c.image[i] - 128 - levels * (double)unit.weights[i] / norm) <=
                    3 * 0x1p-16 + 1e-6 * fabs(levels));
    assert_memory_equal(c.image, c.last_shown, sizeof(c.image));
    assert_true(c.response == (double)c.value[r->steps]);
    assert_true(fabs(c.response - linear_response(&unit, c.image, 0)) <=
                sum_bound(N, 9.0 * 255 * N));
}

static void test_sizes(void **state)
{
    evk_recipe r = plain();

    (void)state;
    along(&r, 24);
    r.minimize = true;
    along(&r, -24);
    r.minimize = false;
    r.step_end = 2; /* 8, 5, 2 */
    along(&r, 15);
    r.steps = 1;
    along(&r, 8);
    r.steps = 0;
    along(&r, 0);
    r = plain();
    r.optimizer = "momentum"; /* the mean of gradients that are all one */
    along(&r, 24);
    r.steps = 1;
    along(&r, 8);
}

/* Adam: each value goes its sign's way, as far as any other. */
static void test_adam(void **state)
{
    evk_recipe r = plain();
    struct course c;
    float from[N];

    (void)state;
    gray(from);
    r.optimizer = "adam";
    c = climb(linear, &r, from);
    for (int i = 0; i < N; i++) {
        const int sign = (unit.weights[i] > 0) - (unit.weights[i] < 0);

        assert_true(fabs((double)c.image[i] - 128 - 24 * sign) <= 1e-3);
    }
}

/* A penalty of weight W is a pull of RMS W: of the L2 norm, towards grey. */
static void test_penalty(void **state)
{
    const double norm = rms(unit.weights, 0);
    evk_recipe r = plain();
    uint64_t seed = 8;
    struct course c;
    float from[N];

    (void)state;
    for (int i = 0; i < N; i++)
        from[i] = 128 + 30 * random_float(&seed);
    r.steps = 1;
    add(&r, "lp:2,weight=0.5");
    c = climb(linear, &r, from);
    for (int i = 0; i < N; i++) {
        const double pull = 0.5 * ((double)from[i] - 128) / rms(from, 128);
        const double want = (double)from[i] + 8 * ((double)unit.weights[i] / norm - pull);

        assert_true(fabs((double)c.image[i] - want) <= 1e-4);
    }
}

/* ---- the result ------------------------------------------------------------------------- */

/* -(softplus(z) + softplus(-z)), z the mean of all values less 128.5: highest at z = 0. */
static evk_model *hill(void)
{
    const int64_t two = 2, single = 1;
    struct keras_file k;
    float *w, *bias;
    evk_model *m;

    keras_init(&k, NULL);
    keras_input(&k, "in", TINY_H, TINY_W, TINY_C);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_layer(&k, "Dense", "sides", "'units':2,'activation':'softplus'", NULL);
    w = keras_array(&k, 2, (const int64_t[]){N, two});
    bias = keras_array(&k, 1, &two);
    for (int i = 0; i < N; i++) {
        w[2 * i] = 1.0F / N;
        w[2 * i + 1] = -1.0F / N;
    }
    bias[0] = -128.5F;
    bias[1] = 128.5F;
    keras_layer(&k, "Dense", "top", "'units':1", NULL);
    w = keras_array(&k, 2, (const int64_t[]){two, single});
    w[0] = w[1] = -1;
    (void)keras_array(&k, 1, &single);
    keras_save(&k, path_in(folder, "hill.keras"), "top");
    keras_release(&k);
    assert_ok(evk_model_open(&m, path_in(folder, "hill.keras"), NULL, err));
    return m;
}

/* From half a level below the top steps of 8, 6 and 4 go past it: the start was the best. */
static void test_best_or_last(void **state)
{
    evk_model *m = hill();
    evk_recipe r = plain();
    struct course last, best;
    float from[N];

    (void)state;
    gray(from);
    r.step_end = 4;
    last = climb(m, &r, from);
    r.result = "best";
    best = climb(m, &r, from);
    assert_memory_equal(last.value, best.value, sizeof(last.value));
    for (int i = 1; i < 4; i++)
        assert_true(best.value[i] < best.value[0]);
    assert_memory_equal(best.image, from, sizeof(from));
    assert_true(best.response == (double)best.value[0]);
    assert_memory_equal(last.image, last.last_shown, sizeof(last.image));
    assert_true(last.response == (double)last.value[3]);
    evk_model_free(m);
}

/* ---- priors in it ----------------------------------------------------------------------- */

static void same_image(const evk_recipe *a, const evk_recipe *b, bool same)
{
    const struct course x = climb(linear, a, NULL), y = climb(linear, b, NULL);

    assert_int_equal(memcmp(x.image, y.image, sizeof(x.image)) == 0, same);
}

/* Options that are short for priors; what is said of a prior goes before them. */
static void test_short_forms(void **state)
{
    const evk_recipe none = plain();
    evk_recipe option = plain(), prior = plain();

    (void)state;
    option.gradient_blur = 1.5;
    add(&prior, "gradient-blur:1.5");
    same_image(&option, &prior, true);
    same_image(&option, &none, false);
    add(&option, "gradient-blur:off");
    same_image(&option, &none, true);
    option = prior = plain();
    option.grayscale = true;
    add(&prior, "grayscale");
    same_image(&option, &none, false);
    option = prior = plain();
    option.steps = prior.steps = 6;
    option.image_blur = 2;
    option.image_blur_every = 2;
    add(&prior, "image-blur:2,every=2");
    same_image(&option, &prior, true);
    option.image_blur_late = true;
    same_image(&option, &prior, false);
    add(&prior, "image-blur:2,every=2,late=1");
    same_image(&option, &prior, true);
}

/* Noise in what a linear unit sees changes its responses and not its gradient. */
static void test_noise(void **state)
{
    evk_recipe r = plain();
    struct course without, with, again, more;
    float from[N];

    (void)state;
    gray(from);
    without = climb(linear, &r, from);
    add(&r, "noise:30");
    with = climb(linear, &r, from);
    again = climb(linear, &r, from);
    assert_memory_equal(with.image, without.image, sizeof(with.image));
    assert_memory_equal(with.value, again.value, sizeof(with.value));
    for (int i = 0; i < 3; i++)
        assert_true(with.value[i] != without.value[i]);
    assert_true(with.value[3] == without.value[3]); /* of the image itself */
    r.seed = 1;
    again = climb(linear, &r, from);
    assert_true(again.value[0] != with.value[0]);
    r.samples = 4;
    more = climb(linear, &r, from);
    assert_true(more.value[0] != again.value[0]);
    for (int i = 0; i < N; i++)
        assert_true(fabsf(more.image[i] - with.image[i]) <= 1e-4F);
}

/*
 * What the network sees of x is T x and a constant, the same for every image: its response rises
 * from x to x + e by e' T' w.  A step d is along T' w: so that is for every e in proportion to e' d.
 */
static void goes_along_the_adjoint(const char *const *priors)
{
    evk_recipe r = plain();
    float from[N], moved[N];
    uint64_t seed = 11;
    struct course c;
    double slope = 0, rise;

    gray(from);
    r.steps = 1;
    for (; *priors; priors++)
        add(&r, *priors);
    c = climb(linear, &r, from);
    for (int trial = 0; trial < 20; trial++) {
        double overlap = 0;
        struct course other;

        for (int i = 0; i < N; i++) {
            const float d = c.image[i] - from[i], e = 20 * random_float(&seed);

            moved[i] = trial ? from[i] + e : c.image[i];
            overlap += (double)(moved[i] - from[i]) * (double)d;
        }
        other = climb(linear, &r, moved);
        rise = (double)other.value[0] - (double)c.value[0];
        if (trial == 0)
            slope = rise / overlap;
        assert_true(fabs(rise - slope * overlap) <= 2 * sum_bound(N, 9.0 * 255 * N));
    }
    assert_true(slope > 0);
}

static void test_transformations(void **state)
{
    static const char *const texts[][5] = {
        {"jitter:3"},
        {"rotate:30"},
        {"rotate:30", "jitter:3"},
        {"noise:30", "jitter:3", "rotate:30", "scale"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        goes_along_the_adjoint(texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),           cmocka_unit_test(test_adam),
        cmocka_unit_test(test_penalty),         cmocka_unit_test(test_best_or_last),
        cmocka_unit_test(test_short_forms),     cmocka_unit_test(test_noise),
        cmocka_unit_test(test_transformations),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
