/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_features.c - which layer of a published model a readout reads where none is named */
#include <string.h>

#include "../harness/published.h"
#include "model/features.h"

static void check(const char *text, const char *weights, const char *layer, int64_t rows,
                  int64_t columns, int64_t channels)
{
    const evk_model_options options = {.weights = weights};
    struct evk_feature_block blocks[EVK_READOUT_LAYERS_MAX];
    evk_model *m;
    size_t count;

    assert_ok(evk_features_open(&m, text, 100, &options, blocks, &count, err));
    assert_int_equal(count, 1);
    assert_string_equal(blocks[0].layer, layer);
    assert_int_equal(blocks[0].shape.h, rows);
    assert_int_equal(blocks[0].shape.w, columns);
    assert_int_equal(blocks[0].shape.c, channels);
    assert_int_equal(evk_model_describe(m)->outputs, rows * columns * channels);
    evk_model_free(m);
}

static void test_default_layers(void **state)
{
    (void)state;
    check(published_path("cores/vgg19_taught_50filters.keras"), NULL, "layer4_act", 28, 28, 100);
    check(published_path("shared_compact/shared_compact_model_25filters.keras"), NULL, "layer4_act",
          28, 28, 100);
    check(published_path("shared_compact/linear_shared_compact_model_25filters.keras"), NULL,
          "layer4_bn", 28, 28, 100);
    check(published_path("compact/keras/compact_model_201025_neuron10.keras"), NULL, "layer4_act",
          28, 28, 3);
    check("models/mouse_v1.json", published_path("mouse_v1"), "core.features.layer3.nonlin", 28, 56,
          64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_default_layers)};

    published();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
