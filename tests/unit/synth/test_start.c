/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_start.c - the noise from which an ascent starts */
#include "../../harness/test.h"

#include <math.h>
#include <string.h>

#include "synth/settings.h"
#include "synth/start.h"

enum { PIXELS = 8 * 8, CHANNELS = 3, N = PIXELS * CHANNELS };

/* Everything that the noise depends on. */
struct origin {
    evk_recipe recipe;
    unsigned char digest[EVK_SHA256_BYTES];
    int64_t output, start, attempt;
};

static struct origin origin(void)
{
    struct origin o = {.recipe = evk_recipe_default(), .output = 3, .start = 5};

    for (int i = 0; i < EVK_SHA256_BYTES; i++)
        o.digest[i] = (unsigned char)(7 * i);
    return o;
}

static void noise(const struct origin *o, int64_t pixels, int64_t channels, float *image)
{
    const struct evk_start which = {o->digest, o->output, o->start, o->attempt};

    assert_ok(evk_start_noise(&o->recipe, &which, pixels, channels, image, err));
}

/* Check that the two noises differ everywhere, but for chance: N / 2^24 values may be equal. */
static void differ(const struct origin *a, const struct origin *b)
{
    float x[N], y[N];
    int same = 0;

    noise(a, PIXELS, CHANNELS, x);
    noise(b, PIXELS, CHANNELS, y);
    for (int i = 0; i < N; i++)
        same += x[i] == y[i];
    assert_true(same <= 1);
}

static void test_depends(void **state)
{
    const struct origin a = origin();
    struct origin b[7];

    (void)state;
    for (int i = 0; i < 7; i++)
        b[i] = a;
    b[0].recipe.seed = 1;
    b[1].recipe.seed = (int64_t)1 << 53;
    b[2].digest[0] ^= 1;
    b[3].digest[EVK_SHA256_BYTES - 1] ^= 0x80;
    b[4].output++;
    b[5].start++;
    b[6].attempt++;
    for (int i = 0; i < 7; i++) {
        differ(&a, &b[i]);
        for (int j = 0; j < i; j++)
            differ(&b[i], &b[j]);
    }
}

/* The noise depends neither on the rest of the recipe nor on how many values are asked for. */
static void test_depends_on_nothing_else(void **state)
{
    const struct origin a = origin();
    struct origin b = a;
    float x[N], y[N];

    (void)state;
    b.recipe.steps = 1;
    b.recipe.starts = 100;
    b.recipe.minimize = true;
    b.recipe.method = "another";
    noise(&a, PIXELS, CHANNELS, x);
    noise(&b, PIXELS, CHANNELS, y);
    assert_memory_equal(x, y, sizeof(x));
    noise(&b, PIXELS / 2, CHANNELS, y);
    assert_memory_equal(x, y, sizeof(x) / 2);
}

/* Values lie half the contrast around the mean, and take every level in between. */
static void test_range(void **state)
{
    static const double contrasts[] = {50, 127, 1, 0}, means[] = {128, 64.5, 200};

    (void)state;
    for (int k = 0; k < 12; k++) {
        const double half = contrasts[k % 4] / 2, mean = means[k / 4];
        struct origin o = origin();
        float x[N];

        o.recipe.start_contrast = contrasts[k % 4];
        o.recipe.start_mean = mean;
        noise(&o, PIXELS, CHANNELS, x);
        for (int i = 0; i < N; i++)
            assert_true((double)x[i] >= mean - half && (double)x[i] <= mean + half);
    }
}

/* Without a mean of its own that of natural images; published has its own, and [128, 178). */
static void test_mean(void **state)
{
    struct origin o = origin(), p = o, published = o;
    float x[N], y[N];

    (void)state;
    assert_true(isnan(o.recipe.start_mean));
    o.recipe.natural_mean = 97;
    p.recipe.start_mean = 97;
    noise(&o, PIXELS, CHANNELS, x);
    noise(&p, PIXELS, CHANNELS, y);
    assert_memory_equal(x, y, sizeof(x));
    p.recipe.start_mean = 98;
    differ(&o, &p);
    assert_ok(evk_recipe_of_method(&published.recipe, "published", err));
    o.recipe.natural_mean = 25;
    noise(&o, PIXELS, CHANNELS, x);
    noise(&published, PIXELS, CHANNELS, y);
    for (int i = 0; i < N; i++) {
        assert_true(y[i] >= 128 && y[i] < 178);
        /* the uniform number times 50, and then 128: one rounding of each, as it always was */
        assert_true(y[i] == 128 + x[i]);
    }
}

/* Equal channels: those that the first channel has in colour. */
static void test_grayscale(void **state)
{
    struct origin o = origin();
    float color[N], gray[N];

    (void)state;
    noise(&o, PIXELS, CHANNELS, color);
    o.recipe.grayscale = true;
    noise(&o, PIXELS, CHANNELS, gray);
    for (int i = 0; i < N; i++)
        assert_true(gray[i] == color[i / CHANNELS * CHANNELS]);
    assert_true(gray[0] != gray[CHANNELS]);
}

/*
 * Uniform in [85, 135): mean 110, variance 50^2 / 12.  Five standard errors of
 * each over 120000 values; the fourth central moment is 50^4 / 80.
 */
static void test_moments(void **state)
{
    enum { LARGE = 120000 };
    static float x[LARGE];
    struct origin o = origin();
    double sum = 0, squares = 0, lag = 0;

    (void)state;
    noise(&o, LARGE / 3, 3, x);
    for (int i = 0; i < LARGE; i++) {
        const double d = (double)x[i] - 110;

        sum += d;
        squares += d * d;
        lag += i > 0 ? d * ((double)x[i - 1] - 110) : 0;
    }
    assert_true(fabs(sum / LARGE) < 5 * sqrt(2500.0 / 12 / LARGE));
    assert_true(fabs(squares / LARGE - 2500.0 / 12) <
                5 * sqrt((6250000.0 / 80 - 2500.0 / 12 * (2500.0 / 12)) / LARGE));
    assert_true(fabs(lag / LARGE) < 5 * 2500.0 / 12 / sqrt(LARGE)); /* neighbours: independent */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depends),   cmocka_unit_test(test_depends_on_nothing_else),
        cmocka_unit_test(test_range),     cmocka_unit_test(test_mean),
        cmocka_unit_test(test_grayscale), cmocka_unit_test(test_moments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
