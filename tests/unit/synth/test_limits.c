/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_limits.c - constraints on contrast, mean, norm and clipping: closed forms, and in 8 bits */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/prior.h"

extern const struct evk_prior_type evk_prior_channel_sd, evk_prior_rms_contrast, evk_prior_mean,
    evk_prior_norm, evk_prior_clipped;

static uint64_t seed = 1;

static const int64_t sizes[][3] = {{112, 112, 3}, {112, 112, 1}, {37, 53, 3}, {1, 97, 3},
                                   {31, 1, 1},    {2, 2, 3},     {5, 7, 1}};

static void assert_near(double got, double want, double bound)
{
    if (!(fabs(got - want) <= bound))
        fail_msg("found %.9g, expected %.9g within %.3g", got, want, bound);
}

static void project(const struct trial *t, float *x)
{
    t->type->project(t->self, &t->frame, x);
}

/* About 100 to 140, so that some leave the box where the amplitude is large; more in the middle. */
static float *noise(const struct trial *t, float amplitude)
{
    float *x = fenced_random(&seed, t->n);

    for (int64_t i = 0; i < t->n; i++)
        x[i] = 100 + 20 * (float)(i % t->frame.c) + amplitude * x[i] * fabsf(x[i]);
    return x;
}

static double in_box(float v)
{
    return v < 0 ? 0 : v > 255 ? 255 : (double)v;
}

static double rounded(float v)
{
    return floor(in_box(v) + 0.5);
}

/* The definition, of what some function makes of the values. */
static double channel_sd(const struct trial *t, const float *x, double (*of)(float))
{
    const int64_t c = t->frame.c;
    const double n = (double)(t->n / c);
    double total = 0;

    for (int64_t k = 0; k < c; k++) {
        double sum = 0, squares = 0;

        for (int64_t i = k; i < t->n; i += c)
            sum += of(x[i]);
        for (int64_t i = k; i < t->n; i += c)
            squares += pow(of(x[i]) - sum / n, 2);
        total += n > 1 ? sqrt(squares / (n - 1)) : 0;
    }
    return total / (double)c;
}

/*
 * (of what, of the values) the other definitions; gray rounds each pixel as a display would show
 * it.
 */
static double rms_contrast(const struct trial *t, const float *x, double (*of)(float))
{
    static const double weights[3] = {0.299, 0.587, 0.114};
    const int64_t c = t->frame.c, pixels = t->n / c;
    double sum = 0, squares = 0, *gray = malloc((size_t)pixels * sizeof(*gray));

    assert_non_null(gray);
    for (int64_t i = 0; i < pixels; i++) {
        gray[i] = 0;
        for (int64_t k = 0; k < c; k++)
            gray[i] += of(x[i * c + k]) * (c == 3 ? weights[k] : 1);
        sum += gray[i];
    }
    for (int64_t i = 0; i < pixels; i++)
        squares += pow(gray[i] - sum / (double)pixels, 2);
    free(gray);
    if (pixels == 1 || sum <= 0)
        return 0;
    return sqrt(squares / (double)(pixels - 1)) / (sum / (double)pixels);
}

static double mean(const struct trial *t, const float *x, double (*of)(float))
{
    double sum = 0;

    for (int64_t i = 0; i < t->n; i++)
        sum += of(x[i]);
    return sum / (double)t->n;
}

static double norm(const struct trial *t, const float *x, double (*of)(float))
{
    double squares = 0;

    for (int64_t i = 0; i < t->n; i++)
        squares += pow(of(x[i]) - 128, 2);
    return sqrt(squares);
}

/*
 * ---- by hand
 * --------------------------------------------------------------------------------------
 */

struct by_hand {
    const struct evk_prior_type *type;
    int64_t size[3];
    const char *key, *value;
    float x[9], want[9];
};

static const struct by_hand cases[] = {
    /* SDs 100, 50 and 0: mean 50 */
    {&evk_prior_channel_sd,
     {3, 1, 3},
     "max",
     "50",
     {0, 70, 7, 100, 120, 7, 200, 170, 7},
     {0, 70, 7, 100, 120, 7, 200, 170, 7}},
    {&evk_prior_channel_sd,
     {3, 1, 3},
     "equal",
     "40",
     {0, 70, 7, 100, 120, 7, 200, 170, 7},
     {20, 80, 7, 100, 120, 7, 180, 160, 7}},
    {&evk_prior_channel_sd, {1, 3, 1}, "equal", "60", {90, 120, 150}, {60, 120, 180}},
    /* natural: a thousandth less than 57, so that rounding does not go beyond it */
    {&evk_prior_channel_sd, {1, 3, 1}, NULL, NULL, {20, 120, 220}, {63.057F, 120, 176.943F}},
    /* flat: nothing to scale */
    {&evk_prior_channel_sd, {1, 3, 1}, "equal", "60", {90, 90, 90}, {90, 90, 90}},
    /* as they are 127.5 in the box; halved, nothing is beyond it and all of 128.5 counts */
    {&evk_prior_channel_sd,
     {1, 3, 1},
     "max",
     "63.75",
     {-1, 127.5F, 256},
     {63.75F, 127.5F, 191.25F}},
    /* gray 100, 120, 140: 20 / 120 */
    {&evk_prior_rms_contrast,
     {3, 1, 3},
     "max",
     "0.083333333",
     {100, 100, 100, 120, 120, 120, 140, 140, 140},
     {110, 110, 110, 120, 120, 120, 130, 130, 130}},
    {&evk_prior_rms_contrast, {3, 1, 1}, "equal", "0.25", {100, 120, 140}, {90, 120, 150}},
    /* the weight of green is 0.587: SD 58.7 / mean 58.7 + 0.299 * 100 + 0.114 * 100 */
    {&evk_prior_rms_contrast,
     {3, 1, 3},
     "equal",
     "0.2935",
     {100, 0, 100, 100, 100, 100, 100, 200, 100},
     {100, 50, 100, 100, 100, 100, 100, 150, 100}},
    {&evk_prior_mean, {1, 3, 1}, "max", "100", {100, 120, 140}, {80, 100, 120}},
    {&evk_prior_mean, {1, 3, 1}, "max", "120", {100, 120, 140}, {100, 120, 140}},
    {&evk_prior_mean, {1, 3, 1}, "equal", "150", {100, 120, 140}, {130, 150, 170}},
    {&evk_prior_mean, {1, 3, 1}, NULL, NULL, {100, 120, 140}, {90, 110, 130}}, /* natural: 110 */
    /* 0, 20 and 220 less 20: the first cannot follow, so the others go 30 */
    {&evk_prior_mean, {1, 3, 1}, "max", "80", {0, 80, 220}, {-30, 50, 190}},
    {&evk_prior_norm, {1, 3, 1}, "max", "25", {128, 158, 168}, {128, 143, 148}},
    {&evk_prior_norm, {1, 3, 1}, "max", "51", {128, 158, 168}, {128, 158, 168}},
    {&evk_prior_norm, {1, 3, 1}, "equal", "100", {128, 158, 168}, {128, 188, 208}},
};

static void test_by_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct by_hand *c = &cases[i];
        const char *const set[] = {c->key, c->value, NULL};
        struct trial t = trial_open(c->type, c->size[0], c->size[1], c->size[2], set);
        float *x = fenced(t.n, c->x);

        project(&t, x);
        for (int64_t j = 0; j < t.n; j++)
            if (!(fabsf(x[j] - c->want[j]) <= 0.025F)) /* a part in 10,000 of 255 */
                fail_msg("%s, case %d: value %d is %.9g, expected %.9g", c->type->name, (int)i,
                         (int)j, (double)x[j], (double)c->want[j]);
        fenced_free(x, t.n);
        trial_close(&t);
    }
}

static void test_refused(void **state)
{
    static const struct evk_prior_type *const limits[] = {
        &evk_prior_channel_sd, &evk_prior_rms_contrast, &evk_prior_mean, &evk_prior_norm};
    static const char *const both[] = {"max", "0.5", "equal", "0.5", NULL};

    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++)
        assert_fails(EVK_EINVAL, "found max 0.5 and equal 0.5",
                     trial_refused(limits[i], both, err));
    assert_fails(EVK_EINVAL, "expected max or equal", trial_refused(&evk_prior_norm, NULL, err));
}

/*
 * ---- at any size, with any part of the values beyond the box
 * --------------------------------------
 */

struct limit {
    const struct evk_prior_type *type;
    double (*measure)(const struct trial *t, const float *x, double (*of)(float));
    const char *max[2], *equal;
    double slack_rounded; /* in 8 bits, in its unit */
};

static const struct limit limits[] = {
    {&evk_prior_channel_sd, channel_sd, {"40", "80"}, "30", 0.5},
    {&evk_prior_rms_contrast, rms_contrast, {"0.3", "0.7"}, "0.25", 0.02},
    {&evk_prior_mean, mean, {"60", "110"}, "90", 0.5},
    {&evk_prior_norm, norm, {"50", "5000"}, "70", 100},
};

static void limit_holds(const struct limit *l, const int64_t size[3], float amplitude,
                        const char *const set[])
{
    const double limit = strtod(set[1], NULL), slack = 1.1e-5 * limit; /* 1e-5, and floats */
    struct trial t = trial_open(l->type, size[0], size[1], size[2], set);
    float *x = noise(&t, amplitude), *was = fenced(t.n, x), *once;
    double now;

    project(&t, x);
    now = l->measure(&t, x, in_box);
    assert_true(now <= limit + slack);
    assert_true(l->measure(&t, x, rounded) <= limit + l->slack_rounded);
    if (strcmp(set[0], "max") == 0 && l->measure(&t, was, in_box) <= limit)
        assert_memory_equal(x, was, (size_t)t.n * sizeof(*x));
    else if (l->measure(&t, was, in_box) > 0)
        assert_true(now >= limit - slack);
    once = fenced(t.n, x);
    project(&t, x);
    assert_memory_equal(x, once, (size_t)t.n * sizeof(*x));
    fenced_free(x, t.n);
    fenced_free(was, t.n);
    fenced_free(once, t.n);
    trial_close(&t);
}

static void test_any_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++)
        for (size_t j = 0; j < COUNT(sizes); j++)
            for (float amplitude = 3; amplitude < 2000; amplitude *= 3) {
                const struct limit *l = &limits[i];

                limit_holds(l, sizes[j], amplitude, (const char *const[]){"max", l->max[0], NULL});
                limit_holds(l, sizes[j], amplitude, (const char *const[]){"max", l->max[1], NULL});
                limit_holds(l, sizes[j], amplitude, (const char *const[]){"equal", l->equal, NULL});
            }
}

/* Where clipping keeps contrast from the target, it comes near; all stays finite and terminates. */
static void test_beyond_reach(void **state)
{
    struct trial t =
        trial_open(&evk_prior_channel_sd, 20, 20, 1, (const char *const[]){"equal", "250", NULL});
    float *x = noise(&t, 30);

    (void)state;
    project(&t, x);
    assert_true(channel_sd(&t, x, in_box) > 120);
    fenced_free(x, t.n);
    trial_close(&t);
}

/* What is gray stays gray, to the bit. */
static void test_gray_stays(void **state)
{
    static const struct evk_prior_type *const all[] = {&evk_prior_mean, &evk_prior_channel_sd,
                                                       &evk_prior_rms_contrast, &evk_prior_clipped};

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        struct trial t = trial_open(all[i], 37, 53, 3, NULL);
        float *x = noise(&t, 300), *was;

        for (int64_t j = 0; j < t.n; j += 3)
            x[j + 1] = x[j + 2] = x[j] + 30;
        for (int64_t j = 0; j < t.n; j += 3)
            x[j] = x[j + 1];
        was = fenced(t.n, x);
        project(&t, x);
        assert_true(memcmp(x, was, (size_t)t.n * sizeof(*x)) != 0);
        for (int64_t j = 0; j < t.n; j += 3)
            assert_true(x[j] == x[j + 1] && x[j] == x[j + 2]);
        fenced_free(x, t.n);
        fenced_free(was, t.n);
        trial_close(&t);
    }
}

/*
 * ---- clipped
 * --------------------------------------------------------------------------------------
 */

static int64_t clipped(const struct trial *t, const float *x)
{
    int64_t count = 0;

    for (int64_t i = 0; i < t->n; i++)
        count += rounded(x[i]) == 0 || rounded(x[i]) == 255;
    return count;
}

/* Are more values at 0 or 255, or next to them, than allowed? */
static bool is_tight(const struct trial *t, const float *x, int64_t allowed)
{
    int64_t count = 0;

    for (int64_t i = 0; i < t->n; i++)
        count += x[i] < 0.52F || x[i] > 254.48F;
    return count > allowed;
}

static void clipped_obeys(const int64_t size[3], float amplitude, const char *fraction)
{
    const char *const set[] = {"fraction", fraction, NULL};
    struct trial t = trial_open(&evk_prior_clipped, size[0], size[1], size[2], set);
    const int64_t allowed = (int64_t)floor(strtod(fraction, NULL) * (double)t.n);
    float *x = noise(&t, amplitude), *was = fenced(t.n, x), *once;

    project(&t, x);
    assert_true(clipped(&t, x) <= allowed);
    if (clipped(&t, was) <= allowed)
        assert_memory_equal(x, was, (size_t)t.n * sizeof(*x));
    else
        assert_true(is_tight(&t, x, allowed));
    once = fenced(t.n, x);
    project(&t, x);
    assert_memory_equal(x, once, (size_t)t.n * sizeof(*x));
    fenced_free(x, t.n);
    fenced_free(was, t.n);
    fenced_free(once, t.n);
    trial_close(&t);
}

static void clipped_at_any_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (float amplitude = 3; amplitude < 2000; amplitude *= 3) {
            clipped_obeys(sizes[i], amplitude, "0.05");
            clipped_obeys(sizes[i], amplitude, "0");
            clipped_obeys(sizes[i], amplitude, "0.3");
        }
}

/*
 * About the mean of the image in the box, 111: -99.5 is further from it than 300, in its own room.
 */
static void clipped_by_hand(void **state)
{
    static const float x[5] = {-99.5F, 100, 100, 300, 100};
    struct trial t = trial_open(&evk_prior_clipped, 1, 5, 1, NULL);
    float *y = fenced(5, x);
    const double m = (0 + 100 + 100 + 255 + 100) / 5.0, a = (m - 0.51) / (m + 99.5);

    (void)state;
    project(&t, y);
    for (int i = 0; i < 5; i++)
        assert_near((double)y[i], m + a * ((double)x[i] - m), 1e-4);
    fenced_free(y, 5);
    trial_close(&t);
}

static int descending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/* How far a value is from its channel's mean in the box, of the room that it has there. */
static double reach(double value, double m)
{
    return value > m ? (value - m) / (254.49 - m) : (m - value) / (m - 0.51);
}

/*
 * The curve again, in double: r stays up to 1 - 2 (most - 1), but no lower than 0, and from there
 * goes on as a line through 1 at most, which is the reach of the first value that may not be at the
 * edge.  Below the knee the bits are as they were.
 */
static void clipped_is_a_curve(float amplitude, const int64_t size[3])
{
    struct trial t = trial_open(&evk_prior_clipped, size[0], size[1], size[2], NULL);
    double *r = malloc((size_t)t.n * sizeof(*r)), m[3] = {0}, most, knee;
    float *x = noise(&t, amplitude), *was = fenced(t.n, x);
    const int64_t c = t.frame.c;
    int64_t kept = 0;

    assert_non_null(r);
    for (int64_t i = 0; i < t.n; i++)
        m[i % c] += in_box(x[i]) * (double)c / (double)t.n;
    for (int64_t i = 0; i < t.n; i++)
        r[i] = reach((double)x[i], m[i % c]);
    qsort(r, (size_t)t.n, sizeof(*r), descending);
    most = r[(int64_t)(0.05 * (double)t.n)];
    knee = fmax(0, 1 - 2 * (most - 1));
    assert_true(most > 1 && knee > 0);
    project(&t, x);
    for (int64_t i = 0; i < t.n; i++) {
        const double at = reach((double)was[i], m[i % c]);
        const double to = knee + (at - knee) * (1 - knee) / (most - knee);

        if (at <= knee - 1e-5)
            assert_true(x[i] == was[i]);
        else
            assert_near((double)x[i], m[i % c] + ((double)was[i] - m[i % c]) * to / at, 1e-3);
        kept += x[i] == was[i];
    }
    assert_true(kept > t.n / 2 && kept < t.n);
    free(r);
    fenced_free(x, t.n);
    fenced_free(was, t.n);
    trial_close(&t);
}

static void clipped_curve(void **state)
{
    (void)state;
    clipped_is_a_curve(160, sizes[0]);
    clipped_is_a_curve(135, sizes[1]);
    clipped_is_a_curve(155, sizes[2]);
}

/* Two bright values on black, driven beyond the box step by step: they keep their contrast. */
static void clipped_on_black(void **state)
{
    struct trial t = trial_open(&evk_prior_clipped, 2, 5, 1, NULL);
    float x[10] = {0, 0, 0, 200, 200};

    (void)state;
    for (int step = 0; step < 100; step++) {
        for (int i = 0; i < 10; i++)
            x[i] -= i == 3 || i == 4 ? 0 : 8;
        project(&t, x);
        for (int i = 0; i < 10; i++)
            assert_near((double)x[i], i == 3 || i == 4 ? 200 : 0.51, 1e-4);
    }
    trial_close(&t);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_any_size),       cmocka_unit_test(test_beyond_reach),
        cmocka_unit_test(test_gray_stays),     cmocka_unit_test(clipped_by_hand),
        cmocka_unit_test(clipped_at_any_size), cmocka_unit_test(clipped_curve),
        cmocka_unit_test(clipped_on_black),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
