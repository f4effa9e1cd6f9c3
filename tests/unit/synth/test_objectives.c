/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_objectives.c - closed forms, slopes against differences, ties, and a theorem */
#include "../../harness/test.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "synth/objective.h"

static uint64_t seed = 1;

static const char *const names[] = {
    "mean", "sd", "min", "median", "disagreement", "mean+2*sd", "mean-0.5*sd",
};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

static struct evk_objective parsed(const char *text)
{
    struct evk_objective o;

    assert_ok(evk_objective_parse(&o, text, err));
    return o;
}

static double value_of(const char *text, int64_t members, const float *r, float *slopes)
{
    const struct evk_objective o = parsed(text);

    assert_ok(evk_objective_check(&o, members, err));
    return evk_objective_value(&o, members, r, slopes);
}

/* Check the slopes to the bit, and that the value is the same where no slopes are asked for. */
static void assert_slopes(const char *text, int64_t members, const float *r, const float *want)
{
    float slopes[EVK_MEMBERS_MAX];
    double v;

    memset(slopes, 0xff, sizeof(slopes)); /* NaNs: each is written */
    v = value_of(text, members, r, slopes);
    assert_true(v == value_of(text, members, r, NULL));
    for (int64_t i = 0; i < members; i++)
        if (slopes[i] != want[i])
            fail_msg("slope %d of %s is %.9g, expected %.9g", (int)i, text, (double)slopes[i],
                     (double)want[i]);
}

/*
 * ---- names
 * ----------------------------------------------------------------------------------------
 */

static void reads_names(void **state)
{
    evk_type_info t;
    int n = 0;

    (void)state;
    for (; evk_objective_info(n, &t); n++)
        assert_true(t.name[0] && t.summary[0] && !t.params[0]);
    assert_int_equal(n, 6);
    assert_false(evk_objective_info(-1, &t));
    for (int i = 0; i < 5; i++)
        assert_string_equal(parsed(names[i]).type->name, names[i]);
    assert_true(parsed("mean+2*sd").k == 2);
    assert_true(parsed("mean-0.5*sd").k == -0.5);
    assert_true(parsed("mean+1e-3*sd").k == 1e-3);
    assert_string_equal(parsed("mean-0.5*sd").type->name, "mean+k*sd");
}

static void refuses_names(void **state)
{
    static const char *const bad[] = {
        "",
        "means",
        "Mean",
        "mean+k*sd",
        "mean+*sd",
        "mean2*sd",
        "mean+2sd",
        "mean+2*sd+1",
        "mean+nan*sd",
        "mean*sd",
        "mean+-2*sd",
        "min+2*sd",
        "mean+2*min",
        "mean+ 2*sd",
        "mean+1e999*sd",
        "mean+2,5*sd",
        "mean+00000000000000000000000000000000000000002*sd",
    };
    struct evk_objective o = {NULL, 7};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_fails(EVK_ENOTFOUND,
                     "expected one of: mean, sd, mean+k*sd, min, median, disagreement",
                     evk_objective_parse(&o, bad[i], err));
    assert_true(!o.type && o.k == 7);
}

static void counts_members(void **state)
{
    const struct evk_objective mean = parsed("mean"), sd = parsed("sd");
    const struct evk_objective bound = parsed("mean-1*sd"), apart = parsed("disagreement");

    (void)state;
    assert_ok(evk_objective_check(&mean, 1, err));
    assert_ok(evk_objective_check(&sd, 2, err));
    assert_ok(evk_objective_check(&apart, EVK_MEMBERS_MAX, err));
    assert_fails(EVK_EINVAL, "objective 'sd' needs at least 2 members, found 1",
                 evk_objective_check(&sd, 1, err));
    assert_fails(EVK_EINVAL, "objective 'mean+k*sd' needs at least 2 members, found 1",
                 evk_objective_check(&bound, 1, err));
    assert_fails(EVK_EINVAL, "objective 'disagreement' needs at least 2 members, found 1",
                 evk_objective_check(&apart, 1, err));
    assert_fails(EVK_EINVAL, "objective 'mean' needs at least 1 member, found 0",
                 evk_objective_check(&mean, 0, err));
    assert_fails(EVK_EINVAL, "found 65 members, expected at most 64",
                 evk_objective_check(&mean, EVK_MEMBERS_MAX + 1, err));
}

/*
 * ---- closed forms
 * ---------------------------------------------------------------------------------
 */

/* By hand: 1, 3, 8: mean 4, squares 9 + 1 + 16, SD sqrt(13); differences 2, 7, 5. */
static void three_members(void **state)
{
    const float r[3] = {3, 8, 1};
    const double sd = sqrt(13.0), slope = 1 / (2 * sd);
    const struct evk_member_summary s = evk_member_summarise(3, r);

    (void)state;
    assert_true(s.mean == 4 && s.sd == sd && s.min == 1 && s.median == 3 && s.disagreement == 5);
    assert_true(value_of("mean", 3, r, NULL) == 4);
    assert_true(value_of("sd", 3, r, NULL) == sd);
    assert_true(value_of("mean+2*sd", 3, r, NULL) == 4 + 2 * sd);
    assert_true(value_of("mean-0.5*sd", 3, r, NULL) == 4 - 0.5 * sd);
    assert_slopes("mean", 3, r, (float[]){1.0F / 3, 1.0F / 3, 1.0F / 3});
    assert_slopes("sd", 3, r, (float[]){(float)-slope, (float)(4 * slope), (float)(-3 * slope)});
    assert_slopes("min", 3, r, (float[]){0, 0, 1});
    assert_slopes("median", 3, r, (float[]){1, 0, 0});
    assert_slopes("disagreement", 3, r, (float[]){-1, 1, 0});
}

/* 0, 1, 4, 10: differences 1, 4, 10, 3, 9, 6, of which 4 and 6 are in the middle. */
static void four_members(void **state)
{
    const float r[4] = {4, 0, 10, 1};
    const struct evk_member_summary s = evk_member_summarise(4, r);

    (void)state;
    assert_true(s.mean == 3.75 && s.min == 0 && s.median == 2.5 && s.disagreement == 5);
    assert_slopes("median", 4, r, (float[]){0.5F, 0, 0, 0.5F});
    assert_slopes("disagreement", 4, r, (float[]){0, -0.5F, 0.5F, 0});
}

/* For two members there are formulas: SD = |a - b| / sqrt 2. */
static void two_members(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        const float r[2] = {random_float(&seed), random_float(&seed)};
        const double a = (double)r[0], b = (double)r[1], k = 1.5, e = 4 * DBL_EPSILON;
        const double sign = a > b ? 1 : -1, sd = fabs(a - b) / sqrt(2.0);
        const struct evk_member_summary s = evk_member_summarise(2, r);
        float slopes[2];

        assert_true(fabs(s.sd - sd) <= e && fabs(s.mean - (a + b) / 2) <= e);
        assert_true(s.disagreement == fabs(a - b) && s.min == fmin(a, b) &&
                    s.median == (a + b) / 2);
        assert_true(fabs(value_of("mean+1.5*sd", 2, r, slopes) - ((a + b) / 2 + k * sd)) <= e);
        for (int j = 0; j < 2; j++)
            assert_true(fabs((double)slopes[j] - (0.5 + (j ? -1 : 1) * sign * k / sqrt(2.0))) <=
                        2 * (double)FLT_EPSILON);
    }
}

static void one_member(void **state)
{
    const float r = -2.5F;
    const struct evk_member_summary s = evk_member_summarise(1, &r);

    (void)state;
    assert_true(s.mean == -2.5 && s.sd == 0 && s.min == -2.5 && s.median == -2.5);
    assert_true(s.disagreement == 0);
    assert_slopes("mean", 1, &r, (float[]){1});
    assert_slopes("min", 1, &r, (float[]){1});
    assert_slopes("median", 1, &r, (float[]){1});
}

static void ties(void **state)
{
    const float same[3] = {0.1F, 0.1F, 0.1F}, low[4] = {5, 2, 2, 7}, pair[4] = {1, 1, 3, 3};

    (void)state;
    assert_true(value_of("sd", 3, same, NULL) == 0);
    assert_true(value_of("disagreement", 3, same, NULL) == 0);
    assert_slopes("sd", 3, same, (float[]){0, 0, 0});
    assert_slopes("mean+2*sd", 3, same, (float[]){1.0F / 3, 1.0F / 3, 1.0F / 3});
    assert_slopes("disagreement", 3, same, (float[]){0, 0, 0});
    assert_slopes("min", 3, same, (float[]){1, 0, 0});
    assert_slopes("median", 3, same, (float[]){0, 1, 0});
    assert_slopes("min", 4, low, (float[]){0, 1, 0, 0});
    assert_slopes("median", 4, low, (float[]){0.5F, 0, 0.5F, 0}); /* 2 (second), 5 */
    /* Apart by 0, 2, 2, 2, 2, 0: the third and the fourth of them are (0, 2) and (0, 3). */
    assert_true(value_of("disagreement", 4, pair, NULL) == 2);
    assert_slopes("disagreement", 4, pair, (float[]){-1, 0, 0.5F, 0.5F});
}

/*
 * ---- against other ways of saying the same
 * --------------------------------------------------------
 */

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median_of(double *v, int n)
{
    qsort(v, (size_t)n, sizeof(*v), by_value);
    return (v[(n - 1) / 2] + v[n / 2]) / 2;
}

static void medians_of_any_count(void **state)
{
    static double apart[EVK_MEMBERS_MAX * EVK_MEMBERS_MAX];

    (void)state;
    for (int64_t members = 2; members <= EVK_MEMBERS_MAX; members++) {
        float r[EVK_MEMBERS_MAX];
        double v[EVK_MEMBERS_MAX];
        struct evk_member_summary s;
        int n = 0;

        for (int64_t i = 0; i < members; i++) {
            r[i] = members % 3 ? random_float(&seed) : roundf(4 * random_float(&seed));
            v[i] = (double)r[i];
        }
        for (int64_t i = 0; i < members; i++)
            for (int64_t j = 0; j < i; j++)
                apart[n++] = fabs(v[i] - v[j]);
        s = evk_member_summarise(members, r);
        assert_true(s.disagreement == median_of(apart, n));
        assert_true(s.median == median_of(v, (int)members) && s.min == v[0]);
    }
}

/*
 * Central differences in double of a copy of r, apart from ties by far more than the step h.  An
 * objective's third derivative is that of the SD: below 3 / SD^2, so the formula is off by
 * |k| h^2 / (2 SD^2), and the rounding of values of size v by (n + 4) v epsilon / h.  r
 * and h are multiples of 2^-14, and below 512: exact in float.
 */
static void slopes_are_differences(void **state)
{
    const double h = 0x1p-10;

    (void)state;
    for (int64_t members = 2; members <= 9; members++)
        for (int name = 0; name < NAMES; name++) {
            float r[EVK_MEMBERS_MAX], slopes[EVK_MEMBERS_MAX];
            double sd, gap, bound;

            for (int64_t i = 0; i < members; i++) /* differences of pairs differ, too */
                r[i] = (float)(1 << i) + rintf(random_float(&seed) * 0x1p9F) * 0x1p-14F;
            sd = evk_member_summarise(members, r).sd;
            value_of(names[name], members, r, slopes);
            bound = 2 * h * h / (sd * sd) + 16.0 * (double)(1 << members) * DBL_EPSILON / h +
                    (double)FLT_EPSILON * 2;
            for (int64_t i = 0; i < members; i++) {
                const float there = r[i];
                double up, down;

                r[i] = there + (float)h;
                up = value_of(names[name], members, r, NULL);
                r[i] = there - (float)h;
                down = value_of(names[name], members, r, NULL);
                r[i] = there;
                gap = fabs((up - down) / (2 * h) - (double)slopes[i]);
                if (gap > bound)
                    fail_msg("%s of %d: slope %d is off by %g, allowed %g", names[name],
                             (int)members, (int)i, gap, bound);
            }
        }
}

/*
 * ---- a theorem
 * ------------------------------------------------------------------------------------
 */

enum { D = 6, AXES = 4, M = 2 * AXES };

/* Orthonormal rows, by Gram and Schmidt. */
static void orthonormal(double q[AXES][D])
{
    for (int a = 0; a < AXES; a++) {
        double squares = 0;

        for (int i = 0; i < D; i++)
            q[a][i] = (double)random_float(&seed);
        for (int pass = 0; pass < 2; pass++)
            for (int b = 0; b < a; b++) {
                double along = 0;

                for (int i = 0; i < D; i++)
                    along += q[a][i] * q[b][i];
                for (int i = 0; i < D; i++)
                    q[a][i] -= along * q[b][i];
            }
        for (int i = 0; i < D; i++)
            squares += q[a][i] * q[a][i];
        for (int i = 0; i < D; i++)
            q[a][i] /= sqrt(squares);
    }
}

/* One step of x along the gradient of the objective of r = W x, then back on the sphere. */
static void climb_sphere(const char *objective, double size, double w[M][D], double x[D])
{
    float r[M], slopes[M];
    double squares = 0;

    for (int m = 0; m < M; m++) {
        double sum = 0;

        for (int i = 0; i < D; i++)
            sum += w[m][i] * x[i];
        r[m] = (float)sum;
    }
    value_of(objective, M, r, slopes);
    for (int m = 0; m < M; m++)
        for (int i = 0; i < D; i++)
            x[i] += size * (double)slopes[m] * w[m][i];
    for (int i = 0; i < D; i++)
        squares += x[i] * x[i];
    for (int i = 0; i < D; i++)
        x[i] /= sqrt(squares);
}

static double cosine_with(const double q[D], const double x[D])
{
    double sum = 0;

    for (int i = 0; i < D; i++)
        sum += q[i] * x[i];
    return fabs(sum);
}

/*
 * Members w = centre +- spread_a q_a, a pair to each of some orthonormal axes q: their sample
 * covariance is the sum of 2 spread_a^2 / (M - 1) q_a q_a', whatever the centre.  The variance of
 * r = W x is x' C x, so the SD is largest on the unit sphere along the axis of the largest spread.
 */
static void sd_finds_the_top_eigenvector(void **state)
{
    static const double spread[AXES] = {1, 2.5, 0.5, 2};
    double q[AXES][D], w[M][D], x[D], worst = 1;

    (void)state;
    for (int trial = 0; trial < 20; trial++) {
        orthonormal(q);
        for (int i = 0; i < D; i++) {
            const double centre = (double)random_float(&seed);

            x[i] = (double)random_float(&seed);
            for (int a = 0; a < AXES; a++) {
                w[2 * a][i] = centre + spread[a] * q[a][i];
                w[2 * a + 1][i] = centre - spread[a] * q[a][i];
            }
        }
        for (int step = 0; step < 500; step++)
            climb_sphere("sd", 1, w, x);
        worst = fmin(worst, cosine_with(q[1], x));
    }
    printf("cosine with the top eigenvector: 1 - %.3g at worst\n", 1 - worst);
    assert_true(worst >= 1 - 1e-6);
}

/*
 * Centre c p and one axis q across it: of such members the mean is c p.x and the SD s |q.x|, s =
 * spread sqrt(M / (M - 1)), so mean + k SD is largest along c p +- k s q.
 */
static void mean_and_sd_lean(void **state)
{
    const double centre = 1.5, spread = 0.8, k = 2;
    const double lean = k * spread * sqrt((double)M / (M - 1));
    double worst = 1;

    (void)state;
    for (int trial = 0; trial < 20; trial++) {
        double q[AXES][D], w[M][D], x[D], want[2][D];
        const double length = sqrt(centre * centre + lean * lean);

        orthonormal(q);
        for (int i = 0; i < D; i++) {
            x[i] = (double)random_float(&seed);
            for (int m = 0; m < M; m++)
                w[m][i] = centre * q[0][i] + (m % 2 ? -spread : spread) * q[1][i];
            want[0][i] = (centre * q[0][i] + lean * q[1][i]) / length;
            want[1][i] = (centre * q[0][i] - lean * q[1][i]) / length;
        }
        for (int step = 0; step < 500; step++)
            climb_sphere("mean+2*sd", 1, w, x);
        worst = fmin(worst, fmax(cosine_with(want[0], x), cosine_with(want[1], x)));
    }
    printf("cosine with the best direction of mean+2*sd: 1 - %.3g at worst\n", 1 - worst);
    assert_true(worst >= 1 - 1e-6);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_names),
        cmocka_unit_test(refuses_names),
        cmocka_unit_test(counts_members),
        cmocka_unit_test(three_members),
        cmocka_unit_test(four_members),
        cmocka_unit_test(two_members),
        cmocka_unit_test(one_member),
        cmocka_unit_test(ties),
        cmocka_unit_test(medians_of_any_count),
        cmocka_unit_test(slopes_are_differences),
        cmocka_unit_test(sd_finds_the_top_eigenvector),
        cmocka_unit_test(mean_and_sd_lean),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
