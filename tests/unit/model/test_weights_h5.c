/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_weights_h5.c - bare weights: one compact model by all names that Keras gives its arrays */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/legacy_file.h"
#include "format/hdf5.h"

enum { SIDE = 112, VALUES = SIDE * SIDE * 3, WIDTH = 3, LAYERS = 12, ARRAYS = 38, OUTPUTS = 2 };

static char *folder;
static char path[256];

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("weights-h5");
    snprintf(path, sizeof(path), "%s/model.weights.h5", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

static const char *const by_class[LAYERS] = {
    "conv2d",
    "batch_normalization",
    "separable_conv2d",
    "batch_normalization_1",
    "separable_conv2d_1",
    "batch_normalization_2",
    "separable_conv2d_2",
    "batch_normalization_3",
    "separable_conv2d_3",
    "batch_normalization_4",
    "dense",
    "",
};
static const char *const by_name[LAYERS] = {
    "layer0_conv", "layer0_bn", "layer1_conv", "layer1_bn", "layer2_conv", "layer2_bn",
    "layer3_conv", "layer3_bn", "layer4_conv", "layer4_bn", "Beta",        "",
};

struct weights {
    int count;
    int layer[ARRAYS], number[ARRAYS]; /* of each array */
    struct evk_tensor values[ARRAYS];
};

static void add(struct weights *w, int layer, int axes, const int64_t *dim, bool positive)
{
    static uint64_t seed = 3;
    struct evk_tensor *t = &w->values[w->count];

    w->layer[w->count] = layer;
    w->number[w->count] =
        w->count && w->layer[w->count - 1] == layer ? w->number[w->count - 1] + 1 : 0;
    assert_ok(evk_tensor_new(t, axes, dim, err));
    for (int64_t i = 0; i < evk_tensor_count(t); i++)
        t->data[i] = positive ? 1 + fabsf(random_float(&seed)) : random_float(&seed);
    w->count++;
}

static struct weights make(bool shared)
{
    const int64_t c = WIDTH, o = OUTPUTS;
    struct weights w = {0};
    int layer = 0;

    for (int stage = 0; stage < 5; stage++) {
        add(&w, layer, 4, (int64_t[]){5, 5, c, stage ? 1 : c}, false);
        if (stage)
            add(&w, layer, 4, (int64_t[]){1, 1, c, c}, false);
        add(&w, layer++, 1, &c, false);
        for (int i = 0; i < 4; i++)
            add(&w, layer, 1, &c, i == 0 || i == 3);
        layer++;
    }
    if (shared) {
        add(&w, layer, 4, (int64_t[]){1, 1, c, o}, false);
        add(&w, layer++, 1, &o, false);
        add(&w, layer, 4, (int64_t[]){28, 28, o, 1}, false);
    } else {
        add(&w, layer, 2, (int64_t[]){28 * 28 * c, o}, false);
    }
    add(&w, layer, 1, &o, false);
    return w;
}

static void release(struct weights *w)
{
    for (int i = 0; i < w->count; i++)
        evk_tensor_release(&w->values[i]);
}

/* Write all arrays except number without (-1: all), and one more where extra names it. */
static void write(const struct weights *w, const char *root, const char *const *names, int without,
                  const char *extra)
{
    struct evk_hdf5_dataset list[ARRAYS + 1];
    char paths[ARRAYS][128];
    struct evk_bytes b;
    size_t n = 0;

    for (int i = 0; i < w->count; i++) {
        snprintf(paths[i], sizeof(paths[i]), "%s/%s/vars/%d", root, names[w->layer[i]],
                 w->number[i]);
        if (i != without)
            list[n++] = (struct evk_hdf5_dataset){paths[i], &w->values[i]};
    }
    if (extra)
        list[n++] = (struct evk_hdf5_dataset){extra, &w->values[0]};
    assert_ok(evk_hdf5_write(&b, list, n, err));
    assert_ok(evk_fs_write(path, b.data, b.size, err));
    evk_bytes_release(&b);
}

static void predict(float out[OUTPUTS])
{
    static float image[VALUES];
    evk_model_note note;
    evk_session *s;
    evk_model *m;

    for (int i = 0; i < VALUES; i++)
        image[i] = (float)((i * 37) % 251);
    assert_ok(evk_model_open(&m, path, NULL, err));
    assert_string_equal(evk_model_describe(m)->format, "weights_h5");
    assert_int_equal(evk_model_describe(m)->preprocessing, EVK_PREPROCESSING_PUBLISHED);
    assert_true(evk_model_noted(m, 0, &note));
    assert_string_equal(note.what, "recognised");
    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, image, out);
    evk_session_free(s);
    evk_model_free(m);
}

/* Groups by class, by layer, of Keras 2.12, and a list in attributes: the same network. */
static void test_names(void **state)
{
    struct weights w = make(false);
    float want[OUTPUTS], got[OUTPUTS];
    struct legacy_file f;
    struct evk_bytes b;

    (void)state;
    write(&w, "/layers", by_class, -1, "/optimizer/vars/1");
    predict(want);
    assert_true(isfinite(want[0]) && isfinite(want[1]) && want[0] != want[1]);
    write(&w, "/layers", by_name, -1, NULL);
    predict(got);
    assert_memory_equal(got, want, sizeof(got));
    write(&w, "/_layer_checkpoint_dependencies", by_class, -1, NULL);
    predict(got);
    assert_memory_equal(got, want, sizeof(got));
    legacy_init(&f, &(struct legacy_style){.weights_only = true});
    for (int i = 0; i < w.count; i++) {
        char name[32];

        if (w.number[i] == 0)
            legacy_layer(&f, by_name[w.layer[i]]);
        snprintf(name, sizeof(name), "x_%d/values:0", 37 - i); /* no order of names */
        legacy_array(&f, name, &w.values[i]);
    }
    b = legacy_end(&f, NULL);
    assert_ok(evk_fs_write(path, b.data, b.size, err));
    evk_bytes_release(&b);
    predict(got);
    assert_memory_equal(got, want, sizeof(got));
    release(&w);
}

static void test_shared(void **state)
{
    const char *names[LAYERS];
    struct weights w = make(true);
    float out[OUTPUTS];

    (void)state;
    memcpy(names, by_class, sizeof(names));
    names[10] = "conv2d_1";
    names[11] = "depthwise_conv2d";
    write(&w, "/layers", names, -1, NULL);
    predict(out);
    assert_true(isfinite(out[0]) && isfinite(out[1]) && out[0] != out[1]);
    release(&w);
}

static void refused(evk_status status, const char *sentence)
{
    evk_model *m;

    assert_fails(status, sentence, evk_model_open(&m, path, NULL, err));
}

static void test_refused(void **state)
{
    struct weights w = make(false);
    const evk_model_options small = {.height = 56, .width = 112};
    evk_model *m;

    (void)state;
    write(&w, "/layers", by_class, 0, NULL);
    refused(EVK_EUNSUPPORTED,
            "is an HDF5 file of weights that Keras saved, which has the weights of a network and "
            "not its architecture: 35 arrays (");
    refused(EVK_EUNSUPPORTED, "there is no /layers/conv2d/vars/0, which the published compact "
                              "models have; build the network in Python");
    write(&w, "/layers", by_class, 35, NULL);
    refused(EVK_EUNSUPPORTED,
            "there is no /layers/dense/vars/1, which the published compact models "
            "have");
    assert_fails(EVK_EUNSUPPORTED, "there is no", evk_model_open(&m, path, &small, err));
    write(&w, "/layers", by_class, -1, "/layers/dense_1/vars/0");
    refused(EVK_EUNSUPPORTED,
            "there is /layers/dense_1/vars/0, which the published compact models lack");
    write(&w, "/weights", by_class, -1, NULL);
    refused(EVK_EUNSUPPORTED, "is an HDF5 file with 36 arrays (");
    refused(EVK_EUNSUPPORTED, "which Keras did not write: it has neither a group /layers nor");
    evk_tensor_release(&w.values[34]);
    assert_ok(evk_tensor_new(&w.values[34], 2, (int64_t[]){28 * 28, OUTPUTS}, err));
    write(&w, "/layers", by_class, -1, NULL);
    refused(EVK_EFORMAT,
            "/layers/dense/vars/0 is 784x2, expected 2352x2, the readout of a compact model");
    assert_fails(EVK_EINVAL, "whose image is 112x112, but the size given says 56x112",
                 evk_model_open(&m, path, &small, err));
    release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_shared),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
