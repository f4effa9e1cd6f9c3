/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_selftest.c - a self-test passes on valid models, and names what is wrong in others */
#include "../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/keras_file.h"
#include "model/model.h"

static const int64_t outputs[] = {0, 1};

/* Two neurons on 12x10 pixels of 3 channels; a first convolution with a ReLU. */
static evk_model *model(const evk_model_options *options)
{
    char *folder = scratch_folder("selftest"), path[256];
    const int64_t six = 6, two = 2;
    struct keras_file k;
    uint64_t seed = 5;
    evk_model *m;

    keras_init(&k, NULL);
    keras_input(&k, "in", 12, 10, 3);
    keras_layer(&k, "Conv2D", "conv", "'filters':6,'kernel_size':3,'activation':'relu'", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){3, 3, 3, 6});
    keras_random(&k, &seed, 1, &six);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_layer(&k, "Dense", "out", "'units':2", NULL);
    keras_random(&k, &seed, 2, (const int64_t[]){10 * 8 * 6, 2});
    keras_random(&k, &seed, 1, &two);
    snprintf(path, sizeof(path), "%s/m.keras", folder);
    keras_save(&k, path, "out");
    keras_release(&k);
    assert_ok(evk_model_open(&m, path, options, err));
    free(folder);
    return m;
}

static void test_sound(void **state)
{
    const evk_model_options units = {.scale_count = 1, .scale = (const double[]){64}};
    evk_model *m = model(&units);
    evk_selftest t;

    (void)state;
    assert_ok(evk_model_selftest(m, outputs, 2, &t, err));
    assert_int_equal(t.layers, 4);
    assert_int_equal(t.parameters, 3 * 3 * 3 * 6 + 6 + 10 * 8 * 6 * 2 + 2);
    assert_int_equal(t.neurons, 2);
    assert_int_equal(t.differences, 2 * 9);
    assert_true(t.worst > 0 && t.worst < 0.02);
    evk_model_free(m);
}

/* A convolution whose gradient is too large by a tenth. */
static const struct evk_layer_type *conv;

static void wrong_backward(const void *self, const struct evk_pass *p)
{
    conv->backward(self, p);
    for (int64_t i = 0; i < evk_shape_count(p->in); i++)
        p->gx[0][i] *= 1.1f;
}

static void test_wrong_gradient(void **state)
{
    const evk_model_options units = {.scale_count = 1, .scale = (const double[]){64}};
    evk_model *m = model(&units);
    struct evk_layer_type wrong;
    evk_selftest t;

    (void)state;
    conv = m->network.graph.nodes[1].type;
    wrong = *conv;
    wrong.backward = wrong_backward;
    m->network.graph.nodes[1].type = &wrong;
    assert_fails(EVK_EFORMAT, "self-test: neuron 0: its gradient at row ",
                 evk_model_selftest(m, outputs, 2, &t, err));
    m->network.graph.nodes[1].type = conv;
    evk_model_free(m);
}

/* The index of no output is refused, wherever in the list it stands. */
static void test_outputs(void **state)
{
    evk_model *m = model(NULL);
    const int64_t last = evk_model_describe(m)->outputs - 1;
    evk_selftest t;

    (void)state;
    assert_fails(EVK_EINVAL, "neuron -1 is out of range",
                 evk_model_selftest(m, (const int64_t[]){0, -1}, 2, &t, err));
    assert_fails(EVK_EINVAL, "is out of range",
                 evk_model_selftest(m, (const int64_t[]){last + 1}, 1, &t, err));
    evk_model_free(m);
}

static void test_infinite(void **state)
{
    const evk_model_options units = {.scale_count = 1, .scale = (const double[]){1e-36}};
    evk_model *m = model(&units);
    evk_selftest t;

    (void)state;
    assert_fails(EVK_EFORMAT, "its response to noise is not finite",
                 evk_model_selftest(m, outputs, 2, &t, err));
    evk_model_free(m);
}

static void test_parameters(void **state)
{
    const evk_model_options units = {.scale_count = 1, .scale = (const double[]){64}};
    evk_model *m = model(&units);
    evk_selftest t;

    (void)state;
    m->network.layers[1].parameters--;
    assert_fails(EVK_EFORMAT, "its layers have 1129 parameters together, expected 1130",
                 evk_model_selftest(m, outputs, 2, &t, err));
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),      cmocka_unit_test(test_wrong_gradient),
        cmocka_unit_test(test_outputs),    cmocka_unit_test(test_infinite),
        cmocka_unit_test(test_parameters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
