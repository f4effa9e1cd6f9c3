/* SPDX-License-Identifier: GPL-3.0-or-later */
/* warped.h - what the priors rotate and scale share: the image under a random linear map */
#ifndef EVK_SYNTH_PRIORS_TRANSFORMS_WARPED_H
#define EVK_SYNTH_PRIORS_TRANSFORMS_WARPED_H

#include "image/warp.h"
#include "synth/prior.h"

struct evk_warped {
    double amount; /* the prior's parameter: degrees, or a part of the size */
    struct evk_warp warp;
};

/*
 * Hooks of evk_prior_type (prior.h) for a prior whose struct is an evk_warped.  The prior's own
 * hook draw sets the map of warp.
 */
evk_status evk_warped_prepare(void *self, const struct evk_frame *f, evk_error *err);
void evk_warped_release(void *self);
void evk_warped_transform(const void *self, const struct evk_frame *f, const float *x, float *y);
void evk_warped_adjoint(const void *self, const struct evk_frame *f, const float *gy, float *gx);

#endif /* EVK_SYNTH_PRIORS_TRANSFORMS_WARPED_H */
