/* SPDX-License-Identifier: GPL-3.0-or-later */
/* windowed_scramble.c - randomize the phases of what an image shows inside its window */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "match/controls.h"
#include "stimset/controls/windowed.h"

enum { ROUNDS = 200 };

static const double tolerance = 0.5; /* display levels by which a value may leave 0 to 255 */

/* The smallest rectangle around the pixels that are seen. */
struct box {
    int64_t top, left, h, w;
};

struct scrambling {
    const struct evk_image_window *window;
    const struct evk_pixels *image;
    struct box box;
    struct evk_scrambler scrambler; /* memory to scramble images of the size of box */
    /* (box.h, box.w, c) values and bounds, less the mean; one block, owned by x */
    float *x, *low, *high;
    float *latent; /* (h, w, c) the scrambled image; owned */
};

/* Find the rectangle; the whole image where no pixel is seen. */
static struct box find_box(const struct evk_image_window *w, int64_t height, int64_t width)
{
    int64_t top = height, left = width, bottom = -1, right = -1;

    for (int64_t i = 0; i < w->pixels; i++)
        if (w->weight[i] > 0) {
            top = i / width < top ? i / width : top;
            left = i % width < left ? i % width : left;
            bottom = i / width;
            right = i % width > right ? i % width : right;
        }
    if (bottom < 0)
        return (struct box){0, 0, height, width};
    return (struct box){top, left, bottom + 1 - top, right + 1 - left};
}

/* Returns the index in the image of pixel i of the rectangle. */
static int64_t place(const struct scrambling *s, int64_t i)
{
    return (s->box.top + i / s->box.w) * s->image->width + s->box.left + i % s->box.w;
}

/* Returns the mean of a channel of the latent image inside the window. */
static double mean_of(const struct scrambling *s, int64_t channel)
{
    const struct evk_image_window *w = s->window;
    double sum = 0;

    for (int64_t i = 0; i < w->pixels; i++)
        sum += s->image->data[i * s->image->channels + channel] - (double)w->offset[i];
    return w->total > 0 ? sum / w->total : 0;
}

/*
 * Towards the edge of the window contrast is weaker.  This factor makes the contrast, spread evenly
 * over the rectangle, as strong as it is inside.
 */
static double factor_of(const struct scrambling *s)
{
    double squares = 0;

    for (int64_t i = 0; i < s->window->pixels; i++)
        squares += (double)s->window->weight[i] * (double)s->window->weight[i];
    return squares > 0 ? sqrt((double)(s->box.h * s->box.w) / squares) : 0;
}

/* Copy the rectangle into x, without the mean that the window shows, and set its bounds. */
static void take_box(struct scrambling *s)
{
    const int64_t c = s->image->channels;
    const double factor = factor_of(s);

    for (int64_t channel = 0; channel < c; channel++) {
        const double mean = mean_of(s, channel);

        for (int64_t i = 0; i < s->box.h * s->box.w; i++) {
            const int64_t from = place(s, i), to = i * c + channel;
            const double shown =
                mean * (double)s->window->weight[from] + (double)s->window->offset[from];

            s->x[to] = (float)(factor * (s->image->data[from * c + channel] - shown));
            s->low[to] = (float)-mean;
            s->high[to] = (float)(255 - mean);
        }
    }
}

/* Put the scrambled rectangle into the latent image. */
static void put_box(struct scrambling *s)
{
    const int64_t c = s->image->channels;

    for (int64_t i = 0; i < s->box.h * s->box.w; i++)
        for (int64_t channel = 0; channel < c; channel++)
            s->latent[place(s, i) * c + channel] = s->x[i * c + channel];
}

static evk_status open_scrambling(struct scrambling *s, const struct evk_kernels *k, evk_error *err)
{
    const int64_t c = s->image->channels, n = s->box.h * s->box.w * c;

    EVK_TRY(evk_scrambler_init(&s->scrambler, k, s->box.h, s->box.w, c, err));
    EVK_TRY(evk_alloc_floats(&s->x, 3 * n, "an image", err));
    s->low = s->x + n;
    s->high = s->low + n;
    return evk_alloc_floats(&s->latent, s->window->pixels * c, "an image", err);
}

evk_status evk_windowed_scramble(const struct evk_image_window *w, const struct evk_kernels *k,
                                 const struct evk_rng_key *key, const struct evk_pixels *image,
                                 struct evk_pixels *out, evk_error *err)
{
    struct scrambling s = {.window = w, .image = image};
    evk_status status;

    s.box = find_box(w, image->height, image->width);
    status = open_scrambling(&s, k, err);
    if (!status) {
        const struct evk_bounds bounds = {s.low, s.high, tolerance, ROUNDS};

        take_box(&s);
        (void)evk_scramble_within(&s.scrambler, key, &bounds, s.x);
        put_box(&s);
        status = evk_windowed_match(w, s.latent, image, out, err);
    }
    evk_scrambler_release(&s.scrambler);
    free(s.x);
    free(s.latent);
    return status;
}
