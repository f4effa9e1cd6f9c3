/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_spectrum_slope.c - the slope by definition in double, its gradient by finite differences */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/prior.h"
#include "../../harness/spectrum.h"

extern const struct evk_prior_type evk_prior_spectrum_slope, evk_prior_phase_only;

enum { RINGS = 64 };

/* By definition, over the whole spectrum. */
static double naive_slope(const int64_t size[3], const double *x)
{
    const int64_t longer = size[0] > size[1] ? size[0] : size[1], rings = longer / 2;
    const int64_t shorter = size[0] > size[1] ? size[1] : size[0];
    double n[RINGS] = {0}, power[RINGS] = {0}, at[RINGS] = {0}, sums[4] = {0};

    for (int64_t i = 0; i < size[0] * size[1] * size[2]; i++) {
        const int64_t u = i / size[2] / size[1], v = i / size[2] % size[1];
        const double f = naive_frequency(size, u, v);
        const int64_t r = (int64_t)floor(f * (double)longer / (double)shorter + 0.5);
        double c[2];

        if (r < 1 || r > rings)
            continue;
        exact_coefficient(size, x, u, v, i % size[2], c);
        n[r]++;
        power[r] += c[0] * c[0] + c[1] * c[1];
        at[r] += log(f);
    }
    for (int64_t r = 1; r <= rings; r++) {
        const double y = 0.5 * log(power[r] / n[r] + 1e-6 * (double)(size[0] * size[1]));

        at[r] /= n[r];
        sums[0] += at[r];
        sums[1] += at[r] * at[r];
        sums[2] += y;
        sums[3] += at[r] * y;
    }
    return ((double)rings * sums[3] - sums[0] * sums[2]) /
           ((double)rings * sums[1] - sums[0] * sums[0]);
}

static double naive_penalty(const int64_t size[3], const double *x, double target)
{
    const double off = naive_slope(size, x) - target;

    return off * off;
}

static double *doubles(int64_t n, const float *x)
{
    double *y = malloc((size_t)n * sizeof(*y));

    for (int64_t i = 0; i < n; i++)
        y[i] = (double)x[i];
    return y;
}

static void check_gradient(const struct trial *t, const int64_t size[3], const float *x)
{
    double *y = doubles(t->n, x), *want = malloc((size_t)t->n * sizeof(*want)), largest = 0;
    float *g = fenced(t->n, NULL);
    const double value = t->type->penalty(t->self, &t->frame, x, g), h = 1e-3;

    assert_true(fabs(value - naive_penalty(size, y, -1)) <= 1e-4 * fmax(value, 0.01));
    for (int64_t i = 0; i < t->n; i++) {
        const double middle = y[i];

        y[i] = middle + h;
        want[i] = naive_penalty(size, y, -1);
        y[i] = middle - h;
        want[i] = (want[i] - naive_penalty(size, y, -1)) / (2 * h);
        y[i] = middle;
        largest = fmax(largest, fabs(want[i]));
    }
    assert_true(largest > 0);
    for (int64_t i = 0; i < t->n; i++)
        if (!(fabs((double)g[i] - want[i]) <= 1e-4 * largest))
            fail_msg("(%d, %d, %d): gradient %d is %.9g, expected %.9g", (int)size[0], (int)size[1],
                     (int)size[2], (int)i, (double)g[i], want[i]);
    free(y);
    free(want);
    fenced_free(g, t->n);
}

static void test_gradient(void **state)
{
    static const int64_t sizes[][3] = {{8, 8, 3}, {7, 7, 1}, {5, 9, 3}, {1, 13, 1}, {10, 1, 3}};
    uint64_t seed = 1;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct trial t =
            trial_open(&evk_prior_spectrum_slope, sizes[s][0], sizes[s][1], sizes[s][2], NULL);
        float *x = trial_image(&t, &seed);

        check_gradient(&t, sizes[s], x);
        fenced_free(x, t.n);
        trial_close(&t);
    }
}

/* Amplitudes that are a power law have its slope. */
static void test_power_laws(void **state)
{
    static const char *const alpha[] = {"0.5", "1", "1.5"};
    uint64_t seed = 2;

    (void)state;
    for (size_t i = 0; i < COUNT(alpha); i++) {
        const char *const law[] = {"alpha", alpha[i], NULL}, *const slope[] = {"slope", "0", NULL};
        struct trial shape = trial_open(&evk_prior_phase_only, 64, 63, 3, law);
        struct trial t = trial_open(&evk_prior_spectrum_slope, 64, 63, 3, slope);
        float *x = trial_image(&t, &seed), *g = fenced(t.n, NULL);

        shape.type->project(shape.self, &shape.frame, x);
        assert_true(fabs(sqrt(t.type->penalty(t.self, &t.frame, x, g)) - atof(alpha[i])) <= 0.02);
        fenced_free(x, t.n);
        fenced_free(g, t.n);
        trial_close(&shape);
        trial_close(&t);
    }
}

/* Along the gradient the penalty falls to nothing. */
static void test_descent(void **state)
{
    struct trial t = trial_open(&evk_prior_spectrum_slope, 24, 24, 3, NULL);
    uint64_t seed = 3;
    float *x = trial_image(&t, &seed), *g = fenced(t.n, NULL);

    (void)state;
    for (int step = 0; step < 200; step++) {
        double squares = 0;

        t.type->penalty(t.self, &t.frame, x, g);
        for (int64_t i = 0; i < t.n; i++)
            squares += (double)g[i] * (double)g[i];
        for (int64_t i = 0; i < t.n; i++)
            x[i] -= (float)(2 * (double)g[i] / sqrt(squares / (double)t.n));
    }
    assert_true(t.type->penalty(t.self, &t.frame, x, g) < 0.01);
    fenced_free(x, t.n);
    fenced_free(g, t.n);
    trial_close(&t);
}

/* Too small for two rings, or without any structure: no gradient, and nothing that is not finite. */
static void test_nothing(void **state)
{
    static const int64_t sizes[][3] = {{3, 3, 3}, {1, 1, 1}, {2, 1, 3}, {16, 15, 3}};

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct trial t =
            trial_open(&evk_prior_spectrum_slope, sizes[s][0], sizes[s][1], sizes[s][2], NULL);
        float *x = fenced(t.n, NULL), *g = fenced(t.n, NULL);
        double value;

        for (int64_t i = 0; i < t.n; i++)
            x[i] = 0;
        value = t.type->penalty(t.self, &t.frame, x, g);
        assert_true(s == 3 ? fabs(value - 1) < 1e-9 : value == 0);
        for (int64_t i = 0; i < t.n; i++)
            assert_true(g[i] == 0);
        fenced_free(x, t.n);
        fenced_free(g, t.n);
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradient),
        cmocka_unit_test(test_power_laws),
        cmocka_unit_test(test_descent),
        cmocka_unit_test(test_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
