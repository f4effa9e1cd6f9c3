/* SPDX-License-Identifier: GPL-3.0-or-later */
/* start.h - the noise from which an ascent starts */
#ifndef EVK_SYNTH_START_H
#define EVK_SYNTH_START_H

#include "base/hash.h"
#include "evoke/synth.h"

/*
 * Uniform noise in [128, 128 + start_contrast), (h, w, c) display values; with
 * grayscale one number a pixel.  A function of the recipe's seed, the model
 * file's SHA-256, output, start and attempt alone.
 */
evk_status evk_start_noise(const evk_recipe *recipe, const unsigned char digest[EVK_SHA256_BYTES],
                           int64_t output, int64_t start, int64_t attempt, int64_t pixels,
                           int64_t channels, float *image, evk_error *err);

#endif /* EVK_SYNTH_START_H */
