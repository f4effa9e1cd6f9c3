/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_alone.c - sessions of one output alone: the same as that output among all */
#include "../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/allocations.h"
#include "../../harness/keras_file.h"
#include "../../harness/kernels.h"

enum { N = 12 * 13 * 3 };

/* Depthwise and pointwise layers, whose sums keep their order; flat outputs, or a dense readout. */
static evk_model *model(bool dense)
{
    char *folder = scratch_folder("alone"), path[256];
    const evk_model_options units = {.mean_count = 1,
                                     .mean = (const double[]){127.5},
                                     .scale_count = 1,
                                     .scale = (const double[]){127.5}};
    const int64_t three = 3, four = 4;
    struct keras_file k;
    uint64_t seed = 3;
    evk_model *m;

    keras_init(&k, NULL);
    keras_input(&k, "in", 12, 13, 3);
    keras_layer(&k, "DepthwiseConv2D", "depth", "'kernel_size':3,'padding':'same'", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){3, 3, 3, 1});
    keras_random(&k, &seed, 1, &three);
    keras_layer(&k, "Conv2D", "point", "'filters':4,'kernel_size':1,'activation':'elu'", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){1, 1, 3, 4});
    keras_random(&k, &seed, 1, &four);
    keras_layer(&k, "DepthwiseConv2D", "second", "'kernel_size':3,'strides':2", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){3, 3, 4, 1});
    keras_random(&k, &seed, 1, &four);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    if (dense) {
        keras_layer(&k, "Dense", "dense", "'units':4,'activation':'elu'", NULL);
        keras_random(&k, &seed, 2, (const int64_t[]){5 * 6 * 4, 4});
        keras_random(&k, &seed, 1, &four);
    }
    snprintf(path, sizeof(path), "%s/alone.keras", folder);
    keras_save(&k, path, dense ? "dense" : "flat");
    keras_release(&k);
    assert_ok(evk_model_open(&m, path, &units, err));
    free(folder);
    return m;
}

static void check_alone(const evk_model *m, int64_t output)
{
    static float image[N], whole[N], alone[N];
    float *responses, *weights, response, three = 3;
    const int64_t outputs = evk_model_describe(m)->outputs;
    uint64_t seed = 7 + (uint64_t)output;
    evk_session *all, *one;
    evk_extent seen;
    long before;

    responses = calloc((size_t)(2 * outputs), sizeof(*responses));
    assert_non_null(responses);
    weights = responses + outputs;
    for (int i = 0; i < N; i++) {
        image[i] = 127.5f + 127.5f * random_float(&seed);
        alone[i] = 1; /* no layer may rely on zeros */
    }
    assert_ok(evk_session_new(&all, m, err));
    assert_ok(evk_session_new_for(&one, m, output, err));
    assert_int_equal(evk_session_outputs(one), 1);
    evk_session_predict(all, image, responses);
    weights[output] = three;
    evk_session_gradient(all, weights, whole);
    before = allocations();
    for (int again = 0; again < 2; again++) {
        evk_session_predict(one, image, &response);
        evk_session_gradient(one, &three, alone);
    }
    assert_int_equal(allocations(), before);
    assert_true(same_bits(response, responses[output]));
    assert_true(same_bits(*evk_session_members(one), response));
    assert_ok(evk_model_extent(m, output, &seen, err));
    for (int i = 0; i < N; i++) {
        const int y = i / 3 / 13, x = i / 3 % 13;

        if (y < seen.row_first || y > seen.row_last || x < seen.column_first ||
            x > seen.column_last)
            assert_true(alone[i] == 0);
        assert_true(alone[i] == whole[i]);
    }
    free(responses);
    evk_session_free(all);
    evk_session_free(one);
}

static void check_all(bool dense, int64_t outputs)
{
    evk_model *m = model(dense);
    evk_session *s;

    assert_int_equal(evk_model_describe(m)->outputs, outputs);
    for (int64_t i = 0; i < outputs; i++)
        check_alone(m, i);
    assert_fails(EVK_EINVAL, "out of range", evk_session_new_for(&s, m, outputs, err));
    assert_fails(EVK_EINVAL, "out of range", evk_session_new_for(&s, m, -1, err));
    evk_model_free(m);
}

/* Each output depends on a part of the image. */
static void test_part(void **state)
{
    (void)state;
    check_all(false, 5 * 6 * 4);
}

/* Each output depends on the whole image: nothing is saved, and the model's own plan is used. */
static void test_whole(void **state)
{
    (void)state;
    check_all(true, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_part), cmocka_unit_test(test_whole)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
