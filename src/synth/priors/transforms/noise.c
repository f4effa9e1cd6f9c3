/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise.c - the network sees the image with a little independent noise, new at every step
 *
 * A value of the noise is one of LEVELS equally probable quantiles of the distribution, scaled to
 * an SD of exactly 1; the largest Gaussian quantile is 3.7.  It takes 16 random bits and a table,
 * where Gaussian numbers by log and cos would cost ten times as much.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/named.h"
#include "synth/prior.h"

enum { LEVEL_BITS = 12, LEVELS = 1 << LEVEL_BITS };

struct noise {
    double sd;
    const char *distribution;
    float *quantile; /* (LEVELS) rising, mean 0, SD 1 */
    struct evk_rng_key key;
};

static const evk_param params[] = {
    {"sd", "S", "SD of the noise, display levels", EVK_PARAM_REAL, offsetof(struct noise, sd), 0,
     255},
    {"distribution", "NAME", "gaussian or uniform", EVK_PARAM_TEXT,
     offsetof(struct noise, distribution), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct noise defaults = {.sd = 5, .distribution = "gaussian"};

/*
 * Returns the quantile of the standard Gaussian at probability p, by Newton steps from a guess z
 * that is nearer to 0.
 */
static double gaussian_quantile(double p, double z)
{
    const double root_half = 0.70710678118654752440, root_two_pi = 2.50662827463100050242;

    for (int i = 0; i < 8; i++) {
        const double below = 0.5 * (1 + evk_erf(z * root_half));

        z += (p - below) * root_two_pi * evk_exp(0.5 * z * z);
    }
    return z;
}

/* Computes the upper half of the quantiles; the lower half has their negatives. */
static void noise_fill(float *quantile, bool gaussian)
{
    double z[LEVELS / 2], squares = 0;

    for (int i = 0; i < LEVELS / 2; i++) {
        const double beyond = (i + 0.5) / LEVELS; /* middle of slice i above the median */

        z[i] = gaussian ? gaussian_quantile(0.5 + beyond, i > 0 ? z[i - 1] : 0) : beyond;
        squares += z[i] * z[i];
    }
    for (int i = 0; i < LEVELS / 2; i++) {
        const float v = (float)(z[i] / sqrt(2 * squares / LEVELS));

        quantile[LEVELS / 2 + i] = v;
        quantile[LEVELS / 2 - 1 - i] = -v;
    }
}

static evk_status noise_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    static const char *const distributions[] = {"gaussian", "uniform", NULL};
    struct noise *n = self;
    int distribution;

    (void)f;
    EVK_TRY(evk_word_find(&distribution, "distribution", n->distribution, distributions, err));
    EVK_TRY(evk_alloc_floats(&n->quantile, LEVELS, "noise", err));
    noise_fill(n->quantile, distribution == 0);
    return EVK_OK;
}

static void noise_release(void *self)
{
    struct noise *n = self;

    free(n->quantile);
}

static void noise_draw(void *self, const struct evk_frame *f, const struct evk_rng_key *key)
{
    struct noise *n = self;

    (void)f;
    n->key = *key;
}

/*
 * The functions high and low return the two values that a 32-bit word gives: from the highest bits,
 * and from the highest of the lower half.
 */
static inline float high(const float *quantile, uint32_t word)
{
    return quantile[word >> (32 - LEVEL_BITS)];
}

static inline float low(const float *quantile, uint32_t word)
{
    return quantile[(word & 0xffff) >> (16 - LEVEL_BITS)];
}

/* Each block of 128 random bits gives eight values; BLOCKS blocks are drawn at a time. */
static void noise_transform(const void *self, const struct evk_frame *f, const float *x, float *y)
{
    enum { BLOCKS = 64, SOME = 8 * BLOCKS };
    const struct noise *n = self;
    const float *quantile = n->quantile, sd = (float)n->sd;
    const int64_t values = f->h * f->w * f->c;
    uint32_t words[4 * BLOCKS];

    for (int64_t i = 0; i < values; i += SOME) {
        const int64_t some = values - i < SOME ? values - i : SOME, pairs = some / 2;

        f->k->philox(BLOCKS, (uint32_t)(i / 8), n->key.key, n->key.high, words);
        for (int64_t j = 0; j < pairs; j++) {
            y[i + 2 * j] = x[i + 2 * j] + sd * high(quantile, words[j]);
            y[i + 2 * j + 1] = x[i + 2 * j + 1] + sd * low(quantile, words[j]);
        }
        if (some % 2)
            y[i + some - 1] = x[i + some - 1] + sd * high(quantile, words[pairs]);
    }
}

/* The noise does not depend on the image, so the gradient stays as it is. */
static void noise_adjoint(const void *self, const struct evk_frame *f, const float *gy, float *gx)
{
    (void)self;
    memcpy(gx, gy, (size_t)(f->h * f->w * f->c) * sizeof(*gx));
}

extern const struct evk_prior_type evk_prior_noise;
const struct evk_prior_type evk_prior_noise = {
    .name = "noise",
    .summary = "add random noise to the image that the network sees, display levels",
    .reference = "Smilkov 2017",
    .params = params,
    .size = sizeof(struct noise),
    .defaults = &defaults,
    .prepare = noise_prepare,
    .release = noise_release,
    .draw = noise_draw,
    .transform = noise_transform,
    .adjoint = noise_adjoint,
};
