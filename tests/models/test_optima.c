/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_optima.c - optima of linear cells against closed forms; those of an ensemble differ */
#include "../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "find.h"

enum { VALUES = PIXELS * PIXELS * 3, REACH = 8, TAPS = 2 * REACH + 1 };

static const double BASELINE = 0.25;

static struct compact model, other_model;
static struct picture image, other_image;

/* ---- the closed forms of models/README.md ---- */

/* b * b (stretched by 2), and once more * b for coarse sensors; centred on REACH. */
static void make_kernel(double k[TAPS], bool coarse)
{
    static const double b[] = {1.0 / 16, 4.0 / 16, 6.0 / 16, 4.0 / 16, 1.0 / 16};

    memset(k, 0, TAPS * sizeof(*k));
    for (int i = -2; i <= 2; i++)
        for (int j = -2; j <= 2; j++)
            for (int n = coarse ? -2 : 0; n <= (coarse ? 2 : 0); n++)
                k[REACH + i + 2 * j + n] += b[i + 2] * b[j + 2] * (coarse ? b[n + 2] : 1);
}

/* A(row, column) = sum of w(i, j) k(row - 4 i - 3) k(column - 4 j - 3), for one channel. */
static double pixel_weight(int row, int column, int channel, const double k[TAPS])
{
    double sum = 0;

    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++) {
            const int y = row - SPACING * i - FIRST, x = column - SPACING * j - FIRST;

            if (abs(y) <= REACH && abs(x) <= REACH)
                sum += model.weight[i][j][channel] * k[REACH + y] * k[REACH + x];
        }
    return sum;
}

/* The optimum by formula is image, where the weight is not within rounding of 0. */
static void check_value(int row, int column, int rgb, double weight)
{
    if (fabs(weight) > 1e-9)
        assert_true(image.at[row][column][rgb] == (weight > 0 ? 255 : 0));
}

/* Gabors: 0.25 + 255 sum of max(A, 0), black and white where A is negative and positive. */
static void test_gabor(void **state)
{
    double k[TAPS], paper, sum = BASELINE;

    (void)state;
    make_kernel(k, false);
    describe(find("gabor"), &model);
    assert_ok(cell_optimum(find("gabor"), &model, 0, &image, &paper, err));
    for (int row = 0; row < PIXELS; row++)
        for (int column = 0; column < PIXELS; column++) {
            const double a = pixel_weight(row, column, 0, k);

            sum += a > 0 ? 255 * a : 0;
            for (int rgb = 0; rgb < 3; rgb++)
                check_value(row, column, rgb, a);
        }
    assert_true(fabs(sum - paper) < 1e-9);
}

/* The dot: 0.25 + sum of |A|, A in units of contrast. */
static void test_dot(void **state)
{
    double k[TAPS], paper, sum = BASELINE;

    (void)state;
    make_kernel(k, false);
    describe(find("dot"), &model);
    assert_ok(cell_optimum(find("dot"), &model, 0, &image, &paper, err));
    for (int row = 0; row < PIXELS; row++)
        for (int column = 0; column < PIXELS; column++) {
            const double on = pixel_weight(row, column, 0, k) * (255 - GREY_MEAN);
            const double off = pixel_weight(row, column, 1, k) * GREY_MEAN;

            assert_true(fabs(on + off) < 1e-12);
            sum += fabs(on);
            for (int rgb = 0; rgb < 3; rgb++)
                check_value(row, column, rgb, on);
        }
    assert_true(fabs(sum - paper) < 1e-9);
}

/* Opponent cells: 0.25 + 255 sum of max(A_R, 0) + max(A_G, 0) + max(A_B, 0). */
static void opponent(const char *name)
{
    const struct opponent *p = find(name)->parameters;
    double k[TAPS], paper, sum = BASELINE;

    make_kernel(k, true);
    describe(find(name), &model);
    assert_ok(cell_optimum(find(name), &model, 0, &image, &paper, err));
    for (int row = 0; row < PIXELS; row++)
        for (int column = 0; column < PIXELS; column++) {
            const double centre = pixel_weight(row, column, 0, k);
            const double surround = pixel_weight(row, column, 1, k);

            for (int rgb = 0; rgb < 3; rgb++) {
                const double a = centre * p->centre[rgb] + surround * p->surround[rgb];

                sum += a > 0 ? 255 * a : 0;
                check_value(row, column, rgb, a);
            }
        }
    assert_true(fabs(sum - paper) < 1e-9);
}

static void test_opponents(void **state)
{
    (void)state;
    opponent("red_green");
    opponent("blue_yellow");
}

/* ---- the ensemble ---- */

static double correlation(const struct picture *a, const struct picture *b)
{
    const double *x = &a->at[0][0][0], *y = &b->at[0][0][0];
    double sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;

    for (int i = 0; i < VALUES; i++) {
        sx += x[i];
        sy += y[i];
        xx += x[i] * x[i];
        yy += y[i] * y[i];
        xy += x[i] * y[i];
    }
    return (xy - sx * sy / VALUES) / sqrt((xx - sx * sx / VALUES) * (yy - sy * sy / VALUES));
}

/* Their optima differ, resemble each other, and drive each other well but less than the own. */
static void test_members(void **state)
{
    static const char *const names[] = {"gabor_member0", "gabor_member1", "gabor_member2",
                                        "gabor_member3", "gabor_member4"};
    double least = 1, most = -1;

    (void)state;
    for (int i = 0; i < 5; i++) {
        const struct cell *mine = find(names[i]);
        double own, foreign, paper;

        describe(mine, &model);
        assert_ok(cell_optimum(mine, &model, 0, &image, &own, err));
        for (int j = 0; j < 5; j++) {
            if (i == j)
                continue;
            describe(find(names[j]), &other_model);
            assert_ok(cell_optimum(find(names[j]), &other_model, 0, &other_image, &paper, err));
            assert_ok(paper_response(&model, &other_image, &foreign, NULL, err));
            assert_true(foreign > 0.5 * own && foreign < 0.99 * own);
            least = fmin(least, correlation(&image, &other_image));
            most = fmax(most, correlation(&image, &other_image));
        }
    }
    printf("members: optima correlate %.3f to %.3f\n", least, most);
    assert_true(least > 0.4 && most < 0.9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gabor),
        cmocka_unit_test(test_dot),
        cmocka_unit_test(test_opponents),
        cmocka_unit_test(test_members),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
