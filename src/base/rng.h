/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rng.h - random numbers as a function of a key and a position
 *
 * The generator is Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC 2011), which
 * has no state: number i of a key is the same in whatever order numbers are asked
 * for, on every thread and machine.
 */
#ifndef EVK_BASE_RNG_H
#define EVK_BASE_RNG_H

#include <stdint.h>

struct evk_rng_key {
    uint32_t key[2];
    uint32_t high[2]; /* upper half of Philox's counter */
};

/* Returns a key from 16 bytes, such as the first half of a SHA-256. */
struct evk_rng_key evk_rng_key(const unsigned char bytes[16]);

/* Returns number i of the key's sequence: uniform in [0, 1), and a multiple of 2^-24. */
float evk_rng_uniform(const struct evk_rng_key *key, uint64_t i);

/*
 * Compute four words that look random, as a function of a counter and a key: the generator itself.
 */
void evk_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

#endif /* EVK_BASE_RNG_H */
