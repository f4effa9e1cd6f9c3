/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_transforms.c - what the network sees instead of the image: adjoints, ranges, distributions
 */
#include "../../harness/test.h"

#include <math.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/prior.h"

extern const struct evk_prior_type evk_prior_scale, evk_prior_rotate, evk_prior_brightness,
    evk_prior_colour_jitter, evk_prior_noise;

static const struct evk_prior_type *const types[] = {&evk_prior_scale, &evk_prior_rotate,
                                                     &evk_prior_brightness,
                                                     &evk_prior_colour_jitter, &evk_prior_noise};

static const char *const nothing[][5] = {{"amount", "0"},
                                         {"degrees", "0"},
                                         {"offset", "0", "contrast", "0"},
                                         {"amount", "0"},
                                         {"sd", "0"}};

static const char *const much[][5] = {{"amount", "0.5"},
                                      {"degrees", "90"},
                                      {"offset", "40", "contrast", "0.9"},
                                      {"amount", "0.3"},
                                      {"sd", "20"}};

static const int64_t sizes[][3] = {{1, 1, 1}, {1, 9, 3}, {8, 1, 1},   {2, 3, 3},
                                   {7, 5, 1}, {9, 8, 3}, {13, 17, 3}, {31, 30, 1}};

static void transform(const struct trial *t, int key, const float *x, float *y)
{
    const struct evk_rng_key k = trial_key(key);

    t->type->draw(t->self, &t->frame, &k);
    t->type->transform(t->self, &t->frame, x, y);
}

/* All outputs may fall on one pixel, and its sum have as many roundings. */
static void test_adjoint(void **state)
{
    uint64_t seed = 4;

    (void)state;
    for (size_t i = 0; i < COUNT(types) * COUNT(sizes); i++) {
        const int64_t *size = sizes[i % COUNT(sizes)];
        struct trial t =
            trial_open(types[i / COUNT(sizes)], size[0], size[1], size[2], much[i / COUNT(sizes)]);

        for (int key = 0; key < 10; key++) {
            const struct evk_rng_key k = trial_key(key);

            assert_adjoint(&t, &k, (int)(size[0] * size[1]) + 8, &seed);
        }
        trial_close(&t);
    }
}

/*
 * An amount of 0 leaves the image as it is; otherwise the transformation is a function of the key.
 */
static void test_keys(void **state)
{
    uint64_t seed = 5;

    (void)state;
    for (size_t i = 0; i < COUNT(types) * COUNT(sizes); i++) {
        const int64_t *size = sizes[i % COUNT(sizes)];
        const struct evk_prior_type *type = types[i / COUNT(sizes)];
        struct trial none = trial_open(type, size[0], size[1], size[2], nothing[i / COUNT(sizes)]);
        struct trial t = trial_open(type, size[0], size[1], size[2], much[i / COUNT(sizes)]);
        float *x = trial_image(&t, &seed), *y = fenced(t.n, NULL), *z = fenced(t.n, NULL);

        transform(&none, 1, x, y);
        assert_memory_equal(y, x, (size_t)t.n * sizeof(*x));
        transform(&t, 1, x, y);
        transform(&t, 2, x, z);
        assert_true(t.n == 1 || memcmp(y, z, (size_t)t.n * sizeof(*x)) != 0);
        transform(&t, 1, x, z);
        assert_memory_equal(y, z, (size_t)t.n * sizeof(*x));
        fenced_free(x, t.n);
        fenced_free(y, t.n);
        fenced_free(z, t.n);
        trial_close(&none);
        trial_close(&t);
    }
}

/* Slopes down and right, at the centre of 21 x 21, of a ramp that rises by down and right. */
static void slopes(const struct trial *t, int key, double down, double right, double out[2])
{
    float x[21 * 21], y[21 * 21];

    for (int i = 0; i < 21 * 21; i++)
        x[i] = (float)(128 + down * (i / 21 - 10) + right * (i % 21 - 10));
    transform(t, key, x, y);
    assert_true(fabs((double)y[220] - 128) < 1e-4); /* the centre stays */
    out[0] = (double)y[241] - (double)y[220];
    out[1] = (double)y[221] - (double)y[220];
}

/* A ramp seen z times as large rises by 1 / z a pixel; z is uniform, 200 draws. */
static void test_scale(void **state)
{
    static const char *const set[] = {"amount", "0.2", NULL};
    struct trial t = trial_open(&evk_prior_scale, 21, 21, 1, set);
    double sum = 0, least = 2, most = 0;

    (void)state;
    for (int key = 0; key < 200; key++) {
        double s[2], zoom;

        slopes(&t, key, 2, 4, s);
        zoom = 4 / s[1];
        assert_true(fabs(s[1] - 2 * s[0]) < 1e-4);
        assert_true(zoom > 0.8 - 1e-4 && zoom < 1.2 + 1e-4);
        sum += zoom;
        least = fmin(least, zoom);
        most = fmax(most, zoom);
    }
    assert_true(least < 0.82 && most > 1.18);
    assert_true(fabs(sum / 200 - 1) < 5 * 0.2 / sqrt(3 * 200.0));
    trial_close(&t);
}

/*
 * The direction in which a ramp rises turns, its slope stays; another at right angles turns along.
 */
static void test_rotate(void **state)
{
    static const char *const set[] = {"degrees", "30", NULL};
    struct trial t = trial_open(&evk_prior_rotate, 21, 21, 1, set);
    double sum = 0, least = 90, most = -90;

    (void)state;
    for (int key = 0; key < 200; key++) {
        double s[2], along[2], degrees;

        slopes(&t, key, 4, 0, along);
        slopes(&t, key, 0, 4, s);
        assert_true(fabs(along[0] - s[1]) < 1e-4 && fabs(along[1] + s[0]) < 1e-4);
        degrees = atan2(s[0], s[1]) * 57.29577951308232;
        assert_true(fabs(hypot(s[0], s[1]) - 4) < 1e-4);
        assert_true(fabs(degrees) < 30 + 1e-3);
        sum += degrees;
        least = fmin(least, degrees);
        most = fmax(most, degrees);
    }
    assert_true(least < -27 && most > 27);
    assert_true(fabs(sum / 200) < 5 * 30 / sqrt(3 * 200.0));
    trial_close(&t);
}

/* One factor and one offset for all values, from a white and a black pixel. */
static void test_brightness(void **state)
{
    static const char *const set[] = {"offset", "20", "contrast", "0.3", NULL};
    struct trial t = trial_open(&evk_prior_brightness, 5, 7, 3, set);
    uint64_t seed = 7;
    float *x = trial_image(&t, &seed), *y = fenced(t.n, NULL);
    double most[2] = {0, 0};

    (void)state;
    x[0] = 0;
    x[1] = 255;
    for (int key = 0; key < 200; key++) {
        double factor, offset;

        transform(&t, key, x, y);
        factor = ((double)y[1] - (double)y[0]) / 255;
        offset = (double)y[0] - 128 + 128 * factor;
        for (int64_t i = 0; i < t.n; i++)
            assert_true(fabs((double)y[i] - (128 + factor * ((double)x[i] - 128) + offset)) < 2e-4);
        assert_true(fabs(factor - 1) < 0.3001 && fabs(offset) < 20.001);
        most[0] = fmax(most[0], fabs(factor - 1));
        most[1] = fmax(most[1], fabs(offset));
    }
    assert_true(most[0] > 0.29 && most[1] > 19);
    fenced_free(x, t.n);
    fenced_free(y, t.n);
    trial_close(&t);
}

/*
 * Every pixel goes through one matrix about the mean of natural images, read off red, green and
 * blue pixels; its entries lie within the amount about those of the identity, and average there.
 */
static void test_colour_jitter(void **state)
{
    static const char *const set[] = {"amount", "0.6", NULL};
    struct trial t = trial_open(&evk_prior_colour_jitter, 5, 7, 3, set);
    const double m = t.frame.natural_mean;
    uint64_t seed = 8;
    float *x = trial_image(&t, &seed), *y = fenced(t.n, NULL);
    double sum[9] = {0}, most = 0;

    (void)state;
    for (int i = 0; i < 9; i++)
        x[i] = (float)m + (i % 4 == 0 ? 100 : 0); /* red, green, blue */
    for (int key = 0; key < 200; key++) {
        double mix[9];

        transform(&t, key, x, y);
        for (int i = 0; i < 9; i++) {
            mix[i] = ((double)y[i] - m) / 100; /* of channel i / 3 in channel i % 3 */
            sum[i] += mix[i] - (i % 4 == 0);
            most = fmax(most, fabs(mix[i] - (i % 4 == 0)));
        }
        for (int64_t i = 0; i < t.n; i++) {
            double want = m;

            for (int64_t c = 0; c < 3; c++)
                want += mix[3 * c + i % 3] * ((double)x[i / 3 * 3 + c] - m);
            assert_true(fabs((double)y[i] - want) < 1e-3);
        }
    }
    assert_true(most > 0.59 && most < 0.6 + 1e-5);
    for (int i = 0; i < 9; i++)
        assert_true(fabs(sum[i] / 200) < 5 * 0.6 / sqrt(3 * 200.0));
    fenced_free(x, t.n);
    fenced_free(y, t.n);
    trial_close(&t);
}

struct moments {
    double mean, sd, kurtosis, next, within; /* next: correlation of neighbours; within one SD */
    double most;
};

/* Of what is added to a black image. */
static struct moments noise_of(const char *distribution, int64_t side)
{
    const char *const set[] = {"sd", "5", "distribution", distribution, NULL};
    struct trial t = trial_open(&evk_prior_noise, side, side, 3, set);
    float *x = fenced(t.n, NULL), *y = fenced(t.n, NULL);
    const double n = (double)t.n;
    struct moments m = {0};

    memset(x, 0, (size_t)t.n * sizeof(*x));
    transform(&t, 3, x, y);
    for (int64_t i = 0; i < t.n; i++) {
        const double d = (double)y[i];

        m.mean += d / n;
        m.sd += d * d / n;
        m.kurtosis += d * d * d * d / n;
        m.next += i > 0 ? d * (double)y[i - 1] / n : 0;
        m.within += (double)(fabs(d) < 5) / n;
        m.most = fmax(m.most, fabs(d));
    }
    m.kurtosis /= m.sd * m.sd;
    m.next /= m.sd;
    m.sd = sqrt(m.sd);
    fenced_free(x, t.n);
    fenced_free(y, t.n);
    trial_close(&t);
    return m;
}

/* Five standard errors of n values; the quantiles end at 3.7 SD, which costs 0.03 of kurtosis. */
static void test_noise(void **state)
{
    const double n = 113.0 * 113 * 3;
    const struct moments g = noise_of("gaussian", 113), u = noise_of("uniform", 113);

    (void)state;
    assert_true(fabs(g.mean) < 5 * 5 / sqrt(n) && fabs(u.mean) < 5 * 5 / sqrt(n));
    assert_true(fabs(g.sd - 5) < 5 * 5 / sqrt(2 * n) && fabs(u.sd - 5) < 5 * 5 / sqrt(2 * n));
    assert_true(fabs(g.next) < 5 / sqrt(n) && fabs(u.next) < 5 / sqrt(n));
    assert_true(fabs(g.within - 0.682689) < 5 * sqrt(0.22 / n));
    assert_true(fabs(u.within - 1 / sqrt(3)) < 5 * sqrt(0.25 / n));
    assert_true(fabs(g.kurtosis - 2.97) < 5 * sqrt(24 / n) + 0.03);
    assert_true(fabs(u.kurtosis - 1.8) < 5 * sqrt(24 / n));
    assert_true(g.most > 5 * 3.3 && g.most < 5 * 3.8);
    assert_true(u.most > 5 * 1.72 && u.most < 5 * sqrt(3));
}

static void test_refused(void **state)
{
    static const char *const set[] = {"distribution", "pink", NULL};

    (void)state;
    assert_fails(EVK_EINVAL, "distribution is 'pink', expected gaussian or uniform",
                 trial_refused(&evk_prior_noise, set, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adjoint),    cmocka_unit_test(test_keys),
        cmocka_unit_test(test_scale),      cmocka_unit_test(test_rotate),
        cmocka_unit_test(test_brightness), cmocka_unit_test(test_colour_jitter),
        cmocka_unit_test(test_noise),      cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
