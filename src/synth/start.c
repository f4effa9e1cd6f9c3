/* SPDX-License-Identifier: GPL-3.0-or-later */
/* start.c - the noise from which an ascent starts, and the keys of its random numbers */
#include "synth/start.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/cosine.h"
#include "kernel/kernel.h"
#include "synth/settings.h"

enum { BLOCKS = 64 }; /* blocks of random numbers that are drawn at a time */

/* Writes v as eight bytes, little-endian on every machine, and returns the place after them. */
static unsigned char *put(unsigned char *at, int64_t v)
{
    for (int i = 0; i < 8; i++)
        at[i] = (unsigned char)((uint64_t)v >> (8 * i));
    return at + 8;
}

evk_status evk_start_key(const evk_recipe *recipe, const struct evk_start *which,
                         const char *purpose, struct evk_rng_key *out, evk_error *err)
{
    enum { PURPOSE = 32 };
    unsigned char name[PURPOSE + EVK_SHA256_BYTES + 32], hash[EVK_SHA256_BYTES];
    const size_t n = strlen(purpose) + 1;
    unsigned char *at = name + n;

    memcpy(name, purpose, n);
    memcpy(at, which->digest, EVK_SHA256_BYTES);
    at = put(at + EVK_SHA256_BYTES, recipe->seed);
    at = put(at, which->output);
    at = put(at, which->start);
    at = put(at, which->attempt);
    EVK_TRY(evk_sha256(name, (size_t)(at - name), hash, err));
    *out = evk_rng_key(hash);
    return EVK_OK;
}

/* In place: gives noise about the mean a spectrum of amplitude f^-slope; its SD stays the same. */
static evk_status tilt(const struct evk_kernels *k, const struct evk_shape *shape, double mean,
                       double slope, float *image, evk_error *err)
{
    const int64_t n = evk_shape_count(shape);
    struct evk_cosine t = {.k = NULL};
    float *gain = NULL;
    evk_status s = evk_cosine_init(&t, k, shape->h, shape->w, shape->c, err);

    if (!s)
        s = evk_alloc_floats(&gain, shape->h * shape->w, "the noise of a start", err);
    if (!s) {
        evk_cosine_power_law(&t, slope, gain);
        gain[0] = 0; /* the mean is added below */
        for (int64_t i = 0; i < n; i++)
            image[i] -= (float)mean;
        evk_cosine_precondition(&t, gain, image);
        for (int64_t i = 0; i < n; i++)
            image[i] += (float)mean;
    }
    free(gain);
    evk_cosine_release(&t);
    return s;
}

/*
 * values[i] = lowest + contrast times number i of the key, for n values.  Four numbers are a block
 * of the generator (base/rng.h); a kernel computes many blocks at a time.
 */
static void draw(const struct evk_kernels *k, const struct evk_rng_key *key, float lowest,
                 float contrast, int64_t n, float *values)
{
    uint32_t word[4 * BLOCKS];

    for (int64_t first = 0; first < n; first += 4 * BLOCKS) {
        const int64_t m = n - first < 4 * BLOCKS ? n - first : 4 * BLOCKS;

        k->philox(BLOCKS, (uint32_t)(first / 4), key->key, key->high, word);
        for (int64_t i = 0; i < m; i++) {
            const float number = (float)(word[i % 4 * BLOCKS + i / 4] >> 8) * 0x1p-24f;

            values[first + i] = lowest + contrast * number;
        }
    }
}

evk_status evk_start_noise(const evk_recipe *recipe, const struct evk_start *which,
                           const struct evk_kernels *k, const struct evk_shape *shape, float *image,
                           evk_error *err)
{
    const int64_t pixels = shape->h * shape->w, channels = shape->c;
    const double mean = isnan(recipe->start_mean) ? recipe->natural_mean : recipe->start_mean;
    const float contrast = (float)recipe->start_contrast;
    const float lowest = (float)(mean - recipe->start_contrast / 2);
    struct evk_rng_key key;

    EVK_TRY(evk_start_key(recipe, which, "evoke start", &key, err));
    draw(k, &key, lowest, contrast, pixels * channels, image);
    for (int64_t i = 0; i < pixels && recipe->grayscale; i++)
        for (int64_t c = 1; c < channels; c++)
            image[i * channels + c] = image[i * channels];
    return recipe->start_slope != 0 ? tilt(k, shape, mean, recipe->start_slope, image, err)
                                    : EVK_OK;
}
