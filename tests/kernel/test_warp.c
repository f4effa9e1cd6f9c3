/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_warp.c - bilinear interpolation between pixels, and its adjoint: the same bits everywhere */
#include "../harness/test.h"

#include <stdlib.h>
#include <string.h>

#include "../harness/kernels.h"

static uint64_t seed = 1;

enum { SIZES = 67 }; /* every tail of every vector, several vectors long */

static const int64_t images[][2] = {{1, 1}, {1, 7}, {6, 1}, {2, 2}, {5, 9}};

struct points {
    int64_t n;
    int32_t *at;
    float *y, *x;
};

/* The arrays end right before an unmapped page. */
static struct points points_of(const struct evk_kernels *k, int64_t n, const int64_t size[2],
                               const double first[2], const double step[2])
{
    struct points p = {n, (int32_t *)(void *)guarded_floats(n), fenced(n, NULL), fenced(n, NULL)};

    k->warp_points(n, size, first, step, p.at, p.y, p.x);
    return p;
}

static void points_free(struct points *p)
{
    guarded_free((float *)(void *)p->at, p->n);
    fenced_free(p->y, p->n);
    fenced_free(p->x, p->n);
}

/* Choose a line of points across an image, which begins and ends outside it. */
static void some_line(const int64_t size[2], double first[2], double step[2])
{
    for (int i = 0; i < 2; i++) {
        first[i] = (double)size[i] * (0.5 + (double)random_float(&seed));
        step[i] = 0.5 * (double)random_float(&seed);
    }
}

/* Check one coordinate of a point by definition; s is summed in double as the kernel does. */
static void check_point(double s, int64_t pixels, int64_t before, float beyond)
{
    const double inside = s < 0 ? 0 : s > (double)(pixels - 1) ? (double)(pixels - 1) : s;

    assert_in_range(before, 0, pixels > 1 ? pixels - 2 : 0);
    assert_true(beyond == (float)(inside - (double)before));
    assert_true(beyond >= 0 && beyond <= 1);
}

static void test_points(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        const int64_t *size = images[(size_t)n % COUNT(images)];
        double first[2], step[2];
        struct points want;

        some_line(size, first, step);
        want = points_of(evk_kernels_at(0), n, size, first, step);
        for (int64_t i = 0; i < n; i++) {
            check_point(first[0] + (double)i * step[0], size[0], want.at[i] / size[1], want.y[i]);
            check_point(first[1] + (double)i * step[1], size[1], want.at[i] % size[1], want.x[i]);
        }
        for (int i = 1; (k = next_kernels(&i));) {
            struct points got = points_of(k, n, size, first, step);

            assert_memory_equal(got.at, want.at, (size_t)n * sizeof(*got.at));
            assert_same_bits(k, "warp_points", n, got.y, want.y);
            assert_same_bits(k, "warp_points", n, got.x, want.x);
            points_free(&got);
        }
        points_free(&want);
    }
}

/* The four pixels and weights of a point, as warp and warp_gradient both round them. */
static void four_of(const int64_t size[2], int64_t c, const struct points *p, int64_t i,
                    int64_t at[4], float weight[4])
{
    const int64_t down = size[0] > 1 ? size[1] * c : 0, right = size[1] > 1 ? c : 0;

    for (int k = 0; k < 4; k++) {
        at[k] = p->at[i] * c + (k / 2) * down + (k % 2) * right;
        weight[k] = (k / 2 ? p->y[i] : 1 - p->y[i]) * (k % 2 ? p->x[i] : 1 - p->x[i]);
    }
}

/*
 * A value is (w0 x0 + w1 x1) + (w2 x2 + w3 x3); the adjoint adds its products to these four pixels
 * one after another.
 */
static void check_warp(const struct evk_kernels *k, const int64_t size[2], int64_t c,
                       const struct points *p)
{
    const int64_t pixels = size[0] * size[1] * c, n = p->n * c;
    float *in = fenced_random(&seed, pixels), *y = fenced(n, NULL), *want = fenced(n, NULL);
    float *gy = fenced_random(&seed, n), *gx = fenced(pixels, in), *back = fenced(pixels, in);

    for (int64_t i = 0; i < p->n; i++) {
        int64_t at[4];
        float u[4];

        four_of(size, c, p, i, at, u);
        for (int64_t j = 0; j < c; j++) {
            const float upper = u[0] * in[at[0] + j] + u[1] * in[at[1] + j];
            const float lower = u[2] * in[at[2] + j] + u[3] * in[at[3] + j];

            want[i * c + j] = upper + lower;
            for (int m = 0; m < 4; m++)
                back[at[m] + j] += u[m] * gy[i * c + j];
        }
    }
    k->warp(p->n, size, c, p->at, p->y, p->x, in, y);
    k->warp_gradient(p->n, size, c, p->at, p->y, p->x, gy, gx);
    assert_same_bits(k, "warp", n, y, want);
    assert_same_bits(k, "warp_gradient", pixels, gx, back);
    fenced_free(in, pixels);
    fenced_free(gx, pixels);
    fenced_free(back, pixels);
    fenced_free(y, n);
    fenced_free(want, n);
    fenced_free(gy, n);
}

static void test_warp(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int i = 0; (k = next_kernels(&i));)
        for (int64_t n = 0; n < SIZES; n++) {
            const int64_t *size = images[(size_t)n % COUNT(images)];
            double first[2], step[2];
            struct points p;

            some_line(size, first, step);
            p = points_of(k, n, size, first, step);
            check_warp(k, size, 1, &p);
            check_warp(k, size, 3, &p);
            points_free(&p);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_warp),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
