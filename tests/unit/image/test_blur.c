/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_blur.c - Gaussian blur against a plain convolution in double */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "image/blur.h"

static const char *wanted; /* $EVOKE_ISA */

static double *weights_of(double sigma, int *radius)
{
    double *w, sum = 0;

    *radius = (int)(4 * sigma + 0.5);
    w = malloc((size_t)(*radius + 1) * sizeof(*w));
    for (int d = 0; d <= *radius; d++)
        w[d] = d ? exp(-0.5 * d * d / (sigma * sigma)) : 1;
    for (int d = -*radius; d <= *radius; d++)
        sum += w[abs(d)];
    for (int d = 0; d <= *radius; d++)
        w[d] /= sum;
    return w;
}

/*
 * Returns where a walk by `by` pixels from `from` ends, one pixel at a time; a step off either end
 * stays on the last pixel and turns around.
 */
static int64_t walk(int64_t from, int64_t by, int64_t n)
{
    int64_t way = by < 0 ? -1 : 1;

    for (int64_t k = by * way; k > 0; k--) {
        if (from + way < 0 || from + way >= n)
            way = -way;
        else
            from += way;
    }
    return from;
}

/* Returns the blurred value at (y, x, k) of an image (h, w, c), or that of its magnitudes. */
static double naive(const double *weights, int radius, const int64_t *size, const float *image,
                    int64_t y, int64_t x, int64_t k, double *magnitude)
{
    double sum = 0;

    *magnitude = 0;
    for (int dy = -radius; dy <= radius; dy++)
        for (int dx = -radius; dx <= radius; dx++) {
            const int64_t i = walk(y, dy, size[0]), j = walk(x, dx, size[1]);
            const double u = weights[abs(dy)] * weights[abs(dx)];
            const double v = (double)image[(i * size[1] + j) * size[2] + k];

            sum += u * v;
            *magnitude += u * fabs(v);
        }
    return sum;
}

struct blurred {
    int64_t n;
    float *x, *y, *scratch; /* before, after */
};

static struct blurred blur(double sigma, const int64_t *size)
{
    const int64_t n = size[0] * size[1] * size[2];
    struct blurred r = {n, guarded_floats(n), guarded_floats(n), guarded_floats(n)};
    uint64_t state = 17;
    struct evk_blur b;

    for (int64_t i = 0; i < n; i++)
        r.x[i] = 200.0f * random_float(&state);
    memcpy(r.y, r.x, (size_t)n * sizeof(float));
    assert_ok(evk_blur_init(&b, sigma, err));
    evk_blur_apply(&b, evk_kernels_best(&wanted), size[0], size[1], size[2], r.y, r.scratch);
    evk_blur_release(&b);
    return r;
}

static void blurred_release(struct blurred *r)
{
    guarded_free(r->x, r->n);
    guarded_free(r->y, r->n);
    guarded_free(r->scratch, r->n);
}

/*
 * Each pass rounds a weight, a sum of two values, a product, and radius + 1 sums: a term is rounded
 * at most radius + 4 times in a pass, and twice as often in both.
 */
static void check_definition(double sigma, const int64_t *size)
{
    struct blurred r = blur(sigma, size);
    int radius;
    double *w = weights_of(sigma, &radius);

    for (int64_t i = 0; i < r.n; i++) {
        const int64_t y = i / (size[1] * size[2]), x = i / size[2] % size[1];
        double magnitude, exact = naive(w, radius, size, r.x, y, x, i % size[2], &magnitude);

        if (fabs((double)r.y[i] - exact) > sum_bound(2 * (radius + 4), magnitude))
            fail_msg("%.9g at (%d, %d, %d), sigma %g, expected %.9g", (double)r.y[i], (int)y,
                     (int)x, (int)(i % size[2]), sigma, exact);
    }
    free(w);
    blurred_release(&r);
}

static void test_definition(void **state)
{
    static const int64_t sizes[][3] = {{1, 1, 1},   {1, 1, 3},   {2, 3, 3},  {3, 2, 1},
                                       {1, 40, 1},  {40, 1, 3},  {9, 8, 3},  {8, 9, 1},
                                       {17, 18, 3}, {20, 40, 1}, {33, 7, 3}, {30, 31, 3}};
    static const double sigmas[] = {0.05, 0.124, 0.2, 0.5, 1, 1.3, 2, 3.9};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (size_t k = 0; k < sizeof(sigmas) / sizeof(sigmas[0]); k++)
            check_definition(sigmas[k], sizes[i]);
}

static void test_identity(void **state)
{
    static const int64_t size[] = {5, 6, 3};
    static const double sigmas[] = {0, 1e-300, 0.1249};

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct blurred r = blur(sigmas[i], size);

        assert_memory_equal(r.y, r.x, sizeof(float) * 90);
        blurred_release(&r);
    }
}

static void test_weights(void **state)
{
    static const double sigmas[] = {0, 0.3, 1, 2, 10, 1000};

    (void)state;
    for (size_t k = 0; k < sizeof(sigmas) / sizeof(sigmas[0]); k++) {
        struct evk_blur b;
        int radius;
        double *w = weights_of(sigmas[k], &radius);

        assert_ok(evk_blur_init(&b, sigmas[k], err));
        assert_int_equal(b.radius, radius);
        for (int d = 0; d <= radius; d++) /* weights are rounded to float once */
            assert_true(fabs((double)b.weights[d] - w[d]) <= w[d] * 0x1.0001p-24);
        evk_blur_release(&b);
        free(w);
    }
}

/*
 * A blur may be set to any sigma up to the one that it was made with, or just beyond, in any order;
 * it then equals a new blur of that sigma.
 */
static void test_set(void **state)
{
    static const double sigmas[] = {0, 2.6249999, 2.625, 0.124, 0.125, 1, 2.4, 2.6250001, 0.3};
    struct evk_blur b;

    (void)state;
    assert_ok(evk_blur_init(&b, 2.6249999, err)); /* the largest sigma whose radius is 10 */
    for (size_t k = 0; k < sizeof(sigmas) / sizeof(sigmas[0]); k++) {
        struct evk_blur want;

        assert_ok(evk_blur_init(&want, sigmas[k], err));
        evk_blur_set(&b, sigmas[k]);
        assert_int_equal(b.radius, want.radius);
        assert_memory_equal(b.weights, want.weights, (size_t)(b.radius + 1) * sizeof(float));
        evk_blur_release(&want);
    }
    evk_blur_release(&b);
}

/* With mirrored edges, the sum of all values stays: each pixel's weights add up to 1. */
static void test_sum(void **state)
{
    static const int64_t sizes[][3] = {{112, 112, 3}, {10, 11, 1}, {2, 3, 3}};

    (void)state;
    for (int k = 0; k < 3; k++) {
        struct blurred r = blur(2, sizes[k]);
        double before = 0, after = 0, magnitude = 0;

        for (int64_t i = 0; i < r.n; i++) {
            before += (double)r.x[i];
            after += (double)r.y[i];
            magnitude += fabs((double)r.x[i]);
        }
        assert_true(fabs(after - before) <= sum_bound(2 * (8 + 4), magnitude));
        blurred_release(&r);
    }
}

/* The blur of a mirrored image is the mirrored blur, to the last bit. */
static void test_symmetry(void **state)
{
    enum { H = 23, W = 37, C = 3, N = H * W * C };
    float x[N], y[N], scratch[N];
    uint64_t seed = 1;
    struct evk_blur b;

    (void)state;
    for (int i = 0; i < N; i++)
        x[i] = random_float(&seed);
    for (int i = 0; i < N; i++) {
        const int row = i / (W * C), column = i / C % W;

        y[i] = x[((H - 1 - row) * W + (W - 1 - column)) * C + i % C];
    }
    assert_ok(evk_blur_init(&b, 1.5, err));
    evk_blur_apply(&b, evk_kernels_best(&wanted), H, W, C, x, scratch);
    evk_blur_apply(&b, evk_kernels_best(&wanted), H, W, C, y, scratch);
    for (int i = 0; i < N; i++) {
        const int row = i / (W * C), column = i / C % W;

        assert_true(y[i] == x[((H - 1 - row) * W + (W - 1 - column)) * C + i % C]);
    }
    evk_blur_release(&b);
}

static void test_refused(void **state)
{
    struct evk_blur b = {.radius = 7};

    (void)state;
    assert_fails(EVK_EINVAL, "blur of -0.5 pixels, expected 0 to 1000",
                 evk_blur_init(&b, -0.5, err));
    assert_fails(EVK_EINVAL, "blur of 1001 pixels", evk_blur_init(&b, 1001, err));
    assert_fails(EVK_EINVAL, "expected 0 to 1000", evk_blur_init(&b, (double)NAN, err));
    assert_int_equal(b.radius, 7);
}

/* Threads that share a blur compute the bits of one thread. */
static void test_share(void **state)
{
    const struct evk_kernels *k = evk_kernels_best(&wanted);
    uint64_t seed = 5;

    (void)state;
    for (int threads = 2; threads <= 7; threads++)
        for (int64_t h = 1; h < 40; h += 1 + h / 3) {
            const int64_t w = (int64_t)(h * 7 % 30) + 1, c = threads % 4 + 1, n = h * w * c;
            const size_t bytes = (size_t)n * sizeof(float);
            float *one = malloc(bytes), *many = malloc(bytes), *scratch = malloc(bytes);
            struct evk_team *team;
            struct evk_blur b;

            assert_ok(evk_blur_init(&b, (double)(h % 12 + 1) / 4, err));
            assert_ok(evk_team_new(&team, threads, err));
            for (int64_t i = 0; i < n; i++)
                one[i] = many[i] = random_float(&seed);
            evk_blur_apply(&b, k, h, w, c, one, scratch);
            evk_blur_share(&b, k, team, h, w, c, many, scratch);
            assert_memory_equal(one, many, bytes);
            evk_team_free(team);
            evk_blur_release(&b);
            free(scratch);
            free(many);
            free(one);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition), cmocka_unit_test(test_identity),
        cmocka_unit_test(test_weights),    cmocka_unit_test(test_sum),
        cmocka_unit_test(test_symmetry),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_share),      cmocka_unit_test(test_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
