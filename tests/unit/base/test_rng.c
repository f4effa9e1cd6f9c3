/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_rng.c - known answers of Philox4x32-10, and numbers in range */
#include "base/rng.h"

#include <string.h>

#include "../../harness/test.h"

/* From the authors' Random123, kat_vectors. */
static void known_answers(void **state)
{
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    uint32_t out[4];

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        evk_philox(known[i].counter, known[i].key, out);
        assert_memory_equal(out, known[i].out, sizeof(out));
    }
}

static void keys_are_little_endian(void **state)
{
    unsigned char bytes[16];
    struct evk_rng_key k;

    (void)state;
    for (int i = 0; i < 16; i++)
        bytes[i] = (unsigned char)(0xF0 + i);
    k = evk_rng_key(bytes);
    assert_int_equal(k.key[0], 0xF3F2F1F0);
    assert_int_equal(k.key[1], 0xF7F6F5F4);
    assert_int_equal(k.high[0], 0xFBFAF9F8);
    assert_int_equal(k.high[1], 0xFFFEFDFC);
}

/* The first known answer: words 0 to 3 of the sequence of key 0, their top 24 bits. */
static void uniform_is_the_sequence(void **state)
{
    static const uint32_t words[] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    const struct evk_rng_key zero = {{0, 0}, {0, 0}};

    (void)state;
    for (unsigned i = 0; i < 4; i++)
        assert_true(evk_rng_uniform(&zero, i) == (float)(words[i] >> 8) / 16777216.0f);
}

static void block_numbers_have_64_bits(void **state)
{
    const struct evk_rng_key key = {{0xa4093822, 0x299f31d0}, {0x13198a2e, 0x03707344}};
    const uint64_t i = UINT64_C(0x05a308d3243f6a88);
    const uint32_t counter[4] = {0x243f6a88, 0x05a308d3, 0x13198a2e, 0x03707344};
    uint32_t out[4];

    (void)state;
    evk_philox(counter, key.key, out);
    for (unsigned k = 0; k < 4; k++)
        assert_true(evk_rng_uniform(&key, 4 * i + k) == (float)(out[k] >> 8) * 0x1p-24f);
}

/* The mean and the variance are right to within 5 standard errors. */
static void uniform(void **state)
{
    enum { N = 100000 };
    const struct evk_rng_key key = {{1, 2}, {3, 4}};
    double sum = 0, squares = 0;

    (void)state;
    for (uint64_t i = 0; i < N; i++) {
        const float x = evk_rng_uniform(&key, i);

        assert_true(x >= 0 && x < 1);
        sum += (double)x - 0.5;
        squares += ((double)x - 0.5) * ((double)x - 0.5);
    }
    assert_true(sum / N > -5 * 9.13e-4 && sum / N < 5 * 9.13e-4);
    assert_true(squares / N > 1.0 / 12 - 5 * 2.36e-4 && squares / N < 1.0 / 12 + 5 * 2.36e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(keys_are_little_endian),
        cmocka_unit_test(uniform_is_the_sequence),
        cmocka_unit_test(block_numbers_have_64_bits),
        cmocka_unit_test(uniform),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
