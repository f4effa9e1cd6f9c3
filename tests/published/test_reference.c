/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_reference.c - parameter counts of the authors' summaries, and responses
 * to simple images of compact and shared models (219 outputs)
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/published.h"

enum { SIDE = 112, VALUES = SIDE * SIDE * 3 };

static float image[VALUES];

/* Z: the mean itself; G: gray 128; C: checks of 8 pixels, 0 and 255. */
static void draw(char kind)
{
    const float mean[3] = {116.222f, 109.270f, 100.381f};

    for (int i = 0; i < VALUES; i++) {
        const int y = i / 3 / SIDE, x = i / 3 % SIDE;

        image[i] = kind == 'Z'   ? mean[i % 3]
                   : kind == 'G' ? 128
                                 : (float)((y / 8 + x / 8) % 2 * 255);
    }
}

static void check(const char *path, int64_t output, double z, double g, double c)
{
    const double want[3] = {z, g, c};
    evk_session *s = NULL;
    evk_model *m = NULL;
    float *r;

    assert_ok(evk_model_open(&m, published_path("%s", path), NULL, err));
    assert_ok(evk_session_new(&s, m, err));
    r = calloc((size_t)evk_model_describe(m)->outputs, sizeof(*r));
    for (int i = 0; i < 3; i++) {
        draw("ZGC"[i]);
        evk_session_predict(s, image, r);
        printf("%s:%lld %c: %.7g, expected %.7g\n", path, (long long)output, "ZGC"[i],
               (double)r[output], want[i]);
        assert_true(fabs((double)r[output] - want[i]) <= 1e-4);
    }
    free(r);
    evk_session_free(s);
    evk_model_free(m);
}

static void simple_images(void **state)
{
    const char *linear = "shared_compact/linear_shared_compact_model_25filters.keras";
    const char *shared = "shared_compact/shared_compact_model_25filters.keras";

    (void)state;
    check("compact/keras/compact_model_201025_neuron2.keras", 0, -3.97786060239, -4.00461309791,
          0.373254269778);
    check("compact/keras/compact_model_190923_neuron0.keras", 0, -0.833557600731, -0.782362969734,
          -1.26992231108);
    check(shared, 0, -1.16544528301, -0.927149593803, 2.69102667866);
    check(shared, 100, -2.28462546076, -2.16042008123, 5.03139223558);
    check(shared, 218, -1.86982637513, -1.80776453112, -1.0494707202);
    check(linear, 1, -0.0737991103126, -0.223227540461, -0.203343295831);
}

static void parameters(void **state)
{
    const int64_t want[] = {0, 4332, 228, 0, 4557, 216, 0, 1515, 12,
                            0, 95,   20,  0, 191,  44,  0, 0,    8625};
    evk_model *m = open_compact("201025", 2);
    evk_layer_summary l;
    size_t i = 0;

    (void)state;
    assert_int_equal(evk_model_describe(m)->parameters, 19835);
    assert_int_equal(evk_model_describe(m)->preprocessing, EVK_PREPROCESSING_PUBLISHED);
    for (; evk_model_layer(m, i, &l); i++)
        assert_int_equal(l.parameters, want[i]);
    assert_int_equal(i, sizeof(want) / sizeof(want[0]));
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters),
        cmocka_unit_test(simple_images),
    };

    published();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
