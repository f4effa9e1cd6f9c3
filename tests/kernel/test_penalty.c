/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_penalty.c - penalties: sums over an image and their gradients, with the same bits everywhere
 */
#include "../harness/test.h"

#include <math.h>

#include "../harness/kernels.h"

static uint64_t seed = 1;

enum { SIZES = 67 }; /* every tail of every vector, several vectors long */

/* Compared with the definition in double, then with the bits of the other instruction sets. */
static void test_variation(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        float *x = fenced_random(&seed, n), *right = fenced_random(&seed, n);
        float *down = fenced_random(&seed, n), *p = fenced(n, NULL), *q = fenced(n, NULL);
        const float epsilon = 0.01f + 0.1f * (float)(n % 3);
        const double first = evk_kernels_at(0)->variation(n, epsilon, x, right, down, p, q);
        double sum = 0, bound = 0;

        for (int64_t i = 0; i < n; i++) {
            const double dx = (double)right[i] - (double)x[i], dy = (double)down[i] - (double)x[i];
            const double length = sqrt(dx * dx + dy * dy + (double)epsilon * (double)epsilon);

            sum += length - (double)epsilon;
            bound += sum_bound(5, length);
            assert_true(fabs((double)p[i] - dx / length) <= sum_bound(7, 1));
            assert_true(fabs((double)q[i] - dy / length) <= sum_bound(7, 1));
        }
        assert_true(fabs(first - sum) <= bound);
        for (int i = 1; (k = next_kernels(&i));) {
            float *p2 = fenced(n, NULL), *q2 = fenced(n, NULL);

            assert_true(k->variation(n, epsilon, x, right, down, p2, q2) == first);
            assert_same_bits(k, "variation", n, p2, p);
            assert_same_bits(k, "variation", n, q2, q);
            fenced_free(p2, n);
            fenced_free(q2, n);
        }
        fenced_free(x, n);
        fenced_free(right, n);
        fenced_free(down, n);
        fenced_free(p, n);
        fenced_free(q, n);
    }
}

/* The distance d is rounded twice, and each multiplication of d^p once. */
static void test_powers(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        const int64_t p = 1 + n % 9;
        float *x = fenced_random(&seed, n), *y = fenced(n, NULL);
        double first, sum = 0;

        if (n > 3)
            x[3] = 0.25f; /* the centre */
        first = evk_kernels_at(0)->powers(n, p, 0.25f, 0.8f, x, y);
        for (int64_t i = 0; i < n; i++) {
            const double d = ((double)x[i] - 0.25) * (double)0.8f, power = pow(fabs(d), p - 1.0);

            sum += power * fabs(d);
            assert_true(fabs((double)y[i] - (d == 0 ? 0 : copysign(power, d))) <=
                        sum_bound(4 * p, power));
        }
        assert_true(fabs(first - sum) <= sum_bound(4 * p, sum));
        for (int i = 1; (k = next_kernels(&i));) {
            float *y2 = fenced(n, NULL);

            assert_true(k->powers(n, p, 0.25f, 0.8f, x, y2) == first);
            assert_same_bits(k, "powers", n, y2, y);
            fenced_free(y2, n);
        }
        fenced_free(x, n);
        fenced_free(y, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_variation),
        cmocka_unit_test(test_powers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
