/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_winograd.c - the kernels of Winograd's layer give the same bits on every instruction set,
 * and touch nothing outside their arrays; test_windows.c of unit/nn compares the layer with exact
 * sums
 */
#include "../harness/test.h"

#include <stdlib.h>
#include <string.h>

#include "../harness/kernels.h"

enum { POINTS = EVK_WINOGRAD_POINTS, OUTS = EVK_WINOGRAD_OUTPUTS };

static uint64_t seed = 1;

static int64_t points(const struct evk_winograd *g)
{
    return POINTS * g->c * g->tiles_room;
}

/* Random sizes, and weights with zeros in the room that is left. */
static struct evk_winograd sizes(float *weights[4])
{
    struct evk_winograd g = {.c = between(&seed, 1, 4), .o = between(&seed, 1, 70)};
    int64_t lengths[4];

    g.rows = between(&seed, 1, EVK_PAD / g.c);
    g.width = between(&seed, 1, 130);
    g.room = evk_padded(g.o);
    g.tiles = (g.width + OUTS - 1) / OUTS;
    g.tiles_room = evk_padded(g.tiles);
    g.y_step = g.room;
    g.relu = between(&seed, 0, 1);
    lengths[0] = POINTS * g.rows * g.c * g.room;
    lengths[1] = g.rows * POINTS * g.o * EVK_PAD;
    lengths[2] = lengths[3] = g.room;
    for (int i = 0; i < 4; i++)
        weights[i] = fenced_random(&seed, lengths[i]);
    for (int i = 0; i < 4; i++) /* the layer's room has zeros */
        for (int64_t at = 0; at < lengths[i] && i != 1; at++)
            weights[i][at] = at % g.room < g.o ? weights[i][at] : 0;
    g.u = weights[0];
    g.ut = weights[1];
    g.scale = weights[2];
    g.shift = weights[3];
    return g;
}

static void release(const struct evk_winograd *g, float *weights[4])
{
    fenced_free(weights[0], POINTS * g->rows * g->c * g->room);
    fenced_free(weights[1], g->rows * POINTS * g->o * EVK_PAD);
    fenced_free(weights[2], g->room);
    fenced_free(weights[3], g->room);
}

/* The outputs, and the signs as floats, that a table of kernels computes of rows x. */
static float *forward(const struct evk_kernels *k, const struct evk_winograd *g, const float *x)
{
    const int64_t phases = g->c * OUTS * (g->tiles_room + EVK_PAD), groups = g->room / EVK_PAD;
    const int64_t values = g->width * g->y_step, signs = g->width * groups;
    float *y = fenced(values + signs, NULL), *v = fenced(g->rows * points(g), NULL);
    uint16_t *bits = calloc((size_t)signs, sizeof(*bits));
    const float *rows[EVK_PAD];

    for (int64_t r = 0; r < g->rows; r++) {
        k->winograd_input(g, x + r * phases, v + r * points(g));
        rows[r] = v + r * points(g);
    }
    memset(y, 0, (size_t)values * sizeof(*y));
    k->winograd_row(g, rows, y, bits);
    for (int64_t i = 0; i < signs; i++)
        y[values + i] = bits[i];
    free(bits);
    fenced_free(v, g->rows * points(g));
    return y;
}

static void test_forward(void **state)
{
    const struct evk_kernels *first = evk_kernels_at(0), *k;

    (void)state;
    for (int n = 0; n < 100; n++) {
        float *weights[4], *x, *want;
        const struct evk_winograd g = sizes(weights);
        const int64_t inputs = g.rows * g.c * OUTS * (g.tiles_room + EVK_PAD);
        const int64_t count = g.width * (g.y_step + g.room / EVK_PAD);

        x = fenced_random(&seed, inputs);
        want = forward(first, &g, x);
        for (int64_t i = 0; i < g.width; i++) /* signs are those of the values */
            for (int64_t j = 0; j < g.o; j++) {
                const float bits = want[g.width * g.y_step + (i * g.room + j) / EVK_PAD];

                assert_int_equal((int)bits >> j % EVK_PAD & 1, want[i * g.y_step + j] > 0);
            }
        for (int i = 0; (k = next_kernels(&i));) {
            float *y = forward(k, &g, x);

            assert_same_bits(k, "winograd_row", count, y, want);
            fenced_free(y, count);
        }
        fenced_free(x, inputs);
        fenced_free(want, count);
        release(&g, weights);
    }
}

/* The sums after the gradients of two rows of outputs. */
static float *gradient(const struct evk_kernels *k, const struct evk_winograd *g, const float *gy,
                       const uint16_t *signs)
{
    const int64_t columns = OUTS * (g->tiles + 1) * EVK_PAD;
    const int64_t room = POINTS * EVK_WINOGRAD_TILES_MAX * g->room;
    float *sums = fenced(columns, NULL), *work = fenced(room, NULL);

    memset(sums, 0, (size_t)columns * sizeof(*sums));
    k->winograd_gradient_row(g, 0, gy, signs, work, sums);
    k->winograd_gradient_row(g, g->rows - 1, gy, NULL, work, sums);
    fenced_free(work, room);
    return sums;
}

static void test_gradient(void **state)
{
    const struct evk_kernels *first = evk_kernels_at(0), *k;

    (void)state;
    for (int n = 0; n < 100; n++) {
        float *weights[4], *gy, *want, *keep;
        struct evk_winograd g = sizes(weights);
        const int64_t outputs = g.width * g.y_step, columns = OUTS * (g.tiles + 1) * EVK_PAD;
        const size_t groups = (size_t)(g.width * g.room / EVK_PAD);
        uint16_t *signs = calloc(groups, sizeof(*signs));

        gy = fenced_random(&seed, outputs);
        keep = fenced(g.rows * EVK_PAD, NULL);
        for (int64_t i = 0; i < g.rows * EVK_PAD; i++)
            keep[i] = (float)between(&seed, 0, 1);
        for (size_t i = 0; i < groups; i++)
            signs[i] = (uint16_t)between(&seed, 0, UINT16_MAX);
        g.keep = keep;
        want = gradient(first, &g, gy, signs);
        for (int i = 0; (k = next_kernels(&i));) {
            float *sums = gradient(k, &g, gy, signs);

            assert_same_bits(k, "winograd_gradient_row", columns, sums, want);
            fenced_free(sums, columns);
        }
        fenced_free(gy, outputs);
        fenced_free(want, columns);
        fenced_free(keep, g.rows * EVK_PAD);
        free(signs);
        release(&g, weights);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward),
        cmocka_unit_test(test_gradient),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
