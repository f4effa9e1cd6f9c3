/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_session.c - passes allocate nothing, repeat themselves, and keep out of each other's way */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/allocations.h"
#include "../../harness/keras_file.h"
#include "../../harness/team.h"
#include "model/session.h"

/* ---- a model with every kind of layer ------------------------------------------------------ */

static evk_model *model(void)
{
    char *folder = scratch_folder("session"), path[256];
    const int64_t four = 4, two = 2;
    const evk_model_options units = {.mean_count = 1,
                                     .mean = (const double[]){127.5},
                                     .scale_count = 1,
                                     .scale = (const double[]){127.5}};
    struct keras_file k;
    uint64_t seed = 3;
    evk_model *m;

    keras_init(&k, NULL);
    keras_input(&k, "in", 9, 8, 3);
    keras_layer(&k, "ZeroPadding2D", "pad", "'padding':1", NULL);
    keras_layer(&k, "Conv2D", "conv", "'filters':4,'kernel_size':3,'activation':'relu'", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){3, 3, 3, 4});
    keras_random(&k, &seed, 1, &four);
    keras_layer(&k, "DepthwiseConv2D", "depth", "'kernel_size':3,'padding':'same'", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){3, 3, 4, 1});
    keras_random(&k, &seed, 1, &four);
    keras_layer(&k, "Add", "add", "", "depth,conv");
    keras_layer(&k, "BatchNormalization", "norm", "'scale':false,'center':false", NULL);
    keras_random(&k, &seed, 1, &four);
    memcpy(keras_array(&k, 1, &four), (const float[]){1, 2, 3, 4}, 4 * sizeof(float));
    keras_layer(&k, "Concatenate", "join", "", "norm,conv");
    keras_layer(&k, "MaxPooling2D", "max", "'pool_size':2", NULL);
    keras_layer(&k, "AveragePooling2D", "mean", "'pool_size':2,'padding':'same'", NULL);
    keras_layer(&k, "Activation", "soft", "'activation':'softmax'", NULL);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_layer(&k, "Dense", "dense", "'units':2,'activation':'elu'", NULL);
    keras_random(&k, &seed, 2, (const int64_t[]){2 * 2 * 8, 2});
    keras_random(&k, &seed, 1, &two);
    snprintf(path, sizeof(path), "%s/all.keras", folder);
    keras_save(&k, path, "dense");
    keras_release(&k);
    assert_ok(evk_model_open(&m, path, &units, err));
    free(folder);
    return m;
}

enum { N = 9 * 8 * 3 };

static void fill(float image[N], uint64_t seed)
{
    for (int i = 0; i < N; i++)
        image[i] = 127.5f + 127.5f * random_float(&seed);
}

static void test_no_allocation(void **state)
{
    static float image[N], gradient[N];
    const float weights[2] = {1, -2};
    evk_model *m = model();
    evk_session *s;
    float responses[2];
    long before;

    (void)state;
    fill(image, 1);
    assert_ok(evk_session_new(&s, m, err));
    before = allocations();
    for (int i = 0; i < 3; i++) {
        evk_session_predict(s, image, responses);
        evk_session_gradient(s, weights, gradient);
    }
    assert_int_equal(allocations(), before);
    evk_session_free(s);
    evk_model_free(m);
}

/* Threads that share passes compute the bits of one thread, and allocate nothing either. */
static void test_team(void **state)
{
    static float image[N], want[N], got[N];
    evk_model *m = model();
    evk_session *one, *many;
    struct evk_team *team;

    (void)state;
    for (int64_t output = -1; output < 2; output++)
        for (int threads = 1; threads <= 7; threads++) {
            const float weights[2] = {1, output < 0 ? -2 : 0};
            float responses[2] = {0, 0}, shared[2] = {0, 0};
            long before;

            fill(image, (uint64_t)threads);
            assert_ok(evk_team_new(&team, threads, err));
            assert_ok(evk_session_new_team(&one, m, output, NULL, err));
            assert_ok(evk_session_new_team(&many, m, output, team, err));
            team_meet(team);
            before = allocations();
            for (int i = 0; i < 3; i++) {
                evk_session_predict(one, image, responses);
                evk_session_predict(many, image, shared);
                assert_memory_equal(responses, shared, sizeof(shared));
                evk_session_gradient(one, weights, want);
                evk_session_gradient(many, weights, got);
                assert_memory_equal(want, got, sizeof(want));
            }
            assert_int_equal(allocations(), before);
            evk_session_free(many);
            evk_session_free(one);
            evk_team_free(team);
        }
    evk_model_free(m);
}

/* Responses have the same bits whatever the session computed before, and with several sessions. */
static void test_repeatable(void **state)
{
    static float image[N], other[N], first[N], second[N];
    const float weights[2] = {1, -2};
    float want[2], got[2];
    evk_model *m = model();
    evk_session *a, *b;

    (void)state;
    fill(image, 1);
    fill(other, 2);
    assert_ok(evk_session_new(&a, m, err));
    assert_ok(evk_session_new(&b, m, err));
    assert_ptr_equal(evk_session_model(a), m);
    evk_session_predict(a, image, want);
    evk_session_gradient(a, weights, first);
    evk_session_predict(b, other, got);
    assert_memory_not_equal(want, got, sizeof(want));
    evk_session_gradient(b, weights, second);
    evk_session_predict(b, image, got);
    evk_session_predict(a, other, want);
    evk_session_gradient(b, weights, second);
    assert_memory_equal(first, second, sizeof(first));
    evk_session_predict(a, image, want);
    assert_memory_equal(want, got, sizeof(want));
    evk_session_free(a);
    evk_session_free(b);
    evk_model_free(m);
}

/*
 * The gradient of a sum of outputs is the sum of their gradients, up to the rounding of 100 terms.
 */
static void test_weights(void **state)
{
    static float image[N], one[N], two[N], both[N];
    evk_model *m = model();
    float responses[2];
    double scale = 0;
    evk_session *s;

    (void)state;
    fill(image, 4);
    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, image, responses);
    evk_session_gradient(s, (const float[]){1, 0}, one);
    evk_session_gradient(s, (const float[]){0, 1}, two);
    evk_session_gradient(s, (const float[]){3, -2}, both);
    for (int i = 0; i < N; i++)
        scale = scale > (double)fabsf(one[i]) + (double)fabsf(two[i])
                    ? scale
                    : (double)fabsf(one[i]) + (double)fabsf(two[i]);
    assert_true(scale > 0);
    for (int i = 0; i < N; i++)
        assert_true(fabs((double)both[i] - 3 * (double)one[i] + 2 * (double)two[i]) <=
                    sum_bound(100, 5 * scale));
    evk_session_free(s);
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_allocation), cmocka_unit_test(test_team),
        cmocka_unit_test(test_repeatable), cmocka_unit_test(test_weights)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
