/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mask.c - grounds of windows and soft edges, by their formulas in long double */
#include <math.h>
#include <string.h>

#include "../../../harness/test.h"
#include "session/screen/mask.h"

static struct evk_pixels noise(int64_t h, int64_t w, int64_t c, uint64_t seed)
{
    struct evk_pixels p;

    assert_ok(evk_pixels_new(&p, h, w, c, err));
    for (int64_t i = 0; i < h * w * c; i++)
        p.data[i] = (unsigned char)(127.5f + 150 * random_float(&seed) < 0     ? 0
                                    : 127.5f + 150 * random_float(&seed) > 255 ? 255
                                                                               : i % 256);
    return p;
}

static long double rounded(long double v)
{
    v = floorl(v + 0.5L);
    return v < 0 ? 0 : v > 255 ? 255 : v;
}

static void ground(void **state)
{
    static const unsigned char grounds[][3] = {{128, 128, 128}, {0, 255, 127}, {10, 20, 30}};
    static const unsigned char backgrounds[][3] = {{128, 128, 128}, {255, 0, 126}, {0, 0, 0}};

    (void)state;
    for (int k = 0; k < 9; k++) {
        const unsigned char *g = grounds[k / 3], *b = backgrounds[k % 3];
        struct evk_pixels p = noise(64, 48, 3, 4), before = noise(64, 48, 3, 4);
        struct evk_pixels weight = noise(64, 48, 1, 5);

        evk_mask_ground(&p, &weight, g, b);
        for (int64_t i = 0; i < 64 * 48; i++)
            for (int c = 0; c < 3; c++) {
                const long double m = weight.data[i] / 255.0L;
                const long double want = before.data[3 * i + c] + (1 - m) * (b[c] - g[c]);

                if (weight.data[i] == 0)
                    assert_int_equal(p.data[3 * i + c], b[c]);
                else if (fabsl(want - floorl(want) - 0.5L) > 1e-9L)
                    assert_true(p.data[3 * i + c] == rounded(want));
            }
        evk_pixels_release(&p);
        evk_pixels_release(&before);
        evk_pixels_release(&weight);
    }
}

static void half_up(void **state)
{
    struct evk_pixels p, weight;

    (void)state;
    assert_ok(evk_pixels_new(&p, 1, 1, 3, err));
    assert_ok(evk_pixels_new(&weight, 1, 1, 1, err));
    memset(p.data, 100, 3);
    weight.data[0] =
        170; /* a third is hidden: steps of 1/3 have no halves; of 1/2 there are none */
    evk_mask_ground(&p, &weight, (const unsigned char[]){30, 30, 30},
                    (const unsigned char[]){31, 32, 28});
    assert_memory_equal(p.data, ((unsigned char[]){100, 101, 99}), 3);
    evk_pixels_release(&p);
    evk_pixels_release(&weight);
}

static void check_edge(int64_t h, int64_t w, double edge)
{
    static const unsigned char b[3] = {128, 0, 255};
    struct evk_pixels p = noise(h, w, 3, 7), before = noise(h, w, 3, 7);
    const long double radius = (long double)(h < w ? h : w) / 2;

    evk_mask_edge(&p, edge, b);
    for (int64_t i = 0; i < h * w; i++) {
        const long double y = (long double)(i / w) + 0.5L - (long double)h / 2;
        const long double x = (long double)(i % w) + 0.5L - (long double)w / 2;
        const long double r = sqrtl(x * x + y * y);
        const long double m =
            r >= radius ? 0
            : r <= radius - (long double)edge
                ? 1
                : (1 + cosl(acosl(-1) * (r - radius + (long double)edge) / (long double)edge)) / 2;

        for (int c = 0; c < 3; c++) {
            const long double want = b[c] + m * (before.data[3 * i + c] - b[c]);

            if (m == 0)
                assert_int_equal(p.data[3 * i + c], b[c]);
            else if (m == 1)
                assert_int_equal(p.data[3 * i + c], before.data[3 * i + c]);
            else if (fabsl(want - floorl(want) - 0.5L) > 1e-9L)
                assert_true(p.data[3 * i + c] == rounded(want));
        }
    }
    evk_pixels_release(&p);
    evk_pixels_release(&before);
}

static void edge(void **state)
{
    (void)state;
    check_edge(100, 100, 10);
    check_edge(101, 101, 0.5);
    check_edge(101, 64, 32);   /* all of the radius */
    check_edge(63, 200, 31.5); /* of an odd side, with a pixel at the centre */
    check_edge(1, 1, 0.5);
    check_edge(2, 5, 0.3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ground),
        cmocka_unit_test(half_up),
        cmocka_unit_test(edge),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
