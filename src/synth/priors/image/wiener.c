/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wiener.c - a Wiener filter of the image's patches, under a Gaussian model of natural patches
 *
 * Each patch is taken for a natural patch plus white noise, and becomes the expected natural patch:
 * its components are multiplied by variance / (variance + noise^2).  A pixel becomes the mean over
 * all patches that contain it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "synth/patches.h"

struct wiener {
    double noise;
    const char *file;
    int64_t stride;
    struct evk_patches grid;
    float *out; /* (h, w, c) */
};

static const evk_param params[] = {
    {"noise", "SD", "SD of the noise that is removed at every step, display levels", EVK_PARAM_REAL,
     offsetof(struct wiener, noise), 0, 1000},
    {"file", "FILE", "file that 'evoke statistics' wrote; none: built-in statistics of dead leaves",
     EVK_PARAM_TEXT, offsetof(struct wiener, file), 0, 0},
    {"stride", "N", "pixels from a patch to the next", EVK_PARAM_INT,
     offsetof(struct wiener, stride), 1, EVK_PATCH},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct wiener defaults = {.noise = 3, .file = "", .stride = 4};

static void wiener_retune(void *self, const struct evk_frame *f)
{
    struct wiener *p = self;
    const double noise = p->noise * p->noise;
    double kept[EVK_PATCH_COMPONENTS];

    (void)f;
    for (int64_t k = 0; k < p->grid.model.components; k++)
        kept[k] = p->grid.model.variance[k] / (p->grid.model.variance[k] + noise);
    evk_patches_set(&p->grid, kept, p->grid.model.rest / (p->grid.model.rest + noise));
}

static evk_status wiener_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct wiener *p = self;

    EVK_TRY(evk_patches_init(&p->grid, f, p->file, p->stride, err));
    EVK_TRY(evk_alloc_floats(&p->out, f->h * f->w * f->c, "patches", err));
    wiener_retune(p, f);
    return EVK_OK;
}

static void wiener_release(void *self)
{
    struct wiener *p = self;

    evk_patches_release(&p->grid);
    free(p->out);
}

static void wiener_project(void *self, const struct evk_frame *f, float *x)
{
    struct wiener *p = self;

    evk_patches_form(&p->grid, f, x, p->out);
    for (int64_t i = 0; i < f->h * f->w; i++)
        for (int64_t c = 0; c < f->c; c++)
            x[i * f->c + c] =
                (float)p->grid.model.mean[c] + p->out[i * f->c + c] / p->grid.cover[i];
}

extern const struct evk_prior_type evk_prior_wiener;
const struct evk_prior_type evk_prior_wiener = {
    .name = "wiener",
    .summary =
        "remove noise from the image, under a Gaussian model of natural patches of 8x8 pixels",
    .reference = "Wiener 1949",
    .params = params,
    .size = sizeof(struct wiener),
    .defaults = &defaults,
    .prepare = wiener_prepare,
    .release = wiener_release,
    .retune = wiener_retune,
    .project = wiener_project,
};
