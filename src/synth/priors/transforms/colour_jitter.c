/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * colour_jitter.c - the network sees each channel mixed with random parts of all channels
 *
 * At every pixel y = m + (I + R)(x - m), where m is the mean of natural images and R is a matrix of
 * independent uniform numbers, new at every step: contrast, saturation and hue change.  On average
 * y is x, so that a response that is linear in the image keeps its gradient on average.  y may
 * leave the box 0..255, since no display is between image and network.
 */
#include "synth/prior.h"

enum { CHANNELS = 3 };

struct colour_jitter {
    double amount;
    float mix[CHANNELS * CHANNELS], shift[CHANNELS]; /* the mix in this step: y = mix x + shift */
};

static const evk_param params[] = {
    {"amount", "A", "add -A to A of each channel's contrast to each channel", EVK_PARAM_REAL,
     offsetof(struct colour_jitter, amount), 0, 2},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct colour_jitter defaults = {.amount = 0.5};

static void colour_jitter_draw(void *self, const struct evk_frame *f, const struct evk_rng_key *key)
{
    struct colour_jitter *j = self;

    for (int64_t to = 0; to < f->c; to++) {
        double sum = 0;

        for (int64_t from = 0; from < f->c; from++) {
            const int64_t i = to * f->c + from;
            const double u = (double)evk_rng_uniform(key, (uint64_t)i);
            const double entry = j->amount * (2 * u - 1) + (to == from ? 1 : 0);

            j->mix[i] = (float)entry;
            sum += entry;
        }
        j->shift[to] = (float)(f->natural_mean * (1 - sum));
    }
}

/* y = mix x + shift at each pixel; an image of one channel has one factor. */
static void colour_jitter_apply(const struct evk_frame *f, const float *mix, const float *shift,
                                const float *x, float *y)
{
    const int64_t pixels = f->h * f->w;

    if (f->c == CHANNELS) {
        f->k->mix_channels(pixels, mix, shift, x, y);
        return;
    }
    for (int64_t i = 0; i < pixels; i++)
        y[i] = shift[0];
    f->k->axpy(pixels, mix[0], x, y);
}

static void colour_jitter_transform(const void *self, const struct evk_frame *f, const float *x,
                                    float *y)
{
    const struct colour_jitter *j = self;

    colour_jitter_apply(f, j->mix, j->shift, x, y);
}

static void colour_jitter_adjoint(const void *self, const struct evk_frame *f, const float *gy,
                                  float *gx)
{
    static const float none[CHANNELS] = {0};
    const struct colour_jitter *j = self;
    float transposed[CHANNELS * CHANNELS] = {0};

    for (int64_t i = 0; i < f->c * f->c; i++)
        transposed[i] = j->mix[i % f->c * f->c + i / f->c];
    colour_jitter_apply(f, transposed, none, gy, gx);
}

extern const struct evk_prior_type evk_prior_colour_jitter;
const struct evk_prior_type evk_prior_colour_jitter = {
    .name = "colour-jitter",
    .summary = "change contrast, saturation and hue of the image that the network sees, at random",
    .reference = "Krizhevsky 2012",
    .params = params,
    .size = sizeof(struct colour_jitter),
    .defaults = &defaults,
    .draw = colour_jitter_draw,
    .transform = colour_jitter_transform,
    .adjoint = colour_jitter_adjoint,
};
