/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_conv.c - rows of convolutions and their gradients: against double within
 * a bound, adjoint to each other, and the same bits everywhere
 */
#include "../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/conv_trial.h"
#include "../harness/kernels.h"

static const int64_t widths[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                 11, 12, 13, 14, 15, 16, 17, 23, 64, 112};
static const int64_t channels[] = {1, 3, 5, 8, 15, 16, 17, 33, 54, 57, 64, 65, 100};
static const int64_t kernel_rows[] = {1, 3, 5, 7};

/* ---- geometries ------------------------------------------------------------------------- */

/*
 * Returns a geometry of width patches, each of rows rows of taps neighbouring values, that begin
 * step values from one another: they may overlap, or leave values of x that no patch reads.
 */
static struct evk_conv patches(int64_t width, int64_t o, int64_t rows, int64_t taps, int64_t step)
{
    return (struct evk_conv){
        .width = width,
        .step = step,
        .rows = rows,
        .pieces = 1,
        .row_step = (width > 0 ? (width - 1) * step : 0) + taps + between(&conv_seed, 0, 5),
        .taps = taps,
        .taps_room = evk_padded(taps),
        .o = o,
        .room = evk_padded(o),
        .y_step = o + between(&conv_seed, 0, 1) * between(&conv_seed, 0, 17),
        .relu = between(&conv_seed, 0, 1),
    };
}

/*
 * Returns the geometry of a convolution along a row of pixels of c channels, as conv2d.c makes it;
 * a dilated window consists of pieces.
 */
static struct evk_conv window(int64_t c, int64_t columns, int64_t stride, int64_t dilation)
{
    const int64_t width = between(&conv_seed, 0, 12),
                  o = pick(&conv_seed, channels, COUNT(channels));
    const int64_t taps = dilation > 1 ? c : columns * c, span = (columns - 1) * dilation + 1;
    struct evk_conv conv = patches(width, o, 1, taps, stride * c);

    conv.row_step = ((width > 0 ? (width - 1) * stride : 0) + span + between(&conv_seed, 0, 2)) * c;
    if (dilation > 1) {
        conv.pieces = columns;
        conv.piece_step = dilation * c;
    }
    return conv;
}

static void wrong(const struct trial *t, const char *kernel, int64_t i, float got, double want)
{
    const struct evk_conv *c = &t->c;

    fail_msg("%s, width %lld step %lld, %lld rows of %lld pieces of %lld taps, %lld outputs: %.9g "
             "at %lld, expected %.9g",
             kernel, (long long)c->width, (long long)c->step, (long long)c->rows,
             (long long)c->pieces, (long long)c->taps, (long long)c->o, (double)got, (long long)i,
             want);
}

/* ---- forward -------------------------------------------------------------------------------- */

/* A term is rounded with its kernel row's sum, with the sum of rows, and when it is scaled. */
static int64_t roundings(const struct evk_conv *c)
{
    return c->pieces * c->taps + c->rows + 1;
}

static void check_values(const struct trial *t, const float *y)
{
    const struct evk_conv *c = &t->c;

    for (int64_t i = 0; i < t->y_size; i++) {
        const int64_t j = is_value(c, i) ? i % c->y_step : 0;
        const double scale = (double)t->scale[j], shift = (double)t->shift[j];
        const double all = t->sum[i] * scale + shift, want = c->relu ? fmax(all, 0) : all;
        const double size = t->size[i] * fabs(scale) + fabs(shift);

        if (is_value(c, i) ? !(fabs((double)y[i] - want) <= sum_bound(roundings(c), size))
                           : !isnan(y[i]))
            wrong(t, is_value(c, i) ? "conv_row" : "conv_row between outputs", i, y[i], want);
    }
}

/*
 * The kernel can also write a bit for each output, whether it is positive; y must not change by
 * that.
 */
static void check_signs(const struct evk_kernels *k, const struct trial *t, const float *want)
{
    const struct evk_conv *c = &t->c;
    const int64_t floats = (c->width * c->room / EVK_PAD + 1) / 2;
    float *memory = fenced(floats, NULL), *y = fenced(t->y_size, NULL);
    uint16_t *signs = (uint16_t *)(void *)memory;

    k->conv_row(c, t->x, y, signs);
    assert_same_bits(k, "conv_row", t->y_size, y, want);
    for (int64_t i = 0; i < c->width * c->room; i++)
        if (i % c->room < c->o)
            assert_int_equal(signs[i / EVK_PAD] >> i % EVK_PAD & 1,
                             want[i / c->room * c->y_step + i % c->room] > 0);
    fenced_free(memory, floats);
    fenced_free(y, t->y_size);
}

/*
 * With the image in planes, value i of a row being at i / step of plane i % step, bits are the
 * same.
 */
static void check_planes(const struct evk_kernels *k, const struct trial *t, const float *want)
{
    const struct evk_conv *c = &t->c;
    const int64_t plane = (c->row_step + c->step - 1) / c->step, row = c->step * plane;
    int64_t *places = zeros(c->pieces * c->taps, sizeof(*places));
    float *x = fenced(c->rows * row, NULL);
    struct trial planes = *t;

    for (int64_t i = 0; i < t->x_size; i++) {
        const int64_t r = i / c->row_step, in = i % c->row_step;

        if (r <
            c->rows) /* beyond the last row there is only its overlap, which planes do not have */
            x[r * row + in % c->step * plane + in / c->step] = t->x[i];
    }
    for (int64_t q = 0; q < c->pieces * c->taps; q++)
        places[q] = c->at[q] % c->step * plane + c->at[q] / c->step;
    planes.x = x;
    planes.c.step = 1;
    planes.c.row_step = row;
    planes.c.at = places;
    check_signs(k, &planes, want);
    free(places);
    fenced_free(x, c->rows * row);
}

static void check_forward(const struct trial *t)
{
    const struct evk_conv_rows rows = {t->c.width, t->c.step, t->c.y_step, 0};
    struct evk_conv one = t->c;
    float *want = fenced(t->y_size, NULL);
    const struct evk_kernels *k;

    one.width = 1; /* outputs computed one by one have the same bits as in any tile */
    for (int64_t i = 0; i < t->c.width; i++)
        evk_kernels_at(0)->conv_row(&one, t->x + i * t->c.step, want + i * t->c.y_step, NULL);
    check_values(t, want);
    for (int i = 0; (k = next_kernels(&i));) {
        float *y = fenced(t->y_size, NULL);

        k->conv_row(&t->c, t->x, y, NULL);
        assert_same_bits(k, "conv_row", t->y_size, y, want);
        fenced_free(y, t->y_size);
        y = fenced(t->y_size, NULL);
        k->conv_rows(&one, &rows, t->x, y, NULL); /* each output is a row of its own */
        assert_same_bits(k, "conv_rows", t->y_size, y, want);
        check_signs(k, t, want);
        check_planes(k, t, want);
        fenced_free(y, t->y_size);
    }
    fenced_free(want, t->y_size);
}

/* ---- backward ------------------------------------------------------------------------------- */

/* A term is rounded with the sum over outputs, and each time that a patch is added. */
static void check_gradient(const struct trial *t, const float *gx)
{
    for (int64_t i = 0; i < t->x_size; i++) {
        const double before = (double)t->gx[i], want = before + t->gradient[i];
        const double size = fabs(before) + t->gradient_size[i];

        if (!t->covered[i] && !same_bits(gx[i], t->gx[i]))
            wrong(t, "conv_row_gradient wrote between patches", i, gx[i], before);
        if (!(fabs((double)gx[i] - want) <= sum_bound(t->c.o + t->terms[i], size)))
            wrong(t, "conv_row_gradient", i, gx[i], want);
    }
}

static void check_backward(const struct trial *t)
{
    float *want = fenced(t->x_size, t->gx);
    const struct evk_kernels *k;

    evk_kernels_at(0)->conv_row_gradient(&t->c, t->gy, want);
    check_gradient(t, want);
    for (int i = 1; (k = next_kernels(&i));) {
        float *gx = fenced(t->x_size, t->gx);

        k->conv_row_gradient(&t->c, t->gy, gx);
        assert_same_bits(k, "conv_row_gradient", t->x_size, gx, want);
        fenced_free(gx, t->x_size);
    }
    fenced_free(want, t->x_size);
}

/* Where patches do not overlap, the gradient may be written, not added to what gx holds. */
static void check_overwrite(const struct trial *t)
{
    const struct evk_kernels *k;
    struct evk_conv c = t->c;

    c.overwrite = true;
    for (int i = 0; (k = next_kernels(&i));) {
        float *gx = fenced(t->x_size, NULL), *want = fenced(t->x_size, NULL);

        for (int64_t j = 0; j < t->x_size; j++)
            want[j] = t->covered[j] ? 0 : NAN;
        k->conv_row_gradient(&t->c, t->gy, want);
        k->conv_row_gradient(&c, t->gy, gx);
        for (int64_t j = 0; j < t->x_size; j++)
            assert_true(t->covered[j] ? same_bits(gx[j], want[j]) : isnan(gx[j]));
        fenced_free(gx, t->x_size);
        fenced_free(want, t->x_size);
    }
}

static void check(const struct evk_conv *c)
{
    struct trial t = trial_new(c);

    check_forward(&t);
    check_backward(&t);
    if (c->rows == 1 && c->pieces == 1 && c->step >= c->taps)
        check_overwrite(&t);
    trial_release(&t);
}

/* ---- all sizes ------------------------------------------------------------------------------ */

/* Patches that overlap, that touch, and that leave gaps. */
static int64_t some_step(int64_t taps)
{
    return pick(&conv_seed, (const int64_t[]){1, 2, 3, (taps + 2) / 3, taps, taps + 3}, 6);
}

static void test_widths(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(widths); i++)
        for (size_t j = 0; j < COUNT(channels); j++) {
            const int64_t taps = between(&conv_seed, 1, 40), rows = between(&conv_seed, 1, 3);
            const struct evk_conv c = patches(widths[i], channels[j], rows, taps, some_step(taps));

            check(&c);
        }
}

static void test_taps(void **state)
{
    (void)state;
    for (int64_t taps = 1; taps <= 80; taps++)
        for (size_t j = 0; j < COUNT(channels); j++) {
            const struct evk_conv c =
                patches(between(&conv_seed, 0, 17), channels[j],
                        pick(&conv_seed, kernel_rows, COUNT(kernel_rows)), taps, some_step(taps));

            check(&c);
        }
}

/* Channels in, kernel rows, strides and dilations. */
static void each_window(void (*look)(const struct evk_conv *c))
{
    for (size_t i = 0; i < COUNT(channels); i++)
        for (size_t r = 0; r < COUNT(kernel_rows); r++)
            for (int64_t stride = 1; stride <= 3; stride++)
                for (int64_t dilation = 1; dilation <= 3; dilation++) {
                    const int64_t columns = between(&conv_seed, 1, channels[i] < 33 ? 7 : 3);
                    struct evk_conv c = window(channels[i], columns, stride, dilation);

                    c.rows = kernel_rows[r];
                    look(&c);
                }
}

/* Panels of so many weights go by single kernel rows, where no tiles overlap. */
static void test_large(void **state)
{
    static const int64_t sizes[] = {3, 7, 14, 16, 17};

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const struct evk_conv c = patches(sizes[i], between(&conv_seed, 33, 50), 3, 2100, 2100);

        check(&c);
    }
}

static void test_windows(void **state)
{
    (void)state;
    each_window(check);
}

/*
 * Ten pixels or more, whose gradient is computed in tiles of five, with pieces that overlap others.
 */
static void test_wide_windows(void **state)
{
    (void)state;
    for (int64_t width = 5; width <= 35; width++)
        for (int64_t dilation = 1; dilation <= 3; dilation++) {
            struct evk_conv c = window(between(&conv_seed, 1, 9), between(&conv_seed, 1, 5),
                                       between(&conv_seed, 1, 3), dilation);

            c.width = width;
            c.row_step = (width + 12) * 3 * 9;
            c.rows = between(&conv_seed, 1, 3);
            check(&c);
        }
}

/*
 * ---- together ---------------------------------------------------------------------------------
 */

/* Check <conv(x), g> = <x, gradient(g)>, where each side may be off by its bound. */
static void check_adjoint(const struct evk_conv *conv)
{
    struct trial t = trial_new(conv);
    const struct evk_kernels *k;
    int64_t terms = 0;
    double all = 0;

    for (int64_t j = 0; j < t.c.o; j++) {
        t.scale[j] = 1;
        t.shift[j] = 0;
    }
    t.c.relu = false;
    for (int64_t i = 0; i < t.x_size; i++)
        terms = t.terms[i] > terms ? t.terms[i] : terms;
    for (int64_t i = 0; i < t.y_size; i++)
        all += is_value(conv, i) ? fabs((double)t.gy[i]) * t.size[i] : 0;
    for (int n = 0; (k = next_kernels(&n));) {
        float *y = fenced(t.y_size, NULL), *gx = fenced(t.x_size, NULL);
        double there = 0, back = 0;

        memset(gx, 0, (size_t)t.x_size * sizeof(*gx));
        k->conv_row(&t.c, t.x, y, NULL);
        k->conv_row_gradient(&t.c, t.gy, gx);
        for (int64_t i = 0; i < t.y_size; i++)
            there += is_value(conv, i) ? (double)y[i] * (double)t.gy[i] : 0;
        for (int64_t i = 0; i < t.x_size; i++)
            back += t.covered[i] ? (double)t.x[i] * (double)gx[i] : 0;
        /* The sums in double add one rounding. */
        assert_true(fabs(there - back) <=
                    sum_bound(roundings(&t.c) + 1, all) + sum_bound(t.c.o + terms + 1, all));
        fenced_free(y, t.y_size);
        fenced_free(gx, t.x_size);
    }
    trial_release(&t);
}

static void test_adjoint(void **state)
{
    (void)state;
    for (int64_t taps = 1; taps <= 80; taps++) {
        const struct evk_conv c =
            patches(between(&conv_seed, 1, 40), pick(&conv_seed, channels, COUNT(channels)),
                    between(&conv_seed, 1, 7), taps, some_step(taps));

        check_adjoint(&c);
    }
    each_window(check_adjoint);
}

/* With a ReLU, NaN and -0 become +0; without one, both stay. */
static void test_special(void **state)
{
    static const float sums[] = {NAN, -0.0f, INFINITY, -INFINITY, -1e-45f};
    const struct evk_kernels *k;

    (void)state;
    for (int n = 0; (k = next_kernels(&n));)
        for (size_t s = 0; s < COUNT(sums); s++)
            for (int64_t o = 1; o <= 40; o++) {
                struct evk_conv c = patches(2, o, 1, 1, 1);
                struct trial t = trial_new(&c);
                float *y = fenced(t.y_size, NULL);

                t.x[0] = t.x[1] = 0;
                for (int64_t j = 0; j < o; j++) {
                    t.scale[j] = -1; /* -0 + -0 is the only sum that is -0 */
                    t.shift[j] = sums[s];
                }
                k->conv_row(&t.c, t.x, y, NULL);
                for (int64_t i = 0; i < t.y_size; i++)
                    if (!is_value(&c, i))
                        continue;
                    else if (c.relu)
                        assert_true(same_bits(y[i], sums[s] > 0 ? sums[s] : 0));
                    else
                        assert_true(isnan(sums[s]) ? isnan(y[i]) : same_bits(y[i], sums[s]));
                fenced_free(y, t.y_size);
                trial_release(&t);
            }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_widths),       cmocka_unit_test(test_taps),
        cmocka_unit_test(test_windows),      cmocka_unit_test(test_large),
        cmocka_unit_test(test_wide_windows), cmocka_unit_test(test_adjoint),
        cmocka_unit_test(test_special),
    };

    if (argc > 1)
        conv_seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)conv_seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
