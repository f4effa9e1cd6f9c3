/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_warp.c - bilinear resampling about the centre, and its adjoint, entry by entry */
#include "../../harness/test.h"

#include <math.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "image/warp.h"

static const int64_t sizes[][3] = {{1, 1, 1}, {1, 1, 3}, {1, 9, 3},   {8, 1, 1},  {2, 3, 3},
                                   {7, 5, 1}, {9, 8, 3}, {11, 11, 3}, {13, 17, 1}};

static const double maps[][4] = {
    {1, 0, 0, 1},  {1.07, 0, 0, 1.07},    {0.5, 0, 0, 0.5}, {3, 0, 0, 3}, {0.96, 0.28, -0.28, 0.96},
    {0, 1, -1, 0}, {0.2, -1.1, 0.4, 0.7}, {-1, 0, 0, -1},   {0, 0, 0, 0}};

static const char *wanted; /* $EVOKE_ISA */

struct image {
    int64_t h, w, c, n;
    float *x;
};

static struct image image_of(const int64_t size[3], uint64_t *seed)
{
    struct image m = {size[0], size[1], size[2], size[0] * size[1] * size[2], NULL};

    m.x = fenced_random(seed, m.n);
    for (int64_t i = 0; i < m.n; i++)
        m.x[i] = 127.5f + 127.5f * m.x[i];
    return m;
}

static struct evk_warp warp_of(const int64_t size[3], const double map[4])
{
    struct evk_warp p;

    assert_ok(evk_warp_init(&p, evk_kernels_best(&wanted), size[0], size[1], size[2], err));
    evk_warp_set(&p, map);
    return p;
}

/* Returns a pixel of an image that is continued by its edge pixels. */
static double pixel(const struct image *m, double y, double x, int64_t k)
{
    const double row = fmin(fmax(y, 0), (double)(m->h - 1));
    const double column = fmin(fmax(x, 0), (double)(m->w - 1));

    return (double)m->x[((int64_t)row * m->w + (int64_t)column) * m->c + k];
}

/* Returns the bilinear interpolation: every pixel near the point, weighted by a tent around it. */
static double sample(const struct image *m, double y, double x, int64_t k)
{
    const double i = floor(y), j = floor(x), v = y - i, u = x - j;

    return (1 - v) * ((1 - u) * pixel(m, i, j, k) + u * pixel(m, i, j + 1, k)) +
           v * ((1 - u) * pixel(m, i + 1, j, k) + u * pixel(m, i + 1, j + 1, k));
}

/* The bound: values are up to 255, positions are rounded to 2^-24 pixels, products a few times. */
static void test_definition(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes) * COUNT(maps); s++) {
        const int64_t *size = sizes[s / COUNT(maps)];
        const double *map = maps[s % COUNT(maps)];
        struct image m = image_of(size, &seed);
        struct evk_warp p = warp_of(size, map);
        float *y = fenced(m.n, NULL);

        evk_warp_apply(&p, m.x, y);
        for (int64_t i = 0; i < m.n; i++) {
            const double row = 0.5 * (double)(m.h - 1), column = 0.5 * (double)(m.w - 1);
            const double v = (double)(i / m.c / m.w) - row, u = (double)(i / m.c % m.w) - column;
            const double want = sample(&m, row + map[0] * v + map[1] * u,
                                       column + map[2] * v + map[3] * u, i % m.c);

            assert_true(fabs((double)y[i] - want) <= sum_bound(10, 255));
        }
        fenced_free(m.x, m.n);
        fenced_free(y, m.n);
        evk_warp_release(&p);
    }
}

/* The matrix T, column by column from unit images, and its adjoint's are transposes to the bit. */
static void test_adjoint(void **state)
{
    enum { MOST = 11 * 11 * 3 };
    static float forward[MOST][MOST], backward[MOST][MOST];

    (void)state;
    for (size_t s = 0; s < COUNT(sizes) * COUNT(maps); s++) {
        const int64_t *size = sizes[s / COUNT(maps)], c = size[2], n = size[0] * size[1] * c;
        struct evk_warp p = warp_of(size, maps[s % COUNT(maps)]);
        float *unit = fenced(n, NULL), *y = fenced(n, NULL), *gx = fenced(n, NULL);

        assert_true(n <= MOST);
        memset(unit, 0, (size_t)n * sizeof(*unit));
        for (int64_t i = 0; i < n; i++) {
            unit[i] = 1;
            evk_warp_apply(&p, unit, y);
            evk_warp_adjoint(&p, unit, gx);
            unit[i] = 0;
            for (int64_t j = 0; j < n; j++) {
                forward[j][i] = y[j];
                backward[i][j] = gx[j];
            }
        }
        for (int64_t i = 0; i < n; i++)
            assert_memory_equal(forward[i], backward[i], (size_t)n * sizeof(float));
        fenced_free(unit, n);
        fenced_free(y, n);
        fenced_free(gx, n);
        evk_warp_release(&p);
    }
}

/* Where the map takes pixels to pixels, values are copied without any change. */
static void check_exact(const int64_t size[3], const double map[4],
                        int64_t (*from)(const struct image *m, int64_t y, int64_t x))
{
    uint64_t seed = 2;
    struct image m = image_of(size, &seed);
    struct evk_warp p = warp_of(size, map);
    float *y = fenced(m.n, NULL);

    evk_warp_apply(&p, m.x, y);
    for (int64_t i = 0; i < m.h * m.w; i++)
        assert_memory_equal(y + i * m.c, m.x + from(&m, i / m.w, i % m.w) * m.c,
                            (size_t)m.c * sizeof(*y));
    fenced_free(m.x, m.n);
    fenced_free(y, m.n);
    evk_warp_release(&p);
}

static int64_t itself(const struct image *m, int64_t y, int64_t x)
{
    return y * m->w + x;
}

static int64_t opposite(const struct image *m, int64_t y, int64_t x)
{
    return (m->h - 1 - y) * m->w + m->w - 1 - x;
}

static int64_t quarter(const struct image *m, int64_t y, int64_t x)
{
    return x * m->w + m->w - 1 - y;
}

static void test_exact(void **state)
{
    static const int64_t square[][3] = {{1, 1, 3}, {6, 6, 3}, {11, 11, 1}};

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        check_exact(sizes[s], maps[0], itself);
        check_exact(sizes[s], maps[7], opposite);
    }
    for (size_t s = 0; s < COUNT(square); s++)
        check_exact(square[s], maps[5], quarter);
}

static void test_refused(void **state)
{
    struct evk_warp p;

    (void)state;
    assert_fails(EVK_EINVAL, "100000 x 100000, expected less than 2^31 values",
                 evk_warp_init(&p, evk_kernels_at(0), 100000, 100000, 3, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition),
        cmocka_unit_test(test_adjoint),
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
