/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_spectra.c - priors on spectra: fourier, band, fourier-parameters, phase-only */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/prior.h"
#include "../../harness/spectrum.h"

extern const struct evk_prior_type evk_prior_fourier, evk_prior_band, evk_prior_fourier_parameters,
    evk_prior_phase_only;

static const int64_t sizes[][3] = {
    {16, 16, 3}, {13, 13, 1}, {9, 14, 3}, {1, 11, 3}, {12, 1, 1}, {1, 1, 3}, {2, 3, 1},
};

static struct trial open_trial(const struct evk_prior_type *type, const int64_t size[3],
                               const char *const *set)
{
    return trial_open(type, size[0], size[1], size[2], set);
}

static double rms(int64_t n, const float *x)
{
    double squares = 0;

    for (int64_t i = 0; i < n; i++)
        squares += (double)x[i] * (double)x[i];
    return sqrt(squares / (double)n);
}

static void assert_near(int64_t n, const float *got, const float *want, double bound)
{
    for (int64_t i = 0; i < n; i++)
        if (!(fabs((double)got[i] - (double)want[i]) <= bound))
            fail_msg("value %d is %.9g, expected %.9g within %g", (int)i, (double)got[i],
                     (double)want[i], bound);
}

static int64_t shorter(const int64_t size[3])
{
    return size[0] < size[1] ? size[0] : size[1];
}

/* ---- fourier, band ---------------------------------------------------------------------- */

/* A wave comes back times frequency^-alpha, and a constant like the lowest frequency. */
static void test_fourier(void **state)
{
    static const int64_t size[3] = {15, 15, 3};
    static const char *const set[] = {"alpha", "1.5", NULL};
    struct trial t = open_trial(&evk_prior_fourier, size, set);
    static const double gain[3] = {1, 1,
                                   0.089442719099991588}; /* of 0, 1 and 5 cycles, in halves */
    static const double a[3] = {1, 2, 3};
    double before = 0, after = 0;
    float *x = calloc((size_t)t.n, sizeof(*x)), *want = calloc((size_t)t.n, sizeof(*want));

    (void)state;
    for (int i = 0; i < 3; i++) {
        const double power = (i == 1 ? 0.5 : i ? 0.25 : 1) * a[i] * a[i];

        before += power;
        after += power * gain[i] * gain[i];
    }
    for (int i = 0; i < 3; i++) {
        static const int64_t u[3] = {0, 2, 6}, v[3] = {0, 0, 8};
        const double same = sqrt(before / after);

        add_half_cosine(size, u[i], v[i], i, a[i], x);
        add_half_cosine(size, u[i], v[i], i, a[i] * gain[i] * same, want);
    }
    t.type->filter(t.self, &t.frame, x);
    assert_near(t.n, x, want, 1e-5);
    free(x);
    free(want);
    trial_close(&t);
}

static void test_rms_stays(void **state)
{
    static const char *const flat[] = {"alpha", "0", NULL}, *const steep[] = {"alpha", "2", NULL};
    uint64_t seed = 1;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct trial t = open_trial(&evk_prior_fourier, sizes[s], flat);
        float *x = fenced_random(&seed, t.n), *y = fenced(t.n, x);

        t.type->filter(t.self, &t.frame, y);
        assert_near(t.n, y, x, 1e-5); /* alpha 0 does nothing */
        trial_close(&t);
        t = open_trial(&evk_prior_fourier, sizes[s], steep);
        t.type->filter(t.self, &t.frame, y);
        assert_true(fabs(rms(t.n, y) - rms(t.n, x)) <= 1e-5 * rms(t.n, x));
        fenced_free(x, t.n);
        fenced_free(y, t.n);
        trial_close(&t);
    }
}

/* New parameters, then retune: as if opened with them. */
static void test_retune(void **state)
{
    static const char *const set[] = {"alpha", "0.7", NULL};
    static const struct evk_prior_type *const types[] = {
        &evk_prior_fourier, &evk_prior_fourier_parameters, &evk_prior_phase_only};
    uint64_t seed = 2;

    (void)state;
    for (size_t i = 0; i < COUNT(types); i++) {
        struct trial a = open_trial(types[i], sizes[2], NULL);
        struct trial b = open_trial(types[i], sizes[2], set);
        float *x = fenced_random(&seed, a.n), *y = fenced(a.n, x);
        void (*hook)(void *, const struct evk_frame *, float *) =
            types[i]->filter ? types[i]->filter
            : types[i]->pull ? types[i]->pull
                             : types[i]->project;

        assert_ok(evk_param_set(a.type->params, a.self, "0.7", err));
        a.type->retune(a.self, &a.frame);
        hook(a.self, &a.frame, x);
        hook(b.self, &b.frame, y);
        assert_memory_equal(x, y, (size_t)a.n * sizeof(*x));
        fenced_free(x, a.n);
        fenced_free(y, a.n);
        trial_close(&a);
        trial_close(&b);
    }
}

static bool is_inside(double f, double low, double high)
{
    return f > low - 1e-6 && f < high + 1e-6;
}

/* Of each wave all that is inside is kept, and nothing of the others; limits are inside. */
static void check_band(const struct trial *t, double low, double high)
{
    const int64_t size[3] = {t->frame.h, t->frame.w, t->frame.c};

    for (int64_t u = 0; u < size[0]; u++)
        for (int64_t v = 0; v < size[1]; v++) {
            const double f = cosine_frequency(size, u, v);
            float *x = calloc((size_t)t->n, sizeof(*x)), *y = malloc((size_t)t->n * sizeof(*y));

            add_half_cosine(size, u, v, 0, 50, x);
            memcpy(y, x, (size_t)t->n * sizeof(*y));
            t->type->project(t->self, &t->frame, y);
            for (int64_t i = 0; i < t->n; i++)
                if (!is_inside(f, low, high) && u + v > 0)
                    x[i] = 0;
            assert_near(t->n, y, x, 1e-4);
            free(x);
            free(y);
        }
}

static void test_band(void **state)
{
    static const char *const cycles[] = {"low", "2", "high", "5", "project", "1", NULL};
    static const char *const high[] = {"high", "3", "project", "1", NULL};
    static const int64_t plane[][3] = {{15, 15, 1}, {16, 12, 3}, {11, 30, 1}};

    (void)state;
    for (size_t s = 0; s < COUNT(plane); s++) {
        struct trial t = open_trial(&evk_prior_band, plane[s], cycles);

        check_band(&t, 2, 5);
        trial_close(&t);
        t = open_trial(&evk_prior_band, plane[s], high);
        check_band(&t, 0, 3);
        trial_close(&t);
    }
}

/* The mean stays, and what was projected is so for good; without project=1 nothing happens. */
static void test_band_projects(void **state)
{
    static const char *const set[] = {"low", "2", "project", "1", NULL};
    static const char *const gradient_only[] = {"low", "2", NULL};
    static const int64_t size[3] = {15, 14, 3};
    struct trial t = open_trial(&evk_prior_band, size, set);
    uint64_t seed = 3;
    float *x = trial_image(&t, &seed), *y = fenced(t.n, x);
    double change = 0;

    (void)state;
    t.type->project(t.self, &t.frame, x);
    for (int64_t i = 0; i < t.n; i += 3)
        change += (double)x[i] - (double)y[i];
    assert_true(fabs(change) <= 1e-4 * (double)t.n);
    memcpy(y, x, (size_t)t.n * sizeof(*y));
    t.type->project(t.self, &t.frame, x);
    assert_near(t.n, x, y, 1e-3);
    trial_close(&t);
    t = open_trial(&evk_prior_band, size, gradient_only);
    t.type->project(t.self, &t.frame, x);
    assert_near(t.n, x, y, 1e-3);
    fenced_free(x, t.n);
    fenced_free(y, t.n);
    trial_close(&t);
}

/* Of a gradient all but the band goes, the mean too, and the RMS is as before. */
static void test_band_filters(void **state)
{
    static const char *const set[] = {"low", "2", "high", "2.5", NULL};
    static const int64_t size[3] = {15, 15, 1};
    struct trial t = open_trial(&evk_prior_band, size, set);
    float *x = calloc((size_t)t.n, sizeof(*x)), *want = calloc((size_t)t.n, sizeof(*want));
    const double before = 9 + 0.25 * 16 + 0.5 * 25;

    (void)state;
    add_half_cosine(size, 0, 0, 0, 3, x);
    add_half_cosine(size, 4, 2, 0, 4, x); /* of 2.24 cycles */
    add_half_cosine(size, 0, 7, 0, 5, x); /* of 3.5 */
    add_half_cosine(size, 4, 2, 0, sqrt(4 * before), want);
    t.type->filter(t.self, &t.frame, x);
    assert_near(t.n, x, want, 1e-4);
    free(x);
    free(want);
    trial_close(&t);
}

/* 15 pixels on 6 pixels a degree: 2 cycles per image are 0.8 per degree. */
static void test_degrees(void **state)
{
    static const char *const set[] = {"high", "9", "project", "1", NULL};
    static const int64_t size[3] = {15, 20, 1};
    struct trial t = open_trial(&evk_prior_band, size, set);

    (void)state;
    t.type->release(t.self);
    memcpy(t.self, t.type->defaults, t.type->size);
    t.frame.pixels_per_degree = 6;
    assert_ok(evk_param_set(&t.type->params[2], t.self, "2", err));
    assert_ok(evk_param_set(&t.type->params[3], t.self, "0.8", err));
    assert_ok(evk_param_set(&t.type->params[4], t.self, "1", err));
    assert_ok(t.type->prepare(t.self, &t.frame, err));
    check_band(&t, 2, 5);
    trial_close(&t);
}

static void test_refused(void **state)
{
    static const char *const cpd[] = {"high-cpd", "5", NULL};
    static const char *const both[] = {"low", "1", "low-cpd", "1", "high", "3", NULL};
    static const char *const empty[] = {"low", "1.22", "high", "1.24", NULL};

    (void)state;
    assert_fails(EVK_EINVAL, "no limit", trial_refused(&evk_prior_band, NULL, err));
    assert_fails(EVK_EINVAL, "pixels are a degree", trial_refused(&evk_prior_band, cpd, err));
    assert_fails(EVK_EINVAL, "pixels are a degree", trial_refused(&evk_prior_band, both, err));
    assert_fails(EVK_EINVAL, "none of the frequencies of 5 x 4",
                 trial_refused(&evk_prior_band, empty, err));
}

/* ---- fourier-parameters ----------------------------------------------------------------- */

static void test_pull_is_adjoint(void **state)
{
    uint64_t seed = 4;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct trial t = open_trial(&evk_prior_fourier_parameters, sizes[s], NULL);
        float *z = fenced_random(&seed, t.n), *g = fenced_random(&seed, t.n);
        float *x = fenced(t.n, z), *pulled = fenced(t.n, g);
        double left = 0, right = 0;

        t.type->push(t.self, &t.frame, x);
        t.type->pull(t.self, &t.frame, pulled);
        for (int64_t i = 0; i < t.n; i++) {
            left += (double)x[i] * (double)g[i];
            right += (double)z[i] * (double)pulled[i];
        }
        assert_true(fabs(left - right) <=
                    sum_bound(40, (double)t.n * (rms(t.n, x) * rms(t.n, g) +
                                                 rms(t.n, z) * rms(t.n, pulled))));
        fenced_free(z, t.n);
        fenced_free(g, t.n);
        fenced_free(x, t.n);
        fenced_free(pulled, t.n);
        trial_close(&t);
    }
}

/* D D' of a cosine is the cosine times frequency^(-2 alpha), in units of the mean square scale. */
static void test_scales(void **state)
{
    static const char *const set[] = {"alpha", "0.8", NULL};

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        const int64_t *size = sizes[s], places = size[0] * size[1];
        const double lowest = (double)shorter(size) * (double)shorter(size) / (double)places;
        struct trial t = open_trial(&evk_prior_fourier_parameters, size, set);
        double squares = 0;

        for (int64_t i = 0; i < places; i++)
            squares += pow(fmax(naive_frequency(size, i / size[1], i % size[1]), lowest), -1.6) /
                       (double)places;
        for (int64_t i = 0; i < places; i++) {
            const int64_t u = i / size[1], v = i % size[1];
            const double gain = pow(fmax(naive_frequency(size, u, v), lowest), -1.6) / squares;
            float *x = calloc((size_t)t.n, sizeof(*x)), *want = calloc((size_t)t.n, sizeof(*x));

            add_cosine(size, u, v, i % size[2], 1, 0.2, x);
            add_cosine(size, u, v, i % size[2], gain, 0.2, want);
            t.type->pull(t.self, &t.frame, x);
            t.type->push(t.self, &t.frame, x);
            assert_near(t.n, x, want, 1e-5 * fmax(1, gain));
            free(x);
            free(want);
        }
        trial_close(&t);
    }
}

/* A step of one coefficient alone is a wave: all pixels move, and its length is the scale's. */
static void test_coefficients(void **state)
{
    struct trial t = open_trial(&evk_prior_fourier_parameters, sizes[0], NULL);
    float x[16 * 16 * 3] = {0}, want[16 * 16 * 3] = {0};
    double scale;

    (void)state;
    x[(3 * 16 + 2) * 3 + 1] = 1;
    t.type->push(t.self, &t.frame, x);
    scale = 16 * rms(t.n, x) * sqrt(3); /* cos + sin, of length 1 before scaling */
    add_cosine(sizes[0], 3, 2, 1, scale / 16 * sqrt(2), -0.78539816339744831, want);
    assert_near(t.n, x, want, 1e-6);
    trial_close(&t);
}

/* ---- phase-only -------------------------------------------------------------------------- */

static void check_phases(const struct trial *t, const float *before, const float *after)
{
    const int64_t size[3] = {t->frame.h, t->frame.w, t->frame.c}, places = size[0] * size[1];
    double squares = 0, a[2], b[2];

    for (int64_t i = 1; i < places; i++)
        squares += pow(naive_frequency(size, i / size[1], i % size[1]), -2);
    for (int64_t i = 0; i < places * size[2]; i++) {
        const int64_t u = i / size[2] / size[1], v = i / size[2] % size[1];
        const double was = naive_coefficient(size, before, u, v, i % size[2], a);
        const double bound = naive_coefficient(size, after, u, v, i % size[2], b);
        const double want = 57 * (double)places / (naive_frequency(size, u, v) * sqrt(squares));
        const double length = sqrt(a[0] * a[0] + a[1] * a[1]);

        if (u + v == 0) { /* the mean */
            assert_true(fabs(a[0] - b[0]) <= was + bound);
            continue;
        }
        assert_true(length > 10 * was); /* else its phase is not known */
        assert_true(fabs(b[0] - want * a[0] / length) <= 2 * bound + 2 * want * was / length);
        assert_true(fabs(b[1] - want * a[1] / length) <= 2 * bound + 2 * want * was / length);
    }
}

static double channel_sd(const struct trial *t, const float *x)
{
    const double n = (double)(t->n / t->frame.c);
    double sum = 0, squares = 0;

    for (int64_t i = 0; i < t->n; i += t->frame.c) {
        sum += (double)x[i];
        squares += (double)x[i] * (double)x[i];
    }
    return sqrt(squares / n - sum / n * (sum / n));
}

static void test_phase_only(void **state)
{
    uint64_t seed = 5;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct trial t = open_trial(&evk_prior_phase_only, sizes[s], NULL);
        float *x = trial_image(&t, &seed), *y = fenced(t.n, x), *z;

        t.type->project(t.self, &t.frame, y);
        check_phases(&t, x, y);
        if (t.n > t.frame.c)
            assert_true(fabs(channel_sd(&t, y) - 57) <= 1e-3);
        z = fenced(t.n, y);
        t.type->project(t.self, &t.frame, z);
        assert_near(t.n, z, y, 1e-3);
        fenced_free(x, t.n);
        fenced_free(y, t.n);
        fenced_free(z, t.n);
        trial_close(&t);
    }
}

/* Without phases all are 0: the largest value is the first, the SD natural. */
static void test_no_phase(void **state)
{
    static const int64_t size[3] = {8, 8, 1};
    struct trial t = open_trial(&evk_prior_phase_only, size, NULL);
    float x[64] = {0};

    (void)state;
    t.type->project(t.self, &t.frame, x);
    for (int i = 1; i < 64; i++)
        assert_true(x[i] < x[0]);
    assert_true(fabs(channel_sd(&t, x) - 57) <= 1e-3);
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fourier),         cmocka_unit_test(test_rms_stays),
        cmocka_unit_test(test_retune),          cmocka_unit_test(test_band),
        cmocka_unit_test(test_band_projects),   cmocka_unit_test(test_band_filters),
        cmocka_unit_test(test_degrees),         cmocka_unit_test(test_refused),
        cmocka_unit_test(test_pull_is_adjoint), cmocka_unit_test(test_scales),
        cmocka_unit_test(test_coefficients),    cmocka_unit_test(test_phase_only),
        cmocka_unit_test(test_no_phase),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
