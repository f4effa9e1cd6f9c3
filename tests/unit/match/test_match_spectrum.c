/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_match_spectrum.c - images matched in their amplitude spectrum */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/match_set.h"
#include "../../harness/spectrum.h"

/* ---- spectrum ------------------------------------------------------------------------------- */

/* Returns the amplitudes of plane p in double, (h, w / 2 + 1). */
static double *amplitudes(const struct evk_pixels *image, int64_t planes, int64_t p)
{
    const int64_t size[3] = {image->height, image->width, 1}, columns = size[1] / 2 + 1;
    double *x = calloc((size_t)(size[0] * size[1]), sizeof(*x));
    double *out = calloc((size_t)(size[0] * columns), sizeof(*out)), part[2];

    for (int64_t i = 0; i < size[0] * size[1]; i++)
        x[i] = planes == 3 ? image->data[3 * i + p] : match_luma(image, i);
    for (int64_t i = 0; i < size[0] * columns; i++) {
        exact_coefficient(size, x, i / columns, i % columns, 0, part);
        out[i] = hypot(part[0], part[1]);
    }
    free(x);
    return out;
}

/* Returns the RMS of a - b over the whole spectrum. */
static double rms_apart(const struct match_set *s, const double *a, const double *b)
{
    double sum = 0;

    for (int64_t i = 0; i < s->t.n; i++)
        sum += evk_fourier_places(&s->m.fourier, i) * (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(sum / (double)s->pixels);
}

/* Returns the average of the amplitudes over the images, in double. */
static double *average_amplitudes(const struct match_set *s, int64_t planes, int64_t p)
{
    double *average = calloc((size_t)s->t.n, sizeof(*average));

    for (int64_t i = 0; i < s->count; i++) {
        double *a = amplitudes(&s->image[i], planes, p);

        for (int64_t k = 0; k < s->t.n; k++)
            average[k] += a[k] / (double)s->count;
        free(a);
    }
    return average;
}

/*
 * Rounding of pixels by at most e changes coefficients by at most sqrt(pixels) e, RMS (Parseval).
 */
static void test_spectrum(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(match_sizes); k++)
        for (int64_t planes = 1; planes <= 3; planes += 2) {
            struct match_set s = match_random_set(k, match_sizes[k], false, 50, planes);
            const double bound = 0.5 * sqrt((double)s.pixels) + 1e-3;

            for (int64_t p = 0; p < planes; p++) {
                double *want = average_amplitudes(&s, planes, p);

                for (int64_t i = 0; i < s.count; i++) {
                    struct evk_pixels out = matched(&s, "spectrum", 1, i);
                    double *a = amplitudes(&out, planes, p);
                    double *before = amplitudes(&s.image[i], planes, p);

                    assert_true(rms_apart(&s, a, want) <= bound);
                    assert_true(k < 5 || rms_apart(&s, before, want) > 4 * bound);
                    free(a);
                    free(before);
                    evk_pixels_release(&out);
                }
                free(want);
            }
            match_release(&s);
        }
}

/*
 * Before rounding to bytes, amplitudes are the target's up to the error of floats, and phases stay.
 */
static void test_spectrum_in_float(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(match_sizes); k++) {
        const int64_t size[3] = {match_sizes[k][0], match_sizes[k][1], 1};
        struct match_set s = match_random_set(k, match_sizes[k], true, 50, 1);
        struct evk_match_plan plan;
        double *want = average_amplitudes(&s, 1, 0);
        float *x = calloc((size_t)s.pixels, sizeof(*x)), *y = calloc((size_t)s.pixels, sizeof(*y));

        assert_ok(evk_match_steps_parse(&plan, "spectrum", err));
        evk_match_planes(&s.image[0], 1, x);
        memcpy(y, x, (size_t)s.pixels * sizeof(*x));
        plan.steps[0]->apply(&s.m, &s.t, 0, y);
        for (int64_t i = 0; i < s.t.n; i++) {
            const int64_t u = i / s.m.fourier.columns, v = i % s.m.fourier.columns;
            double a[2], b[2], bound;

            naive_coefficient(size, x, u, v, 0, a);
            bound = 1e-3 + 4 * naive_coefficient(size, y, u, v, 0, b);
            assert_true(fabs(hypot(b[0], b[1]) - want[i]) <= bound);
            if (hypot(a[0], a[1]) < 1e-2) { /* the coefficient counts as 0, and its phase as 0 */
                a[0] = 1;
                a[1] = 0;
            }
            assert_true(fabs(a[0] * b[1] - a[1] * b[0]) <= bound * hypot(a[0], a[1]));
            assert_true(a[0] * b[0] + a[1] * b[1] > 0);
        }
        free(x);
        free(y);
        free(want);
        match_release(&s);
    }
}

/* Sums over rings are the target's; within a ring, all amplitudes are multiplied by one factor. */
static void test_sf(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(match_sizes); k++) {
        const int64_t size[3] = {match_sizes[k][0], match_sizes[k][1], 1};
        const double longer = (double)(size[0] > size[1] ? size[0] : size[1]);
        const double shorter = (double)(size[0] < size[1] ? size[0] : size[1]);
        struct match_set s = match_random_set(k, match_sizes[k], true, 50, 1);
        double *target = average_amplitudes(&s, 1, 0), *after, *before;
        double want[64] = {0}, got[64] = {0}, had[64] = {0}, ratio = 0;
        float *x = calloc((size_t)s.pixels, sizeof(*x)), *y = calloc((size_t)s.pixels, sizeof(*y));
        struct evk_match_plan plan;

        assert_ok(evk_match_steps_parse(&plan, "sf", err));
        after = calloc((size_t)s.t.n, sizeof(*after));
        before = amplitudes(&s.image[1], 1, 0);
        evk_match_planes(&s.image[1], 1, y);
        plan.steps[0]->apply(&s.m, &s.t, 0, y);
        for (int pass = 0; pass < 2; pass++)
            for (int64_t i = 0; i < s.t.n; i++) {
                const int64_t u = i / s.m.fourier.columns, v = i % s.m.fourier.columns;
                const long r = lround(naive_frequency(size, u, v) * longer / shorter);
                const int places = evk_fourier_places(&s.m.fourier, i);
                double b[2], bound = 1e-3 + naive_coefficient(size, y, u, v, 0, b);

                after[i] = hypot(b[0], b[1]);
                if (pass == 0) {
                    want[r] += places * target[i];
                    got[r] += places * after[i];
                    had[r] += places * before[i];
                } else {
                    ratio = want[r] / had[r];
                    assert_true(fabs(got[r] - want[r]) <= 1e-4 * want[r]);
                    assert_true(fabs(after[i] - ratio * before[i]) <= 4 * bound + 1e-3 * ratio);
                }
            }
        free(x);
        free(y);
        free(target);
        free(after);
        free(before);
        match_release(&s);
    }
}

/*
 * Returns images of noise with one mean and SD, which can match both in histogram and in spectrum.
 */
static struct match_set alike_set(const int64_t size[2])
{
    struct match_set s = {.count = MATCH_IMAGES};
    uint64_t seed = 4;

    for (int64_t i = 0; i < MATCH_IMAGES; i++) {
        s.image[i] = match_random_pixels(&seed, size, true, 1);
        for (int64_t k = 0; k < size[0] * size[1]; k++)
            memset(s.image[i].data + 3 * k, (int)(125 + 90 * random_float(&seed)), 3);
    }
    match_finish_set(&s, 1, (double)NAN, (double)NAN);
    return s;
}

/* The measure agrees with its definition, and more iterations bring the spectrum closer. */
static void test_measure(void **state)
{
    struct match_set s = alike_set(match_sizes[6]);
    struct evk_match_measure m, more;
    struct evk_pixels out = matched(&s, "spectrum,histogram", 1, 2);
    double *want = average_amplitudes(&s, 1, 0), *a = amplitudes(&out, 1, 0), mean, sd, whole;

    (void)state;
    evk_match_measure(&s.m, &s.t, &out, 1, &m);
    match_naive_moments(&out, &mean, &sd);
    assert_true(fabs(m.mean - mean) <= 1e-4 && fabs(m.sd - sd) <= 1e-4);
    assert_true(m.histogram == 0);
    want[0] = a[0] = 0;
    whole = rms_apart(&s, want, (double[4096]){0});
    assert_true(fabs(m.spectrum - rms_apart(&s, a, want) / whole) <= 1e-5);
    evk_pixels_release(&out);
    out = matched(&s, "spectrum,histogram", 10, 2);
    evk_match_measure(&s.m, &s.t, &out, 1, &more);
    assert_true(more.histogram == 0 && more.spectrum < 0.7 * m.spectrum);
    evk_match_measure(&s.m, &s.t, &s.image[2], 1, &more);
    assert_true(more.histogram > 0 && more.spectrum > 3 * m.spectrum);
    evk_pixels_release(&out);
    free(want);
    free(a);
    match_release(&s);
}

/*
 * Images whose values would be clipped are scaled instead, all by the same factor; their amplitudes
 * are the target's times that factor.
 */
static void test_rescale(void **state)
{
    struct match_set s = match_random_set(5, match_sizes[6], true, 250, 1);
    double *want = average_amplitudes(&s, 1, 0), low = (double)INFINITY, high = -low, level;
    struct evk_match_plan plan = {.iterations = 1};
    unsigned char least = 255, most = 0;

    (void)state;
    assert_ok(evk_match_steps_parse(&plan, "spectrum", err));
    for (int64_t i = 0; i < s.count; i++)
        evk_match_extremes(&plan, &s.t, &s.m, &s.image[i], &low, &high);
    assert_true(low < 0 && high > 255);
    s.t.low = low;
    s.t.high = high;
    level = (s.t.level[0] - low) * 255 / (high - low);
    for (int64_t k = 0; k < s.t.n; k++)
        want[k] *= 255 / (high - low);
    want[0] = level * (double)s.pixels;
    for (int64_t i = 0; i < s.count; i++) {
        struct evk_pixels out = matched(&s, "spectrum", 1, i);
        double *a = amplitudes(&out, 1, 0);
        struct evk_match_measure m;

        assert_true(rms_apart(&s, a, want) <= 0.5 * sqrt((double)s.pixels) + 1e-3);
        for (int64_t k = 0; k < s.pixels * 3; k++) {
            least = out.data[k] < least ? out.data[k] : least;
            most = out.data[k] > most ? out.data[k] : most;
        }
        evk_match_measure(&s.m, &s.t, &out, evk_match_scale(&s.t), &m);
        assert_true(m.spectrum < 0.02);
        free(a);
        evk_pixels_release(&out);
    }
    assert_true(least == 0 && most == 255);
    free(want);
    match_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spectrum), cmocka_unit_test(test_spectrum_in_float),
        cmocka_unit_test(test_sf),       cmocka_unit_test(test_measure),
        cmocka_unit_test(test_rescale),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
