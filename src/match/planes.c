/* SPDX-License-Identifier: GPL-3.0-or-later */
/* planes.c - from the bytes of an image to the planes that are matched, and back */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "match/match.h"

/* Returns the Rec. 601 luma of R, G and B in thousandths of a level, 0 to 255000. */
static int64_t luma(const unsigned char *v)
{
    return 299 * (int64_t)v[0] + 587 * (int64_t)v[1] + 114 * (int64_t)v[2];
}

void evk_match_planes(const struct evk_pixels *image, int64_t planes, float *x)
{
    const int64_t n = image->height * image->width, c = image->channels;

    assert(c == 3 || planes == 1);
    if (planes == 1)
        for (int64_t i = 0; i < n; i++)
            x[i] = c == 3 ? (float)((double)luma(image->data + 3 * i) / 1000) : image->data[i];
    else
        for (int64_t p = 0; p < 3; p++)
            for (int64_t i = 0; i < n; i++)
                x[p * n + i] = image->data[3 * i + p];
}

int64_t evk_match_level(float x)
{
    return (int64_t)floor((double)x + 0.5);
}

static double clip(float x)
{
    return x > 0.0f ? fmin((double)x, 255) : 0;
}

/*
 * Set the pixel to to luma y, with the differences of from's channels from from's luma, scaled down
 * together where a channel would leave 0 to 255.  A pixel whose luma rounds to y stays as it is.
 *
 * Channels are rounded, halves up, so that luma is off by more than -1/2 and at most 1/2 level.  At
 * exactly 1/2 it would round to the next level; then green is lowered by 1.
 */
static void set_luma(const unsigned char *from, double y, unsigned char *to)
{
    const double old = (double)luma(from) / 1000;
    double scale = 1;

    if (floor(old + 0.5) == y) {
        memcpy(to, from, 3);
        return;
    }
    for (int64_t c = 0; c < 3; c++) {
        const double d = from[c] - old;

        if (y + d > 255)
            scale = fmin(scale, (255 - y) / d);
        else if (y + d < 0)
            scale = fmin(scale, -y / d);
    }
    for (int64_t c = 0; c < 3; c++)
        to[c] = (unsigned char)floor(fmin(fmax(y + scale * (from[c] - old), 0), 255) + 0.5);
    if ((double)luma(to) - 1000 * y >= 500 && to[1] > 0)
        to[1]--;
}

void evk_match_bytes(const struct evk_pixels *image, int64_t planes, const float *x,
                     struct evk_pixels *out)
{
    const int64_t n = image->height * image->width, c = image->channels;

    assert(c == 3 || planes == 1);
    if (planes == 1 && c == 3)
        for (int64_t i = 0; i < n; i++)
            set_luma(image->data + 3 * i, clip(x[i]), out->data + 3 * i);
    else
        for (int64_t p = 0; p < planes; p++)
            for (int64_t i = 0; i < n; i++)
                out->data[planes * i + p] = (unsigned char)floor(clip(x[p * n + i]) + 0.5);
}

/* Sums are added up in the order of pixels, which fixes their last bits. */
void evk_match_moments(int64_t n, const float *x, double *mean, double *sd)
{
    double sum = 0, squares = 0;

    for (int64_t i = 0; i < n; i++)
        sum += (double)x[i];
    *mean = sum / (double)n;
    for (int64_t i = 0; i < n; i++)
        squares += ((double)x[i] - *mean) * ((double)x[i] - *mean);
    *sd = n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
}
