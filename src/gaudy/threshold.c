/* SPDX-License-Identifier: GPL-3.0-or-later */
/* threshold.c - the gaudy rule on bytes, and how far an image is from its gaudy image */
#include "gaudy/threshold.h"

#include "gaudy/transform.h"

static int64_t count(const struct evk_pixels *x)
{
    return x->height * x->width * x->channels;
}

int evk_threshold_of(const unsigned char *x, int64_t n, int64_t step)
{
    int64_t sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += x[i * step];
    return (int)((sum + n - 1) / n);
}

int evk_threshold(const struct evk_pixels *x)
{
    return evk_threshold_of(x->data, count(x), 1);
}

/* Set the n values y[0], y[step], ... to 0 or 255. */
static void binarise(const unsigned char *x, int64_t n, int64_t step, int threshold,
                     unsigned char *y)
{
    for (int64_t i = 0; i < n; i++)
        y[i * step] = x[i * step] >= threshold ? 255 : 0;
}

void evk_gaudy_global(const struct evk_pixels *x, unsigned char *y)
{
    binarise(x->data, count(x), 1, evk_threshold(x), y);
}

void evk_gaudy_channel(const struct evk_pixels *x, unsigned char *y)
{
    const int64_t n = x->height * x->width;

    for (int64_t c = 0; c < x->channels; c++)
        binarise(x->data + c, n, x->channels, evk_threshold_of(x->data + c, n, x->channels), y + c);
}

double evk_gaudiness(const struct evk_pixels *x)
{
    const int threshold = evk_threshold(x);
    int64_t sum = 0;

    for (int64_t i = 0; i < count(x); i++) {
        const int d = x->data[i] >= threshold ? 255 - x->data[i] : x->data[i];

        sum += (int64_t)d * d;
    }
    return (double)sum / (double)count(x);
}
