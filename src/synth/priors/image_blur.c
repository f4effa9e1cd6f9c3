/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * image_blur.c - the image through a Gaussian every so many steps
 *
 * As published: never after the first step, nor after the last, whose image would be seen by
 * nobody.  The blurred image is no candidate for the result.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "image/blur.h"
#include "synth/prior.h"

struct image_blur {
    double sigma;
    int64_t every;
    struct evk_blur blur;
    float *scratch; /* (h, w, c) */
};

static const evk_param params[] = {
    {"sigma", "S", "SD of the Gaussian, pixels", EVK_PARAM_REAL, offsetof(struct image_blur, sigma),
     0, 1000},
    {"every", "N", "after every so many steps", EVK_PARAM_INT, offsetof(struct image_blur, every),
     1, 1000000},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct image_blur defaults = {.sigma = 1, .every = 1};

static void release(void *self)
{
    struct image_blur *b = self;

    evk_blur_release(&b->blur);
    free(b->scratch);
}

static evk_status prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct image_blur *b = self;
    evk_status s = evk_blur_init(&b->blur, b->sigma, err);

    if (!s)
        s = evk_alloc_floats(&b->scratch, f->h * f->w * f->c, "a blur", err);
    if (s)
        release(b);
    return s;
}

static void retune(void *self, const struct evk_frame *f)
{
    struct image_blur *b = self;

    (void)f;
    evk_blur_set(&b->blur, b->sigma);
}

static bool waypoint(void *self, const struct evk_frame *f, const struct evk_moment *now, float *x)
{
    struct image_blur *b = self;

    if (b->blur.radius == 0 || now->step == 0 || now->step % b->every != 0 ||
        now->step + 1 >= now->steps)
        return false;
    evk_blur_apply(&b->blur, f->k, f->h, f->w, f->c, x, b->scratch);
    return true;
}

extern const struct evk_prior_type evk_prior_image_blur;
const struct evk_prior_type evk_prior_image_blur = {
    .name = "image-blur",
    .summary = "Gaussian blur of the image every so many steps, pixels",
    .reference = "Yosinski 2015, Walker 2019",
    .params = params,
    .size = sizeof(struct image_blur),
    .defaults = &defaults,
    .prepare = prepare,
    .release = release,
    .retune = retune,
    .waypoint = waypoint,
};
