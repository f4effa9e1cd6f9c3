/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_chroma.c - the limit on colour, against axes and roots of mean squares in double */
#include "../../harness/test.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/prior.h"
#include "../../oracle/picture.h"
#include "image/statistics.h"

extern const struct evk_prior_type evk_prior_chroma, evk_prior_aperture;

static uint64_t seed = 1;

static const int64_t sizes[][3] = {{112, 112, 3}, {37, 53, 3}, {1, 97, 3}, {2, 2, 3}, {1, 1, 3}};

/* ---- the definition, in double --------------------------------------------------------------- */

static struct picture_axes natural(void)
{
    return picture_axes(evk_statistics_default_mean, evk_statistics_default_covariance);
}

/* Returns the distance of a pixel from the natural mean along axis k. */
static double along(const struct picture_axes *a, int k, const float *pixel)
{
    const double x[3] = {(double)pixel[0], (double)pixel[1], (double)pixel[2]};

    return a->axis[k][0] * x[0] + a->axis[k][1] * x[1] + a->axis[k][2] * x[2] - a->mean[k];
}

/* Returns the root of the mean square of these distances, each as much as the window shows. */
static double rms(const struct trial *t, const struct picture_axes *a, int k, const float *x)
{
    double squares = 0, weights = 0;

    for (int64_t i = 0; i < t->n; i += 3) {
        const double weight = t->frame.window ? (double)t->frame.window->weight[i] : 1;

        squares += weight * pow(along(a, k, x + i), 2);
        weights += weight;
    }
    return sqrt(squares / weights);
}

static double magnitude(const struct trial *t, const float *x)
{
    double most = 0;

    for (int64_t i = 0; i < t->n; i++)
        most = fmax(most, fabs((double)x[i]));
    return most;
}

/*
 * Returns a bound on the error of a projected value.  A distance is rounded six times: an entry of
 * the matrix, three products and sums, and the shift.  All of these are at most `reach`, which is
 * the length of a pixel of largest values and of the natural mean.  A factor is wrong by the error
 * of a root of mean squares that is above its limit, and so at least `least`.  The way back has six
 * roundings again.
 */
static double bound_of(const struct trial *t, const float *x, double least)
{
    const double u = (double)FLT_EPSILON / 2, reach = sqrt(3) * (magnitude(t, x) + 128);
    const double distance = 6 * u * reach;

    return 1.01 * (sqrt(3) * distance * (1 + reach / least) + 6 * u * sqrt(3) * reach);
}

static void project(const struct trial *t, float *x)
{
    t->type->project(t->self, &t->frame, x);
}

/* Colours of all hues about one that is `shift` more blue, and less red, than the natural mean. */
static float *colours(const struct trial *t, float amplitude, float shift)
{
    float *x = fenced_random(&seed, t->n);

    for (int64_t i = 0; i < t->n; i++)
        x[i] = (float)evk_statistics_default_mean[i % 3] + shift * (float)(i % 3 - 1) +
               amplitude * x[i];
    return x;
}

/* ---- tests ----------------------------------------------------------------------------------- */

/* Projects x, compares each value with the definition, and returns whether the image has changed. */
static bool assert_defined(const struct trial *t, const struct picture_axes *a, double times,
                           float *x)
{
    float *was = fenced(t->n, x);
    double factor[3] = {1, 1, 1}, least = HUGE_VAL, bound;

    for (int k = 1; k < 3; k++)
        if (rms(t, a, k, x) > times * a->sd[k]) {
            factor[k] = times * a->sd[k] / rms(t, a, k, x);
            least = fmin(least, rms(t, a, k, x));
        }
    project(t, x);
    if (least == HUGE_VAL)
        assert_memory_equal(x, was, (size_t)t->n * sizeof(*x));
    bound = bound_of(t, was, least);
    for (int64_t i = 0; i < t->n && least < HUGE_VAL; i++) {
        const float *pixel = was + i - i % 3;
        double want = (double)was[i];

        for (int k = 1; k < 3; k++)
            want -= (1 - factor[k]) * along(a, k, pixel) * a->axis[k][i % 3];
        if (!(fabs((double)x[i] - want) <= bound))
            fail_msg("value %d is %.9g, expected %.9g within %g", (int)i, (double)x[i], want,
                     bound);
    }
    for (int k = 1; k < 3; k++)
        assert_true(rms(t, a, k, x) <= times * a->sd[k] + 2 * bound);
    fenced_free(was, t->n);
    return least < HUGE_VAL;
}

/* The two colour axes, about red against blue and green against both, are small beside the first. */
static void test_axes(void **state)
{
    const struct picture_axes a = natural();

    (void)state;
    assert_true(a.sd[0] > 90 && a.sd[1] < 25 && a.sd[2] < a.sd[1] && a.sd[2] > 5);
    assert_true(a.axis[1][0] * a.axis[1][2] < 0 && a.axis[2][1] * a.axis[2][0] < 0 &&
                a.axis[2][1] * a.axis[2][2] < 0);
}

static void test_any_size(void **state)
{
    static const char *const times[] = {"1", "1.6", "0.25", "0"};
    const struct picture_axes a = natural();
    int changed = 0, kept = 0;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++)
        for (size_t i = 0; i < COUNT(times); i++)
            for (float amplitude = 1; amplitude < 1e13F; amplitude *= amplitude < 1e3F ? 6 : 1e9F) {
                const char *const set[] = {"times", times[i], NULL};
                struct trial t = trial_open(&evk_prior_chroma, sizes[s][0], sizes[s][1], 3, set);
                float *x = colours(&t, amplitude, (float)(5 * i));
                const bool is = assert_defined(&t, &a, strtod(times[i], NULL), x);

                changed += is;
                kept += !is;
                fenced_free(x, t.n);
                trial_close(&t);
            }
    printf("%d changed, %d within the limit\n", changed, kept);
    assert_true(changed >= 20 && kept >= 20);
}

/* Colours as natural pixels have them, at 0.9 of the limit, keep their bits; at 1.1 they do not. */
static void test_within(void **state)
{
    const struct picture_axes a = natural();
    struct trial t = trial_open(&evk_prior_chroma, 37, 53, 3, NULL);

    (void)state;
    for (int over = 0; over < 2; over++) {
        float *x = fenced(t.n, NULL), *was;

        for (int64_t i = 0; i < t.n; i += 3) {
            const double sign = i % 2 ? 1 : -1, d = (over ? 1.1 : 0.9) * sign;

            for (int c = 0; c < 3; c++)
                x[i + c] = (float)(evk_statistics_default_mean[c] + d * a.sd[1] * a.axis[1][c] +
                                   0.9 * sign * a.sd[2] * a.axis[2][c]);
        }
        was = fenced(t.n, x);
        assert_true(assert_defined(&t, &a, 1, x) == over);
        assert_true((memcmp(x, was, (size_t)t.n * sizeof(*x)) != 0) == over);
        fenced_free(x, t.n);
        fenced_free(was, t.n);
    }
    trial_close(&t);
}

/* With 0 each pixel is the natural mean, but for its distance along the first axis. */
static void test_no_colour(void **state)
{
    const struct picture_axes a = natural();
    struct trial t =
        trial_open(&evk_prior_chroma, 20, 31, 3, (const char *const[]){"times", "0", NULL});
    float *x = colours(&t, 100, 20), *was = fenced(t.n, x);
    const double bound = 6 * (double)FLT_EPSILON * sqrt(3) * (magnitude(&t, x) + 128);

    (void)state;
    project(&t, x);
    for (int64_t i = 0; i < t.n; i++) {
        const double first = along(&a, 0, was + i - i % 3);
        const double want = evk_statistics_default_mean[i % 3] + first * a.axis[0][i % 3];

        assert_true(fabs((double)x[i] - want) <= bound);
    }
    fenced_free(x, t.n);
    fenced_free(was, t.n);
    trial_close(&t);
}

/* Through a window each pixel counts as much as it is seen: vivid colours outside count nothing. */
static void test_window(void **state)
{
    const struct picture_axes a = natural();
    struct trial t = trial_open(&evk_prior_chroma, 30, 30, 3, NULL);
    struct trial hole =
        trial_open(&evk_prior_aperture, 30, 30, 3, (const char *const[]){"edge", "8", NULL});
    struct evk_image_window w;
    float *x = colours(&t, 200, 20), *y = fenced(t.n, NULL), *was;

    (void)state;
    assert_ok(evk_image_window_init(&w, 30 * 30, 3, err));
    hole.type->narrow(hole.self, &hole.frame, &w);
    evk_image_window_finish(&w);
    t.frame.window = &w;
    assert_true(assert_defined(&t, &a, 1, x));
    for (int64_t i = 0; i < t.n; i++)
        y[i] = w.weight[i] > 0 ? (float)evk_statistics_default_mean[i % 3] : 255 * (float)(i % 2);
    was = fenced(t.n, y);
    project(&t, y);
    assert_memory_equal(y, was, (size_t)t.n * sizeof(*y));
    t.frame.window = NULL;
    project(&t, y);
    assert_memory_not_equal(y, was, (size_t)t.n * sizeof(*y));
    fenced_free(x, t.n);
    fenced_free(y, t.n);
    fenced_free(was, t.n);
    evk_image_window_release(&w);
    trial_close(&hole);
    trial_close(&t);
}

/* An image of one channel stays as it was, and so does one whose three channels are equal. */
static void test_gray(void **state)
{
    (void)state;
    for (int64_t c = 1; c <= 3; c += 2) {
        struct trial t =
            trial_open(&evk_prior_chroma, 12, 17, c, (const char *const[]){"times", "0", NULL});
        float *x = fenced_random(&seed, t.n), *was;

        for (int64_t i = 0; i < t.n; i++)
            x[i] = i % c ? x[i - 1] : 128 + 127 * x[i];
        was = fenced(t.n, x);
        project(&t, x);
        assert_memory_equal(x, was, (size_t)t.n * sizeof(*x));
        for (int64_t i = t.n - c; i < t.n && c == 3; i++) { /* one value of the last pixel */
            x[i] += 1;
            project(&t, x);
            assert_memory_not_equal(x, was, (size_t)t.n * sizeof(*x));
            memcpy(x, was, (size_t)t.n * sizeof(*x));
        }
        fenced_free(x, t.n);
        fenced_free(was, t.n);
        trial_close(&t);
    }
}

/* What a file of statistics says takes the place of the built-in statistics. */
static void test_file(void **state)
{
    static const double mean[3] = {90, 140, 70};
    static const double covariance[9] = {2000, 300, 100, 300, 500, -50, 100, -50, 100};
    const struct picture_axes a = picture_axes(mean, covariance);
    char *folder = scratch_folder("chroma"), path[256];
    evk_statistics *s;
    struct trial t;
    float *x;

    (void)state;
    snprintf(path, sizeof(path), "%s/statistics.json", folder);
    assert_ok(evk_statistics_parse(&s, evk_statistics_default, evk_statistics_default_size, err));
    memcpy(s->mean, mean, sizeof(mean));
    memcpy(s->covariance, covariance, sizeof(covariance));
    assert_ok(evk_statistics_write(s, path, err));
    evk_statistics_free(s);
    t = trial_open(&evk_prior_chroma, 37, 53, 3,
                   (const char *const[]){"times", "0.5", "file", path, NULL});
    x = colours(&t, 100, 20);
    assert_true(assert_defined(&t, &a, 0.5, x));
    fenced_free(x, t.n);
    trial_close(&t);
    snprintf(path, sizeof(path), "%s/none.json", folder);
    assert_fails(EVK_EIO, "none.json",
                 trial_refused(&evk_prior_chroma, (const char *const[]){"file", path, NULL}, err));
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_axes),   cmocka_unit_test(test_any_size),
        cmocka_unit_test(test_within), cmocka_unit_test(test_no_colour),
        cmocka_unit_test(test_window), cmocka_unit_test(test_gray),
        cmocka_unit_test(test_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
