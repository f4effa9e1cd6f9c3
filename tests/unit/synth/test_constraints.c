/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_constraints.c - a fixed mean and SD, or norm: by hand, measured, with and without clipping
 */
#include "../../harness/test.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/tiny.h"
#include "synth/constraint.h"
#include "synth/settings.h"

enum { SIDE = 93, N = SIDE * SIDE };

static uint64_t seed = 1;

/* The macaque V1 ensemble: mean and SD of its training images. */
static const double v1_mean = 124.54, v1_scale = 70.28;
static const struct evk_units v1 = {1, &v1_mean, &v1_scale};

static const double rgb_mean[3] = {123.7, 110, 99.5}, rgb_scale[3] = {58.4, 57.1, -57.4};
static const struct evk_units rgb = {3, rgb_mean, rgb_scale};

static const struct evk_kernels *best(void)
{
    const char *wanted;

    return evk_kernels_best(&wanted);
}

/* Noise about 128. */
static void noise(float *x, int64_t n, float amplitude)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = 128 + amplitude * random_float(&seed) * random_float(&seed);
}

/* The definitions, in long double. */
static struct evk_normalised measure(const struct evk_units *u, int64_t n, const float *x)
{
    long double sum = 0, squares = 0, apart = 0, mean;

    for (int pass = 0; pass < 2; pass++) {
        mean = sum / (long double)n;
        for (int64_t i = 0; i < n; i++) {
            const int64_t c = i % u->channels;
            const long double z =
                ((long double)x[i] - (long double)u->mean[c]) / (long double)u->scale[c];

            if (pass == 0) {
                sum += z;
                squares += z * z;
            } else {
                apart += (z - mean) * (z - mean);
            }
        }
    }
    return (struct evk_normalised){(double)mean, (double)sqrtl(apart / (long double)(n - 1)),
                                   (double)sqrtl(squares)};
}

static int64_t at_the_box(int64_t n, const float *x)
{
    int64_t count = 0;

    for (int64_t i = 0; i < n; i++) {
        assert_true(x[i] >= 0 && x[i] <= 255);
        count += x[i] == 0 || x[i] == 255;
    }
    return count;
}

static void assert_near(double got, double want, double bound)
{
    if (!(fabs(got - want) <= bound))
        fail_msg("found %.9g, expected %.9g within %.3g", got, want, bound);
}

/*
 * ---- by hand
 * --------------------------------------------------------------------------------------
 */

/* z = -1, 0, 1, 2: mean 1/2, SD sqrt(5/3), norm sqrt 6. */
static void by_hand(void **state)
{
    static const struct {
        struct evk_constraint c;
        float x[4];
    } cases[] = {
        {{0.5, 0.6454972243679028, NAN}, {87.5F, 112.5F, 137.5F, 162.5F}}, /* half the SD */
        {{NAN, 0.6454972243679028, NAN}, {87.5F, 112.5F, 137.5F, 162.5F}},
        {{0, NAN, NAN}, {25, 75, 125, 175}},
        {{-1, 0.6454972243679028, NAN}, {12.5F, 37.5F, 62.5F, 87.5F}},
        {{NAN, NAN, 1.2247448713915890}, {75, 100, 125, 150}}, /* half the norm */
    };
    const double mean = 100, scale = 50;
    const struct evk_units u = {1, &mean, &scale};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        float x[4] = {50, 100, 150, 200};
        const struct evk_normalised s = evk_measure_normalised(best(), &u, 4, x);

        assert_near(s.mean, 0.5, DBL_EPSILON);
        assert_near(s.sd, sqrt(5.0 / 3), 2 * DBL_EPSILON);
        assert_near(s.norm, sqrt(6.0), 2 * DBL_EPSILON);
        evk_constrain(&cases[i].c, best(), &u, 4, NULL, x);
        for (int j = 0; j < 4; j++)
            assert_near((double)x[j], (double)cases[i].x[j], 0x1p-17); /* half a float's step */
    }
}

/*
 * ---- measured apart
 * -------------------------------------------------------------------------------
 */

/*
 * Values of up to 255 are rounded to 2^-17: so are, over the scale, mean and SD; norms sqrt(n) so.
 */
static void assert_is(const struct evk_constraint *c, const struct evk_units *u, int64_t n,
                      const float *x, double rounding, double short_of)
{
    const double e = rounding / fabs(u->scale[u->channels - 1]);
    const struct evk_normalised s = measure(u, n, x);
    const struct evk_normalised same = evk_measure_normalised(best(), u, n, x);

    assert_near(same.mean, s.mean, 1e-12);
    assert_near(same.sd, s.sd, 1e-12);
    assert_near(same.norm, s.norm, 1e-10);
    if (!isnan(c->mean))
        assert_near(s.mean, c->mean, e + short_of * s.sd);
    if (!isnan(c->sd))
        assert_near(s.sd, c->sd, 1.01 * e + short_of * c->sd);
    if (!isnan(c->norm))
        assert_near(s.norm, c->norm, sqrt((double)n) * e + short_of * c->norm);
}

/* Nothing is cut: the target to rounding, and the image is a stretched one. */
static void inside_the_box(void **state)
{
    static const struct evk_constraint cases[] = {
        {0.2022, 0.15, NAN}, {NAN, 0.25, NAN}, {-0.3, NAN, NAN}, {0, 0.1, NAN}, {NAN, NAN, 14},
    };
    static float x[N], before[N];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int colour = 0; colour < 2; colour++) {
            const struct evk_units *u = colour ? &rgb : &v1;
            struct evk_normalised was, is;
            double a, b;

            noise(before, N, 50);
            memcpy(x, before, sizeof(x));
            evk_constrain(&cases[i], best(), u, N, NULL, x);
            assert_int_equal(at_the_box(N, x), 0);
            assert_is(&cases[i], u, N, x, 0x1p-17, 0);
            was = measure(u, N, before);
            is = measure(u, N, x);
            if (isnan(cases[i].norm)) {
                if (isnan(cases[i].mean))
                    assert_near(is.mean, was.mean, 1e-6);
                if (isnan(cases[i].sd))
                    assert_near(is.sd, was.sd, 1e-6);
                a = is.sd / was.sd;
                b = is.mean - a * was.mean;
            } else {
                a = is.norm / was.norm;
                b = 0;
            }
            for (int j = 0; j < N; j++) {
                const double m = u->mean[j % u->channels], s = u->scale[j % u->channels];

                assert_near((double)x[j], m + s * (a * ((double)before[j] - m) / s + b), 1e-4);
            }
        }
}

/*
 * Values are cut: what is left in the box has what was asked, and so has the 8-bit image, almost.
 */
static void at_the_edge(void **state)
{
    static const struct evk_constraint cases[] = {
        {0.2022, 0.95, NAN}, {0, 1, NAN},     {0.5, 1, NAN},
        {NAN, 1.2, NAN},     {NAN, NAN, 110}, {0, 1.5, NAN},
    };
    static float x[N];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int colour = 0; colour < 2; colour++) {
            const struct evk_units *u = colour ? &rgb : &v1;

            noise(x, N, 50);
            evk_constrain(&cases[i], best(), u, N, NULL, x);
            assert_true(at_the_box(N, x) > 0);
            assert_is(&cases[i], u, N, x, 0x1p-17, 1e-4);
            for (int j = 0; j < N; j++)
                x[j] = floorf(x[j] + 0.5F);
            assert_is(&cases[i], u, N, x, 0.5, 1e-4);
        }
}

/* No image of values from 0 to 255 reaches the target: the result comes near, and is finite. */
static void out_of_reach(void **state)
{
    static const struct evk_constraint cases[] = {
        {0, 3, NAN},     {50, 0.1, NAN},  {-50, NAN, NAN},
        {NAN, NAN, 1e6}, {1.8, 1.5, NAN}, {0, 1e6, NAN},
    };
    static float x[N];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        noise(x, N, 50);
        evk_constrain(&cases[i], best(), &v1, N, NULL, x);
        at_the_box(N, x);
    }
}

/* No contrast to scale. */
static void without_contrast(void **state)
{
    const struct evk_constraint sd = {NAN, 0.5, NAN}, both = {0.2, 0.5, NAN}, norm = {NAN, NAN, 3};
    const float middle = (float)v1_mean;
    float x[50], one = 7;

    (void)state;
    for (int i = 0; i < 50; i++)
        x[i] = 77.7F;
    assert_true(evk_measure_normalised(best(), &v1, 50, x).sd == 0);
    evk_constrain(&sd, best(), &v1, 50, NULL, x);
    for (int i = 0; i < 50; i++)
        assert_true(x[i] == 77.7F);
    evk_constrain(&both, best(), &v1, 50, NULL, x);
    for (int i = 0; i < 50; i++)
        assert_near((double)x[i], v1_mean + 0.2 * v1_scale, 0x1p-17);
    for (int i = 0; i < 50; i++)
        x[i] = middle; /* the mean rounded: z of some 1e-8 */
    evk_constrain(&norm, best(), &v1, 50, NULL, x);
    for (int i = 0; i < 50; i++)
        assert_true(x[i] == middle);
    evk_constrain(&sd, best(), &v1, 1, NULL, &one);
    assert_true(one == 7);
}

/*
 * ---- the same everywhere, and nowhere else
 * --------------------------------------------------------
 */

static void same_bits_everywhere(void **state)
{
    static const struct evk_constraint cases[] = {
        {0.2022, 0.15, NAN},
        {0, 1.2, NAN},
        {NAN, NAN, 110},
    };
    static float start[N], first[N], x[N];
    const struct evk_kernels *k;

    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++)
        for (int64_t n = N - 40; n <= N; n++) {
            noise(start, n, 50);
            memcpy(first, start, sizeof(x));
            evk_constrain(&cases[c], evk_kernels_at(0), &rgb, n, NULL, first);
            for (int i = 1; (k = next_kernels(&i));) {
                memcpy(x, start, sizeof(x));
                evk_constrain(&cases[c], k, &rgb, n, NULL, x);
                assert_memory_equal(x, first, sizeof(x));
            }
        }
}

static void refuses(void **state)
{
    const double two_means[2] = {1, 2}, equal[2] = {3, 3};
    const struct evk_units apart = {2, two_means, equal}, alike = {2, equal, equal};
    const struct evk_constraint fixed = {NAN, 0.5, NAN}, nothing = {NAN, NAN, NAN};
    const struct evk_constraint both = {0, 0.15, NAN}, norm = {NAN, NAN, 5};
    evk_recipe r = evk_recipe_default();

    (void)state;
    assert_false(evk_is_constrained(&nothing));
    assert_true(evk_is_constrained(&fixed) && evk_is_constrained(&norm));
    assert_ok(evk_constraint_check(&nothing, err));
    assert_ok(evk_constraint_check(&both, err));
    assert_ok(evk_constraint_check(&norm, err));
    assert_fails(EVK_EINVAL, "the fixed mean is inf, expected a finite number",
                 evk_constraint_check(&(struct evk_constraint){INFINITY, NAN, NAN}, err));
    assert_fails(EVK_EINVAL, "the fixed SD is 0, expected a positive number",
                 evk_constraint_check(&(struct evk_constraint){NAN, 0, NAN}, err));
    assert_fails(EVK_EINVAL, "the fixed norm is -1, expected a positive number",
                 evk_constraint_check(&(struct evk_constraint){NAN, NAN, -1}, err));
    assert_fails(EVK_EINVAL, "found a fixed norm and a fixed SD, expected the norm alone or",
                 evk_constraint_check(&(struct evk_constraint){NAN, 1, 1}, err));
    assert_fails(EVK_EINVAL, "found a fixed norm and a fixed mean, expected the norm alone or",
                 evk_constraint_check(&(struct evk_constraint){0, NAN, 1}, err));
    assert_ok(evk_constraint_check_gray(&nothing, &apart, err));
    assert_ok(evk_constraint_check_gray(&fixed, &alike, err));
    assert_fails(EVK_EINVAL, "found means 1, 2 and scales 3, 3, expected equal ones",
                 evk_constraint_check_gray(&fixed, &apart, err));
    r.fix_sd = 0.15;
    assert_ok(evk_recipe_check(&r, err));
    r.fix_norm = 5;
    assert_fails(EVK_EINVAL, "found a fixed norm and a fixed SD", evk_recipe_check(&r, err));
    r.fix_norm = 0;
    assert_fails(EVK_EINVAL, "fix-norm is '0', expected a number from 1e-06 to 1e+09, or none",
                 evk_recipe_check(&r, err));
    r = evk_recipe_default();
    r.objective = "most";
    assert_fails(EVK_ENOTFOUND, "objective is 'most'", evk_recipe_check(&r, err));
}

/*
 * ---- in an ascent
 * ---------------------------------------------------------------------------------
 */

struct seen {
    struct evk_constraint c;
    struct evk_units u;
    int64_t steps;
    double off; /* of the target, at worst */
    bool gray;
};

static bool look(void *arg, const evk_step *now)
{
    struct seen *s = arg;
    const struct evk_normalised is = measure(&s->u, TINY_VALUES, now->image);

    s->steps++;
    at_the_box(TINY_VALUES, now->image);
    if (!isnan(s->c.norm)) {
        s->off = fmax(s->off, fabs(is.norm / s->c.norm - 1));
    } else {
        s->off = fmax(s->off, fabs(is.sd / s->c.sd - 1));
        s->off = fmax(s->off, fabs(is.mean - s->c.mean) / s->c.sd);
    }
    for (int i = 0; s->gray && i < TINY_VALUES; i += TINY_C)
        assert_true(now->image[i] == now->image[i + 1] && now->image[i] == now->image[i + 2]);
    return true;
}

static evk_model *open_tiny(const double mean[3], double scale)
{
    const evk_model_options options = {
        .mean_count = 3, .scale_count = 1, .mean = mean, .scale = &scale};
    char *folder = scratch_folder("constraints");
    evk_model *m;

    evk_model_free(tiny_model(path_in(folder, "m.keras"), "l"));
    assert_ok(evk_model_open(&m, path_in(folder, "m.keras"), &options, err));
    free(folder);
    return m;
}

/* The start and the image after each step are as fixed; the result is one of them. */
static void every_image(void **state)
{
    static const double apart[3] = {120, 110, 100}, equal[3] = {110, 110, 110};
    evk_recipe r = tiny_recipe();

    (void)state;
    r.steps = 20;
    for (int way = 0; way < 4; way++) {
        evk_model *m = open_tiny(way == 3 ? equal : apart, 70);
        const evk_model_info *info = evk_model_describe(m);
        struct seen seen = {.u = {info->channels, info->mean, info->scale}, .gray = way == 3};
        const evk_watch watch = {look, &seen, false};
        float image[TINY_VALUES];
        evk_session *session;
        evk_ascent a;

        r.fix_mean = way == 2 ? (double)NAN : 0.2022;
        r.fix_sd = way == 2 ? (double)NAN : way == 1 ? 1 : 0.15;
        r.fix_norm = way == 2 ? 10 : (double)NAN;
        r.grayscale = way == 3;
        seen.c = evk_recipe_constraint(&r);
        assert_ok(evk_session_new_for(&session, m, 0, err));
        assert_ok(evk_synthesize(session, &r, 0, NULL, &watch, image, &a, err));
        assert_int_equal(seen.steps, 21);
        printf("off by %.3g at worst\n", seen.off);
        assert_true(seen.off <= 1e-4 + 1e-6);
        look(&seen, &(evk_step){.image = image});
        assert_true(seen.off <= 1e-4 + 1e-6);
        r.grayscale = true;
        if (way != 3)
            assert_fails(EVK_EINVAL, "a gray image cannot have a fixed mean, SD or norm",
                         evk_synthesize(session, &r, 0, NULL, NULL, image, &a, err));
        evk_session_free(session);
        evk_model_free(m);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),          cmocka_unit_test(inside_the_box),
        cmocka_unit_test(at_the_edge),      cmocka_unit_test(out_of_reach),
        cmocka_unit_test(without_contrast), cmocka_unit_test(same_bits_everywhere),
        cmocka_unit_test(refuses),          cmocka_unit_test(every_image),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
