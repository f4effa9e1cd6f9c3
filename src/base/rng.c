/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rng.c - Philox4x32-10, a counter-based generator */
#include "base/rng.h"

void evk_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];

    for (int round = 0; round < 10; round++) {
        uint64_t p = (uint64_t)0xD2511F53 * c0, q = (uint64_t)0xCD9E8D57 * c2;

        c0 = (uint32_t)(q >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)q;
        c2 = (uint32_t)(p >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p;
        k0 += 0x9E3779B9; /* key steps of the paper: golden ratio, sqrt(3) - 1 */
        k1 += 0xBB67AE85;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/* Returns four bytes as a number, the least significant first, on every machine. */
static uint32_t word(const unsigned char *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

struct evk_rng_key evk_rng_key(const unsigned char bytes[16])
{
    return (struct evk_rng_key){
        .key = {word(bytes), word(bytes + 4)},
        .high = {word(bytes + 8), word(bytes + 12)},
    };
}

float evk_rng_uniform(const struct evk_rng_key *key, uint64_t i)
{
    const uint64_t block = i / 4;
    const uint32_t counter[4] = {(uint32_t)block, (uint32_t)(block >> 32), key->high[0],
                                 key->high[1]};
    uint32_t out[4];

    evk_philox(counter, key->key, out);
    return (float)(out[i % 4] >> 8) * 0x1p-24f;
}
