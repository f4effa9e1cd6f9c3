/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_optima.c - a linear unit climbs to what is best under each constraint */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/prior.h"

extern const struct evk_prior_type evk_prior_channel_sd, evk_prior_rms_contrast, evk_prior_mean,
    evk_prior_norm, evk_prior_clipped, evk_prior_aperture, evk_prior_grayscale;

enum { H = 11, W = 13, STEPS = 400, SIZE = 4 };

static uint64_t seed = 1;

struct constraint {
    const struct evk_prior_type *type;
    const char *key, *value;
};

/* The frame of each constraint, and through which window it sees the image. */
static struct evk_image_window window_of(struct trial *t, int count, const int64_t size[3])
{
    struct evk_image_window w;

    assert_ok(evk_image_window_init(&w, size[0] * size[1], size[2], err));
    for (int i = 0; i < count; i++)
        if (t[i].type->narrow)
            t[i].type->narrow(t[i].self, &t[i].frame, &w);
    evk_image_window_finish(&w);
    return w;
}

/*
 * Ascent with no other prior: a step along w of RMS 1 where the image is seen, the constraints in
 * order, the box; of the latent image the window's part is shown.
 */
static void climb(const struct constraint *list, const int64_t size[3], const float *w, float *x)
{
    const int64_t n = size[0] * size[1] * size[2];
    struct trial t[3];
    const struct evk_kernels *k = evk_kernels_at(0);
    float *g = fenced(n, w);
    struct evk_image_window window;
    int count = 0;

    k->scale(n, (float)sqrt((double)n / k->sum_squares(n, w)), g);
    for (; list[count].type; count++) {
        struct trial *one = &t[count];

        *one = trial_open(list[count].type, size[0], size[1], size[2],
                          (const char *const[]){list[count].key, list[count].value, NULL});
    }
    window = window_of(t, count, size);
    evk_image_window_restrict(&window, g);
    for (int i = 0; i < count; i++)
        t[i].frame.window = &window;
    for (int64_t i = 0; i < n; i++)
        x[i] = 128 + random_float(&seed);
    for (int step = 0; step < STEPS; step++) {
        k->axpy(n, SIZE, g, x);
        for (int i = 0; i < count; i++)
            if (t[i].type->project)
                t[i].type->project(t[i].self, &t[i].frame, x);
        k->step(n, 0, g, x);
    }
    evk_image_window_show(&window, x, x);
    for (int i = 0; i < count; i++)
        trial_close(&t[i]);
    evk_image_window_release(&window);
    fenced_free(g, n);
}

static double mean_of(int64_t n, const float *w)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += (double)w[i];
    return sum / (double)n;
}

/* About a mean: sqrt of the sum of squares. */
static double length(int64_t n, const float *w, double mean)
{
    double squares = 0;

    for (int64_t i = 0; i < n; i++)
        squares += ((double)w[i] - mean) * ((double)w[i] - mean);
    return sqrt(squares);
}

/* x is base + direction, within a part in ten thousand of its length. */
static void assert_image(int64_t n, const float *x, double base, const double *direction)
{
    double apart = 0, squares = 0;

    for (int64_t i = 0; i < n; i++) {
        apart += pow((double)x[i] - base - direction[i], 2);
        squares += pow(direction[i], 2);
    }
    if (!(sqrt(apart / squares) <= 3e-4))
        fail_msg("apart from the optimum by %g of its length", sqrt(apart / squares));
}

/* N - 1 in the SD: RMS 20 of 4 pixels is an SD of 20 sqrt(4/3); gain 20 sqrt(4) ||w - mean w||. */
static void test_small(void **state)
{
    static const struct constraint zero_mean[] = {{&evk_prior_mean, "equal", "128"},
                                                  {&evk_prior_channel_sd, "equal", "23.0940108"},
                                                  {NULL, NULL, NULL}};
    static const struct constraint norm[] = {{&evk_prior_norm, "max", "10"}, {NULL, NULL, NULL}};
    static const struct constraint box[] = {{NULL, NULL, NULL}};
    const int64_t size[3] = {2, 2, 1};
    const float w[4] = {1, -2, 3, 0.5F};
    float x[4];
    double gain = 0;

    (void)state;
    climb(zero_mean, size, w, x);
    for (int i = 0; i < 4; i++)
        gain += (double)w[i] * ((double)x[i] - 128);
    assert_true(fabs(gain - 142.47807) <= 0.05);
    climb(norm, size, w, x);
    gain = 0;
    for (int i = 0; i < 4; i++)
        gain += (double)w[i] * ((double)x[i] - 128);
    assert_true(fabs(gain - 37.74917) <= 0.01);
    climb(box, size, w, x);
    for (int i = 0; i < 4; i++)
        assert_true(x[i] == (w[i] > 0 ? 255 : 0));
}

/* norm / ||w|| w */
static void test_norm(void **state)
{
    static const struct constraint list[][2] = {{{&evk_prior_norm, "max", "300"}},
                                                {{&evk_prior_norm, "equal", "300"}}};
    const int64_t size[3] = {H, W, 3}, n = H * W * 3;
    double best[H * W * 3];

    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        float *w = fenced_random(&seed, n), *x = fenced(n, NULL);

        climb(list[i], size, w, x);
        for (int64_t j = 0; j < n; j++)
            best[j] = 300 * (double)w[j] / length(n, w, 0);
        assert_image(n, x, 128, best);
        fenced_free(w, n);
        fenced_free(x, n);
    }
}

/*
 * SD sqrt(n - 1) / ||w - mean w|| (w - mean w) about the mean: contrast 0.25 of 120 is an SD of 30.
 */
static void test_mean_and_contrast(void **state)
{
    static const struct constraint list[][3] = {
        {{&evk_prior_mean, "equal", "120"}, {&evk_prior_channel_sd, "max", "30"}},
        {{&evk_prior_mean, "equal", "120"}, {&evk_prior_channel_sd, "equal", "30"}},
        {{&evk_prior_mean, "equal", "120"}, {&evk_prior_rms_contrast, "max", "0.25"}},
        {{&evk_prior_mean, "equal", "120"}, {&evk_prior_rms_contrast, "equal", "0.25"}},
    };
    const int64_t size[3] = {H, W, 1}, n = H * W;
    double best[H * W];

    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        float *w = fenced_random(&seed, n), *x = fenced(n, NULL);
        const double mean = mean_of(n, w);

        climb(list[i], size, w, x);
        for (int64_t j = 0; j < n; j++)
            best[j] = 30 * sqrt((double)(n - 1)) / length(n, w, mean) * ((double)w[j] - mean);
        assert_image(n, x, 120, best);
        fenced_free(w, n);
        fenced_free(x, n);
    }
}

/* Inside the circle the image is w scaled to the norm; without a norm, its values are 0 or 255. */
static void test_aperture(void **state)
{
    static const struct constraint both[] = {
        {&evk_prior_norm, "equal", "200"}, {&evk_prior_aperture, "edge", "0"}, {NULL, NULL, NULL}};
    static const struct constraint soft[] = {{&evk_prior_aperture, "edge", "3"},
                                             {NULL, NULL, NULL}};
    const int64_t size[3] = {H, W, 1}, n = H * W;
    float *w = fenced_random(&seed, n), *x = fenced(n, NULL);
    double best[H * W], squares = 0;

    (void)state;
    climb(both, size, w, x);
    for (int64_t i = 0; i < n; i++) {
        const double d = hypot((double)(i % W) + 0.5 - W / 2.0, (double)(i / W) + 0.5 - H / 2.0);

        best[i] = d < H / 2.0 ? (double)w[i] : 0;
        squares += best[i] * best[i];
    }
    for (int64_t i = 0; i < n; i++)
        best[i] *= 200 / sqrt(squares);
    assert_image(n, x, 128, best);
    climb(soft, size, w, x);
    for (int64_t i = 0; i < n; i++) {
        const double d = hypot((double)(i % W) + 0.5 - W / 2.0, (double)(i / W) + 0.5 - H / 2.0);
        const double into = fmin(fmax((H / 2.0 - d) / 3, 0), 1);
        const double window = pow(sin(acos(-1) / 2 * into), 2);

        if (fabsf(w[i]) > 0.05F) /* others have not got there yet */
            assert_true(fabs((double)x[i] - 128 - window * (w[i] > 0 ? 127 : -128)) <= 1e-4);
    }
    fenced_free(w, n);
    fenced_free(x, n);
}

/* The channels' mean of w decides: gray of a norm is as they all are. */
static void test_grayscale(void **state)
{
    static const struct constraint list[] = {
        {&evk_prior_grayscale, NULL, NULL}, {&evk_prior_norm, "equal", "300"}, {NULL, NULL, NULL}};
    const int64_t size[3] = {H, W, 3}, n = H * W * 3;
    float *w = fenced_random(&seed, n), *x = fenced(n, NULL);
    double best[H * W * 3], squares = 0;

    (void)state;
    climb(list, size, w, x);
    for (int64_t i = 0; i < n; i++) {
        const int64_t p = i / 3 * 3;

        best[i] = (double)w[p] + (double)w[p + 1] + (double)w[p + 2];
        squares += best[i] * best[i];
    }
    for (int64_t i = 0; i < n; i++)
        best[i] *= 300 / sqrt(squares);
    assert_image(n, x, 128, best);
    fenced_free(w, n);
    fenced_free(x, n);
}

/* A value with a larger weight is not smaller, but for roundings near a knee. */
static void assert_order(int64_t n, int64_t channel, const float *w, const float *x)
{
    for (int64_t i = channel; i < n; i += 3)
        for (int64_t j = channel; j < n; j += 3)
            if (w[i] < w[j] && !(x[i] <= x[j] + 0x1p-14F))
                fail_msg("weights %.9g and %.9g have values %.9g and %.9g", (double)w[i],
                         (double)w[j], (double)x[i], (double)x[j]);
}

/* N - 1 in it. */
static double channel_sd(int64_t n, int64_t channel, const float *x)
{
    const double count = (double)n / 3;
    double sum = 0, squares = 0;

    for (int64_t i = channel; i < n; i += 3)
        sum += (double)x[i];
    for (int64_t i = channel; i < n; i += 3)
        squares += pow((double)x[i] - sum / count, 2);
    return sqrt(squares / (count - 1));
}

/*
 * A climb that would clip everything: few are, the order is that of w, contrast is as wanted, and
 * the image obeys: both leave it as it is.
 */
static void test_natural_contrast(void **state)
{
    static const struct constraint list[] = {{&evk_prior_channel_sd, "max", "57"},
                                             {&evk_prior_clipped, "fraction", "0.05"},
                                             {NULL, NULL, NULL}};
    const int64_t size[3] = {H, W, 3}, n = H * W * 3;
    float *w = fenced_random(&seed, n), *x = fenced(n, NULL), *once;
    int64_t clipped = 0;
    double sd = 0;

    (void)state;
    for (int64_t i = 0; i < n; i++)
        w[i] = w[i] * w[i] * w[i]; /* few are far out */
    climb(list, size, w, x);
    for (int64_t i = 0; i < n; i++)
        clipped += x[i] < 0.5F || x[i] >= 254.5F;
    assert_true(clipped <= n / 20);
    for (int64_t c = 0; c < 3; c++) {
        assert_order(n, c, w, x);
        sd += channel_sd(n, c, x) / 3;
    }
    assert_true(sd <= 57.01 && sd > 50);
    once = fenced(n, x);
    for (int i = 0; list[i].type; i++) {
        struct trial t = trial_open(list[i].type, H, W, 3,
                                    (const char *const[]){list[i].key, list[i].value, NULL});

        t.type->project(t.self, &t.frame, x);
        trial_close(&t);
    }
    assert_memory_equal(x, once, (size_t)n * sizeof(*x));
    fenced_free(once, n);
    fenced_free(w, n);
    fenced_free(x, n);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),     cmocka_unit_test(test_norm),
        cmocka_unit_test(test_aperture),  cmocka_unit_test(test_mean_and_contrast),
        cmocka_unit_test(test_grayscale), cmocka_unit_test(test_natural_contrast),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
