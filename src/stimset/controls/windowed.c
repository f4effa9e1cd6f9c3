/* SPDX-License-Identifier: GPL-3.0-or-later */
/* windowed.c - synthesized images and their controls seen through a window */
#include "stimset/controls/windowed.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "image/image.h"
#include "synth/recipe.h"

enum { ROUNDS = 100, GRAY = 128 };

static const double tolerance = 0.01; /* display levels by which mean and SD may differ */

evk_status evk_windowed_measure(const evk_recipe *recipe, const struct evk_row *ascent,
                                const struct evk_pixels *pixels, struct evk_row *row,
                                evk_error *err)
{
    struct evk_image_window w;
    const evk_status s =
        evk_recipe_window(&w, recipe, pixels->height, pixels->width, ascent->n_steps, err);

    if (!s)
        evk_row_measure_window(row, pixels, w.weight ? &w : NULL);
    evk_image_window_release(&w);
    return s;
}

static unsigned char rounded(double v)
{
    return (unsigned char)floor(fmin(fmax(v, 0), 255) + 0.5);
}

unsigned char evk_windowed_background(const struct evk_image_window *w)
{
    int64_t least = 0;

    for (int64_t i = 1; i < w->pixels; i++)
        if (w->weight[i] < w->weight[least])
            least = i;
    if (w->weight[least] >= 1)
        return GRAY;
    return rounded((double)w->offset[least] / (1 - (double)w->weight[least]));
}

evk_status evk_windowed_round(const struct evk_image_window *w, int64_t h, int64_t wide, int64_t c,
                              const float *x, struct evk_pixels *out, evk_error *err)
{
    const int64_t n = h * wide * c;
    float *y;
    evk_status s;

    if (!w)
        return evk_image_quantise(out, h, wide, c, x, err);
    EVK_TRY(evk_alloc_floats(&y, n, "an image", err));
    for (int64_t i = 0; i < n; i++)
        y[i] = w->weight[i / c] * x[i] + w->offset[i / c];
    s = evk_image_quantise(out, h, wide, c, y, err);
    free(y);
    return s;
}

/* ---- mean and SD inside the window ----------------------------------------------------------- */

struct moments {
    double mean, sd; /* each pixel counts as its weight; the SD is over the sum of weights less 1 */
};

/* Returns the mean and SD of the first of c channels of x. */
static struct moments weighted_moments(const struct evk_image_window *w, int64_t c, const float *x)
{
    double sum = 0, squares = 0;
    struct moments m;

    for (int64_t i = 0; i < w->pixels; i++)
        sum += (double)w->weight[i] * (double)x[i * c];
    m.mean = w->total > 0 ? sum / w->total : 0;
    for (int64_t i = 0; i < w->pixels; i++) {
        const double d = (double)x[i * c] - m.mean;

        squares += (double)w->weight[i] * (d * d);
    }
    m.sd = w->total > 1 ? sqrt(squares / (w->total - 1)) : 0;
    return m;
}

/* The change of a channel of a latent image: value v becomes mean + scale (v - middle). */
struct change {
    double middle, mean, scale;
};

/* Change the first of c channels, clip it to 0 to 255, show it through the window, and round it. */
static void show_channel(const struct evk_image_window *w, int64_t c, const float *x,
                         const struct change *by, float *y)
{
    for (int64_t i = 0; i < w->pixels; i++) {
        const double v = by->mean + by->scale * ((double)x[i * c] - by->middle);

        y[i * c] = rounded((double)w->weight[i] * fmin(fmax(v, 0), 255) + (double)w->offset[i]);
    }
}

/*
 * Match one channel: each change corrects the error that the last one left, and the best of them is
 * kept.
 */
static void match_channel(const struct evk_image_window *w, int64_t c, const float *x,
                          struct moments want, float *y)
{
    const struct moments latent = weighted_moments(w, c, x);
    struct change by = {latent.mean, want.mean, latent.sd > 0 ? want.sd / latent.sd : 0}, best = by;
    double least = (double)INFINITY;

    for (int round = 0; round < ROUNDS && least > tolerance; round++) {
        struct moments m;
        double distance;

        show_channel(w, c, x, &by, y);
        m = weighted_moments(w, c, y);
        distance = fmax(fabs(m.mean - want.mean), fabs(m.sd - want.sd));
        if (distance < least) {
            least = distance;
            best = by;
        }
        by.mean = fmin(fmax(by.mean + want.mean - m.mean, -1e4), 1e4);
        if (m.sd > 0)
            by.scale = fmin(by.scale * want.sd / m.sd, 1e4);
    }
    show_channel(w, c, x, &best, y);
}

evk_status evk_windowed_match(const struct evk_image_window *w, const float *x,
                              const struct evk_pixels *image, struct evk_pixels *out,
                              evk_error *err)
{
    const int64_t c = image->channels, n = w->pixels * c;
    float *values; /* values of image; channel by channel, what is shown replaces them */
    evk_status s;

    EVK_TRY(evk_alloc_floats(&values, n, "an image", err));
    for (int64_t i = 0; i < n; i++)
        values[i] = image->data[i];
    for (int64_t channel = 0; channel < c; channel++)
        match_channel(w, c, x + channel, weighted_moments(w, c, values + channel),
                      values + channel);
    s = evk_pixels_new(out, image->height, image->width, c, err);
    for (int64_t i = 0; i < n && !s; i++)
        out->data[i] = (unsigned char)values[i];
    free(values);
    return s;
}
