/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * resize.c - bicubic resampling
 *
 * Separable.  Output pixel i of n looks at input position
 *
 *     t = (i + 1/2) m / n        (m input pixels; centres are at k + 1/2)
 *
 * and takes every input pixel k in reach with weight K((k + 1/2 - t) / s),
 * s = max(1, m / n), normalised to 1: when shrinking, the kernel grows with
 * the pixel it fills, and so does not alias.  K is the cubic of Keys (IEEE
 * Trans. ASSP 29, 1981) with a = -1/2, which reproduces quadratics:
 *
 *     K(x) = 3/2 |x|^3 - 5/2 |x|^2 + 1                 |x| <= 1
 *     K(x) = -1/2 |x|^3 + 5/2 |x|^2 - 4 |x| + 2    1 < |x| <  2
 *
 * Sums run in double from left to right, rows before columns, and are rounded
 * once at the end.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "image/image.h"

/* For each output pixel, the first input pixel, how many, and their weights. */
struct taps {
    int64_t *first, *count;
    double *weights; /* (outputs, room) */
    int64_t room;
};

static double keys(double x)
{
    x = fabs(x);
    if (x <= 1.0)
        return (1.5 * x - 2.5) * x * x + 1.0;
    if (x < 2.0)
        return ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0;
    return 0.0;
}

static void taps_release(struct taps *t)
{
    free(t->first);
    free(t->count);
    free(t->weights);
}

static void fill_taps(struct taps *t, int64_t from, int64_t to)
{
    const double step = (double)from / (double)to, scale = step > 1.0 ? step : 1.0;

    for (int64_t i = 0; i < to; i++) {
        const double centre = ((double)i + 0.5) * step;
        const double low = ceil(centre - 2.0 * scale - 0.5);
        const double high = floor(centre + 2.0 * scale - 0.5);
        const int64_t first = low > 0.0 ? (int64_t)low : 0;
        const int64_t last = high < (double)(from - 1) ? (int64_t)high : from - 1;
        double *w = t->weights + i * t->room, sum = 0.0;

        t->first[i] = first;
        t->count[i] = last - first + 1;
        for (int64_t k = 0; k < t->count[i]; k++) {
            w[k] = keys(((double)(first + k) + 0.5 - centre) / scale);
            sum += w[k];
        }
        for (int64_t k = 0; k < t->count[i]; k++)
            w[k] /= sum;
    }
}

static evk_status taps_init(struct taps *t, int64_t from, int64_t to, evk_error *err)
{
    const double step = (double)from / (double)to, scale = step > 1.0 ? step : 1.0;
    const int64_t reach = (int64_t)ceil(4.0 * scale) + 2;
    int64_t n = 0;
    evk_status s;

    *t = (struct taps){.room = reach < from ? reach : from};
    s = evk_alloc(&t->first, to, sizeof(*t->first), "resampling", err);
    if (!s)
        s = evk_alloc(&t->count, to, sizeof(*t->count), "resampling", err);
    if (!s && !evk_size_mul(to, t->room, &n))
        s = evk_fail(err, EVK_ENOMEM, "out of memory for resampling");
    if (!s)
        s = evk_alloc(&t->weights, n, sizeof(*t->weights), "resampling", err);
    if (s)
        taps_release(t);
    else
        fill_taps(t, from, to);
    return s;
}

/* (h, w, c) floats to (h, to, c) doubles. */
static void resize_rows(double *y, const evk_image *x, const struct taps *t, int64_t to)
{
    const int64_t c = x->channels;

    for (int64_t row = 0; row < x->height; row++)
        for (int64_t i = 0; i < to; i++) {
            const float *from = x->values + (row * x->width + t->first[i]) * c;
            const double *w = t->weights + i * t->room;

            for (int64_t k = 0; k < c; k++) {
                double sum = 0.0;

                for (int64_t j = 0; j < t->count[i]; j++)
                    sum += w[j] * (double)from[j * c + k];
                *y++ = sum;
            }
        }
}

/* Halves go up, as in the file. */
static float to_display(double v)
{
    if (!(v > 0.0))
        return 0.0f;
    return v < 255.0 ? (float)floor(v + 0.5) : 255.0f;
}

/* (h, n) doubles to (y->height, n) display values, n = width * channels; line holds n. */
static void resize_columns(evk_image *y, const double *x, const struct taps *t, double *line)
{
    const int64_t n = y->width * y->channels;

    for (int64_t i = 0; i < y->height; i++) {
        const double *w = t->weights + i * t->room;

        for (int64_t k = 0; k < n; k++)
            line[k] = 0.0;
        for (int64_t j = 0; j < t->count[i]; j++)
            for (int64_t k = 0; k < n; k++)
                line[k] += w[j] * x[(t->first[i] + j) * n + k];
        for (int64_t k = 0; k < n; k++)
            y->values[i * n + k] = to_display(line[k]);
    }
}

static evk_status resize(evk_image *y, const evk_image *x, const struct taps *across,
                         const struct taps *down, evk_error *err)
{
    const int64_t n = y->width * y->channels;
    double *half; /* (x->height + 1, n): the last row is scratch */
    int64_t size;

    if (!evk_size_mul(x->height + 1, n, &size))
        return evk_fail(err, EVK_ENOMEM, "out of memory for resampling");
    EVK_TRY(evk_alloc(&half, size, sizeof(*half), "resampling", err));
    resize_rows(half, x, across, y->width);
    resize_columns(y, half, down, half + x->height * n);
    free(half);
    return EVK_OK;
}

evk_status evk_image_resize(evk_image **out, const evk_image *image, int64_t height, int64_t width,
                            evk_error *err)
{
    struct taps across = {NULL, NULL, NULL, 0}, down = {NULL, NULL, NULL, 0};
    evk_image *y = NULL;
    evk_status s = evk_image_new(&y, height, width, image->channels, err);

    if (!s)
        s = taps_init(&across, image->width, width, err);
    if (!s) {
        s = taps_init(&down, image->height, height, err);
        if (!s) {
            s = resize(y, image, &across, &down, err);
            taps_release(&down);
        }
        taps_release(&across);
    }
    if (s)
        evk_image_free(y);
    else
        *out = y;
    return s;
}
