/* SPDX-License-Identifier: GPL-3.0-or-later */
/* start.h - the noise from which an ascent starts, and the keys of its random numbers */
#ifndef EVK_SYNTH_START_H
#define EVK_SYNTH_START_H

#include "base/hash.h"
#include "base/rng.h"
#include "evoke/synth.h"
#include "kernel/kernel.h"
#include "nn/layer.h"

/* What random numbers depend on besides the recipe. */
struct evk_start {
    const unsigned char *digest; /* (EVK_SHA256_BYTES) of the model file, borrowed */
    int64_t output, start;       /* index of the neuron, and number of the start */
    int64_t attempt;             /* 0; one more for each start whose gradient was zero */
};

/*
 * *out = the key of random numbers for a purpose (a text of fewer than 32 bytes): a function of the
 * purpose, the recipe's seed and *which alone.
 */
evk_status evk_start_key(const evk_recipe *recipe, const struct evk_start *which,
                         const char *purpose, struct evk_rng_key *out, evk_error *err);

/*
 * image (shape) = uniform noise, display values: start_contrast levels wide about start_mean
 * (natural_mean where that is NAN).  With grayscale all channels of a pixel have one random number.
 * Where start_slope is not 0, the noise is filtered: the amplitude at frequency f becomes
 * proportional to f^-start_slope, and the RMS about that mean stays as it was.  The noise is a
 * function of the recipe's seed, mean, contrast and slope and of *which alone.
 */
evk_status evk_start_noise(const evk_recipe *recipe, const struct evk_start *which,
                           const struct evk_kernels *k, const struct evk_shape *shape, float *image,
                           evk_error *err);

#endif /* EVK_SYNTH_START_H */
