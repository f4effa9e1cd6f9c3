/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_view.c - from the latent image to what the network sees, and the gradient all the way back
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/prior.h"
#include "../../harness/test.h"
#include "base/param.h"
#include "synth/view.h"

enum { H = 19, W = 23, C = 3, N = H * W * C };

extern const struct evk_prior_type evk_prior_sigmoid;

static uint64_t seed = 1;

/* What the network sees of an image through some priors, at the first step. */
struct sight {
    struct evk_frame frame;
    struct evk_priors priors;
    struct evk_view look;
};

static void sight_open(struct sight *s, evk_texts texts)
{
    const char *wanted;

    s->frame = (struct evk_frame){.h = H,
                                  .w = W,
                                  .c = C,
                                  .k = evk_kernels_best(&wanted),
                                  .natural_mean = 110,
                                  .pixels_per_degree = (double)NAN};
    assert_ok(evk_priors_open(&s->priors, &texts, &s->frame, err));
    assert_ok(evk_view_open(&s->look, &s->priors, &s->frame, err));
    evk_view_at(&s->look, &(struct evk_clock){.step = 0, .steps = 5});
}

static void sight_close(struct sight *s)
{
    evk_view_close(&s->look);
    evk_priors_close(&s->priors);
}

/*
 * ---- sigmoid
 * --------------------------------------------------------------------------------------
 */

static double sigmoid(double z)
{
    return 255 / (1 + exp(-4 * (z - 127.5) / 255));
}

/* The sigmoid stays within 0 to 255 for any latent value, and has a slope of 1 in the middle. */
static void test_sigmoid(void **state)
{
    static const float ends[] = {-1e30F, -1e4F, 1e4F, 1e30F};
    struct trial t = trial_open(&evk_prior_sigmoid, H, W, C, NULL);
    float *x = fenced_random(&seed, t.n), *y = fenced(t.n, NULL);

    (void)state;
    for (int64_t i = 0; i < t.n; i++)
        x[i] = i < 4 ? ends[i] : i == 4 ? 127.5F : 127.5F + 600 * x[i];
    t.type->show(t.self, &t.frame, x, y);
    for (int64_t i = 0; i < t.n; i++) {
        assert_true(y[i] >= 0 && y[i] <= 255);
        assert_true(fabs((double)y[i] - sigmoid((double)x[i])) <= 1.01 * 255 * 0x1p-25);
    }
    assert_true(y[4] == 127.5F);
    fenced_free(x, t.n);
    fenced_free(y, t.n);
    trial_close(&t);
}

/*
 * A latent value is rounded by at most 2^-24 of 524 levels, the furthest that half a level is away,
 * and where it is shown the slope is at most 1.
 */
static void test_latent(void **state)
{
    struct trial t = trial_open(&evk_prior_sigmoid, H, W, C, NULL);
    float *x = trial_image(&t, &seed), *z, *y = fenced(t.n, NULL);

    (void)state;
    x[0] = 0;
    x[1] = 255;
    z = fenced(t.n, x);
    t.type->latent(t.self, &t.frame, z);
    t.type->show(t.self, &t.frame, z, y);
    for (int64_t i = 0; i < t.n; i++) {
        const double want = fmin(fmax((double)x[i], 0.5), 254.5);

        assert_true(isfinite(z[i]));
        assert_true(fabs((double)y[i] - want) <= (524 + 255) * 0x1p-24);
    }
    fenced_free(x, t.n);
    fenced_free(y, t.n);
    fenced_free(z, t.n);
    trial_close(&t);
}

/*
 * ---- the chain back -----------------------------------------------------------------------------
 */

static double seen(struct sight *s, const float *x, const float *w)
{
    const float *y = evk_view_transform(&s->look, evk_view_show(&s->look, x));
    double sum = 0;

    for (int i = 0; i < N; i++)
        sum += (double)w[i] * (double)y[i];
    return sum;
}

/*
 * The slope of w' seen(x) along d, by differences of half a level to either side, and by the
 * gradient that comes back.  What the third derivative of the sigmoid may do to it: h^2 / 6 times
 * at most (4 / 255)^2 / 2; what is rounded: a few of its units in each value of what is seen, over
 * 2 h.
 */
static void check_slope(evk_texts texts)
{
    const double h = 0.5, third = h * h / 6 * pow(4.0 / 255, 2) / 2, rounding = 8 * 512 * 0x1p-24;
    float x[N], d[N], w[N], moved[N], g[N], spare[N], *back = g, *scratch = spare;
    const struct evk_rng_key key = trial_key(3);
    double by_gradient = 0, magnitude = 0, weight = 0, up, down;
    struct sight s;

    sight_open(&s, texts);
    evk_view_draw(&s.look, &key, 0, 0);
    for (int i = 0; i < N; i++) {
        x[i] = 128 + 120 * random_float(&seed);
        d[i] = random_float(&seed) > 0 ? 1 : -1;
        w[i] = g[i] = random_float(&seed);
    }
    for (int i = 0; i < N; i++)
        moved[i] = x[i] + (float)h * d[i];
    up = seen(&s, moved, w);
    for (int i = 0; i < N; i++)
        moved[i] = x[i] - (float)h * d[i];
    down = seen(&s, moved, w);
    (void)seen(&s, x, w);
    evk_view_adjoint(&s.look, x, &back, &scratch);
    for (int i = 0; i < N; i++) {
        by_gradient += (double)back[i] * (double)d[i];
        magnitude += fabs((double)back[i]);
        weight += fabs((double)w[i]);
    }
    assert_true(magnitude > 10);
    assert_true(fabs((up - down) / (2 * h) - by_gradient) <=
                third * 8 * magnitude + rounding * weight / h + 1e-5 * magnitude);
    sight_close(&s);
}

static void test_slope(void **state)
{
    static const evk_texts cases[] = {
        {{"sigmoid"}, 1},
        {{"jitter:5"}, 1},
        {{"sigmoid", "jitter:5,around=1"}, 2},
        {{"sigmoid", "scale:0.2", "rotate:20", "jitter:4", "brightness", "colour-jitter:0.8"}, 6},
        {{"scale:0.2", "rotate:20", "jitter:40", "brightness", "colour-jitter:0.8", "noise:20"}, 6},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check_slope(cases[i]);
}

/* Through a window the gradient is that of what is shown, where anything is. */
static void test_window(void **state)
{
    const evk_texts texts = {{"aperture:radius=8,edge=5,background=90"}, 1};
    float x[N], g[N], spare[N], *back = g, *scratch = spare;
    const float *y;
    struct sight s;
    int hidden = 0;

    (void)state;
    sight_open(&s, texts);
    assert_ptr_equal(s.frame.window, &s.look.window);
    for (int i = 0; i < N; i++) {
        x[i] = 128 + 120 * random_float(&seed);
        g[i] = 1 + random_float(&seed) / 2;
    }
    memcpy(spare, g, sizeof(g));
    y = evk_view_show(&s.look, x);
    evk_view_adjoint(&s.look, x, &back, &scratch);
    for (int i = 0; i < N; i++) {
        const bool open = hypot(i / C / W + 0.5 - H / 2.0, i / C % W + 0.5 - W / 2.0) < 8;

        assert_true(back[i] == (open ? spare[i] : 0));
        assert_true(open || y[i] == 90);
        hidden += !open;
    }
    assert_true(hidden > 0 && hidden < N);
    sight_close(&s);
}

/*
 * ---- which priors -------------------------------------------------------------------------------
 */

/*
 * Without a prior that changes how the latent image is shown, the image is the latent image;
 * without a transformation, the network sees the image itself.
 */
static void test_nothing_between(void **state)
{
    const evk_texts texts = {{"tv"}, 1};
    float x[N] = {0};
    struct sight s;

    (void)state;
    sight_open(&s, texts);
    assert_ptr_equal(evk_view_show(&s.look, x), x);
    assert_ptr_equal(evk_view_transform(&s.look, x), x);
    assert_false(s.look.is_windowed || s.look.is_transformed);
    assert_null(s.frame.window);
    sight_close(&s);
}

/* No two texts may name one prior, so two of them are made by hand. */
static void test_two_shows(void **state)
{
    const evk_texts texts = {{"sigmoid"}, 1};
    struct sight s;
    struct evk_view second;

    (void)state;
    sight_open(&s, texts);
    s.priors.prior[1] = s.priors.prior[0];
    s.priors.count = 2;
    assert_fails(EVK_EINVAL, "found priors sigmoid and sigmoid, expected one of them",
                 evk_view_open(&second, &s.priors, &s.frame, err));
    evk_view_close(&second);
    s.priors.count = 1;
    sight_close(&s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sigmoid),         cmocka_unit_test(test_latent),
        cmocka_unit_test(test_slope),           cmocka_unit_test(test_window),
        cmocka_unit_test(test_nothing_between), cmocka_unit_test(test_two_shows),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
