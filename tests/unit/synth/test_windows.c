/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_windows.c - aperture, mask, grayscale and gaudy: the value that each value becomes */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/prior.h"
#include "image/image.h"

extern const struct evk_prior_type evk_prior_aperture, evk_prior_mask, evk_prior_grayscale,
    evk_prior_gaudy;

static uint64_t seed = 1;

static const int64_t sizes[][3] = {{112, 112, 3}, {37, 53, 3}, {1, 97, 1}, {31, 1, 3}, {1, 1, 3}};

static void project(const struct trial *t, float *x)
{
    t->type->project(t->self, &t->frame, x);
}

/* -127 to 382. */
static float *noise(const struct trial *t)
{
    float *x = fenced_random(&seed, t->n);

    for (int64_t i = 0; i < t->n; i++)
        x[i] = 127.5F + 255 * x[i];
    return x;
}

/* Check that applying the prior once more changes nothing; frees x. */
static void finish(struct trial *t, float *x)
{
    float *once = fenced(t->n, x);

    project(t, x);
    for (int64_t i = 0; i < t->n; i++)
        assert_true(same_bits(x[i], once[i]));
    fenced_free(x, t->n);
    fenced_free(once, t->n);
    trial_close(t);
}

/*
 * ---- aperture
 * -------------------------------------------------------------------------------------
 */

/* The window of one prior alone; release it. */
static struct evk_image_window window_of(const struct trial *t)
{
    struct evk_image_window w;

    assert_ok(evk_image_window_init(&w, t->frame.h * t->frame.w, t->frame.c, err));
    t->type->narrow(t->self, &t->frame, &w);
    evk_image_window_finish(&w);
    return w;
}

/*
 * background + window (latent - background): of each weight one rounding, and three of what is
 * shown; latent values are below 512.
 */
static void assert_seen(float got, float latent, double window, double background)
{
    const double want = background + window * ((double)latent - background);

    if (!(fabs((double)got - want) <= 6 * 512 * 0x1p-24))
        fail_msg("of %.9g became %.9g, expected %.9g in a window of %g", (double)latent,
                 (double)got, want, window);
}

struct circle {
    double radius, edge, x, y, background; /* pixels */
};

static double open_at(const struct circle *a, double d)
{
    const double into = (a->radius - d) / fmax(a->edge, 1e-300), pi = acos(-1);

    return into <= 0 ? 0 : into >= 1 ? 1 : pow(sin(pi / 2 * into), 2);
}

/*
 * Check what is shown, the gradient and the step through the window, and the weight of each value.
 */
static void assert_circle(struct trial *t, const struct circle *a)
{
    struct evk_image_window w = window_of(t);
    float *x = noise(t), *y = fenced(t->n, NULL), *g = fenced_random(&seed, t->n);
    float *restricted = fenced(t->n, g);
    double total = 0;

    evk_image_window_show(&w, x, y);
    evk_image_window_restrict(&w, restricted);
    for (int64_t i = 0; i < t->n; i++) {
        const int64_t pixel = i / t->frame.c;
        const double d = hypot((double)(pixel % t->frame.w) + 0.5 - a->x,
                               (double)(pixel / t->frame.w) + 0.5 - a->y);
        const double window = open_at(a, d);

        assert_seen(y[i], x[i], window, a->background);
        if (d >= a->radius)
            assert_true(y[i] == (float)a->background);
        assert_true(restricted[i] == (d >= a->radius ? 0 : g[i]));
        total += i % t->frame.c ? 0 : window;
    }
    assert_true(fabs(w.total - total) <= (double)t->n * 0x1p-24);
    evk_image_window_show(&w, x, x); /* in place */
    assert_memory_equal(x, y, (size_t)t->n * sizeof(*x));
    fenced_free(x, t->n);
    fenced_free(y, t->n);
    fenced_free(g, t->n);
    fenced_free(restricted, t->n);
    evk_image_window_release(&w);
    trial_close(t);
}

static void test_aperture(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const int64_t h = sizes[i][0], w = sizes[i][1], c = sizes[i][2];
        const double side = (double)(h < w ? h : w);
        const struct circle fitting = {side / 2, side / 10, (double)w / 2, (double)h / 2, 128};
        const struct circle other = {20.5, 7, 12, 0.25 * (double)h, 90};
        const struct circle hard = {9, 0, (double)w / 2, (double)h / 2, 128};
        struct trial t = trial_open(&evk_prior_aperture, h, w, c, NULL);

        assert_circle(&t, &fitting);
        t = trial_open(&evk_prior_aperture, h, w, c,
                       (const char *const[]){"radius", "20.5", "edge", "7", "x", "12", "y", "0.25",
                                             "background", "90", NULL});
        assert_circle(&t, &other);
        t = trial_open(&evk_prior_aperture, h, w, c,
                       (const char *const[]){"radius", "9", "edge", "0", NULL});
        assert_circle(&t, &hard);
    }
}

/* Another radius, as a schedule sets it. */
static void test_aperture_retuned(void **state)
{
    const struct circle small = {4, 0, 10, 10, 128};
    struct trial t =
        trial_open(&evk_prior_aperture, 20, 20, 1, (const char *const[]){"edge", "0", NULL});

    (void)state;
    assert_ok(evk_param_set(&t.type->params[0], t.self, "4", err));
    assert_circle(&t, &small);
}

/*
 * ---- mask
 * -----------------------------------------------------------------------------------------
 */

static void write_mask(const char *path, int64_t h, int64_t w, const float *values)
{
    struct evk_pixels p;
    struct evk_bytes file;

    assert_ok(evk_image_quantise(&p, h, w, 1, values, err));
    assert_ok(evk_png_encode(&file, &p, NULL, err));
    assert_ok(evk_fs_write(path, file.data, file.size, err));
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

static void test_mask(void **state)
{
    char *folder = scratch_folder("windows");
    const char *path = path_in(folder, "mask.png");
    const float values[6] = {0, 255, 51, 204, 255, 0};
    struct evk_image_window w;
    struct trial t;
    float *x, *y;

    (void)state;
    write_mask(path, 2, 3, values);
    t = trial_open(&evk_prior_mask, 2, 3, 3,
                   (const char *const[]){"file", path, "background", "100", NULL});
    x = noise(&t);
    y = fenced(t.n, NULL);
    w = window_of(&t);
    evk_image_window_show(&w, x, y);
    for (int64_t i = 0; i < t.n; i++)
        assert_seen(y[i], x[i], (double)values[i / 3] / 255, 100);
    assert_true(fabs(w.total - 3) <= 6 * 0x1p-24);
    fenced_free(x, t.n);
    fenced_free(y, t.n);
    evk_image_window_release(&w);
    trial_close(&t);
    assert_fails(EVK_EINVAL, "mask.png of 3 x 2 pixels, expected 4 x 5",
                 trial_refused(&evk_prior_mask, (const char *const[]){"file", path, NULL}, err));
    assert_fails(EVK_EINVAL, "expected mask:FILE", trial_refused(&evk_prior_mask, NULL, err));
    path = path_in(folder, "none.png");
    assert_fails(EVK_EIO, "none.png",
                 trial_refused(&evk_prior_mask, (const char *const[]){"file", path, NULL}, err));
    remove_folder(folder);
    free(folder);
}

/*
 * ---- grayscale
 * ------------------------------------------------------------------------------------
 */

static double in_box(float v)
{
    return v < 0 ? 0 : v > 255 ? 255 : (double)v;
}

/* In the box the mean of what is there; what is beyond it by all channels stays so. */
static void test_grayscale(void **state)
{
    const float x[9] = {-50, 100, 300, 255, 300, 260, -3, 0, -6};
    const double want[3] = {355.0 / 3, 815.0 / 3, -3};
    struct trial t = trial_open(&evk_prior_grayscale, 3, 1, 3, NULL);
    float *y = fenced(9, x);

    (void)state;
    project(&t, y);
    for (int i = 0; i < 9; i++)
        assert_true(y[i] == (float)want[i / 3]);
    finish(&t, y);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const int64_t c = sizes[i][2];
        float *was;

        t = trial_open(&evk_prior_grayscale, sizes[i][0], sizes[i][1], c, NULL);
        y = noise(&t);
        was = fenced(t.n, y);
        project(&t, y);
        for (int64_t j = 0; j < t.n; j += c) {
            double sum = 0;

            for (int64_t k = j; k < j + c; k++) {
                sum += in_box(was[k]);
                assert_true(y[k] == y[j]);
            }
            assert_true(fabs(in_box(y[j]) - sum / (double)c) <= 1e-4);
        }
        fenced_free(was, t.n);
        finish(&t, y);
    }
}

/*
 * ---- gaudy
 * ----------------------------------------------------------------------------------------
 */

/* 0, 10 to 110, mean 55: the first six are black; of a flat image all values are its mean. */
static void test_gaudy_mean(void **state)
{
    static const float flat[] = {0.1F, 77.7F, 128, 254.9F};
    struct trial t = trial_open(&evk_prior_gaudy, 2, 2, 3, NULL);
    float *x = fenced(t.n, NULL);

    (void)state;
    for (int i = 0; i < 12; i++)
        x[i] = 10 * (float)i;
    project(&t, x);
    for (int i = 0; i < 12; i++)
        assert_true(x[i] == (i < 6 ? 0 : 255));
    finish(&t, x);
    for (size_t i = 0; i < COUNT(flat); i++) {
        t = trial_open(&evk_prior_gaudy, 37, 53, 3, NULL);
        x = fenced(t.n, NULL);
        for (int64_t j = 0; j < t.n; j++)
            x[j] = flat[i];
        project(&t, x);
        for (int64_t j = 0; j < t.n; j++)
            assert_true(x[j] == 255);
        finish(&t, x);
    }
}

/* The nearest image of which all values are 0 or 255. */
static void test_gaudy_nearest(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct trial t = trial_open(&evk_prior_gaudy, sizes[i][0], sizes[i][1], sizes[i][2],
                                    (const char *const[]){"threshold", "127.5", NULL});
        float *x = noise(&t), *was;

        x[0] = 127.5F;
        was = fenced(t.n, x);
        project(&t, x);
        for (int64_t j = 0; j < t.n; j++)
            assert_true(x[j] == (was[j] >= 127.5F ? 255 : 0));
        fenced_free(was, t.n);
        finish(&t, x);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aperture),   cmocka_unit_test(test_aperture_retuned),
        cmocka_unit_test(test_mask),       cmocka_unit_test(test_grayscale),
        cmocka_unit_test(test_gaudy_mean), cmocka_unit_test(test_gaudy_nearest),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
