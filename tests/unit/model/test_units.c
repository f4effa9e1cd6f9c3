/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_units.c - units inside a network as its neurons, and values before a softmax */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/keras_file.h"
#include "model/session.h"

/* The map of the convolution, its filters, and the position and filter of the largest readout
   weight. */
enum { H = 9, W = 8, C = 3, N = H * W * C, ROWS = 7, COLUMNS = 6, FILTERS = 4, OUTPUTS = 3 };
enum { LOOK_ROW = 4, LOOK_COLUMN = 1, LOOK_FILTER = 2 };

static char path[256];
static float kernel[3][3][C][FILTERS], bias[FILTERS];

/* A 3x3 convolution with a ReLU, and a dense readout of the map with a
   softmax, which has its largest weight, a negative one, at a position of its own.  A second
   convolution leads nowhere. */
static int set_up(void **state)
{
    static const int64_t filters = FILTERS, outputs = OUTPUTS;
    const int64_t at = (LOOK_ROW * COLUMNS + LOOK_COLUMN) * FILTERS + LOOK_FILTER;
    char *folder = scratch_folder("units");
    struct keras_file k;
    uint64_t seed = 5;

    (void)state;
    keras_init(&k, NULL);
    keras_input(&k, "in", H, W, C);
    keras_layer(&k, "Conv2D", "conv", "'filters':4,'kernel_size':3,'activation':'relu'", NULL);
    memcpy(kernel, keras_random(&k, &seed, 4, (const int64_t[]){3, 3, C, FILTERS}), sizeof(kernel));
    memcpy(bias, keras_random(&k, &seed, 1, &filters), sizeof(bias));
    keras_layer(&k, "Conv2D", "aside", "'filters':4,'kernel_size':1", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){1, 1, FILTERS, FILTERS});
    keras_random(&k, &seed, 1, &filters);
    keras_layer(&k, "Flatten", "flat", "", "conv");
    keras_layer(&k, "Dense", "dense", "'units':3,'activation':'softmax'", NULL);
    keras_random(&k, &seed, 2, (const int64_t[]){ROWS * COLUMNS * FILTERS, OUTPUTS})[at * OUTPUTS] =
        -1.5f;
    keras_random(&k, &seed, 1, &outputs);
    snprintf(path, sizeof(path), "%s/soft.keras", folder);
    keras_save(&k, path, "dense");
    keras_release(&k);
    free(folder);
    return 0;
}

static const double scale = 127.5;

static evk_status open_units(evk_model **m, const char *const *texts, size_t count, bool after,
                             evk_error *err)
{
    return evk_model_open(m, path,
                          &(const evk_model_options){.mean_count = 1,
                                                     .mean = &scale,
                                                     .scale_count = 1,
                                                     .scale = &scale,
                                                     .channel_count = count,
                                                     .channels = texts,
                                                     .after_activation = after},
                          err);
}

static void fill(float image[N], uint64_t seed)
{
    for (int i = 0; i < N; i++)
        image[i] = 127.5f + 127.5f * random_float(&seed);
}

/* The convolution by its definition. */
static double filter_at(const float *image, int row, int column, int filter)
{
    double sum = (double)bias[filter];

    for (int r = 0; r < 3; r++)
        for (int s = 0; s < 3; s++)
            for (int c = 0; c < C; c++)
                sum += (double)kernel[r][s][c][filter] *
                       ((double)image[((row + r) * W + column + s) * C + c] - scale) / scale;
    return sum;
}

static double filter_mean(const float *image, int filter)
{
    double sum = 0;

    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLUMNS; x++)
            sum += filter_at(image, y, x, filter);
    return sum / (ROWS * COLUMNS);
}

static void check_name(const evk_model *m, int64_t output, const char *expected)
{
    char name[EVK_NEURON_TEXT];
    int64_t found = -1;

    assert_string_equal(evk_model_neuron(m, output, name), expected);
    assert_ok(evk_model_find_neuron(m, expected, &found, err));
    assert_int_equal(found, output);
}

static void test_values(void **state)
{
    static const char *const texts[] = {"conv:0-1,3", "conv:2@2x5", "conv:1@0,3", "conv:0@mean"};
    static float image[N];
    float got[6];
    evk_model *m;

    (void)state;
    fill(image, 1);
    assert_ok(open_units(&m, texts, 4, false, err));
    assert_int_equal(evk_model_describe(m)->outputs, 6);
    check_name(m, 0, "conv:0");
    check_name(m, 2, "conv:3");
    check_name(m, 3, "conv:2@2x5");
    check_name(m, 4, "conv:1@0x3");
    check_name(m, 5, "conv:0@mean");
    assert_ok(evk_model_predict(m, image, 1, 1, got, err));
    assert_true(fabs((double)got[0] - filter_at(image, LOOK_ROW, LOOK_COLUMN, 0)) < 1e-5);
    assert_true(fabs((double)got[1] - filter_at(image, LOOK_ROW, LOOK_COLUMN, 1)) < 1e-5);
    assert_true(fabs((double)got[2] - filter_at(image, LOOK_ROW, LOOK_COLUMN, 3)) < 1e-5);
    assert_true(fabs((double)got[3] - filter_at(image, 2, 5, 2)) < 1e-5);
    assert_true(fabs((double)got[4] - filter_at(image, 0, 3, 1)) < 1e-5);
    assert_true(fabs((double)got[5] - filter_mean(image, 0)) < 1e-5);
    evk_model_free(m);
}

/* Before and after the ReLU; a negative and a positive value have to be among those compared. */
static void test_after_activation(void **state)
{
    static const char *const text = "conv@1,1";
    static float image[N];
    float before[FILTERS], after[FILTERS];
    int below = 0;
    evk_model *m;

    (void)state;
    fill(image, 2);
    assert_ok(open_units(&m, &text, 1, false, err));
    assert_ok(evk_model_predict(m, image, 1, 1, before, err));
    evk_model_free(m);
    assert_ok(open_units(&m, &text, 1, true, err));
    assert_ok(evk_model_predict(m, image, 1, 1, after, err));
    evk_model_free(m);
    for (int i = 0; i < FILTERS; i++) {
        assert_true(fabs((double)before[i] - filter_at(image, 1, 1, i)) < 1e-5);
        assert_true(fabs((double)after[i] - fmax(0, filter_at(image, 1, 1, i))) < 1e-5);
        below += before[i] < 0;
    }
    assert_in_range(below, 1, FILTERS - 1);
}

static void test_all(void **state)
{
    static const char *const texts[] = {"all", "dense"};
    evk_model *m;

    (void)state;
    assert_ok(open_units(&m, texts, 2, false, err));
    assert_int_equal(evk_model_describe(m)->outputs, FILTERS + OUTPUTS);
    check_name(m, 3, "conv:3");
    check_name(m, 4, "dense:0");
    evk_model_free(m);
}

static void refuse(const char *text, const char *message)
{
    evk_model *m;

    assert_fails(EVK_EINVAL, message, open_units(&m, &text, 1, false, err));
}

static void test_errors(void **state)
{
    static const char *const twice[] = {"conv:1", "conv:0-2"};
    evk_model *m;

    (void)state;
    refuse("covn:1", "names no layer of the model");
    refuse("covn:1", "; did you mean conv?");
    refuse("conv:4", "conv has no channel 4, expected 0 to 3");
    refuse("conv:0@7,0", "expected rows 0 to 6 and columns 0 to 5");
    refuse("conv:0@0,6", "position 0,6 is outside the map of conv");
    refuse("dense:0@0,0", "dense is a vector");
    refuse("aside:0", "no output of the model depends on layer aside");
    refuse("conv:", "is malformed");
    refuse("conv:1-", "is malformed");
    refuse("conv:2-1", "is malformed");
    refuse("conv:1,,2", "is malformed");
    refuse("conv:1@", "is malformed");
    refuse("conv:1@3", "is malformed");
    refuse("conv:-1", "is malformed");
    refuse("", "names no layer");
    assert_fails(EVK_EINVAL, "'conv:1' is named twice", open_units(&m, twice, 2, false, err));
}

/* The response is the softmax of the values before it, which are those of the units. */
static void test_before_softmax(void **state)
{
    static const char *const text = "dense";
    static float image[N], want[N], got[N];
    float logits[OUTPUTS], responses[OUTPUTS], response;
    double sum = 0;
    evk_session *whole, *unit;
    evk_model *m, *units;

    (void)state;
    fill(image, 3);
    assert_ok(open_units(&m, NULL, 0, false, err));
    assert_ok(open_units(&units, &text, 1, false, err));
    assert_true(evk_model_ends_in_softmax(m));
    assert_false(evk_model_ends_in_softmax(units));
    assert_ok(evk_model_predict(units, image, 1, 1, logits, err));
    assert_ok(evk_model_predict(m, image, 1, 1, responses, err));
    for (int i = 0; i < OUTPUTS; i++)
        sum += exp((double)logits[i]);
    for (int64_t i = 0; i < OUTPUTS; i++) {
        assert_ok(evk_session_new_for(&whole, m, i, err));
        assert_ok(evk_session_new_for(&unit, units, i, err));
        evk_session_predict(unit, image, &response);
        assert_true(*evk_session_before_softmax(whole, image) == response);
        evk_session_gradient(unit, (const float[]){1}, want);
        evk_session_gradient_before_softmax(whole, (const float[]){1}, got);
        assert_memory_equal(want, got, sizeof(want));
        evk_session_predict(whole, image, &response);
        assert_true(response == responses[i]);
        assert_true(fabs((double)response - exp((double)logits[i]) / sum) < 1e-6);
        evk_session_free(whole);
        evk_session_free(unit);
    }
    evk_model_free(m);
    evk_model_free(units);
}

/* ---- the image of a linear unit ------------------------------------------------------------- */

/* The correlation of the normalised image, in the unit's window at (row, column), with the kernel:
   both about 0, the value that a pixel has where it does not matter. */
static double likeness(const float *image, int row, int column, int filter)
{
    double xy = 0, xx = 0, yy = 0;

    for (int i = 0; i < 3 * 3 * C; i++) {
        const int r = i / (3 * C), s = i / C % 3, c = i % C;
        const double x = (double)image[((row + r) * W + column + s) * C + c] - scale;
        const double y = (double)kernel[r][s][c][filter];

        xy += x * y;
        xx += x * x;
        yy += y * y;
    }
    return xy / sqrt(xx * yy);
}

/* With a fixed norm, which keeps the image on a ball about the mean, the image of a filter at one
   position is the kernel itself: before values are rounded, and after. */
static void test_image_is_kernel(void **state)
{
    static const char *const text = "conv:0-3@3,2";
    static const char *const settings[][2] = {
        {"image-blur", "0"}, {"gradient-blur", "0"}, {"step-size", "2"}, {"fix-norm", "2"},
        {"steps", "400"},    {"result", "last"},     {"start", "noise"}};
    static float image[N];
    evk_recipe *recipe;
    evk_model *m;

    (void)state;
    assert_ok(open_units(&m, &text, 1, false, err));
    assert_ok(evk_recipe_new(&recipe, "published", NULL, err));
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
        assert_ok(evk_recipe_set(recipe, settings[i][0], settings[i][1], err));
    for (int filter = 0; filter < FILTERS; filter++) {
        evk_session *session;
        evk_ascent ascent;

        assert_ok(evk_session_new_for(&session, m, filter, err));
        assert_ok(evk_synthesize(session, recipe, 0, NULL, NULL, image, &ascent, err));
        assert_true(likeness(image, 3, 2, filter) > 0.9999);
        for (int i = 0; i < N; i++)
            image[i] = roundf(image[i]);
        assert_true(likeness(image, 3, 2, filter) > 0.999);
        evk_session_free(session);
    }
    evk_recipe_free(recipe);
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_after_activation),
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_before_softmax),
        cmocka_unit_test(test_image_is_kernel),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
