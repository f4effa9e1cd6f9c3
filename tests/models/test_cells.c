/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_cells.c - the embedded cells as evoke sees them against what is known of them on paper */
#include "../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../models/parts.h"
#include "find.h"

enum { VALUES = PIXELS * PIXELS * 3 };

static const double BASELINE = 0.25; /* of all cells: the response to any uniform grey */

static char *folder;
static struct compact model, magnitudes;
static struct picture image, gradient, other;
static float values[VALUES], derivatives[VALUES];

/* Describes the cell in model, and opens the file of it. */
static evk_session *open_cell(const struct cell *cell)
{
    const char *path = path_in(folder, "cell.keras");
    evk_session *session = NULL;
    evk_model *m = NULL;

    describe(cell, &model);
    assert_ok(compact_write(path, &model, err));
    assert_ok(evk_model_open(&m, path, NULL, err));
    assert_int_equal(evk_model_describe(m)->preprocessing, EVK_PREPROCESSING_PUBLISHED);
    assert_ok(evk_session_new(&session, m, err));
    return session;
}

static void close_cell(evk_session *session)
{
    const evk_model *m = evk_session_model(session);

    evk_session_free(session);
    evk_model_free((evk_model *)(uintptr_t)m);
}

static double predict(evk_session *session, const struct picture *x)
{
    float response;

    for (int i = 0; i < VALUES; i++)
        values[i] = (float)(&x->at[0][0][0])[i];
    evk_session_predict(session, values, &response);
    return (double)response;
}

static void make_uniform(struct picture *x, double level)
{
    for (int i = 0; i < VALUES; i++)
        (&x->at[0][0][0])[i] = level;
}

static void make_absolute(double *x, size_t size)
{
    for (size_t i = 0; i < size / sizeof(*x); i++)
        x[i] = fabs(x[i]);
}

/*
 * How far rounding may take evoke from model on an image: the model with all
 * weights, biases and inputs made positive gives the magnitude of what is added
 * up.  Batch norms add less than 64 for up to 8 channels (scaling_of in
 * models/compact.c).  A term meets the sums of a 5 x 5 x 3 kernel, of four 5 x 5
 * and at most 8 channels, five times bias, batch norm and the rounding of
 * weights, and the readout.
 */
static double bound(const struct picture *x)
{
    int64_t roundings = 75 + 4 * (25 + 8) + 5 * 8;
    double magnitude;

    magnitudes = model;
    make_absolute(&magnitudes.kernel[0][0][0][0], sizeof(magnitudes.kernel));
    make_absolute(magnitudes.bias, sizeof(magnitudes.bias));
    for (int k = 0; k < CHANNELS_MAX; k++)
        magnitudes.bias[k] += 64;
    for (int l = 1; l < LAYERS; l++) {
        struct separable *s = &magnitudes.separable[l];

        make_absolute(&s->depthwise[0][0][0], sizeof(s->depthwise));
        make_absolute(&s->pointwise[0][0], sizeof(s->pointwise));
        for (int k = 0; k < CHANNELS_MAX; k++)
            s->bias[k] = fabs(s->bias[k]) + 64;
    }
    for (int i = 0; i < POINTS * POINTS * CHANNELS_MAX; i++)
        roundings += (&magnitudes.weight[0][0][0])[i] != 0;
    make_absolute(&magnitudes.weight[0][0][0], sizeof(magnitudes.weight));
    magnitudes.baseline = fabs(magnitudes.baseline);
    for (int i = 0; i < VALUES; i++)
        (&other.at[0][0][0])[i] = MEAN[i % 3] + fabs((&x->at[0][0][0])[i] - MEAN[i % 3]);
    assert_ok(paper_response(&magnitudes, &other, &magnitude, NULL, err));
    return sum_bound(roundings, magnitude);
}

/* evoke's response to each optimum is the one on paper. */
static void test_responses(void **state)
{
    (void)state;
    for (size_t i = 0; i < cells_count; i++) {
        evk_session *session = open_cell(&cells[i]);

        for (int k = 0; k < cells[i].sketches; k++) {
            double paper, evoke;

            assert_ok(cell_optimum(&cells[i], &model, k, &image, &paper, err));
            evoke = predict(session, &image);
            if (!(fabs(evoke - paper) <= bound(&image)))
                fail_msg("%s: %.9g, on paper %.9g, bound %.2g", cells[i].name, evoke, paper,
                         bound(&image));
            assert_true(bound(&image) < 0.01 * paper); /* so that it says something */
            assert_true(paper > 4 && paper < 20);
        }
        close_cell(session);
    }
}

/* No value of an optimum has anywhere to go, by evoke's gradient. */
static void test_maxima(void **state)
{
    const float one = 1;

    (void)state;
    for (size_t i = 0; i < cells_count; i++) {
        evk_session *session = open_cell(&cells[i]);

        for (int k = 0; k < cells[i].sketches; k++) {
            double paper, largest = 0;

            assert_ok(cell_optimum(&cells[i], &model, k, &image, &paper, err));
            predict(session, &image);
            evk_session_gradient(session, &one, derivatives);
            for (int n = 0; n < VALUES; n++)
                largest = fmax(largest, fabs((double)derivatives[n]));
            assert_true(largest > 0);
            for (int n = 0; n < VALUES; n++)
                if (fabs((double)derivatives[n]) > 1e-4 * largest)
                    assert_true((&image.at[0][0][0])[n] == (derivatives[n] > 0 ? 255 : 0));
        }
        close_cell(session);
    }
}

/* The gradient on paper is evoke's, where no unit is at its kink. */
static void test_gradients(void **state)
{
    const float one = 1;
    uint64_t seed = 1;

    (void)state;
    for (size_t i = 0; i < cells_count; i++) {
        evk_session *session = open_cell(&cells[i]);
        double paper, largest = 0, worst = 0;

        for (int n = 0; n < VALUES; n++)
            (&image.at[0][0][0])[n] = floor(128 + 127 * (double)random_float(&seed));
        assert_ok(paper_response(&model, &image, &paper, &gradient, err));
        assert_true(fabs(predict(session, &image) - paper) <= bound(&image));
        evk_session_gradient(session, &one, derivatives);
        for (int n = 0; n < VALUES; n++) {
            const double g = (&gradient.at[0][0][0])[n];

            largest = fmax(largest, fabs(g));
            worst = fmax(worst, fabs(g - (double)derivatives[n]));
        }
        if (!(worst <= 1e-5 * largest))
            fail_msg("%s: gradients differ by %.2g of %.2g", cells[i].name, worst, largest);
        close_cell(session);
    }
}

static void test_uniform(void **state)
{
    static const double levels[] = {0, 100, 128, 255};

    (void)state;
    for (size_t i = 0; i < cells_count; i++) {
        evk_session *session = open_cell(&cells[i]);

        for (int k = 0; k < 4; k++) {
            make_uniform(&image, levels[k]);
            assert_true(fabs(predict(session, &image) - BASELINE) <= bound(&image));
        }
        close_cell(session);
    }
}

/* Colour alone drives them: any grey picture gives the baseline. */
static void test_opponents_grey(void **state)
{
    static const char *const names[] = {"red_green", "blue_yellow"};
    uint64_t seed = 2;

    (void)state;
    for (int i = 0; i < VALUES; i += 3)
        for (int k = 0; k < 3; k++)
            (&image.at[0][0][0])[i + k] =
                k ? (&image.at[0][0][0])[i] : floor(128 + 127 * (double)random_float(&seed));
    for (int i = 0; i < 2; i++) {
        evk_session *session = open_cell(find(names[i]));

        assert_true(fabs(predict(session, &image) - BASELINE) <= bound(&image));
        close_cell(session);
    }
}

/* ---- the complex cell ---- */

static double mean_of_phases(evk_session *session, const struct complex *c, double wavelength)
{
    double sum = 0;

    for (int p = 0; p < 4; p++) {
        complex_grating(c, wavelength, p * PI / 2, &image);
        sum += predict(session, &image);
    }
    return sum / 4;
}

/* At the best wavelength, gratings of all phases in steps of 5 degrees agree within 5 %. */
static void test_phases(void **state)
{
    const struct cell *cell = find("complex");
    const struct complex *c = cell->parameters;
    evk_session *session = open_cell(cell);
    double best = 0, wavelength = 0, least = HUGE_VAL, most = -HUGE_VAL;

    (void)state;
    for (double w = 10; w <= 40; w += 0.5) {
        const double r = mean_of_phases(session, c, w);

        if (r > best) {
            best = r;
            wavelength = w;
        }
    }
    assert_true(wavelength > 15 && wavelength < 25);
    for (int p = 0; p < 72; p++) {
        double r;

        complex_grating(c, wavelength, p * PI / 36, &image);
        r = predict(session, &image);
        least = fmin(least, r);
        most = fmax(most, r);
    }
    printf("complex: wavelength %.1f, responses %.4f to %.4f\n", wavelength, least, most);
    assert_true(most - least <= 0.05 * most);
    assert_true(least > 4);
    close_cell(session);
}

/* Not only because of its window: the units at one point agree within 5 % too. */
static void test_phases_at_a_point(void **state)
{
    struct complex c = *(const struct complex *)find("complex")->parameters;
    struct complex point = c;
    double least = HUGE_VAL, most = -HUGE_VAL;

    (void)state;
    c.row = point.row = FIRST + 13 * SPACING;
    c.column = point.column = FIRST + 13 * SPACING;
    point.sd = 1; /* the window ends before the next point */
    memset(&model, 0, sizeof(model));
    complex_describe(&point, &model);
    for (int p = 0; p < 72; p++) {
        double r;

        complex_grating(&c, c.wavelength, p * PI / 36, &image);
        assert_ok(paper_response(&model, &image, &r, NULL, err));
        least = fmin(least, r);
        most = fmax(most, r);
    }
    printf("complex: at one point %.4f to %.4f\n", least, most);
    assert_true(most - least <= 0.05 * most);
}

/* The simple cell, whose phase matters, is not so: the test above can fail. */
static void test_phases_of_gabor(void **state)
{
    const struct gabor *g = find("gabor")->parameters;
    const struct complex at = {g->row, g->column, g->orientation, g->wavelength, g->sd};
    evk_session *session = open_cell(find("gabor"));
    double in_phase, against;

    (void)state;
    complex_grating(&at, g->wavelength, 0, &image);
    in_phase = predict(session, &image);
    complex_grating(&at, g->wavelength, PI, &image);
    against = predict(session, &image);
    assert_true(in_phase > 3 && against < -3);
    close_cell(session);
}

/* A grating across the cell's orientation drives it little. */
static void test_orientation(void **state)
{
    const struct cell *cell = find("complex");
    struct complex across = *(const struct complex *)cell->parameters;
    evk_session *session = open_cell(cell);

    (void)state;
    across.orientation += PI / 2;
    assert_true(mean_of_phases(session, &across, across.wavelength) < 1);
    close_cell(session);
}

/* ---- curvature and corner: where the parts are matters ---- */

/* b is a, turned half round about a pixel; grey where a has none. */
static void turn(const struct picture *a, double row, double column, struct picture *b)
{
    for (int i = 0; i < PIXELS; i++)
        for (int j = 0; j < PIXELS; j++) {
            const int y = (int)(2 * row) - i, x = (int)(2 * column) - j;
            const bool inside = y >= 0 && y < PIXELS && x >= 0 && x < PIXELS;

            for (int k = 0; k < 3; k++)
                b->at[i][j][k] = inside ? a->at[y][x][k] : 128;
        }
}

static void check_turned(const char *name, double row, double column)
{
    const struct cell *cell = find(name);
    evk_session *session = open_cell(cell);
    double paper, turned;

    assert_ok(cell_optimum(cell, &model, 0, &image, &paper, err));
    turn(&image, row, column, &other);
    turned = predict(session, &other);
    printf("%s: %.2f, turned about its middle %.2f\n", name, paper, turned);
    assert_true(turned < 0.2 * paper);
    close_cell(session);
}

static void test_shapes(void **state)
{
    const struct curvature *arc = find("curvature")->parameters;
    const struct corner *tip = find("corner")->parameters;

    (void)state;
    check_turned("curvature", arc->row, arc->column);
    check_turned("corner", tip->row, tip->column);
}

static int make_folder(void **state)
{
    (void)state;
    folder = scratch_folder("cells");
    return 0;
}

static int free_folder(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_responses),         cmocka_unit_test(test_maxima),
        cmocka_unit_test(test_gradients),         cmocka_unit_test(test_uniform),
        cmocka_unit_test(test_opponents_grey),    cmocka_unit_test(test_phases),
        cmocka_unit_test(test_phases_at_a_point), cmocka_unit_test(test_phases_of_gabor),
        cmocka_unit_test(test_orientation),       cmocka_unit_test(test_shapes),
    };

    return cmocka_run_group_tests(tests, make_folder, free_folder);
}
