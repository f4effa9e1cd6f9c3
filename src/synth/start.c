/* SPDX-License-Identifier: GPL-3.0-or-later */
/* start.c - the noise from which an ascent starts */
#include "synth/start.h"

#include <string.h>

#include "base/rng.h"

/* Eight bytes, little-endian on every machine. */
static unsigned char *put(unsigned char *at, int64_t v)
{
    for (int i = 0; i < 8; i++)
        at[i] = (unsigned char)((uint64_t)v >> (8 * i));
    return at + 8;
}

evk_status evk_start_noise(const evk_recipe *recipe, const struct evk_start *which, int64_t pixels,
                           int64_t channels, float *image, evk_error *err)
{
    static const char purpose[] = "evoke start"; /* other noise will have keys of its own */
    unsigned char name[sizeof(purpose) + EVK_SHA256_BYTES + 32], hash[EVK_SHA256_BYTES];
    unsigned char *at = name + sizeof(purpose);
    const float contrast = (float)recipe->start_contrast;
    struct evk_rng_key key;

    memcpy(name, purpose, sizeof(purpose));
    memcpy(at, which->digest, EVK_SHA256_BYTES);
    at = put(at + EVK_SHA256_BYTES, recipe->seed);
    at = put(at, which->output);
    at = put(at, which->start);
    put(at, which->attempt);
    EVK_TRY(evk_sha256(name, sizeof(name), hash, err));
    key = evk_rng_key(hash);
    for (int64_t i = 0; i < pixels; i++)
        for (int64_t c = 0; c < channels; c++) {
            const int64_t number = i * channels + (recipe->grayscale ? 0 : c);

            image[i * channels + c] = 128 + contrast * evk_rng_uniform(&key, (uint64_t)number);
        }
    return EVK_OK;
}
