/* SPDX-License-Identifier: GPL-3.0-or-later */
/* warped.c - what the priors rotate and scale share */
#include "synth/priors/transforms/warped.h"

evk_status evk_warped_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct evk_warped *p = self;

    return evk_warp_init(&p->warp, f->k, f->h, f->w, f->c, err);
}

void evk_warped_release(void *self)
{
    struct evk_warped *p = self;

    evk_warp_release(&p->warp);
}

void evk_warped_transform(const void *self, const struct evk_frame *f, const float *x, float *y)
{
    const struct evk_warped *p = self;

    (void)f;
    evk_warp_apply(&p->warp, x, y);
}

void evk_warped_adjoint(const void *self, const struct evk_frame *f, const float *gy, float *gx)
{
    const struct evk_warped *p = self;

    (void)f;
    evk_warp_adjoint(&p->warp, gy, gx);
}
