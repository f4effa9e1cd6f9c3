/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_alone.c - one output alone of published models: the same bits as among all */
#include <stdio.h>
#include <stdlib.h>

#include "../harness/kernels.h"
#include "../harness/published.h"

static void check(const char *path)
{
    const evk_model_info *info;
    evk_model *m = NULL;
    float *image, *responses, response;
    uint64_t seed = 5;
    int64_t n;

    assert_ok(evk_model_open(&m, published_path("%s", path), NULL, err));
    info = evk_model_describe(m);
    n = info->height * info->width * info->channels;
    image = calloc((size_t)(3 * n), sizeof(*image));
    responses = calloc((size_t)(2 * info->outputs), sizeof(*responses));
    assert_true(image && responses);
    for (int64_t i = 0; i < n; i++)
        image[i] = 127.5f + 127.5f * random_float(&seed);
    for (int64_t o = 0; o < info->outputs; o += 50) {
        float *weights = responses + info->outputs, one = 1;
        evk_session *all, *alone;

        assert_ok(evk_session_new(&all, m, err));
        assert_ok(evk_session_new_for(&alone, m, o, err));
        evk_session_predict(all, image, responses);
        evk_session_predict(alone, image, &response);
        assert_true(same_bits(response, responses[o]));
        weights[o] = 1;
        evk_session_gradient(all, weights, image + n);
        evk_session_gradient(alone, &one, image + 2 * n);
        weights[o] = 0;
        for (int64_t i = 0; i < n; i++)
            assert_true(image[n + i] == image[2 * n + i]);
        evk_session_free(all);
        evk_session_free(alone);
    }
    free(image);
    free(responses);
    evk_model_free(m);
}

static void test_published(void **state)
{
    (void)state;
    check("compact/keras/compact_model_201025_neuron2.keras");
    check("compact/keras/compact_model_190923_neuron0.keras");
    check("shared_compact/shared_compact_model_25filters.keras");
    check("shared_compact/linear_shared_compact_model_25filters.keras");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_published)};

    published();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
