/* SPDX-License-Identifier: GPL-3.0-or-later */
/* patches.c - a penalty on patches that are unlikely under a Gaussian model of natural patches */
#include "synth/patches.h"
#include "base/error.h"

struct patches {
    const char *file;
    int64_t stride;
    struct evk_patches grid;
};

static const evk_param params[] = {
    {"file", "FILE", "file that 'evoke statistics' wrote; none: built-in statistics of dead leaves",
     EVK_PARAM_TEXT, offsetof(struct patches, file), 0, 0},
    {"stride", "N", "pixels from a patch to the next", EVK_PARAM_INT,
     offsetof(struct patches, stride), 1, EVK_PATCH},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct patches defaults = {.file = "", .stride = 4};

static evk_status patches_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct patches *p = self;
    double precision[EVK_PATCH_COMPONENTS];

    EVK_TRY(evk_patches_init(&p->grid, f, p->file, p->stride, err));
    for (int64_t k = 0; k < p->grid.model.components; k++)
        precision[k] = 1 / p->grid.model.variance[k];
    evk_patches_set(&p->grid, precision, 1 / p->grid.model.rest);
    return EVK_OK;
}

static void patches_release(void *self)
{
    struct patches *p = self;

    evk_patches_release(&p->grid);
}

/*
 * The penalty is the negative log likelihood per value but for a constant: the mean over patches of
 * d' C^-1 d / 2 over the values of a patch, where C is the covariance of natural patches.
 */
static double patches_penalty(void *self, const struct evk_frame *f, const float *x,
                              float *gradient)
{
    struct patches *p = self;
    const double n = (double)(p->grid.count * p->grid.model.values);
    const double form = evk_patches_form(&p->grid, f, x, gradient);

    f->k->scale(f->h * f->w * f->c, (float)(1 / n), gradient);
    return form / (2 * n);
}

extern const struct evk_prior_type evk_prior_patches;
const struct evk_prior_type evk_prior_patches = {
    .name = "patches",
    .summary =
        "penalise patches of 8x8 pixels that are unlikely under a Gaussian model of natural ones",
    .reference = "Tipping & Bishop 1999",
    .params = params,
    .size = sizeof(struct patches),
    .defaults = &defaults,
    .prepare = patches_prepare,
    .release = patches_release,
    .penalty = patches_penalty,
};
