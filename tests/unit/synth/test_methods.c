/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_methods.c - methods only set options that exist, and each of them raises the response */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/keras_file.h"
#include "synth/settings.h"

/* So large that all methods' shifts, up to 19 pixels, leave its coarsest waves. */
enum { H = 61, W = 57, MOST = H * W * 3 };

/* A linear unit: a wave along rows and one along columns, no mean; w (H, W, c) are its weights. */
static evk_model *linear_unit(int64_t c, float *w)
{
    char *folder = scratch_folder("methods"), path[256];
    const int64_t n = H * W * c;
    const double turn = 6.283185307179586;
    struct keras_file k;
    evk_model *m;

    keras_init(&k, NULL);
    keras_input(&k, "in", H, W, c);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_layer(&k, "Dense", "dense", "'units':1,'use_bias':false", NULL);
    for (int64_t i = 0; i < n; i++) {
        const double y = (double)(i / c / W) / H, x = (double)(i / c % W) / W;

        w[i] = (float)((cos(turn * y) + cos(turn * x)) / (double)(1 + i % c));
    }
    memcpy(keras_array(&k, 2, (const int64_t[]){n, 1}), w, (size_t)n * sizeof(*w));
    snprintf(path, sizeof(path), "%s/linear.keras", folder);
    keras_save(&k, path, "dense");
    keras_release(&k);
    assert_ok(evk_model_open(&m, path, NULL, err));
    free(folder);
    return m;
}

/* Correlation of an image with weights that have no mean. */
static double similarity(int64_t n, const float *w, const float *x)
{
    double wx = 0, ww = 0, xx = 0;

    for (int64_t i = 0; i < n; i++) {
        const double d = (double)x[i] - 128;

        wx += (double)w[i] * d;
        ww += (double)w[i] * (double)w[i];
        xx += d * d;
    }
    return wx / sqrt(ww * xx);
}

static void climbs(const evk_type_info *method, int64_t channels)
{
    static float w[MOST], image[MOST], again[MOST];
    evk_model *m = linear_unit(channels, w);
    const int64_t n = H * W * channels;
    evk_session *session;
    evk_recipe recipe;
    evk_ascent out;

    assert_ok(evk_recipe_of_method(&recipe, method->name, err));
    if (strcmp(recipe.start, "auto") == 0)
        recipe.start = "noise";
    assert_ok(evk_session_new_for(&session, m, 0, err));
    assert_ok(evk_synthesize(session, &recipe, 0, NULL, NULL, image, &out, err));
    for (int64_t i = 0; i < n; i++)
        if (!(image[i] >= 0 && image[i] <= 255))
            fail_msg("%s: value %d is %g", method->name, (int)i, (double)image[i]);
    if (!(out.response > 0 && similarity(n, w, image) > 0.5))
        fail_msg("%s, %d channels: response %g, correlation with the optimum %g", method->name,
                 (int)channels, out.response, similarity(n, w, image));
    assert_ok(evk_synthesize(session, &recipe, 0, NULL, NULL, again, &out, err));
    assert_memory_equal(image, again, (size_t)n * sizeof(*image));
    evk_session_free(session);
    evk_model_free(m);
}

static void every_method_climbs(void **state)
{
    evk_type_info t;

    (void)state;
    for (int i = 0; evk_method_info(i, &t); i++) {
        climbs(&t, 1);
        climbs(&t, 3);
    }
}

static const evk_param *find_param(const char *name)
{
    const evk_param *p = evk_recipe_params();

    while (p->name && strcmp(p->name, name) != 0)
        p++;
    return p->name ? p : NULL;
}

static void sets_what_there_is(void **state)
{
    const char *name, *value;
    evk_type_info t;
    int i = 0;

    (void)state;
    for (; evk_method_info(i, &t); i++) {
        evk_recipe recipe, scratch = {.method = ""};

        for (int j = 0; evk_method_setting(i, j, &name, &value); j++) {
            const evk_param *p = find_param(name);

            if (!p)
                fail_msg("method %s sets '%s', which no recipe has", t.name, name);
            assert_ok(evk_param_set(p, &scratch, value, err));
        }
        assert_ok(evk_recipe_of_method(&recipe, t.name, err));
        assert_ok(evk_recipe_check(&recipe, err));
        assert_string_equal(recipe.method, t.name);
        assert_int_equal(recipe.priors.count, scratch.priors.count);
    }
    assert_true(i > 1);
    assert_false(evk_method_info(-1, &t));
    assert_false(evk_method_setting(-1, 0, &name, &value));
    assert_false(evk_method_setting(i, 0, &name, &value));
    assert_false(evk_method_setting(0, -1, &name, &value));
    assert_false(evk_method_setting(0, 1000, &name, &value));
}

static double sd_of(int64_t n, const float *x, double *mean)
{
    double sum = 0, squares = 0;

    for (int64_t i = 0; i < n; i++)
        sum += (double)x[i];
    *mean = sum / (double)n;
    for (int64_t i = 0; i < n; i++)
        squares += ((double)x[i] - *mean) * ((double)x[i] - *mean);
    return sqrt(squares / (double)(n - 1));
}

/* The published presentation of MEIs: mean 111, SD 16; the norm of images of V4. */
static void ends_at_the_published_contrast(void **state)
{
    static float w[MOST], image[MOST];
    evk_model *m = linear_unit(1, w);
    evk_session *session;
    evk_recipe recipe;
    evk_ascent out;
    double mean, squares = 0;

    (void)state;
    assert_ok(evk_session_new_for(&session, m, 0, err));
    assert_ok(evk_recipe_of_method(&recipe, "mei", err));
    assert_ok(evk_synthesize(session, &recipe, 0, NULL, NULL, image, &out, err));
    assert_float_equal(sd_of(H * W, image, &mean), 16, 0.01);
    assert_float_equal(mean, 111, 0.05);
    assert_ok(evk_recipe_of_method(&recipe, "v4-mei", err));
    assert_ok(evk_synthesize(session, &recipe, 0, NULL, NULL, image, &out, err));
    for (int64_t i = 0; i < H * W; i++)
        squares += ((double)image[i] - 128) * ((double)image[i] - 128);
    assert_float_equal(sqrt(squares), 1757, 0.5);
    evk_session_free(session);
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_what_there_is),
        cmocka_unit_test(every_method_climbs),
        cmocka_unit_test(ends_at_the_published_contrast),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
