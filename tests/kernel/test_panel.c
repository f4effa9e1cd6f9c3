/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_panel.c - a block of a product of doubles: fused multiply-adds in the stated order */
#include "../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/kernels.h"

enum { SQUARE = EVK_PANEL * EVK_PANEL };

static void fill(uint64_t *seed, int64_t n, double *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = (double)random_float(seed) + 1e-9 * (double)random_float(seed);
}

static void check(int64_t k, uint64_t *seed)
{
    double *a = calloc((size_t)(k * EVK_PANEL + 1), sizeof(*a));
    double *x = calloc((size_t)(k * EVK_PANEL + 1), sizeof(*x));
    double start[SQUARE], want[SQUARE], y[SQUARE];
    const struct evk_kernels *kernels;

    fill(seed, k * EVK_PANEL, a);
    fill(seed, k * EVK_PANEL, x);
    fill(seed, SQUARE, start);
    for (int e = 0; e < SQUARE; e++) {
        want[e] = start[e];
        for (int64_t q = 0; q < k; q++)
            want[e] =
                fma(a[q * EVK_PANEL + e / EVK_PANEL], x[q * EVK_PANEL + e % EVK_PANEL], want[e]);
    }
    for (int i = 0; (kernels = next_kernels(&i));) {
        memcpy(y, start, sizeof(y));
        kernels->panels(k, a, x, y);
        if (memcmp(y, want, sizeof(y)) != 0)
            fail_msg("%s: panels of %lld rows", kernels->isa, (long long)k);
    }
    free(a);
    free(x);
}

static void test_rows(void **state)
{
    uint64_t seed = 1;

    (void)state;
    check(0, &seed);
    check(1, &seed);
    check(7, &seed);
    check(128, &seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
