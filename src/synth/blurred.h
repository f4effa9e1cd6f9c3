/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blurred.h - what the priors gradient-blur and image-blur share: their struct and three hooks */
#ifndef EVK_SYNTH_BLURRED_H
#define EVK_SYNTH_BLURRED_H

#include "image/blur.h"
#include "synth/prior.h"

struct evk_blurred {
    double sigma;  /* SD of the Gaussian, pixels */
    int64_t every; /* image-blur: steps from one blur to the next */
    int64_t late;  /* image-blur: 1 for a blur one step later, as published */
    struct evk_blur blur;
    float *scratch; /* (h, w, c) owned */
};

/* Hooks of evk_prior_type (prior.h) for a prior whose struct is an evk_blurred. */
evk_status evk_blurred_prepare(void *self, const struct evk_frame *f, evk_error *err);
void evk_blurred_release(void *self);
void evk_blurred_retune(void *self, const struct evk_frame *f);

#endif /* EVK_SYNTH_BLURRED_H */
