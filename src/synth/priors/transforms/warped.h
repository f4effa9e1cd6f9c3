/* SPDX-License-Identifier: GPL-3.0-or-later */
/* warped.h - what priors share that show the network the image along a random linear map */
#ifndef EVK_SYNTH_PRIORS_TRANSFORMS_WARPED_H
#define EVK_SYNTH_PRIORS_TRANSFORMS_WARPED_H

#include "image/warp.h"
#include "synth/prior.h"

struct evk_warped {
    double amount; /* the prior's parameter */
    struct evk_warp warp;
};

/* Hooks of a prior whose struct is an evk_warped; its draw sets the map. */
evk_status evk_warped_prepare(void *self, const struct evk_frame *f, evk_error *err);
void evk_warped_release(void *self);
void evk_warped_transform(const void *self, const struct evk_frame *f, const float *x, float *y);
void evk_warped_adjoint(const void *self, const struct evk_frame *f, const float *gy, float *gx);

#endif /* EVK_SYNTH_PRIORS_TRANSFORMS_WARPED_H */
