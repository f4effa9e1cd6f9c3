/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_statistics.c - statistics of natural images: learned, written, read, reduced */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/str.h"
#include "image/image.h"
#include "image/leaves.h"
#include "image/measure.h"

enum { IMAGES = 12, N = EVK_PATCH_VALUES };

static const evk_run quiet = {.threads = 2};

static int64_t height(int i)
{
    return i == 3 ? 5 : 24 + 3 * i;
}

/*
 * Returns dead-leaves image i, by the keys of those that src/image/natural.json was learned from.
 */
static float *leaves(int i, int64_t h, int64_t w)
{
    float *x = guarded_floats(3 * h * w);
    unsigned char digest[EVK_SHA256_BYTES];
    struct evk_rng_key key;
    char name[64];

    snprintf(name, sizeof(name), "evoke leaves default %d", i);
    assert_ok(evk_sha256(name, strlen(name), digest, err));
    key = evk_rng_key(digest);
    assert_ok(evk_leaves(h, w, 3, &key, x, err));
    return x;
}

static void write_image(const char *folder, int i, int64_t h, int64_t w)
{
    float *x = leaves(i, h, w);
    struct evk_pixels p;
    struct evk_bytes png;
    char name[32];

    assert_ok(evk_image_quantise(&p, h, w, 3, x, err));
    assert_ok(evk_png_encode(&png, &p, NULL, err));
    snprintf(name, sizeof(name), "%03d.png", i);
    assert_ok(evk_fs_write(path_in(folder, name), png.data, png.size, err));
    evk_bytes_release(&png);
    evk_pixels_release(&p);
    guarded_free(x, 3 * h * w);
}

static char *folder_of_leaves(const char *name, int n, int64_t same)
{
    char *folder = scratch_folder(name);

    assert_ok(evk_fs_make_folder(folder, err));
    for (int i = 0; i < n; i++)
        write_image(folder, i, same ? same : height(i), same ? same : 40 + i);
    return folder;
}

static evk_statistics *learn(const char *folder, int threads)
{
    const evk_run run = {.threads = threads};
    evk_image_list *list;
    evk_statistics *s;

    assert_ok(evk_image_list_open(&list, &folder, 1, NULL, err));
    assert_ok(evk_statistics_learn(&s, list, &run, err));
    evk_image_list_free(list);
    return s;
}

/* ---- what is learned, against loops ---------------------------------------------------- */

struct truth {
    double n, mean[3], covariance[9];
    double patches, moment[N * N];
};

static void add_patches(struct truth *t, const evk_image *image)
{
    const int64_t h = image->height, w = image->width;

    for (int64_t y = h % 8 / 2; y + 8 <= h; y += 8)
        for (int64_t x = w % 8 / 2; x + 8 <= w; x += 8) {
            double d[N];

            for (int64_t i = 0; i < N; i++)
                d[i] = (double)image->values[((y + i / 24) * w + x) * 3 + i % 24] - t->mean[i % 3];
            for (int64_t i = 0; i < N * N; i++)
                t->moment[i] += d[i / N] * d[i % N];
            t->patches++;
        }
}

static void add_colour(struct truth *t, const evk_image *image, bool second)
{
    for (int64_t i = 0; i < image->height * image->width; i++) {
        const float *p = image->values + 3 * i;

        for (int a = 0; a < 9 && second; a++)
            t->covariance[a] +=
                ((double)p[a / 3] - t->mean[a / 3]) * ((double)p[a % 3] - t->mean[a % 3]);
        for (int a = 0; a < 3 && !second; a++)
            t->mean[a] += (double)p[a];
        t->n += !second;
    }
}

static struct truth *find_truth(const char *folder)
{
    struct truth *t = calloc(1, sizeof(*t));
    evk_image_list *list;

    assert_ok(evk_image_list_open(&list, &folder, 1, NULL, err));
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < evk_image_list_count(list); i++) {
            evk_image *image;

            assert_ok(evk_image_list_read(list, i, &image, err));
            add_colour(t, image, pass);
            if (pass)
                add_patches(t, image);
            evk_image_free(image);
        }
        for (int a = 0; a < 9; a++)
            if (pass)
                t->covariance[a] /= t->n;
            else if (a < 3)
                t->mean[a] /= t->n;
    }
    for (int64_t i = 0; i < N * N; i++)
        t->moment[i] /= t->patches;
    evk_image_list_free(list);
    return t;
}

/* Components v satisfy C v = variance v, and rest accounts for the rest of the trace of C. */
static void check_patches(const evk_statistics *s, const struct truth *t)
{
    double trace = 0;

    for (int64_t i = 0; i < N; i++)
        trace += t->moment[i * N + i];
    assert_int_equal(s->components, EVK_PATCH_COMPONENTS);
    for (int64_t k = 0; k < s->components; k++) {
        const double *v = s->component + k * N;

        trace -= s->variance[k];
        for (int64_t i = 0; i < N; i++) {
            double cv = 0;

            for (int64_t j = 0; j < N; j++)
                cv += t->moment[i * N + j] * v[j];
            assert_true(fabs(cv - s->variance[k] * v[i]) < 1e-8 * s->variance[0]);
        }
    }
    assert_true(fabs(trace - (double)(N - s->components) * s->rest) < 1e-8 * s->variance[0]);
}

static void test_learned(void **state)
{
    char *folder = folder_of_leaves("statistics_learned", IMAGES, 0);
    evk_statistics *s = learn(folder, 2);
    struct truth *t = find_truth(folder);

    (void)state;
    assert_int_equal(s->images, IMAGES);
    for (int a = 0; a < 9; a++) {
        assert_true(fabs(s->covariance[a] - t->covariance[a]) < 1e-8 * t->covariance[0]);
        assert_true(a > 2 || fabs(s->mean[a] - t->mean[a]) < 1e-9);
    }
    check_patches(s, t);
    for (int q = 1; q < EVK_STATISTICS_QUANTILES; q++) {
        assert_true(s->channel_sd[q] >= s->channel_sd[q - 1]);
        assert_true(s->level[q] >= s->level[q - 1]);
    }
    evk_statistics_free(s);
    free(t);
    remove_folder(folder);
    free(folder);
}

/* Images of two pixels whose statistics are known, with one channel and with three. */
static void test_measured(void **state)
{
    unsigned char gray[] = {10, 20}, rgb[] = {10, 10, 10, 20, 20, 20},
                  coloured[] = {100, 0, 0, 0, 100, 0};
    struct evk_pixels one = {1, 2, 1, gray}, three = {1, 2, 3, rgb}, other = {1, 2, 3, coloured};
    struct evk_meter a = {.in_products = 0}, b = {.in_products = 0};
    struct evk_measure m, n;
    const char *wanted;

    (void)state;
    assert_ok(evk_meter_init(&a, evk_kernels_best(&wanted), err));
    assert_ok(evk_meter_init(&b, evk_kernels_best(&wanted), err));
    evk_meter_add(&a, &one, &m);
    evk_meter_add(&b, &three, &n);
    assert_memory_equal(&a.sums, &b.sums, sizeof(a.sums));
    assert_true(fabs(m.channel_sd - sqrt(50)) < 1e-12 && m.level == 15);
    assert_true(fabs(m.rms_contrast - sqrt(50) / 15) < 1e-12);
    assert_true(fabs(n.channel_sd - m.channel_sd) < 1e-12);
    evk_meter_add(&a, &other, &m); /* luma 29.9 and 58.7 */
    assert_true(fabs(m.rms_contrast - 28.8 / sqrt(2) / 44.3) < 1e-12);
    assert_true(fabs(m.channel_sd - 2 * sqrt(5000) / 3) < 1e-12);
    evk_meter_release(&a);
    evk_meter_release(&b);
}

/* ---- files ---------------------------------------------------------------------------------- */

/*
 * Statistics keep nine digits in the file; components have five decimals and are made orthonormal.
 */
static void assert_near(const evk_statistics *a, const evk_statistics *b)
{
    assert_int_equal(a->images, b->images);
    assert_int_equal(a->components, b->components);
    for (int i = 0; i < 9; i++)
        assert_true(fabs(a->covariance[i] - b->covariance[i]) < 1e-5);
    for (int i = 0; i < EVK_STATISTICS_QUANTILES; i++)
        assert_true(fabs(a->channel_sd[i] - b->channel_sd[i]) < 1e-6 &&
                    fabs(a->rms_contrast[i] - b->rms_contrast[i]) < 1e-8 &&
                    fabs(a->level[i] - b->level[i]) < 1e-6 && a->quantile[i] == b->quantile[i]);
    for (int i = 0; i < EVK_STATISTICS_BANDS; i++)
        assert_true((isnan(a->amplitude[i]) && isnan(b->amplitude[i])) ||
                    fabs(a->amplitude[i] - b->amplitude[i]) < 1e-5);
    assert_true(fabs(a->slope - b->slope) < 1e-8 && fabs(a->rest - b->rest) < 1e-5);
    for (int64_t i = 0; i < a->components; i++)
        assert_true(fabs(a->variance[i] - b->variance[i]) < 1e-8 * a->variance[0]);
    for (int64_t i = 0; i < a->components * N; i++)
        assert_true(fabs(a->component[i] - b->component[i]) < 2e-4);
}

static void test_same_for_any_threads(void **state)
{
    char *folder = folder_of_leaves("statistics_threads", IMAGES, 0);
    struct evk_str text[2] = {EVK_STR_INIT, EVK_STR_INIT};
    const char *file = path_in(folder, "statistics.json");
    evk_statistics *s[2], *back;

    (void)state;
    for (int i = 0; i < 2; i++) {
        s[i] = learn(folder, i ? 3 : 1);
        assert_ok(evk_statistics_text(s[i], &text[i], err));
    }
    assert_string_equal(text[0].data, text[1].data);
    assert_ok(evk_statistics_write(s[0], file, err));
    assert_ok(evk_statistics_read(&back, file, err));
    assert_near(s[0], back);
    evk_statistics_free(back);
    for (int i = 0; i < 2; i++) {
        evk_statistics_free(s[i]);
        evk_str_release(&text[i]);
    }
    remove_folder(folder);
    free(folder);
}

/* The library's statistics are those of dead leaves; a few such images have nearly the same. */
static void test_default(void **state)
{
    char *folder = folder_of_leaves("statistics_default", 40, 112);
    evk_statistics *s = learn(folder, 2), *all;
    evk_statistics_info few, many;

    (void)state;
    assert_ok(evk_statistics_read(&all, NULL, err));
    evk_statistics_describe(s, &few);
    evk_statistics_describe(all, &many);
    assert_int_equal(many.images, 2400);
    assert_true(evk_statistics_default_size < 200000);
    assert_true(fabs(many.slope + 1) < 0.1 && fabs(few.slope - many.slope) < 0.1);
    assert_true(fabs(many.channel_sd - 57) < 3 && fabs(few.channel_sd - many.channel_sd) < 3);
    assert_true(fabs(few.explained - many.explained) < 0.01);
    for (int c = 0; c < 3; c++)
        assert_true(fabs(few.mean[c] - many.mean[c]) < 8 && fabs(few.sd[c] - many.sd[c]) < 4);
    evk_statistics_free(s);
    evk_statistics_free(all);
    remove_folder(folder);
    free(folder);
}

/* The mean and the covariance that a program has without reading them are those of the text. */
static void test_default_colours(void **state)
{
    evk_statistics *s;

    (void)state;
    assert_ok(evk_statistics_parse(&s, evk_statistics_default, evk_statistics_default_size, err));
    for (int i = 0; i < 3; i++)
        assert_true(s->mean[i] == evk_statistics_default_mean[i]);
    for (int i = 0; i < 9; i++)
        assert_true(s->covariance[i] == evk_statistics_default_covariance[i]);
    evk_statistics_free(s);
}

/* Returns a copy of text in which the first occurrence of what is replaced; free() it. */
static char *replaced(const char *text, const char *what, const char *by)
{
    const char *at = strstr(text, what);
    struct evk_str out = EVK_STR_INIT;

    assert_non_null(at);
    evk_str_add(&out, text, (size_t)(at - text));
    evk_str_puts(&out, by);
    evk_str_puts(&out, at + strlen(what));
    return out.data;
}

static void test_refused_files(void **state)
{
    static const char *const cases[][3] = {
        {"evoke image statistics", "of another kind", "which 'evoke statistics' writes"},
        {"\"format\": 1", "\"format\": 2", "format is 2, expected 1 to 1"},
        {"\"channels\": 3", "\"channels\": 1", "channels is 1, expected 3 to 3"},
        {"\"images\": 2400", "\"images\": 0", "images is 0"},
        {"\"covariance\": [[", "\"covariance\": [[-", "the colour covariance is not symmetric"},
        {"\"mean\": [", "\"mean\": [1, ", "the colour mean is not a list of 3"},
        {"\"rest_variance\": ", "\"rest_variance\": -", "rest_variance is not a positive number"},
        {"\"variances\": [", "\"variances\": [1e9, ", "variances is not a list of 64"},
        {"\"components\": [[", "\"components\": [[9], [", "have 65 components, expected 1 to 64"},
        {"\"components\": [[0.", "\"components\": [[0.9", "orthonormal"},
        {"\"slope\": -", "\"slope\": \"-\", \"more\": ", "slope is not a number"},
    };
    char *text = calloc(evk_statistics_default_size + 1, 1);
    evk_statistics *s;

    (void)state;
    memcpy(text, evk_statistics_default, evk_statistics_default_size);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *bad = replaced(text, cases[i][0], cases[i][1]);

        assert_fails(EVK_EFORMAT, cases[i][2], evk_statistics_parse(&s, bad, strlen(bad), err));
        free(bad);
    }
    assert_fails(EVK_EIO, "no/file.json", evk_statistics_read(&s, "no/file.json", err));
    free(text);
}

static bool stop(void *arg)
{
    (void)arg;
    return true;
}

static void test_refused_images(void **state)
{
    const evk_run stopped = {.threads = 1, .stop = stop};
    char *folder = scratch_folder("statistics_refused");
    evk_image_list *list;
    evk_statistics *s;

    (void)state;
    assert_ok(evk_fs_make_folder(folder, err));
    write_image(folder, 0, 7, 30);
    assert_ok(evk_image_list_open(&list, (const char *const *)&folder, 1, NULL, err));
    assert_fails(EVK_EINVAL, "no image has 8 x 8 pixels",
                 evk_statistics_learn(&s, list, &quiet, err));
    assert_fails(EVK_ESTOPPED, "stopped", evk_statistics_learn(&s, list, &stopped, err));
    evk_image_list_free(list);
    assert_ok(evk_fs_write(path_in(folder, "x.png"), "no image", 8, err));
    assert_ok(evk_image_list_open(&list, (const char *const *)&folder, 1, NULL, err));
    assert_fails(EVK_EINVAL, "no image has 8 x 8 pixels",
                 evk_statistics_learn(&s, list, &quiet, err));
    assert_int_equal(evk_image_list_unreadable(list), 1);
    assert_non_null(strstr(evk_image_list_left_out(list, 0), "x.png: unknown image format"));
    assert_null(evk_image_list_left_out(list, 1));
    evk_image_list_free(list);
    remove_folder(folder);
    free(folder);
}

/* ---- smaller patches ---------------------------------------------------------------------- */

/* Returns the covariance of values i and j of a patch by the model. */
static double covariance(const struct evk_patch_model *m, int64_t i, int64_t j)
{
    double sum = i == j ? m->rest : 0;

    for (int64_t k = 0; k < m->components; k++)
        sum += (m->variance[k] - m->rest) * m->component[k * m->values + i] *
               m->component[k * m->values + j];
    return sum;
}

/*
 * Returns the same covariance by the model of the whole patch; a gray value is the mean of three.
 */
static double expected(const struct evk_patch_model *whole, const struct evk_patch_model *m,
                       int64_t i, int64_t j)
{
    const int64_t a = i / m->c, b = j / m->c, ya = a / m->w, yb = b / m->w;
    const int64_t p = (ya * 8 + a % m->w) * 3, q = (yb * 8 + b % m->w) * 3;
    double sum = 0;

    if (m->c == 3)
        return covariance(whole, p + i % 3, q + j % 3);
    for (int c = 0; c < 9; c++)
        sum += covariance(whole, p + c / 3, q + c % 3) / 9;
    return sum;
}

static void test_smaller(void **state)
{
    static const int64_t sizes[][3] = {{1, 1, 3}, {2, 3, 3}, {8, 1, 3}, {20, 2, 1}, {4, 9, 1}};
    struct evk_patch_model whole, part;
    evk_statistics *s;

    (void)state;
    assert_ok(evk_statistics_read(&s, NULL, err));
    assert_ok(evk_patch_model_of(&whole, s, 8, 100, 3, err));
    for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
        assert_ok(evk_patch_model_of(&part, s, sizes[k][0], sizes[k][1], sizes[k][2], err));
        assert_true(part.h <= 8 && part.w <= 8);
        for (int64_t i = 0; i < part.values; i++)
            for (int64_t j = 0; j < part.values; j++)
                assert_true(fabs(covariance(&part, i, j) - expected(&whole, &part, i, j)) <
                            1e-8 * whole.variance[0]);
    }
    evk_statistics_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learned),       cmocka_unit_test(test_measured),
        cmocka_unit_test(test_default),       cmocka_unit_test(test_same_for_any_threads),
        cmocka_unit_test(test_refused_files), cmocka_unit_test(test_refused_images),
        cmocka_unit_test(test_smaller),       cmocka_unit_test(test_default_colours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
