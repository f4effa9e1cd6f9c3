/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_controls.c - scrambled images and their spectra, images matched in mean and SD, blank images
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/spectrum.h"
#include "match/controls.h"

static const int64_t sizes[][3] = {{8, 8, 3}, {7, 5, 1},   {5, 12, 3},  {1, 9, 3},  {10, 1, 1},
                                   {1, 1, 3}, {13, 31, 1}, {16, 20, 3}, {24, 24, 3}};

static struct evk_scrambler scrambler(const int64_t size[3])
{
    struct evk_scrambler s;
    const char *wanted;

    assert_ok(evk_scrambler_init(&s, evk_kernels_best(&wanted), size[0], size[1], size[2], err));
    return s;
}

static struct evk_rng_key key(uint32_t number)
{
    return (struct evk_rng_key){.key = {number, 5}, .high = {7, 11}};
}

/* Returns an image of waves with a little noise around middle. */
static struct evk_pixels image(uint64_t seed, const int64_t size[3], double middle, double spread)
{
    const int64_t n = size[0] * size[1] * size[2];
    float *x = calloc((size_t)n, sizeof(*x));
    struct evk_pixels p;

    for (int64_t c = 0; c < size[2]; c++)
        for (int64_t k = 0; k < 3; k++)
            add_cosine(size, k, 2 - k, c, 0.2 * spread, 3 * (double)random_float(&seed), x);
    assert_ok(evk_pixels_new(&p, size[0], size[1], size[2], err));
    for (int64_t i = 0; i < n; i++) {
        const double v = middle + (double)x[i] + 0.4 * spread * (double)random_float(&seed);

        p.data[i] = (unsigned char)fmin(fmax(v, 0), 255);
    }
    free(x);
    return p;
}

static double *amplitudes(const struct evk_pixels *p)
{
    const int64_t size[3] = {p->height, p->width, p->channels}, plane = size[0] * size[1];
    double *x = calloc((size_t)(plane * size[2]), sizeof(*x)), part[2];
    double *out = calloc((size_t)(plane * size[2]), sizeof(*out));

    for (int64_t i = 0; i < plane * size[2]; i++)
        x[i] = p->data[i];
    for (int64_t i = 0; i < plane * size[2]; i++) {
        exact_coefficient(size, x, i % plane / size[1], i % size[1], i / plane, part);
        out[i] = hypot(part[0], part[1]);
    }
    free(x);
    return out;
}

/* Returns the RMS of |contrast a - b| over all coefficients but the means. */
static double rms_apart(const struct evk_pixels *a, const struct evk_pixels *b, double contrast)
{
    const int64_t plane = a->height * a->width, n = plane * a->channels;
    double *x = amplitudes(a), *y = amplitudes(b), sum = 0;

    for (int64_t i = 0; i < n; i++) {
        const double d = (i % plane ? contrast : 1) * x[i] - y[i];

        sum += d * d;
    }
    free(x);
    free(y);
    return sqrt(sum / (double)n);
}

/* ---- scrambled ------------------------------------------------------------------------------ */

/*
 * Rounding of values by at most e changes coefficients by at most sqrt(pixels) e, RMS (Parseval).
 */
static void check_scrambled(const int64_t size[3], const struct evk_pixels *p, double *contrast)
{
    const struct evk_rng_key k = key(1);
    struct evk_scrambler s = scrambler(size);
    struct evk_pixels out;

    assert_ok(evk_scramble_pixels(&s, &k, p, &out, contrast, err));
    assert_true(*contrast > 0 && *contrast <= 1);
    assert_true(rms_apart(p, &out, *contrast) <= 0.5 * sqrt((double)(size[0] * size[1])) + 1e-2);
    evk_pixels_release(&out);
    evk_scrambler_release(&s);
}

static void test_scrambled(void **state)
{
    double contrast;

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct evk_pixels p = image(i + 1, sizes[i], 120, 100);

        check_scrambled(sizes[i], &p, &contrast);
        assert_true(contrast == 1);
        evk_pixels_release(&p);
    }
}

/* Where full contrast does not fit, contrast is lowered, and nothing is clipped. */
static void test_contrast(void **state)
{
    double contrast;

    (void)state;
    for (size_t i = 7; i < COUNT(sizes); i++) {
        struct evk_pixels p = image(i + 1, sizes[i], 120, 5000);

        check_scrambled(sizes[i], &p, &contrast);
        assert_true(contrast > 0.4 && contrast < 0.95);
        evk_pixels_release(&p);
    }
}

/*
 * A white pixel on black, and stripes of 0 and 255, leave no room within 0 to 255 for other waves.
 */
static void test_hard(void **state)
{
    const int64_t *size = sizes[8], n = size[0] * size[1] * size[2];
    struct evk_pixels p;
    double contrast;

    (void)state;
    assert_ok(evk_blank(&p, size[0], size[1], 0, err));
    check_scrambled(size, &p, &contrast);
    assert_true(contrast == 1);
    memset(p.data + 30, 255, 3);
    check_scrambled(size, &p, &contrast);
    for (int64_t i = 0; i < n; i++)
        p.data[i] = i / 9 % 2 ? 255 : 0;
    check_scrambled(size, &p, &contrast);
    evk_pixels_release(&p);
}

/* The phases are random, differ between keys, and leave no trace of where things were. */
static void test_random(void **state)
{
    const int64_t *size = sizes[8], n = size[0] * size[1] * size[2];
    const struct evk_rng_key one = key(1), two = key(2);
    struct evk_scrambler s = scrambler(size);
    struct evk_pixels p = image(3, size, 120, 100), a, b, c;
    double contrast, re = 0, im = 0;

    (void)state;
    assert_ok(evk_scramble_pixels(&s, &one, &p, &a, &contrast, err));
    assert_ok(evk_scramble_pixels(&s, &two, &p, &b, &contrast, err));
    assert_ok(evk_scramble_pixels(&s, &one, &p, &c, &contrast, err));
    assert_memory_equal(a.data, c.data, (size_t)n);
    assert_memory_not_equal(a.data, b.data, (size_t)n);
    for (int64_t i = 0; i < s.fourier.n; i++) {
        assert_true(fabs(hypot((double)s.field[2 * i], (double)s.field[2 * i + 1]) - 1) < 1e-6);
        re += (double)s.field[2 * i];
        im += (double)s.field[2 * i + 1];
    }
    assert_true(hypot(re, im) < 4 * sqrt((double)s.fourier.n));
    evk_pixels_release(&p);
    evk_pixels_release(&a);
    evk_pixels_release(&b);
    evk_pixels_release(&c);
    evk_scrambler_release(&s);
}

/*
 * Before rounding: amplitudes, means, and X(red) conj(X(green)), which says how colours go
 * together.
 */
static void test_colours_stay_together(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(sizes); k++) {
        const int64_t *size = sizes[k], c = size[2], n = size[0] * size[1] * c;
        const struct evk_rng_key one = key(9);
        struct evk_scrambler s = scrambler(size);
        uint64_t seed = k + 1;
        float *x = malloc((size_t)n * sizeof(*x)), *y = malloc((size_t)n * sizeof(*y));

        for (int64_t i = 0; i < n; i++)
            x[i] = y[i] = 50 * random_float(&seed) - 20 * (float)(i % c);
        evk_scramble(&s, &one, y);
        for (int64_t i = 0; i < size[0] * size[1]; i++)
            for (int64_t j = 0; j < c; j++) {
                const int64_t u = i / size[1], v = i % size[1], next = (j + 1) % c;
                double a[2], b[2], p[2], q[2], bound;

                bound = 4 * naive_coefficient(size, x, u, v, j, a);
                bound += 4 * naive_coefficient(size, x, u, v, next, b) + 1e-3;
                naive_coefficient(size, y, u, v, j, p);
                naive_coefficient(size, y, u, v, next, q);
                assert_true(fabs(hypot(a[0], a[1]) - hypot(p[0], p[1])) <= bound);
                if (i == 0)
                    assert_true(fabs(a[0] - p[0]) <= bound);
                bound *= hypot(a[0], a[1]) + hypot(b[0], b[1]) + bound;
                assert_true(fabs(a[0] * b[0] + a[1] * b[1] - p[0] * q[0] - p[1] * q[1]) <= bound);
                assert_true(fabs(a[1] * b[0] - a[0] * b[1] - p[1] * q[0] + p[0] * q[1]) <= bound);
            }
        free(x);
        free(y);
        evk_scrambler_release(&s);
    }
}

/* Gray stays gray, through projections too. */
static void test_gray(void **state)
{
    const int64_t *size = sizes[8], pixels = size[0] * size[1];
    const struct evk_rng_key one = key(4);
    struct evk_scrambler s = scrambler(size);
    struct evk_pixels p = image(5, size, 110, 260), out;
    double contrast;

    (void)state;
    for (int64_t i = 0; i < pixels; i++)
        memset(p.data + 3 * i, p.data[3 * i], 3);
    assert_ok(evk_scramble_pixels(&s, &one, &p, &out, &contrast, err));
    for (int64_t i = 0; i < pixels; i++)
        assert_true(out.data[3 * i] == out.data[3 * i + 1] &&
                    out.data[3 * i] == out.data[3 * i + 2]);
    evk_pixels_release(&p);
    evk_pixels_release(&out);
    evk_scrambler_release(&s);
}

/* A perturbation between bounds that differ from value to value keeps its norm. */
static void test_perturbation(void **state)
{
    const int64_t *size = sizes[8], n = size[0] * size[1] * size[2];
    const struct evk_rng_key one = key(6);
    struct evk_scrambler s = scrambler(size);
    struct evk_pixels base = image(7, size, 60, 200);
    float *low = malloc((size_t)n * sizeof(*low)), *high = malloc((size_t)n * sizeof(*high));
    float *x = malloc((size_t)n * sizeof(*x));
    const struct evk_bounds bounds = {low, high, 0.1, 400};
    double before = 0, after = 0;
    uint64_t seed = 8;

    (void)state;
    for (int64_t i = 0; i < n; i++) {
        low[i] = (float)-base.data[i];
        high[i] = (float)(255 - base.data[i]);
        x[i] = 10 * random_float(&seed);
        before += (double)x[i] * (double)x[i];
    }
    assert_true(evk_scramble_within(&s, &one, &bounds, x) <= 0.1);
    for (int64_t i = 0; i < n; i++) {
        assert_true(x[i] >= low[i] - 0.1f && x[i] <= high[i] + 0.1f);
        after += (double)x[i] * (double)x[i];
    }
    assert_true(fabs(after / before - 1) < 1e-4);
    free(low);
    free(high);
    free(x);
    evk_pixels_release(&base);
    evk_scrambler_release(&s);
}

/* ---- mean and SD ---------------------------------------------------------------------------- */

static void naive_moments(const struct evk_pixels *p, int64_t channel, double *mean, double *sd)
{
    const int64_t n = p->height * p->width;
    double squares = 0;

    *mean = 0;
    for (int64_t i = 0; i < n; i++)
        *mean += p->data[i * p->channels + channel] / (double)n;
    for (int64_t i = 0; i < n; i++)
        squares += (p->data[i * p->channels + channel] - *mean) *
                   (p->data[i * p->channels + channel] - *mean);
    *sd = n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
}

static double worst(const struct evk_pixels *a, const struct evk_pixels *b)
{
    double most = 0;

    for (int64_t c = 0; c < a->channels; c++) {
        double m[2], s[2];

        naive_moments(a, c, &m[0], &s[0]);
        naive_moments(b, c, &m[1], &s[1]);
        most = fmax(most, fmax(fabs(m[0] - m[1]), fabs(s[0] - s[1])));
    }
    return most;
}

/*
 * The mean and SD are matched to a tenth of a level in spite of clipping; residual is always true.
 */
static void test_pair(void **state)
{
    static const double middle[] = {120, 60, 210, 128, 250}, spread[] = {80, 150, 30, 400, 4};
    static const int64_t other_size[3] = {40, 33, 3}, size[3] = {50, 20, 3};

    (void)state;
    for (size_t i = 0; i < COUNT(middle); i++) {
        struct evk_pixels a = image(i + 1, other_size, 110, 170), out;
        struct evk_pixels b = image(i + 20, size, middle[i], spread[i]);
        double residual;

        assert_ok(evk_match_pair(&a, &b, &out, &residual, err));
        assert_int_equal(out.height, 40);
        assert_true(fabs(worst(&out, &b) - residual) <= 1e-9);
        assert_true(residual <= 0.1);
        evk_pixels_release(&out);
        evk_pixels_release(&a);
        evk_pixels_release(&b);
    }
}

/* The value of a pixel after it is scaled about middle, which becomes mean. */
static double scaled(double v, double scale, double middle, double mean)
{
    return floor(fmin(fmax(mean + scale * (v - middle), 0), 255) + 0.5);
}

static void channel_moments(const double *v, int64_t n, double *mean, double *sd)
{
    double sum = 0, squares = 0;

    for (int64_t i = 0; i < n; i++)
        sum += v[i];
    *mean = sum / (double)n;
    for (int64_t i = 0; i < n; i++)
        squares += (v[i] - *mean) * (v[i] - *mean);
    *sd = sqrt(squares / (double)(n - 1));
}

/* The least difference that a hundred corrections reach for n values; each starts from the last. */
static double least_of_rounds(const double *from, int64_t n, double want_mean, double want_sd)
{
    double middle, sd, mean = want_mean, least = HUGE_VAL, scale, to[64];

    channel_moments(from, n, &middle, &sd);
    scale = want_sd / sd;
    for (int round = 0; round < 100 && least > 1e-3; round++) {
        double m;

        for (int64_t i = 0; i < n; i++)
            to[i] = scaled(from[i], scale, middle, mean);
        channel_moments(to, n, &m, &sd);
        least = fmin(least, fmax(fabs(m - want_mean), fabs(sd - want_sd)));
        mean = fmin(fmax(mean + want_mean - m, -1e4), 1e4);
        if (sd > 0)
            scale = fmin(scale * want_sd / sd, 1e3);
    }
    return least;
}

/* Few pixels cannot meet the moments: the best of all rounds counts, not the last. */
static void test_pair_of_few_pixels(void **state)
{
    static const int64_t size[3] = {4, 3, 3};
    int64_t n = 12;

    (void)state;
    for (size_t k = 0; k < 20; k++) {
        struct evk_pixels a = image(2 * k + 1, size, 128, 200), b = image(2 * k + 2, size, 100, 90);
        double residual, least = 0, x[64], y[64], mean, sd;
        struct evk_pixels out;

        assert_ok(evk_match_pair(&a, &b, &out, &residual, err));
        for (int64_t c = 0; c < 3; c++) {
            for (int64_t i = 0; i < n; i++) {
                x[i] = a.data[3 * i + c];
                y[i] = b.data[3 * i + c];
            }
            channel_moments(y, n, &mean, &sd);
            least = fmax(least, least_of_rounds(x, n, mean, sd));
        }
        assert_true(fabs(residual - least) <= 1e-9);
        assert_true(fabs(worst(&out, &b) - residual) <= 1e-9);
        evk_pixels_release(&out);
        evk_pixels_release(&a);
        evk_pixels_release(&b);
    }
}

/* Images of one pixel, images that do not vary, and an SD that cannot be reached. */
static void test_pair_at_the_edge(void **state)
{
    static const int64_t one[3] = {1, 1, 3}, some[3] = {9, 6, 3};
    struct evk_pixels a = image(1, some, 120, 100), flat, dot = image(2, one, 90, 10), out;
    double residual;

    (void)state;
    assert_ok(evk_blank(&flat, 6, 9, 77, err));
    assert_ok(evk_match_pair(&a, &flat, &out, &residual, err));
    for (int64_t i = 0; i < 54 * 3; i++)
        assert_int_equal(out.data[i], 77);
    assert_true(residual == 0);
    evk_pixels_release(&out);
    assert_ok(evk_match_pair(&flat, &a, &out, &residual, err));
    assert_true(residual > 5 && fabs(worst(&out, &a) - residual) <= 1e-9);
    evk_pixels_release(&out);
    assert_ok(evk_match_pair(&a, &dot, &out, &residual, err));
    assert_true(residual == 0 && out.data[3] == dot.data[0]);
    evk_pixels_release(&out);
    assert_ok(evk_match_pair(&dot, &a, &out, &residual, err));
    evk_pixels_release(&out);
    for (int64_t i = 0; i < 54 * 3; i++)
        flat.data[i] = i < 27 * 3 ? 0 : 255;
    assert_ok(evk_match_pair(&a, &flat, &out, &residual, err));
    assert_true(fabs(worst(&out, &flat) - residual) <= 1e-9);
    evk_pixels_release(&out);
    evk_pixels_release(&a);
    evk_pixels_release(&flat);
    evk_pixels_release(&dot);
}

static void test_blank(void **state)
{
    struct evk_pixels p;

    (void)state;
    assert_ok(evk_blank(&p, 3, 5, 127, err));
    assert_true(p.height == 3 && p.width == 5 && p.channels == 3);
    for (int64_t i = 0; i < 45; i++)
        assert_int_equal(p.data[i], 127);
    evk_pixels_release(&p);
    assert_fails(EVK_EFORMAT, "0 pixels", evk_blank(&p, 0, 5, 127, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scrambled),
        cmocka_unit_test(test_contrast),
        cmocka_unit_test(test_hard),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_colours_stay_together),
        cmocka_unit_test(test_gray),
        cmocka_unit_test(test_perturbation),
        cmocka_unit_test(test_pair),
        cmocka_unit_test(test_pair_of_few_pixels),
        cmocka_unit_test(test_pair_at_the_edge),
        cmocka_unit_test(test_blank),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
