/* SPDX-License-Identifier: GPL-3.0-or-later */
/* start.h - the noise from which an ascent starts */
#ifndef EVK_SYNTH_START_H
#define EVK_SYNTH_START_H

#include "base/hash.h"
#include "base/rng.h"
#include "evoke/synth.h"

/* Which noise: all that it depends on beside the recipe. */
struct evk_start {
    const unsigned char *digest; /* (EVK_SHA256_BYTES) of the model file */
    int64_t output, start, attempt;
};

/* The key of random numbers for a purpose (a text), of the recipe's seed and of which alone. */
evk_status evk_start_key(const evk_recipe *recipe, const struct evk_start *which,
                         const char *purpose, struct evk_rng_key *out, evk_error *err);

/*
 * Uniform noise in [128, 128 + start_contrast), (h, w, c) display values; with
 * grayscale one number a pixel.  A function of the recipe's seed and of which
 * alone.
 */
evk_status evk_start_noise(const evk_recipe *recipe, const struct evk_start *which, int64_t pixels,
                           int64_t channels, float *image, evk_error *err);

#endif /* EVK_SYNTH_START_H */
