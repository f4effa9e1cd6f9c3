/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_philox.c - blocks of random bits are those of the plain generator, on every instruction set
 */
#include "../harness/test.h"

#include "../harness/kernels.h"
#include "base/rng.h"

static void test_blocks(void **state)
{
    static const uint32_t key[2] = {0xdeadbeef, 7}, high[2] = {0x80000001, 0xffffffff};
    static const uint32_t firsts[] = {0, 1, 0x7ffffff0, 0xffffff00};
    const struct evk_kernels *k;

    (void)state;
    for (int i = 0; (k = next_kernels(&i));)
        for (int64_t n = 0; n < 67; n++) {
            const uint32_t first = firsts[n % 4];
            uint32_t *got = (uint32_t *)(void *)guarded_floats(4 * n);

            k->philox(n, first, key, high, got);
            for (int64_t b = 0; b < n; b++) {
                const uint32_t counter[4] = {first + (uint32_t)b, 0, high[0], high[1]};
                uint32_t want[4];

                evk_philox(counter, key, want);
                for (int w = 0; w < 4; w++)
                    assert_int_equal(got[w * n + b], want[w]);
            }
            guarded_free((float *)(void *)got, 4 * n);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_blocks)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
