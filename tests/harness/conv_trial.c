/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conv_trial.c - a convolution's row with random numbers, and its sums by definition in double */
#include "conv_trial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "test.h"

uint64_t conv_seed = 1;

/* Returns how many floats x has, from the first that the convolution reads to the last. */
static int64_t extent(const struct evk_conv *c)
{
    return c->width == 0 ? 0
                         : (c->width - 1) * c->step + (c->rows - 1) * c->row_step +
                               (c->pieces - 1) * c->piece_step + c->taps;
}

bool is_value(const struct evk_conv *c, int64_t i)
{
    return i % c->y_step < c->o;
}

void *zeros(int64_t n, size_t size)
{
    void *p = calloc((size_t)n + 1, size);

    if (!p)
        fail_msg("no memory");
    return p;
}

/* Returns the index in x of tap q of piece s of kernel row r, for output i. */
static int64_t at(const struct evk_conv *c, int64_t i, int64_t r, int64_t s, int64_t q)
{
    return i * c->step + r * c->row_step + s * c->piece_step + q;
}

/* Weights beyond o outputs and taps taps are zeros, as in the layers. */
static void fill_weights(struct trial *t)
{
    const struct evk_conv *c = &t->c;
    const int64_t pieces = c->rows * c->pieces;

    t->w_size = pieces * c->taps * c->room;
    t->wt_size = c->o * pieces * c->taps_room;
    t->w = fenced(t->w_size, NULL);
    t->wt = fenced(t->wt_size, NULL);
    memset(t->w, 0, (size_t)t->w_size * sizeof(*t->w));
    memset(t->wt, 0, (size_t)t->wt_size * sizeof(*t->wt));
    for (int64_t p = 0; p < pieces; p++)
        for (int64_t q = 0; q < c->taps; q++)
            for (int64_t j = 0; j < c->o; j++)
                t->w[evk_conv_weight_at(c, p * c->taps + q, j)] =
                    t->wt[(j * pieces + p) * c->taps_room + q] = random_float(&conv_seed);
    t->scale = fenced_random(&conv_seed, c->room);
    t->shift = fenced_random(&conv_seed, c->room);
    for (int64_t j = c->o; j < c->room; j++)
        t->scale[j] = t->shift[j] = 0;
}

/* Add one tap to the sums of all outputs of pixel i. */
static void add_tap(struct trial *t, int64_t i, const float *w, int64_t to)
{
    const int64_t y = i * t->c.y_step;
    const double x = (double)t->x[to];
    double gradient = 0, size = 0;

    for (int64_t j = 0; j < t->c.o; j++) {
        const double k = (double)w[evk_conv_weight_at(&t->c, 0, j)], g = (double)t->gy[y + j];

        t->sum[y + j] += x * k;
        t->size[y + j] += fabs(x * k);
        gradient += g * k;
        size += fabs(g * k);
    }
    t->gradient[to] += gradient;
    t->gradient_size[to] += size;
    t->terms[to]++;
}

/* Compute the convolution and its gradient by definition. */
static void define(struct trial *t)
{
    const struct evk_conv *c = &t->c;

    for (int64_t i = 0; i < c->width; i++)
        for (int64_t r = 0; r < c->rows; r++)
            for (int64_t s = 0; s < c->pieces; s++)
                for (int64_t q = 0; q < c->taps; q++)
                    add_tap(t, i,
                            t->w + evk_conv_weight_at(c, (r * c->pieces + s) * c->taps + q, 0),
                            at(c, i, r, s, q));
}

struct trial trial_new(const struct evk_conv *conv)
{
    struct trial t = {.c = *conv};
    const struct evk_conv *c = &t.c;

    t.x_size = extent(c);
    t.y_size = c->width ? (c->width - 1) * c->y_step + c->o : 0;
    fill_weights(&t);
    t.c.w = t.w;
    t.c.wt = t.wt;
    t.c.scale = t.scale;
    t.c.shift = t.shift;
    t.at = zeros(c->pieces * c->taps, sizeof(*t.at));
    t.c.at = t.at;
    for (int64_t q = 0; q < c->pieces * c->taps; q++)
        t.at[q] = at(c, 0, 0, q / c->taps, q % c->taps);
    t.x = fenced(t.x_size, NULL);
    t.gy = fenced_random(&conv_seed, t.y_size);
    for (int64_t i = 0; i < t.y_size; i++) /* the gap between two outputs belongs to no output */
        if (!is_value(c, i))
            t.gy[i] = NAN;
    t.gx = fenced_random(&conv_seed, t.x_size);
    t.covered = zeros(t.x_size, sizeof(*t.covered));
    t.terms = zeros(t.x_size, sizeof(*t.terms));
    t.sum = zeros(t.y_size, sizeof(*t.sum));
    t.size = zeros(t.y_size, sizeof(*t.size));
    t.gradient = zeros(t.x_size, sizeof(*t.gradient));
    t.gradient_size = zeros(t.x_size, sizeof(*t.gradient_size));
    for (int64_t i = 0; i < c->width; i++)
        for (int64_t p = 0; p < c->rows * c->pieces; p++)
            for (int64_t q = 0; q < c->taps; q++)
                t.covered[at(c, i, p / c->pieces, p % c->pieces, q)] = true;
    for (int64_t i = 0; i < t.x_size; i++)
        t.x[i] = t.covered[i] ? random_float(&conv_seed) : NAN;
    define(&t);
    return t;
}

void trial_release(struct trial *t)
{
    fenced_free(t->x, t->x_size);
    fenced_free(t->gy, t->y_size);
    fenced_free(t->gx, t->x_size);
    fenced_free(t->w, t->w_size);
    fenced_free(t->wt, t->wt_size);
    fenced_free(t->scale, t->c.room);
    fenced_free(t->shift, t->c.room);
    free(t->at);
    free(t->covered);
    free(t->terms);
    free(t->sum);
    free(t->size);
    free(t->gradient);
    free(t->gradient_size);
}
