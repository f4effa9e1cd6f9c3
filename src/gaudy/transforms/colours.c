/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * colours.c - the gaudy rule for some channels, colours or values only
 *
 * These are the variants in figure 3 of Cowley & Pillow 2020.  All use one threshold for the whole
 * image, and none has parameters.  Values that a variant does not change stay as they are.
 */
#include "gaudy/threshold.h"
#include "gaudy/transform.h"

static int64_t count(const struct evk_pixels *x)
{
    return x->height * x->width * x->channels;
}

/*
 * The sum of a pixel's channels is compared, not their mean: sums are whole numbers, and so exact.
 */
static void grayscale(const struct evk_pixels *x, unsigned char *y)
{
    const int64_t n = x->height * x->width;
    int64_t sum = 0;

    if (x->channels == 1) {
        evk_gaudy_global(x, y);
        return;
    }
    for (int64_t i = 0; i < 3 * n; i++)
        sum += x->data[i];
    for (int64_t i = 0; i < 3 * n; i += 3) {
        const int gray = x->data[i] + x->data[i + 1] + x->data[i + 2];

        y[i] = y[i + 1] = y[i + 2] = gray >= (sum + n - 1) / n ? 255 : 0;
    }
}

/* Only pixels whose channels are all below the threshold, or all at least the threshold, change. */
static void black_white(const struct evk_pixels *x, unsigned char *y)
{
    const int64_t c = x->channels;
    const int threshold = evk_threshold(x);

    for (int64_t i = 0; i < count(x); i += c) {
        int above = 0;

        for (int64_t k = 0; k < c; k++)
            above += x->data[i + k] >= threshold;
        for (int64_t k = 0; k < c; k++)
            y[i + k] = above == 0 ? 0 : above == c ? 255 : x->data[i + k];
    }
}

static void one_channel(const struct evk_pixels *x, int64_t channel, unsigned char *y)
{
    const int threshold = evk_threshold(x);

    for (int64_t i = 0; i < count(x); i++)
        if (i % 3 == channel)
            y[i] = x->data[i] >= threshold ? 255 : 0;
        else
            y[i] = x->data[i];
}

static void red_only(const struct evk_pixels *x, unsigned char *y)
{
    one_channel(x, 0, y);
}

static void green_only(const struct evk_pixels *x, unsigned char *y)
{
    one_channel(x, 1, y);
}

static void blue_only(const struct evk_pixels *x, unsigned char *y)
{
    one_channel(x, 2, y);
}

static void inverted(const struct evk_pixels *x, unsigned char *y)
{
    const int threshold = evk_threshold(x);

    for (int64_t i = 0; i < count(x); i++)
        y[i] = x->data[i] >= threshold ? 0 : 255;
}

static void below_only(const struct evk_pixels *x, unsigned char *y)
{
    const int threshold = evk_threshold(x);

    for (int64_t i = 0; i < count(x); i++)
        y[i] = x->data[i] >= threshold ? x->data[i] : 0;
}

static void above_only(const struct evk_pixels *x, unsigned char *y)
{
    const int threshold = evk_threshold(x);

    for (int64_t i = 0; i < count(x); i++)
        y[i] = x->data[i] >= threshold ? 255 : x->data[i];
}

#define COLOUR(id, spelling, says, colour)                                                        \
    static evk_status apply_##id(const void *self, const struct evk_pixels *x,                    \
                                 const struct evk_rng_key *key, unsigned char *y, evk_error *err) \
    {                                                                                             \
        (void)self, (void)key, (void)err;                                                         \
        id(x, y);                                                                                 \
        return EVK_OK;                                                                            \
    }                                                                                             \
    extern const struct evk_transform_type evk_transform_##id;                                    \
    const struct evk_transform_type evk_transform_##id = {.name = spelling,                       \
                                                          .summary = says,                        \
                                                          .reference = "Cowley & Pillow 2020",    \
                                                          .needs_colour = colour,                 \
                                                          .apply = apply_##id};

COLOUR(grayscale, "grayscale", "black and white: the mean of the channels made gaudy", false)
COLOUR(black_white, "black-white", "gaudy where all channels are on one side of the mean", false)
COLOUR(red_only, "red-only", "gaudy in the red channel alone", true)
COLOUR(green_only, "green-only", "gaudy in the green channel alone", true)
COLOUR(blue_only, "blue-only", "gaudy in the blue channel alone", true)
COLOUR(inverted, "inverted", "the gaudy image with 0 and 255 exchanged", false)
COLOUR(below_only, "below-only", "values below the mean become 0, others stay", false)
COLOUR(above_only, "above-only", "values at the mean or above become 255, others stay", false)
