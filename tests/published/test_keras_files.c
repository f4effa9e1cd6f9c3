/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_keras_files.c - the same neurons as .keras, .h5 and .weights.h5 respond with the same bits;
 * a network of Keras 2.0 loads; damaged files of both kinds do no harm
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../harness/published.h"
#include "base/fs.h"

enum { IMAGES = 8, CLASSES = 7, SIDE = 64, STEP = 9973 };

static const struct {
    const char *session;
    int neuron;
} neurons[] = {{"190923", 0}, {"190923", 7},  {"190923", 20}, {"201025", 2},
               {"201025", 4}, {"201025", 10}, {"201025", 40}, {"201025", 63}};

#define NEURONS (sizeof(neurons) / sizeof(neurons[0]))

static evk_image *images[IMAGES];
static char *folder;

static int set_up(void **state)
{
    evk_image_list *list = open_images("201025");

    (void)state;
    for (int i = 0; i < IMAGES; i++)
        assert_ok(evk_image_list_read(list, (size_t)i * 3, &images[i], err));
    evk_image_list_free(list);
    folder = scratch_folder("keras-files");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < IMAGES; i++)
        evk_image_free(images[i]);
    free(folder);
    return 0;
}

static void respond(const char *path, const char *format, float out[IMAGES])
{
    evk_session *s;
    evk_model *m;

    assert_ok(evk_model_open(&m, path, NULL, err));
    assert_string_equal(evk_model_describe(m)->format, format);
    assert_int_equal(evk_model_describe(m)->preprocessing, EVK_PREPROCESSING_PUBLISHED);
    assert_ok(evk_session_new(&s, m, err));
    for (int i = 0; i < IMAGES; i++)
        evk_session_predict(s, images[i]->values, &out[i]);
    evk_session_free(s);
    evk_model_free(m);
}

static void test_same_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < NEURONS; i++) {
        const char *s = neurons[i].session;
        const int n = neurons[i].neuron;
        float keras[IMAGES], h5[IMAGES], weights[IMAGES];

        respond(published_path("compact/keras/compact_model_%s_neuron%d.keras", s, n), "keras",
                keras);
        respond(published_path("compact/h5/compact_model_%s_neuron%d.h5", s, n), "keras_h5", h5);
        respond(published_path("compact/weights_h5/compact_model_%s_neuron%d.weights.h5", s, n),
                "weights_h5", weights);
        assert_memory_equal(h5, keras, sizeof(keras));
        assert_memory_equal(weights, keras, sizeof(keras));
        assert_true(keras[0] != keras[1]);
    }
}

/* Seven classes of faces, trained with Keras 2.0.5 on 64x64 gray images from -1 to 1. */
static void test_keras_2_0(void **state)
{
    const evk_model_options options = {.mean_count = 1,
                                       .mean = (const double[]){127.5},
                                       .scale_count = 1,
                                       .scale = (const double[]){127.5}};
    /* Computed in float64 from the file, apart from this library. */
    static const double want[CLASSES] = {0.13101278, 0.10608490, 0.10995851, 0.23235101,
                                         0.10709200, 0.10918753, 0.20431327};
    static float image[SIDE * SIDE];
    float out[CLASSES];
    evk_session *s;
    evk_model *m;
    double sum = 0;

    (void)state;
    for (int i = 0; i < SIDE * SIDE; i++)
        image[i] = (float)((i * 37) % 251);
    assert_ok(evk_model_open(&m, published_path("other/tiny_xception_keras2.hdf5"), &options, err));
    assert_int_equal(evk_model_describe(m)->outputs, CLASSES);
    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, image, out);
    for (int i = 0; i < CLASSES; i++) {
        assert_true(fabs((double)out[i] - want[i]) < 1e-6);
        sum += (double)out[i];
    }
    assert_true(fabs(sum - 1) < 1e-6);
    evk_session_free(s);
    evk_model_free(m);
}

/* It opens and runs, or a sentence says why not. */
static bool survives(const char *path, const unsigned char *data, size_t size)
{
    static float response;
    evk_error why = {EVK_OK, ""};
    evk_session *s;
    evk_model *m;
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
    if (evk_model_open(&m, path, NULL, &why)) {
        assert_true(strlen(why.msg) > strlen(path) + 3);
        return false;
    }
    assert_ok(evk_session_new(&s, m, err));
    if (evk_model_describe(m)->outputs == 1)
        evk_session_predict(s, images[0]->values, &response);
    evk_session_free(s);
    evk_model_free(m);
    return true;
}

static void damage(const char *file)
{
    const char *path = path_in(folder, "damaged.h5");
    struct evk_bytes b;
    int tried = 0, opened = 0;

    assert_ok(evk_fs_read(&b, file, (size_t)1 << 24, err));
    for (size_t at = 8; at < b.size; at += STEP) {
        assert_false(survives(path, b.data, at));
        b.data[at] ^= 0xff;
        opened += survives(path, b.data, b.size);
        b.data[at] ^= 0xff;
        tried += 2;
    }
    /* The description of groups and datasets is at the beginning. */
    for (size_t at = 8; at + 8 < b.size && at < (size_t)40 * 397; at += 397, tried++) {
        unsigned char kept[8];

        memcpy(kept, b.data + at, sizeof(kept));
        memset(b.data + at, 0xff, sizeof(kept));
        opened += survives(path, b.data, b.size);
        memcpy(b.data + at, kept, sizeof(kept));
    }
    printf("%s: %d damaged files, %d open\n", file, tried, opened);
    assert_true(survives(path, b.data, b.size));
    evk_bytes_release(&b);
}

static void test_damaged(void **state)
{
    (void)state;
    damage(published_path("compact/h5/compact_model_190923_neuron7.h5"));
    damage(published_path("compact/weights_h5/compact_model_190923_neuron7.weights.h5"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bits),
        cmocka_unit_test(test_keras_2_0),
        cmocka_unit_test(test_damaged),
    };

    published();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
