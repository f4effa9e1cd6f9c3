/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_match.c - sets of images brought to the same luminance, histogram and spectrum */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/spectrum.h"
#include "match/match.h"

enum { IMAGES = 5 };

static const int64_t sizes[][2] = {{8, 8}, {7, 5}, {5, 12}, {1, 9}, {10, 1}, {13, 31}, {16, 20}};

/* Images of one size, what they are brought to, and memory. */
struct set {
    int64_t h, w, pixels, count;
    struct evk_pixels image[IMAGES];
    struct evk_matcher m;
    struct evk_match_target t;
};

/* Byte values around 125, off by at most spread; gray ones have equal channels. */
static struct evk_pixels random_pixels(uint64_t *seed, const int64_t size[2], bool gray,
                                       float spread)
{
    struct evk_pixels p;
    const float tilt = random_float(seed);

    assert_ok(evk_pixels_new(&p, size[0], size[1], 3, err));
    for (int64_t i = 0; i < size[0] * size[1] * 3; i++) {
        const float v = 125 + spread * (tilt + random_float(seed)) / 2;

        p.data[i] = gray && i % 3 ? p.data[i - i % 3] : (unsigned char)v;
    }
    return p;
}

static void finish_set(struct set *s, int64_t planes, double mean, double sd)
{
    struct evk_match_sums sums;
    const char *wanted;

    s->h = s->image[0].height;
    s->w = s->image[0].width;
    s->pixels = s->h * s->w;
    assert_ok(evk_matcher_init(&s->m, evk_kernels_best(&wanted), s->h, s->w, planes, err));
    s->m.ties = evk_rng_key((const unsigned char *)"order of ties...");
    assert_ok(evk_match_sums_init(&sums, &s->m, err));
    for (int64_t i = 0; i < s->count; i++)
        evk_match_sums_add(&sums, &s->m, &s->image[i]);
    assert_ok(evk_match_target_of(&s->t, &sums, &s->m, mean, sd, err));
    evk_match_sums_release(&sums);
}

static struct set random_set(uint64_t seed, const int64_t size[2], bool gray, float spread,
                             int64_t planes)
{
    struct set s = {.count = IMAGES};

    for (int64_t i = 0; i < IMAGES; i++)
        s.image[i] = random_pixels(&seed, size, gray, spread);
    finish_set(&s, planes, (double)NAN, (double)NAN);
    return s;
}

static void release(struct set *s)
{
    for (int64_t i = 0; i < s->count; i++)
        evk_pixels_release(&s->image[i]);
    evk_matcher_release(&s->m);
    evk_match_target_release(&s->t);
}

static struct evk_pixels matched(struct set *s, const char *what, int64_t iterations, int64_t i)
{
    struct evk_match_plan plan = {.iterations = iterations};
    struct evk_pixels out;

    assert_ok(evk_match_steps_parse(&plan, what, err));
    assert_ok(evk_match_apply(&plan, &s->t, &s->m, &s->image[i], &out, err));
    return out;
}

static double luma(const struct evk_pixels *p, int64_t i)
{
    const unsigned char *v = p->data + 3 * i;

    return (299 * v[0] + 587 * v[1] + 114 * v[2]) / 1000.0;
}

static void naive_moments(const struct evk_pixels *p, double *mean, double *sd)
{
    const int64_t n = p->height * p->width;
    double squares = 0;

    *mean = 0;
    for (int64_t i = 0; i < n; i++)
        *mean += luma(p, i) / (double)n;
    for (int64_t i = 0; i < n; i++)
        squares += (luma(p, i) - *mean) * (luma(p, i) - *mean);
    *sd = n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
}

/* ---- luminance ------------------------------------------------------------------------------ */

/* Every luma is within half a level of its closed form, and colour differences within one. */
static void check_luminance(struct set *s, int64_t i)
{
    struct evk_pixels out = matched(s, "luminance", 1, i);
    double mean, sd, after, spread;

    naive_moments(&s->image[i], &mean, &sd);
    for (int64_t k = 0; k < s->pixels; k++) {
        const double y = s->t.mean[0] + (luma(&s->image[i], k) - mean) / sd * s->t.sd[0];

        assert_true(fabs(luma(&out, k) - y) <= 0.5 + 1e-4);
        for (int64_t c = 0; c < 3; c++) {
            const double d = s->image[i].data[3 * k + c] - luma(&s->image[i], k);

            assert_true(fabs(out.data[3 * k + c] - luma(&out, k) - d) <= 1 + 1e-4);
        }
    }
    naive_moments(&out, &after, &spread);
    assert_true(fabs(after - s->t.mean[0]) <= 0.5);
    assert_true(fabs(spread - s->t.sd[0]) <=
                0.5 * sqrt((double)s->pixels / (double)(s->pixels - 1)));
    evk_pixels_release(&out);
}

static void test_luminance(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (int gray = 0; gray < 2; gray++) {
            struct set s = random_set(i, sizes[i], gray, 40, 1);
            double mean = 0, sd = 0;

            for (int64_t k = 0; k < IMAGES; k++) {
                double a, b;

                naive_moments(&s.image[k], &a, &b);
                mean += a / IMAGES;
                sd += b / IMAGES;
            }
            assert_true(fabs(s.t.mean[0] - mean) <= 1e-4 && fabs(s.t.sd[0] - sd) <= 1e-4);
            for (int64_t k = 0; k < IMAGES; k++)
                check_luminance(&s, k);
            release(&s);
        }
}

static void test_given_luminance(void **state)
{
    struct set s = {.count = 2};
    uint64_t seed = 2;

    (void)state;
    for (int64_t i = 0; i < 2; i++)
        s.image[i] = random_pixels(&seed, sizes[5], false, 60);
    finish_set(&s, 1, 140, 9);
    assert_true(s.t.mean[0] == 140 && s.t.sd[0] == 9);
    for (int64_t i = 0; i < 2; i++)
        check_luminance(&s, i);
    release(&s);
}

/* Colour differences that do not fit shrink together: luma and hue stay. */
static void test_colour_at_the_edge(void **state)
{
    struct evk_pixels in, out;
    const unsigned char values[] = {250, 10, 10, 0, 0, 255, 255, 255, 0, 9, 9, 9};
    const float y[] = {200, 250, 3, 260};

    (void)state;
    assert_ok(evk_pixels_new(&in, 1, 4, 3, err));
    assert_ok(evk_pixels_new(&out, 1, 4, 3, err));
    memcpy(in.data, values, sizeof(values));
    evk_match_bytes(&in, 1, y, &out);
    for (int64_t i = 0; i < 4; i++)
        assert_true(fabs(luma(&out, i) - fmin((double)y[i], 255)) <= 0.5);
    assert_true(out.data[0] == 255 && out.data[1] == out.data[2] && out.data[1] < 200);
    assert_true(out.data[5] == 255 && out.data[3] == out.data[4]);
    assert_true(out.data[8] == 0 && out.data[6] == out.data[7]);
    assert_true(out.data[9] == 255 && out.data[10] == 255 && out.data[11] == 255);
    evk_pixels_release(&in);
    evk_pixels_release(&out);
}

/* ---- histogram ------------------------------------------------------------------------------ */

/* The counts of plane p: of the channel, or of rounded luma. */
static void naive_counts(const struct evk_pixels *image, int64_t planes, int64_t p,
                         int64_t counts[EVK_LEVELS])
{
    memset(counts, 0, EVK_LEVELS * sizeof(*counts));
    for (int64_t i = 0; i < image->height * image->width; i++) {
        const unsigned char *v = image->data + 3 * i;

        counts[planes == 3 ? v[p] : (299 * v[0] + 587 * v[1] + 114 * v[2] + 500) / 1000]++;
    }
}

static void check_histogram(struct set *s, int64_t planes)
{
    for (int64_t p = 0; p < planes; p++) {
        double average[EVK_LEVELS] = {0};
        int64_t counts[EVK_LEVELS];

        for (int64_t i = 0; i < s->count; i++) {
            struct evk_pixels out = matched(s, "histogram", 1, i);

            naive_counts(&out, planes, p, counts);
            assert_memory_equal(counts, s->t.counts[p], sizeof(counts));
            naive_counts(&s->image[i], planes, p, counts);
            for (int64_t k = 0; k < EVK_LEVELS; k++)
                average[k] += (double)counts[k] / (double)s->count;
            evk_pixels_release(&out);
        }
        for (int64_t k = 0; k < EVK_LEVELS; k++)
            assert_true(fabs((double)s->t.counts[p][k] - average[k]) < 1);
    }
}

static void test_histogram(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (int64_t planes = 1; planes <= 3; planes += 2) {
            struct set s = random_set(i, sizes[i], i % 2, 250, planes);

            check_histogram(&s, planes);
            release(&s);
        }
}

/* What was darker is not brighter, and order among equals depends on the key alone. */
static void test_order(void **state)
{
    struct set s = random_set(3, sizes[6], true, 20, 1);
    struct evk_pixels a = matched(&s, "histogram", 1, 0), b = matched(&s, "histogram", 1, 0), c;

    (void)state;
    for (int64_t i = 0; i < s.pixels; i++)
        for (int64_t j = 0; j < s.pixels; j++)
            if (s.image[0].data[3 * i] < s.image[0].data[3 * j])
                assert_true(a.data[3 * i] <= a.data[3 * j]);
    s.m.ties = evk_rng_key((const unsigned char *)"another order...");
    c = matched(&s, "histogram", 1, 0);
    assert_memory_equal(a.data, b.data, (size_t)s.pixels * 3);
    assert_memory_not_equal(a.data, c.data, (size_t)s.pixels * 3);
    evk_pixels_release(&a);
    evk_pixels_release(&b);
    evk_pixels_release(&c);
    release(&s);
}

/* ---- spectrum ------------------------------------------------------------------------------- */

/* Amplitudes of plane p in double, (h, w / 2 + 1). */
static double *amplitudes(const struct evk_pixels *image, int64_t planes, int64_t p)
{
    const int64_t size[3] = {image->height, image->width, 1}, columns = size[1] / 2 + 1;
    double *x = calloc((size_t)(size[0] * size[1]), sizeof(*x));
    double *out = calloc((size_t)(size[0] * columns), sizeof(*out)), part[2];

    for (int64_t i = 0; i < size[0] * size[1]; i++)
        x[i] = planes == 3 ? image->data[3 * i + p] : luma(image, i);
    for (int64_t i = 0; i < size[0] * columns; i++) {
        exact_coefficient(size, x, i / columns, i % columns, 0, part);
        out[i] = hypot(part[0], part[1]);
    }
    free(x);
    return out;
}

/* RMS over the whole spectrum. */
static double rms_apart(const struct set *s, const double *a, const double *b)
{
    double sum = 0;

    for (int64_t i = 0; i < s->t.n; i++)
        sum += evk_fourier_places(&s->m.fourier, i) * (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(sum / (double)s->pixels);
}

/* The average over the images, in double. */
static double *average_amplitudes(const struct set *s, int64_t planes, int64_t p)
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
 * Rounding by at most e a pixel moves coefficients by at most sqrt(pixels) e, RMS (Parseval).
 */
static void test_spectrum(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(sizes); k++)
        for (int64_t planes = 1; planes <= 3; planes += 2) {
            struct set s = random_set(k, sizes[k], false, 50, planes);
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
            release(&s);
        }
}

/* Without rounding: the amplitude to floats, the phase as it was. */
static void test_spectrum_in_float(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(sizes); k++) {
        const int64_t size[3] = {sizes[k][0], sizes[k][1], 1};
        struct set s = random_set(k, sizes[k], true, 50, 1);
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
            if (hypot(a[0], a[1]) < 1e-2) { /* no phase: taken to be 0 */
                a[0] = 1;
                a[1] = 0;
            }
            assert_true(fabs(a[0] * b[1] - a[1] * b[0]) <= bound * hypot(a[0], a[1]));
            assert_true(a[0] * b[0] + a[1] * b[1] > 0);
        }
        free(x);
        free(y);
        free(want);
        release(&s);
    }
}

/* Sums over rings are the target's; within a ring the image has its own shape. */
static void test_sf(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(sizes); k++) {
        const int64_t size[3] = {sizes[k][0], sizes[k][1], 1};
        const double longer = (double)(size[0] > size[1] ? size[0] : size[1]);
        const double shorter = (double)(size[0] < size[1] ? size[0] : size[1]);
        struct set s = random_set(k, sizes[k], true, 50, 1);
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
        release(&s);
    }
}

/* ---- sets ----------------------------------------------------------------------------------- */

/* One image alone is what it is brought to. */
static void test_alone(void **state)
{
    static const char *const what[] = {"luminance", "histogram", "spectrum", "sf",
                                       "spectrum,histogram"};

    (void)state;
    for (size_t k = 0; k < COUNT(sizes); k++)
        for (int64_t planes = 1; planes <= 3; planes += 2)
            for (size_t i = 0; i < COUNT(what); i++) {
                struct set s = {.count = 1};
                struct evk_pixels out;
                uint64_t seed = k;

                s.image[0] = random_pixels(&seed, sizes[k], false, 200);
                finish_set(&s, planes, (double)NAN, (double)NAN);
                out = matched(&s, what[i], 1, 0);
                assert_memory_equal(out.data, s.image[0].data, (size_t)s.pixels * 3);
                evk_pixels_release(&out);
                release(&s);
            }
}

/* What does not vary has a mean alone; 1 x 1 too. */
static void test_constant(void **state)
{
    static const int64_t size[][2] = {{6, 7}, {1, 1}, {1, 5}};
    static const char *const what[] = {"luminance", "spectrum", "sf"};

    (void)state;
    for (size_t k = 0; k < COUNT(size); k++)
        for (size_t i = 0; i < COUNT(what); i++) {
            struct set s = {.count = 2};
            struct evk_match_measure measure;
            struct evk_pixels out;

            for (int j = 0; j < 2; j++) {
                assert_ok(evk_pixels_new(&s.image[j], size[k][0], size[k][1], 3, err));
                memset(s.image[j].data, j ? 201 : 101, (size_t)(size[k][0] * size[k][1] * 3));
            }
            finish_set(&s, 1, (double)NAN, (double)NAN);
            out = matched(&s, what[i], 2, 1);
            for (int64_t v = 0; v < s.pixels * 3; v++)
                assert_int_equal(out.data[v], 151);
            evk_match_measure(&s.m, &s.t, &out, &measure);
            assert_true(measure.mean == 151 && measure.sd == 0 && measure.spectrum == 0);
            evk_pixels_release(&out);
            release(&s);
        }
}

/* Shared out in any way, sums are the same. */
static void test_sums(void **state)
{
    struct set s = random_set(9, sizes[6], false, 200, 3);
    struct evk_match_sums a, b, c;
    struct evk_match_target t;

    (void)state;
    assert_ok(evk_match_sums_init(&a, &s.m, err));
    assert_ok(evk_match_sums_init(&b, &s.m, err));
    assert_ok(evk_match_sums_init(&c, &s.m, err));
    for (int64_t i = IMAGES - 1; i >= 0; i--)
        evk_match_sums_add(i % 2 ? &b : &c, &s.m, &s.image[i]);
    evk_match_sums_join(&a, &c);
    evk_match_sums_join(&a, &b);
    assert_ok(evk_match_target_of(&t, &a, &s.m, (double)NAN, (double)NAN, err));
    assert_memory_equal(t.mean, s.t.mean, sizeof(t.mean));
    assert_memory_equal(t.sd, s.t.sd, sizeof(t.sd));
    assert_memory_equal(t.counts, s.t.counts, sizeof(t.counts));
    assert_memory_equal(t.amplitude, s.t.amplitude, (size_t)(3 * t.n) * sizeof(*t.amplitude));
    assert_memory_equal(t.ring_amplitude, s.t.ring_amplitude,
                        (size_t)(3 * t.rings) * sizeof(*t.ring_amplitude));
    evk_match_target_release(&t);
    evk_match_sums_release(&a);
    evk_match_sums_release(&b);
    evk_match_sums_release(&c);
    release(&s);
}

/* Noise of one mean and SD: its histogram and spectrum can be had at once. */
static struct set alike_set(const int64_t size[2])
{
    struct set s = {.count = IMAGES};
    uint64_t seed = 4;

    for (int64_t i = 0; i < IMAGES; i++) {
        s.image[i] = random_pixels(&seed, size, true, 1);
        for (int64_t k = 0; k < size[0] * size[1]; k++)
            memset(s.image[i].data + 3 * k, (int)(125 + 90 * random_float(&seed)), 3);
    }
    finish_set(&s, 1, (double)NAN, (double)NAN);
    return s;
}

/* The measure, against its definition; more iterations bring the spectrum closer. */
static void test_measure(void **state)
{
    struct set s = alike_set(sizes[6]);
    struct evk_match_measure m, more;
    struct evk_pixels out = matched(&s, "spectrum,histogram", 1, 2);
    double *want = average_amplitudes(&s, 1, 0), *a = amplitudes(&out, 1, 0), mean, sd, whole;

    (void)state;
    evk_match_measure(&s.m, &s.t, &out, &m);
    naive_moments(&out, &mean, &sd);
    assert_true(fabs(m.mean - mean) <= 1e-4 && fabs(m.sd - sd) <= 1e-4);
    assert_true(m.histogram == 0);
    want[0] = a[0] = 0;
    whole = rms_apart(&s, want, (double[4096]){0});
    assert_true(fabs(m.spectrum - rms_apart(&s, a, want) / whole) <= 1e-5);
    evk_pixels_release(&out);
    out = matched(&s, "spectrum,histogram", 10, 2);
    evk_match_measure(&s.m, &s.t, &out, &more);
    assert_true(more.histogram == 0 && more.spectrum < 0.7 * m.spectrum);
    evk_match_measure(&s.m, &s.t, &s.image[2], &more);
    assert_true(more.histogram > 0 && more.spectrum > 3 * m.spectrum);
    evk_pixels_release(&out);
    free(want);
    free(a);
    release(&s);
}

static void test_steps(void **state)
{
    struct evk_match_plan plan;

    (void)state;
    assert_ok(evk_match_steps_parse(&plan, "histogram,spectrum", err));
    assert_int_equal(plan.count, 2);
    assert_string_equal(plan.steps[0]->name, "histogram");
    assert_string_equal(plan.steps[1]->name, "spectrum");
    assert_fails(EVK_EINVAL, "'hist', expected one of: luminance, histogram, sf, spectrum",
                 evk_match_steps_parse(&plan, "sf,hist,spectrum", err));
    assert_fails(EVK_EINVAL, "''", evk_match_steps_parse(&plan, "", err));
    assert_fails(EVK_EINVAL, "''", evk_match_steps_parse(&plan, "sf,", err));
    assert_fails(EVK_EINVAL, "sf twice", evk_match_steps_parse(&plan, "sf,histogram,sf", err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_luminance),
        cmocka_unit_test(test_given_luminance),
        cmocka_unit_test(test_colour_at_the_edge),
        cmocka_unit_test(test_histogram),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_spectrum),
        cmocka_unit_test(test_spectrum_in_float),
        cmocka_unit_test(test_sf),
        cmocka_unit_test(test_alone),
        cmocka_unit_test(test_constant),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_measure),
        cmocka_unit_test(test_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
