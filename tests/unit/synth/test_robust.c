/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_robust.c - the default method: contrast of natural images, a course of its own each time */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/test.h"
#include "../../harness/tiny.h"
#include "../../oracle/picture.h"
#include "image/statistics.h"
#include "synth/settings.h"

enum { N = TINY_VALUES, PIXELS = TINY_H * TINY_W, STARTS = 6 };

static evk_model *model;

static int set_up(void **state)
{
    char *folder = scratch_folder("robust");

    (void)state;
    model = tiny_model(path_in(folder, "tiny.keras"), "l");
    free(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    return 0;
}

static double climb(const evk_recipe *r, int64_t start, float image[N])
{
    evk_session *s;
    evk_ascent out;

    assert_ok(evk_session_new_for(&s, model, 0, err));
    assert_ok(evk_synthesize(s, r, start, NULL, NULL, image, &out, err));
    evk_session_free(s);
    return out.response;
}

/* The mean over channels of the sample SD. */
static double channel_sd(const float *x)
{
    double total = 0;

    for (int c = 0; c < TINY_C; c++) {
        double sum = 0, squares = 0;

        for (int i = c; i < N; i += TINY_C)
            sum += (double)x[i];
        for (int i = c; i < N; i += TINY_C)
            squares += pow((double)x[i] - sum / PIXELS, 2);
        total += sqrt(squares / (PIXELS - 1));
    }
    return total / TINY_C;
}

/*
 * Is the RMS of colours, along both axes, at most 1.6 times that of natural images?  What is done
 * after the limit, to contrast and to values beyond the box, may change it by some percent.
 */
static bool has_natural_colours(const float *x)
{
    const struct picture_axes a =
        picture_axes(evk_statistics_default_mean, evk_statistics_default_covariance);

    for (int k = 1; k < 3; k++) {
        double squares = 0;

        for (int i = 0; i < N; i += TINY_C) {
            double d = -a.mean[k];

            for (int c = 0; c < TINY_C; c++)
                d += a.axis[k][c] * (double)x[i + c];
            squares += d * d;
        }
        if (!(sqrt(squares / PIXELS) <= 1.05 * 1.6 * a.sd[k]))
            return false;
    }
    return true;
}

static int at_the_edge(const float *x)
{
    int count = 0;

    for (int i = 0; i < N; i++) {
        assert_true(x[i] >= 0 && x[i] <= 255);
        count += x[i] < 0.5F || x[i] >= 254.5F;
    }
    return count;
}

/* Its contrast is what it is told of natural images, and no higher; it climbs all the same. */
static void test_contrast(void **state)
{
    static const double natural[] = {57, 40, 20};
    static float image[STARTS][N];

    (void)state;
    for (size_t k = 0; k < sizeof(natural) / sizeof(natural[0]); k++) {
        evk_recipe r = evk_recipe_default();

        r.natural_sd = natural[k];
        r.priors.text[r.priors.count++] = "jitter:1"; /* 4 is much of so small an image */
        r.priors.text[r.priors.count++] = "tv:off";   /* all its contrast is between neighbours */
        for (int i = 0; i < STARTS; i++) {
            evk_recipe none = r;
            float start[N];

            none.steps = 0;
            assert_true(climb(&r, i, image[i]) > climb(&none, i, start) + 1000);
            assert_true(channel_sd(image[i]) <= natural[k] + 0.1);
            if (natural[k] >= 40) /* with less some end all but white, as bright as can be */
                assert_true(channel_sd(image[i]) >= 0.9 * natural[k]);
            assert_true(at_the_edge(image[i]) <= N / 20);
            assert_true(has_natural_colours(image[i]));
            for (int j = 0; j < i; j++)
                assert_memory_not_equal(image[i], image[j], sizeof(image[i]));
        }
    }
}

/* What it is made of can be turned off one by one: then none of it is left. */
static void test_turned_off(void **state)
{
    static const char *const off[] = {"rotate:off", "jitter:off",     "colour-jitter:off",
                                      "tv:off",     "fourier:off",    "receptive-field:off",
                                      "chroma:off", "channel-sd:off", "clipped:off"};
    evk_recipe r = evk_recipe_default(), bare = r;
    float a[N], b[N];

    (void)state;
    for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++)
        r.priors.text[r.priors.count++] = off[i];
    bare.priors.count = 0;
    assert_true(climb(&r, 0, a) == climb(&bare, 0, b));
    assert_memory_equal(a, b, sizeof(a));
    assert_true(climb(&bare, 0, b) > 0 && channel_sd(b) > 60);
    assert_false(has_natural_colours(b));
}

/* Gray images stay gray, also where the limit on colour is so low that gray itself is beyond it. */
static void test_gray(void **state)
{
    evk_recipe r = evk_recipe_default();
    float image[N];

    (void)state;
    r.grayscale = true;
    r.priors.text[r.priors.count++] = "chroma:0.1";
    climb(&r, 0, image);
    for (int i = 0; i < N; i++)
        assert_true(image[i] == image[i - i % TINY_C]);
    assert_true(channel_sd(image) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_contrast),
                                       cmocka_unit_test(test_turned_off),
                                       cmocka_unit_test(test_gray)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
