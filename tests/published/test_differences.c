/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_differences.c - central differences against the gradient of published
 * models, through the whole chain, signed
 *
 * Directions: the gradient itself on a random half of the values, divided by
 * |g|, so that the response changes by about |g| / 2 per unit of h.  Moves that
 * small (0.005 display levels a value at h = 1) keep most ReLUs on their side,
 * and the change, some 1e-2, is large against float rounding, some 1e-6.  A
 * wrong derivative at any place would enter <g, v> and not the difference.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/published.h"

enum { VALUES = 112 * 112 * 3, DIRECTIONS = 8 };

static float x[VALUES], v[VALUES], moved[VALUES], g[VALUES];

static double response(evk_session *s, int64_t output, float step, float *all)
{
    for (int i = 0; i < VALUES; i++)
        moved[i] = x[i] + step * v[i];
    evk_session_predict(s, moved, all);
    return (double)all[output];
}

static void check(const char *path, int64_t output)
{
    evk_session *s = NULL;
    evk_model *m = NULL;
    uint64_t seed = 11;
    float *all, *weights;
    double norm = 0;

    assert_ok(evk_model_open(&m, published_path("%s", path), NULL, err));
    assert_ok(evk_session_new(&s, m, err));
    all = calloc((size_t)evk_model_describe(m)->outputs, sizeof(*all));
    weights = calloc((size_t)evk_model_describe(m)->outputs, sizeof(*weights));
    weights[output] = 1;
    for (int i = 0; i < VALUES; i++)
        x[i] = 128 + 60 * random_float(&seed);
    evk_session_predict(s, x, all);
    evk_session_gradient(s, weights, g);
    for (int i = 0; i < VALUES; i++)
        norm += (double)g[i] * (double)g[i];
    norm = sqrt(norm);
    assert_true(norm > 0);
    for (int d = 0; d < DIRECTIONS; d++) {
        const float h = 1;
        double along = 0, difference;

        for (int i = 0; i < VALUES; i++) {
            v[i] = random_float(&seed) < 0 ? 0 : g[i] / (float)norm;
            along += (double)g[i] * (double)v[i];
        }
        difference = (response(s, output, h, all) - response(s, output, -h, all)) / (2 * (double)h);
        printf("%s:%lld: difference %.6g, gradient %.6g, |g| %.3g\n", path, (long long)output,
               difference, along, norm);
        assert_true(fabs(difference - along) <= 0.01 * norm);
    }
    free(all);
    free(weights);
    evk_session_free(s);
    evk_model_free(m);
}

static void whole_chain(void **state)
{
    (void)state;
    check("compact/keras/compact_model_201025_neuron2.keras", 0);
    check("compact/keras/compact_model_190923_neuron0.keras", 0);
    check("shared_compact/shared_compact_model_25filters.keras", 35);
    check("shared_compact/linear_shared_compact_model_25filters.keras", 218);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole_chain)};

    published();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
