/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_predict.c - lists of images through several models: order, failures, threads, sizes */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/keras_file.h"
#include "format/codec.h"

enum { H = 4, W = 5, C = 3, N = H * W * C, IMAGES = 9, OUTPUTS = 5 };

static char *folder;

/* Value j of image i, at any size. */
static unsigned char value(int i, int64_t j)
{
    return (unsigned char)(37 * i + 11 * j + j * j % 7 * 13);
}

static void put_image(const char *name, int i, int64_t h, int64_t w)
{
    struct evk_pixels p;
    struct evk_bytes file;

    assert_ok(evk_pixels_new(&p, h, w, C, err));
    for (int64_t j = 0; j < h * w * C; j++)
        p.data[j] = value(i, j);
    assert_ok(evk_png_encode(&file, &p, NULL, err));
    assert_ok(evk_fs_write(path_in(folder, name), file.data, file.size, err));
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

/* Outputs that sum whole numbers of whole weights: exact. */
static evk_model *model(const char *name, int64_t h, int64_t w, int64_t outputs)
{
    struct keras_file k;
    evk_model *m;
    char config[64];
    float *weights;

    keras_init(&k, NULL);
    keras_input(&k, "in", h, w, C);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    snprintf(config, sizeof(config), "'units':%d,'use_bias':false", (int)outputs);
    keras_layer(&k, "Dense", "dense", config, NULL);
    weights = keras_array(&k, 2, (const int64_t[]){h * w * C, outputs});
    for (int64_t i = 0; i < h * w * C * outputs; i++)
        weights[i] = (float)(i * i % 11 - 5 + outputs);
    keras_save(&k, path_in(folder, name), "dense");
    keras_release(&k);
    assert_ok(evk_model_open(&m, path_in(folder, name), NULL, err));
    return m;
}

static float expected(int i, int64_t outputs, int64_t o)
{
    float sum = 0;

    for (int64_t j = 0; j < N; j++) {
        const int64_t at = j * outputs + o;

        sum += (float)(at * at % 11 - 5 + outputs) * (float)value(i, j);
    }
    return sum;
}

/* Images 00.png to 08.png, not written in that order. */
static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("predict");
    assert_ok(evk_fs_make_folder(path_in(folder, "set"), err));
    for (int i = 0; i < IMAGES; i++) {
        const int k = i * 4 % IMAGES;
        char name[32];

        snprintf(name, sizeof(name), "set/%02d.png", k);
        put_image(name, k, H, W);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

static evk_image_list *open_list(const char *const *names, size_t count)
{
    const evk_framing squash = {"squash", (double)NAN};
    const char *paths[8];
    evk_image_list *list;

    for (size_t i = 0; i < count; i++)
        paths[i] = names[i] ? path_in(folder, names[i]) : NULL;
    assert_ok(evk_image_list_open(&list, paths, count, &squash, err));
    return list;
}

struct seen {
    int64_t calls, done, total;
    double best;
};

static void watch(void *arg, const evk_progress *p)
{
    struct seen *s = arg;

    assert_int_equal(p->done, ++s->calls);
    s->done = p->done;
    s->total = p->total;
    s->best = p->best;
}

/* Rows are images in the list's order; columns the outputs of one model after the other. */
static void test_order(void **state)
{
    static const int threads[] = {1, 2, 5, 0};
    evk_model *a = model("a.keras", H, W, 2), *b = model("b.keras", H, W, 3);
    const evk_model *const models[] = {a, b};
    evk_image_list *list = open_list((const char *const[]){"set"}, 1);

    (void)state;
    assert_int_equal(evk_image_list_count(list), IMAGES);
    for (int t = 0; t < 4; t++) {
        struct seen seen = {0, 0, 0, 0};
        const evk_run run = {.threads = threads[t], .progress = watch, .arg = &seen};
        float r[IMAGES * OUTPUTS], best = -INFINITY;

        assert_ok(evk_predict_list(models, 2, list, false, &run, r, NULL, err));
        for (int i = 0; i < IMAGES; i++)
            for (int64_t o = 0; o < OUTPUTS; o++) {
                const float want = o < 2 ? expected(i, 2, o) : expected(i, 3, o - 2);

                assert_true(r[i * OUTPUTS + o] == want);
                best = fmaxf(best, want);
            }
        assert_true(seen.calls == 2 * IMAGES && seen.total == 2 * IMAGES);
        assert_true(seen.best == (double)best);
    }
    evk_image_list_free(list);
    evk_model_free(a);
    evk_model_free(b);
}

/* Of several images that fail, whatever thread meets them first, the first is named. */
static void test_broken_image(void **state)
{
    evk_model *m = model("a.keras", H, W, 2);
    const evk_model *const models[] = {m};
    evk_image_list *list;
    float r[20];

    (void)state;
    assert_ok(evk_fs_write(path_in(folder, "broken1.png"), "\x89PNG\r\n\x1a\n?", 9, err));
    assert_ok(evk_fs_write(path_in(folder, "broken2.png"), "nothing", 7, err));
    list = open_list((const char *const[]){"set/00.png", "broken1.png", "set/03.png", "broken2.png",
                                           "broken1.png"},
                     4);
    for (int threads = 1; threads < 5; threads++) {
        const evk_run run = {.threads = threads};

        assert_fails(EVK_EFORMAT, "broken1.png",
                     evk_predict_list(models, 1, list, true, &run, r, NULL, err));
        assert_null(evk_image_list_left_out(list, 0));
    }
    evk_image_list_free(list);
    evk_model_free(m);
}

/* Where they may be left out, they are, and the others' responses are what they would be alone. */
static void test_left_out(void **state)
{
    evk_model *m = model("a.keras", H, W, 2);
    const evk_model *const models[] = {m, m};
    evk_image_list *list;

    (void)state;
    for (int threads = 1; threads < 5; threads++) {
        const evk_run run = {.threads = threads};
        bool left_out[4];
        float r[16];

        list = open_list(
            (const char *const[]){"set/00.png", "broken1.png", "set/03.png", "broken2.png"}, 4);
        assert_ok(evk_predict_list(models, 2, list, true, &run, r, left_out, err));
        assert_false(left_out[0] || left_out[2]);
        assert_true(left_out[1] && left_out[3]);
        for (int64_t o = 0; o < 4; o++) {
            assert_true(r[o] == expected(0, 2, o % 2));
            assert_true(r[8 + o] == expected(3, 2, o % 2));
            assert_true(isnan(r[4 + o]) && isnan(r[12 + o]));
        }
        assert_int_equal(evk_image_list_unreadable(list), 2);
        assert_non_null(strstr(evk_image_list_left_out(list, 0), "broken1.png: "));
        assert_non_null(strstr(evk_image_list_left_out(list, 1), "broken2.png: "));
        assert_null(evk_image_list_left_out(list, 2));
        evk_image_list_free(list);
    }
    evk_model_free(m);
}

static void test_sizes(void **state)
{
    evk_model *a = model("a.keras", H, W, 2), *b = model("b.keras", 7, 6, 3);
    const evk_model *const models[] = {a, b};
    const evk_run run = {.threads = 2};
    evk_image *image, *fitted;
    evk_session *session;
    evk_image_list *list;
    float r[2 * OUTPUTS], want[3];

    (void)state;
    put_image("large.png", 3, 9, 10);
    list = open_list((const char *const[]){"set/02.png", "large.png"}, 2);
    assert_fails(EVK_EINVAL, "large.png: is 9x10 (height x width), but ",
                 evk_predict_list(models, 1, list, false, &run, r, NULL, err));
    assert_fails(EVK_EINVAL, "02.png: is 4x5 (height x width), but ",
                 evk_predict_list(&models[1], 1, list, false, &run, r, NULL, err));
    assert_ok(evk_predict_list(models, 2, list, true, &run, r, NULL, err));
    assert_true(r[0] == expected(2, 2, 0) && r[1] == expected(2, 2, 1));
    /* The rest: as the resized file would be shown. */
    assert_ok(evk_session_new(&session, b, err));
    for (size_t i = 0; i < 2; i++) {
        assert_ok(evk_image_list_read(list, i, &image, err));
        assert_ok(evk_image_resize(&fitted, image, 7, 6, err));
        evk_session_predict(session, fitted->values, want);
        assert_memory_equal(want, r + i * OUTPUTS + 2, sizeof(want));
        evk_image_free(image);
        evk_image_free(fitted);
    }
    evk_session_free(session);
    evk_image_list_free(list);
    evk_model_free(a);
    evk_model_free(b);
}

/* A model that averages a gray image: the mean of the luma of its colours. */
static void test_channels(void **state)
{
    evk_image_list *list = open_list((const char *const[]){"set/02.png"}, 1);
    const evk_run run = {.threads = 1};
    struct keras_file k;
    evk_model *m;
    float r[2], *weight;
    double sum = 0;

    (void)state;
    keras_init(&k, NULL);
    keras_input(&k, "in", H, W, 1);
    keras_layer(&k, "GlobalAveragePooling2D", "mean", "", NULL);
    keras_layer(&k, "Dense", "dense", "'units':1,'use_bias':false", NULL);
    weight = keras_array(&k, 2, (const int64_t[]){1, 1});
    *weight = 1;
    keras_save(&k, path_in(folder, "gray.keras"), "dense");
    keras_release(&k);
    assert_ok(evk_model_open(&m, path_in(folder, "gray.keras"), NULL, err));
    assert_ok(evk_predict_list((const evk_model *const[]){m}, 1, list, true, &run, r, NULL, err));
    for (int64_t j = 0; j < H * W; j++)
        sum += (19595 * value(2, 3 * j) + 38470 * value(2, 3 * j + 1) + 7471 * value(2, 3 * j + 2) +
                32768) >>
               16;
    assert_true(fabs((double)r[0] - sum / (double)(H * W)) < 1e-4);
    evk_image_list_free(list);
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order), cmocka_unit_test(test_broken_image),
        cmocka_unit_test(test_left_out), cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_channels)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
