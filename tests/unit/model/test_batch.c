/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_batch.c - many images in memory: the same bits as one session, whatever the threads */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/test.h"
#include "../../harness/tiny.h"

enum { IMAGES = 7, OUTPUTS_MAX = 64 };

static float images[IMAGES * TINY_VALUES];

static void fill_images(void)
{
    uint32_t bits = 1;

    for (int i = 0; i < IMAGES * TINY_VALUES; i++) {
        bits = bits * 1664525u + 1013904223u;
        images[i] = (float)(bits >> 24);
    }
}

/* Compares a batch with a session that goes from image to image. */
static void compare(const evk_model *m, int64_t output, int threads)
{
    const int64_t all = evk_model_describe(m)->outputs, members = evk_model_describe(m)->members;
    const int64_t n = output < 0 ? all : 1;
    static float responses[IMAGES * OUTPUTS_MAX], gradients[IMAGES * TINY_VALUES];
    float weights[IMAGES * OUTPUTS_MAX], own[4 * OUTPUTS_MAX], r[OUTPUTS_MAX], g[TINY_VALUES];
    evk_session *session;

    assert_true(n <= OUTPUTS_MAX && members <= 4);
    for (int64_t i = 0; i < IMAGES * n; i++)
        weights[i] = 0.25f * (float)(i % 5) - 0.5f;
    assert_ok(evk_model_predict(m, images, IMAGES, threads, responses, err));
    assert_ok(evk_model_gradient(m, output, images, IMAGES, weights, threads, gradients, err));
    assert_ok(output < 0 ? evk_session_new(&session, m, err)
                         : evk_session_new_for(&session, m, output, err));
    for (int64_t i = 0; i < IMAGES; i++) {
        for (int64_t k = 0; k < members; k++)
            for (int64_t o = 0; o < n; o++)
                own[k * n + o] = weights[i * n + o] / (float)members;
        evk_session_predict(session, images + i * TINY_VALUES, r);
        evk_session_gradient(session, own, g);
        assert_memory_equal(g, gradients + i * TINY_VALUES, sizeof(g));
        for (int64_t o = 0; o < n; o++)
            assert_true(r[o] == responses[i * all + (output < 0 ? o : output)]);
    }
    evk_session_free(session);
}

static void test_network(void **state)
{
    char *folder = scratch_folder("batch");
    evk_model *m = tiny_model(path_in(folder, "m.keras"), "lldb");
    const int64_t outputs = evk_model_describe(m)->outputs;

    (void)state;
    for (int threads = 0; threads <= 3; threads++) {
        compare(m, -1, threads);
        compare(m, 0, threads);
        compare(m, outputs - 1, threads);
    }
    evk_model_free(m);
    free(folder);
}

static void test_ensemble(void **state)
{
    char *folder = scratch_folder("batch_ensemble"), text[1024];
    evk_model *m;

    (void)state;
    evk_model_free(tiny_model(path_in(folder, "a.keras"), "lldb"));
    evk_model_free(tiny_model(path_in(folder, "b.keras"), "bdll"));
    snprintf(text, sizeof(text), "e=%s/a.keras,%s/b.keras", folder, folder);
    assert_ok(evk_model_open_ensemble(&m, text, NULL, err));
    compare(m, -1, 2);
    compare(m, 0, 2);
    evk_model_free(m);
    free(folder);
}

static void test_edges(void **state)
{
    char *folder = scratch_folder("batch_edges");
    evk_model *m = tiny_model(path_in(folder, "m.keras"), "l");
    float g[TINY_VALUES], one[TINY_VALUES];
    const float weight = 1;

    (void)state;
    assert_ok(evk_model_predict(m, images, 0, 2, NULL, err));
    assert_ok(evk_model_gradient(m, 0, images, 1, NULL, 1, g, err));
    assert_ok(evk_model_gradient(m, 0, images, 1, &weight, 1, one, err));
    assert_memory_equal(g, one, sizeof(g));
    assert_fails(EVK_EINVAL, "out of range",
                 evk_model_gradient(m, evk_model_describe(m)->outputs, images, 1, NULL, 1, g, err));
    assert_fails(EVK_EINVAL, "out of range", evk_model_gradient(m, -2, images, 1, NULL, 1, g, err));
    evk_model_free(m);
    free(folder);
}

static int set_up(void **state)
{
    (void)state;
    fill_images();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_network),
        cmocka_unit_test(test_ensemble),
        cmocka_unit_test(test_edges),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
