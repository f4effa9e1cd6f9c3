/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blurred.c - what the priors gradient-blur and image-blur share */
#include "synth/blurred.h"

#include <stdlib.h>

#include "base/mem.h"

void evk_blurred_release(void *self)
{
    struct evk_blurred *p = self;

    evk_blur_release(&p->blur);
    free(p->scratch);
}

evk_status evk_blurred_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct evk_blurred *p = self;

    EVK_TRY(evk_blur_init(&p->blur, p->sigma, err));
    return evk_alloc_floats(&p->scratch, f->h * f->w * f->c, "a blur", err);
}

void evk_blurred_retune(void *self, const struct evk_frame *f)
{
    struct evk_blurred *p = self;

    (void)f;
    evk_blur_set(&p->blur, p->sigma);
}
