/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smooth.c - Gaussian smoothing of bytes in whole numbers
 *
 * Inputs have 8 bits (10 bits where they are sums of three channels) and weights 30 bits.  Sums
 * along a row have up to 40 bits, of which the lowest 8 are rounded away; sums along a column of
 * these have up to 62 bits.
 */
#include "gaudy/smooth.h"

#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "image/mirror.h"

enum { WEIGHT_BITS = 30, DROPPED_BITS = 8 };

/* Each weight is rounded; the weight at the centre is what the others leave of 1. */
static void set_weights(struct evk_smooth *s, double sigma)
{
    int64_t rest = (int64_t)1 << WEIGHT_BITS;
    double sum = 1;

    for (int64_t d = 1; d <= s->radius; d++)
        sum += 2 * evk_exp(-0.5 * (double)(d * d) / (sigma * sigma));
    for (int64_t d = 1; d <= s->radius; d++) {
        const double w = evk_exp(-0.5 * (double)(d * d) / (sigma * sigma)) / sum;

        s->weights[d] = (uint32_t)(w * (1 << WEIGHT_BITS) + 0.5);
        rest -= 2 * (int64_t)s->weights[d];
    }
    s->weights[0] = (uint32_t)rest;
}

evk_status evk_smooth_init(struct evk_smooth *out, double sigma, evk_error *err)
{
    struct evk_smooth s = {.radius = 0};

    if (!(sigma >= 0 && sigma <= EVK_SMOOTH_SIGMA_MAX))
        return evk_fail(err, EVK_EINVAL, "smoothing of %g pixels, expected 0 to %d", sigma,
                        EVK_SMOOTH_SIGMA_MAX);
    s.radius = (int64_t)(4 * sigma + 0.5);
    EVK_TRY(evk_alloc(&s.weights, s.radius + 1, sizeof(*s.weights), "smoothing", err));
    set_weights(&s, sigma);
    *out = s;
    return EVK_OK;
}

void evk_smooth_release(struct evk_smooth *s)
{
    free(s->weights);
    *s = (struct evk_smooth){.weights = NULL};
}

/* Set y to weight times x. */
static void set_weighted(int64_t n, uint32_t weight, const uint32_t *x, uint64_t *y)
{
    for (int64_t i = 0; i < n; i++)
        y[i] = (uint64_t)weight * x[i];
}

/* Add weight times a and b to y. */
static void add_weighted(int64_t n, uint32_t weight, const uint32_t *a, const uint32_t *b,
                         uint64_t *y)
{
    for (int64_t i = 0; i < n; i++)
        y[i] += (uint64_t)weight * a[i] + (uint64_t)weight * b[i];
}

/*
 * Copy row y of x to line, with s->radius mirrored pixels on either side; gray: each pixel becomes
 * the sum of its channels.
 */
static void load_row(const struct evk_smooth *s, const struct evk_pixels *x, int64_t y, bool gray,
                     uint32_t *line)
{
    const unsigned char *row = x->data + y * x->width * x->channels;
    const int64_t c = x->channels;

    for (int64_t i = -s->radius; i < x->width + s->radius; i++) {
        const unsigned char *p = row + evk_mirror(i, x->width) * c;

        if (gray)
            *line++ = (uint32_t)(c == 3 ? p[0] + p[1] + p[2] : p[0]);
        else
            for (int64_t k = 0; k < c; k++)
                *line++ = p[k];
    }
}

/* The memory of the two passes, for h rows of n values. */
struct work {
    uint32_t *line; /* a row with the mirrored pixels on either side */
    uint64_t *sums; /* (n) its sums */
    uint32_t *rows; /* (h, n) the result of the pass along rows */
};

static evk_status get_work(struct work *w, int64_t h, int64_t n, int64_t margin, evk_error *err)
{
    EVK_TRY(evk_alloc(&w->line, n + 2 * margin, sizeof(*w->line), "smoothing", err));
    EVK_TRY(evk_alloc(&w->sums, n, sizeof(*w->sums), "smoothing", err));
    return evk_alloc(&w->rows, h * n, sizeof(*w->rows), "smoothing", err);
}

static void along_row(const struct evk_smooth *s, const struct work *w, int64_t n, int64_t c,
                      uint32_t *out)
{
    const uint32_t *centre = w->line + s->radius * c;

    set_weighted(n, s->weights[0], centre, w->sums);
    for (int64_t d = 1; d <= s->radius; d++)
        add_weighted(n, s->weights[d], centre - d * c, centre + d * c, w->sums);
    for (int64_t i = 0; i < n; i++)
        out[i] = (uint32_t)((w->sums[i] + (1 << (DROPPED_BITS - 1))) >> DROPPED_BITS);
}

static void along_columns(const struct evk_smooth *s, const struct work *w, int64_t y, int64_t h,
                          int64_t n, uint64_t *out)
{
    set_weighted(n, s->weights[0], w->rows + y * n, out);
    for (int64_t d = 1; d <= s->radius; d++)
        add_weighted(n, s->weights[d], w->rows + evk_mirror(y - d, h) * n,
                     w->rows + evk_mirror(y + d, h) * n, out);
}

evk_status evk_smooth_apply(const struct evk_smooth *s, const struct evk_pixels *x, bool gray,
                            uint64_t *out, evk_error *err)
{
    const int64_t h = x->height, c = gray ? 1 : x->channels, n = x->width * c;
    struct work w = {NULL, NULL, NULL};
    const evk_status status = get_work(&w, h, n, s->radius * c, err);

    for (int64_t y = 0; y < h && !status; y++) {
        load_row(s, x, y, gray, w.line);
        along_row(s, &w, n, c, w.rows + y * n);
    }
    for (int64_t y = 0; y < h && !status; y++)
        along_columns(s, &w, y, h, n, out + y * n);
    free(w.line);
    free(w.sums);
    free(w.rows);
    return status;
}
