/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * blur.c - Gaussian blur as scipy.ndimage.gaussian_filter does it
 *
 * Along either axis, output i is
 *
 *     y[i] = w[0] x[i] + w[1] (x[i - 1] + x[i + 1]) + w[2] (x[i - 2] + x[i + 2]) + ...
 *
 * added up in that order.  A vectorised kernel does the work where all neighbours exist, at a fixed
 * step in memory whatever the axis.  Near an edge they are made to exist: what is seen from there
 * is copied with its mirror image.  The copies lie in memory that is free at the time, so that
 * nothing is allocated; an image too small for that is blurred pixel by pixel.
 */
#include "image/blur.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "image/mirror.h"

enum { SIGMA_MAX = 1000 };

static int64_t radius_of(double sigma)
{
    return (int64_t)(4.0 * sigma + 0.5);
}

evk_status evk_blur_init(struct evk_blur *out, double sigma, evk_error *err)
{
    struct evk_blur b = {.radius = 0};

    if (!(sigma >= 0.0 && sigma <= SIGMA_MAX))
        return evk_fail(err, EVK_EINVAL, "blur of %g pixels, expected 0 to %d", sigma, SIGMA_MAX);
    b.room = radius_of(sigma) + 1; /* one more, since a schedule of sigmas may round up */
    EVK_TRY(evk_alloc(&b.weights, b.room + 1, sizeof(*b.weights), "a blur", err));
    evk_blur_set(&b, sigma);
    *out = b;
    return EVK_OK;
}

void evk_blur_set(struct evk_blur *b, double sigma)
{
    double sum = 1.0;

    b->radius = radius_of(sigma);
    assert(sigma >= 0.0 && b->radius <= b->room);
    for (int64_t d = 1; d <= b->radius; d++)
        sum += 2.0 * evk_exp(-0.5 * (double)(d * d) / (sigma * sigma));
    b->weights[0] = (float)(1.0 / sum);
    for (int64_t d = 1; d <= b->radius; d++)
        b->weights[d] = (float)(evk_exp(-0.5 * (double)(d * d) / (sigma * sigma)) / sum);
}

void evk_blur_release(struct evk_blur *b)
{
    free(b->weights);
    *b = (struct evk_blur){.weights = NULL};
}

/* Blur position i, near an edge, of a line of n positions with step floats each. */
static void edge(const struct evk_blur *b, int64_t step, int64_t n, int64_t i,
                 const float *restrict x, float *restrict y)
{
    y += i * step;
    for (int64_t j = 0; j < step; j++)
        y[j] = b->weights[0] * x[i * step + j];
    for (int64_t d = 1; d <= b->radius; d++) {
        const float w = b->weights[d];
        const float *left = x + evk_mirror(i - d, n) * step,
                    *right = x + evk_mirror(i + d, n) * step;

        for (int64_t j = 0; j < step; j++)
            y[j] += w * (left[j] + right[j]);
    }
}

/* Blur one line of n positions with step floats each, some of them by edge(). */
static void blur_line(const struct evk_blur *b, const struct evk_kernels *k, int64_t step,
                      int64_t n, const float *x, float *y)
{
    const int64_t r = b->radius;
    int64_t i = 0;

    if (n > 2 * r) {
        for (; i < r; i++)
            edge(b, step, n, i, x, y);
        k->blur((n - 2 * r) * step, r, b->weights, step, x + r * step, y + r * step);
        i = n - r;
    }
    for (; i < n; i++)
        edge(b, step, n, i, x, y);
}

/* copy = count positions of a line of n with step floats each, from `first`, which may be beyond */
static void copy_mirrored(int64_t step, int64_t n, int64_t first, int64_t count, const float *x,
                          float *copy)
{
    for (int64_t i = 0; i < count; i++)
        memcpy(copy + i * step, x + evk_mirror(first + i, n) * step, (size_t)step * sizeof(*copy));
}

/*
 * Blur a column of n rows with step floats each.  The copies for both edges lie in y, where the
 * inner rows come last.
 */
static void blur_columns(const struct evk_blur *b, const struct evk_kernels *k, int64_t step,
                         int64_t n, const float *x, float *y)
{
    const int64_t r = b->radius;
    float *copy = y + r * step;

    if (n < 5 * r) {
        blur_line(b, k, step, n, x, y);
        return;
    }
    copy_mirrored(step, n, n - 2 * r, 3 * r, x, copy);
    k->blur(r * step, r, b->weights, step, copy + r * step, y + (n - r) * step);
    copy_mirrored(step, n, -r, 3 * r, x, copy);
    k->blur(r * step, r, b->weights, step, copy + r * step, y);
    k->blur((n - 2 * r) * step, r, b->weights, step, x + r * step, y + r * step);
}

/* copy = a row of w pixels of c values, with the mirror images of `more` of them on either side */
static void copy_row(int64_t w, int64_t c, int64_t more, const float *restrict x,
                     float *restrict copy)
{
    const float *last = x + (w - 1) * c;
    float *row = copy + more * c, *end = row + w * c;

    memcpy(row, x, (size_t)(w * c) * sizeof(*copy));
    for (int64_t i = 0; i < more; i++)
        for (int64_t j = 0; j < c; j++) {
            row[j - (i + 1) * c] = x[i * c + j];
            end[i * c + j] = last[j - i * c];
        }
}

/*
 * Blur rows first to end - 1 of x (h, w, c) into y.  A row with its mirror images takes less than
 * two rows.  Such a copy lies in the rows of y that come next, or, for the last ones, in the first
 * of these rows of x.
 */
static void blur_rows(const struct evk_blur *b, const struct evk_kernels *k, int64_t first,
                      int64_t end, int64_t w, int64_t c, float *x, float *y)
{
    const bool fits = w > 2 * b->radius && end - first >= 4;
    const int64_t step = w * c;

    for (int64_t i = first; i < end; i++) {
        float *copy = i + 2 < end ? y + (i + 1) * step : x + first * step;

        if (!fits) {
            blur_line(b, k, c, w, x + i * step, y + i * step);
            continue;
        }
        copy_row(w, c, b->radius, x + i * step, copy);
        k->blur(step, b->radius, b->weights, c, copy + b->radius * c, y + i * step);
    }
}

void evk_blur_apply(const struct evk_blur *b, const struct evk_kernels *k, int64_t h, int64_t w,
                    int64_t c, float *x, float *scratch)
{
    if (b->radius == 0)
        return;
    blur_columns(b, k, w * c, h, x, scratch);
    blur_rows(b, k, 0, h, w, c, scratch, x);
}

/* ---- on several threads ---------------------------------------------------------------------- */

struct shared {
    const struct evk_blur *b;
    const struct evk_kernels *k;
    int threads;
    int64_t h, w, c;
    float *x, *scratch;
};

/* The part of the columns that lies in some rows. */
static void columns_part(void *arg, int part)
{
    const struct shared *s = arg;
    const int64_t r = s->b->radius, step = s->w * s->c, end = s->h * (part + 1) / s->threads;
    int64_t i = s->h * part / s->threads;

    while (i < end) {
        const int64_t inner = end < s->h - r ? end : s->h - r;

        if (i < r || i >= inner) {
            edge(s->b, step, s->h, i++, s->x, s->scratch);
            continue;
        }
        s->k->blur((inner - i) * step, r, s->b->weights, step, s->x + i * step,
                   s->scratch + i * step);
        i = inner;
    }
}

static void rows_part(void *arg, int part)
{
    const struct shared *s = arg;

    blur_rows(s->b, s->k, s->h * part / s->threads, s->h * (part + 1) / s->threads, s->w, s->c,
              s->scratch, s->x);
}

void evk_blur_share(const struct evk_blur *b, const struct evk_kernels *k, struct evk_team *team,
                    int64_t h, int64_t w, int64_t c, float *x, float *scratch)
{
    struct shared s = {b, k, evk_team_threads(team), h, w, c, x, scratch};

    if (!team) {
        evk_blur_apply(b, k, h, w, c, x, scratch);
        return;
    }
    if (b->radius == 0)
        return;
    evk_team_do(team, columns_part, &s);
    evk_team_do(team, rows_part, &s);
}
