/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blurred.h - what priors share that blur the gradient or the image */
#ifndef EVK_SYNTH_BLURRED_H
#define EVK_SYNTH_BLURRED_H

#include "image/blur.h"
#include "synth/prior.h"

struct evk_blurred {
    double sigma;  /* pixels */
    int64_t every; /* steps; where the prior has it */
    int64_t late;  /* 1: as published; where the prior has it */
    struct evk_blur blur;
    float *scratch; /* (h, w, c) */
};

/* Hooks of a prior whose struct is an evk_blurred. */
evk_status evk_blurred_prepare(void *self, const struct evk_frame *f, evk_error *err);
void evk_blurred_release(void *self);
void evk_blurred_retune(void *self, const struct evk_frame *f);

#endif /* EVK_SYNTH_BLURRED_H */
