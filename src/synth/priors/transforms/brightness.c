/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * brightness.c - the network sees the image brighter or darker, with more or less contrast
 *
 * y = 128 + factor (x - 128) + offset, with a new random factor and offset at every step.  y may
 * leave the box 0..255, since no display is between image and network.
 */
#include <string.h>

#include "synth/prior.h"

struct brightness {
    double offset, contrast;
    float by, factor; /* the change in this step: y = factor x + by */
};

static const evk_param params[] = {
    {"offset", "O", "largest offset in either direction, display levels", EVK_PARAM_REAL,
     offsetof(struct brightness, offset), 0, 255},
    {"contrast", "C", "contrast is multiplied by 1 - C to 1 + C, about mid-grey, 128",
     EVK_PARAM_REAL, offsetof(struct brightness, contrast), 0, 1},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct brightness defaults = {.offset = 10, .contrast = 0.1, .factor = 1};

/* Returns random number `number` of the key, uniform from -amount to amount. */
static double within(double amount, const struct evk_rng_key *key, uint64_t number)
{
    return amount * (2 * (double)evk_rng_uniform(key, number) - 1);
}

static void brightness_draw(void *self, const struct evk_frame *f, const struct evk_rng_key *key)
{
    struct brightness *b = self;
    const double factor = 1 + within(b->contrast, key, 1);

    (void)f;
    b->factor = (float)factor;
    b->by = (float)(128 * (1 - factor) + within(b->offset, key, 0));
}

static void brightness_transform(const void *self, const struct evk_frame *f, const float *x,
                                 float *y)
{
    const struct brightness *b = self;
    const int64_t n = f->h * f->w * f->c;

    for (int64_t i = 0; i < n; i++)
        y[i] = b->by;
    f->k->axpy(n, b->factor, x, y);
}

static void brightness_adjoint(const void *self, const struct evk_frame *f, const float *gy,
                               float *gx)
{
    const struct brightness *b = self;
    const int64_t n = f->h * f->w * f->c;

    memcpy(gx, gy, (size_t)n * sizeof(*gx));
    f->k->scale(n, b->factor, gx);
}

extern const struct evk_prior_type evk_prior_brightness;
const struct evk_prior_type evk_prior_brightness = {
    .name = "brightness",
    .summary = "change brightness and contrast of the image that the network sees, at random",
    .reference = "",
    .params = params,
    .size = sizeof(struct brightness),
    .defaults = &defaults,
    .draw = brightness_draw,
    .transform = brightness_transform,
    .adjoint = brightness_adjoint,
};
