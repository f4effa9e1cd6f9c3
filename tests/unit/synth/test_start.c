/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_start.c - the noise from which an ascent starts */
#include "../../harness/test.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "synth/settings.h"
#include "synth/start.h"

enum { SIDE = 8, CHANNELS = 3, N = SIDE * SIDE * CHANNELS };

static const struct evk_shape small = {SIDE, SIDE, CHANNELS, false};

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

/* Noise that is not filtered. */
static struct origin white(void)
{
    struct origin o = origin();

    o.recipe.start_slope = 0;
    return o;
}

static void noise(const struct origin *o, const struct evk_shape *shape, float *image)
{
    const struct evk_start which = {o->digest, o->output, o->start, o->attempt};
    const char *wanted;

    assert_ok(evk_start_noise(&o->recipe, &which, evk_kernels_best(&wanted), shape, image, err));
}

/* Check that the two noises differ everywhere, but for chance: N / 2^24 values may be equal. */
static void differ(const struct origin *a, const struct origin *b)
{
    float x[N], y[N];
    int same = 0;

    noise(a, &small, x);
    noise(b, &small, y);
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

/* Without a slope, the first rows of a larger image are a smaller one. */
static void test_depends_on_nothing_else(void **state)
{
    static const struct evk_shape half = {SIDE / 2, SIDE, CHANNELS, false};
    const struct origin a = white();
    struct origin b = a;
    float x[N], y[N];

    (void)state;
    b.recipe.steps = 1;
    b.recipe.starts = 100;
    b.recipe.minimize = true;
    b.recipe.method = "another";
    noise(&a, &small, x);
    noise(&b, &small, y);
    assert_memory_equal(x, y, sizeof(x));
    noise(&b, &half, y);
    assert_memory_equal(x, y, sizeof(x) / 2);
}

/* Values lie half the contrast around the mean, and take every level in between. */
static void test_range(void **state)
{
    static const double contrasts[] = {50, 127, 1, 0}, means[] = {128, 64.5, 200};

    (void)state;
    for (int k = 0; k < 12; k++) {
        const double half = contrasts[k % 4] / 2, mean = means[k / 4];
        struct origin o = white();
        float x[N];

        o.recipe.start_contrast = contrasts[k % 4];
        o.recipe.start_mean = mean;
        noise(&o, &small, x);
        for (int i = 0; i < N; i++)
            assert_true((double)x[i] >= mean - half && (double)x[i] <= mean + half);
    }
}

/* Without a mean of its own that of natural images; published has its own, and [128, 178). */
static void test_mean(void **state)
{
    struct origin o = white(), p = o, published = o;
    float x[N], y[N];

    (void)state;
    assert_true(isnan(o.recipe.start_mean));
    o.recipe.natural_mean = 97;
    p.recipe.start_mean = 97;
    noise(&o, &small, x);
    noise(&p, &small, y);
    assert_memory_equal(x, y, sizeof(x));
    p.recipe.start_mean = 98;
    differ(&o, &p);
    assert_ok(evk_recipe_of_method(&published.recipe, "published", err));
    assert_true(published.recipe.start_slope == 0);
    o.recipe.natural_mean = 25;
    o.recipe.start_contrast = 50;
    noise(&o, &small, x);
    noise(&published, &small, y);
    for (int i = 0; i < N; i++) {
        assert_true(y[i] >= 128 && y[i] < 178);
        /* the uniform number times 50, and then 128: one rounding of each, as it always was */
        assert_true(y[i] == 128 + x[i]);
    }
}

/* Equal channels: those that the first channel has in colour. */
static void test_grayscale(void **state)
{
    struct origin o = white();
    float color[N], gray[N];

    (void)state;
    noise(&o, &small, color);
    o.recipe.grayscale = true;
    noise(&o, &small, gray);
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
    struct origin o = white();
    const struct evk_shape large = {LARGE / 3 / 100, 100, 3, false};
    double sum = 0, squares = 0, lag = 0;

    (void)state;
    o.recipe.start_contrast = 50;
    noise(&o, &large, x);
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

/* By default the noise of the default method; a slope of 0 leaves the uniform numbers as they are. */
static void test_white(void **state)
{
    const struct origin o = white();
    const struct evk_start which = {o.digest, o.output, o.start, o.attempt};
    const evk_recipe robust = evk_recipe_default();
    struct evk_rng_key key;
    float x[N];

    (void)state;
    assert_true(robust.start_slope == 1.3 && robust.start_contrast == 100);
    assert_ok(evk_start_key(&o.recipe, &which, "evoke start", &key, err));
    noise(&o, &small, x);
    for (int i = 0; i < N; i++)
        assert_true(same_bits(x[i], 60 + 100 * evk_rng_uniform(&key, (uint64_t)i)));
}

/* ---- noise with a slope, against the cosine transform by definition, in double -------------- */

enum { H = 9, W = 14, SLOPED = H * W * CHANNELS };

static const struct evk_shape oblong = {H, W, CHANNELS, false};

/* Returns the value at a place of cosine wave u of n places, whose L2 norm is 1. */
static double wave(int n, int u, int place)
{
    return sqrt((u ? 2.0 : 1.0) / n) * cos(acos(-1) * (place + 0.5) * u / n);
}

/* Returns coefficient (u, v) of a channel of an image, less its mean. */
static double coefficient(const float *x, double mean, int u, int v, int channel)
{
    double sum = 0;

    for (int i = 0; i < H * W; i++)
        sum += wave(H, u, i / W) * wave(W, v, i % W) * ((double)x[CHANNELS * i + channel] - mean);
    return sum;
}

static double norm_about(const float *x, double mean)
{
    double squares = 0;

    for (int i = 0; i < SLOPED; i++)
        squares += pow((double)x[i] - mean, 2);
    return sqrt(squares);
}

/* Returns the amplitude of a frequency; below one cycle per longer side it is that of one cycle. */
static double amplitude(int u, int v, double slope)
{
    const double cycles = H * hypot(u / (2.0 * H), v / (2.0 * W));

    return u + v > 0 ? pow(fmax(cycles, (double)H / W), -slope) : 0;
}

/*
 * Each coefficient is that of white noise, times f^-slope, times one number for all, by which the
 * RMS about the mean stays; and that of frequency 0 is 0.  The errors of an image have at most the
 * L2 norm that test_cosine.c gives for its filter, and three roundings of values below 256.
 */
static void assert_slope(const struct origin *o, double mean)
{
    struct origin flat = *o;
    float x[SLOPED], w[SLOPED];
    double squares = 0, norm, times, bound;

    flat.recipe.start_slope = 0;
    noise(o, &oblong, x);
    noise(&flat, &oblong, w);
    norm = norm_about(w, mean);
    for (int i = 0; i < SLOPED; i++) {
        const int c = i % CHANNELS, u = i / CHANNELS / W, v = i / CHANNELS % W;
        const double a = amplitude(u, v, o->recipe.start_slope);

        squares += pow(a * coefficient(w, mean, u, v, c), 2);
    }
    times = norm / sqrt(squares);
    bound = (2 * sqrt(H) * (H + 1) + 2 * sqrt(W) * (W + 1) + 5) * norm * times *
                amplitude(0, 1, fabs(o->recipe.start_slope)) +
            3 * 256 * sqrt(SLOPED);
    bound *= 1.01 * (double)FLT_EPSILON / 2;
    assert_true(fabs(norm_about(x, mean) - norm) <= bound);
    for (int i = 0; i < SLOPED; i++) {
        const int c = i % CHANNELS, u = i / CHANNELS / W, v = i / CHANNELS % W;
        const double a = times * amplitude(u, v, o->recipe.start_slope);

        assert_true(fabs(coefficient(x, mean, u, v, c) - a * coefficient(w, mean, u, v, c)) <=
                    bound);
    }
}

static void test_slope(void **state)
{
    static const double slopes[] = {1.3, 0.5, 2};
    struct origin o = origin();

    (void)state;
    assert_slope(&o, 110);
    for (int i = 0; i < 3; i++) {
        o.recipe.start_slope = slopes[i];
        o.recipe.start_mean = 97;
        o.recipe.start_contrast = 30;
        o.recipe.grayscale = i == 1;
        assert_slope(&o, 97);
    }
}

/* Equal channels stay equal to the bit; one pixel is the mean. */
static void test_slope_of_gray(void **state)
{
    static const struct evk_shape pixel = {1, 1, CHANNELS, false};
    struct origin o = origin();
    float x[SLOPED];

    (void)state;
    o.recipe.grayscale = true;
    noise(&o, &oblong, x);
    for (int i = 0; i < SLOPED; i++)
        assert_true(same_bits(x[i], x[i - i % CHANNELS]));
    assert_true(x[0] != x[CHANNELS]);
    noise(&o, &pixel, x);
    for (int i = 0; i < CHANNELS; i++)
        assert_true(x[i] == 110);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depends),       cmocka_unit_test(test_depends_on_nothing_else),
        cmocka_unit_test(test_range),         cmocka_unit_test(test_mean),
        cmocka_unit_test(test_grayscale),     cmocka_unit_test(test_moments),
        cmocka_unit_test(test_white),         cmocka_unit_test(test_slope),
        cmocka_unit_test(test_slope_of_gray),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
