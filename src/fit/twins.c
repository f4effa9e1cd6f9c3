/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * twins.c - images that are equal or nearly so
 *
 * The RMS difference of the means of blocks, each counted by its number of pixels, is never larger
 * than that of the pixels.  Hence few pairs are compared pixel by pixel.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "fit/folds.h"

enum { CUTS = 8, LEVELS = 2 }; /* an image has CUTS x CUTS blocks */

struct twins {
    int64_t images, rows, columns, channels;
    int64_t size, blocks; /* bytes of an image, and numbers of a thumbnail */
    const uint8_t *pixels;
    float *thumbs;         /* (images, blocks) means, times the square root of each block's share */
    int64_t *group;        /* (images) an image of the same group that is not later, or itself */
    struct evk_lock *lock; /* of group */
};

/* The means of one image's blocks, channel by channel. */
static void shrink_job(void *arg, int worker, int64_t i)
{
    const struct twins *t = arg;
    const uint8_t *p = t->pixels + i * t->size;
    double sum[CUTS * CUTS], count[CUTS * CUTS];

    (void)worker;
    for (int64_t c = 0; c < t->channels; c++) {
        for (int b = 0; b < CUTS * CUTS; b++)
            sum[b] = count[b] = 0;
        for (int64_t y = 0; y < t->rows; y++)
            for (int64_t x = 0; x < t->columns; x++) {
                const int64_t b = y * CUTS / t->rows * CUTS + x * CUTS / t->columns;

                sum[b] += p[(y * t->columns + x) * t->channels + c];
                count[b]++;
            }
        for (int b = 0; b < CUTS * CUTS; b++)
            t->thumbs[i * t->blocks + c * CUTS * CUTS + b] =
                count[b] > 0 ? (float)(sum[b] / sqrt(count[b] * (double)t->size)) : 0;
    }
}

/* Is the mean square difference, of which `levels` is the root, small?  The thumbnails are floats,
   hence the margin. */
static bool thumbs_near(const struct twins *t, int64_t i, int64_t j)
{
    const float *a = t->thumbs + i * t->blocks, *b = t->thumbs + j * t->blocks;
    const float most = 1.01f * LEVELS * LEVELS;
    float sum = 0;

    for (int64_t c = 0; c < t->channels && sum <= most; c++)
        for (int e = 0; e < CUTS * CUTS; e++, a++, b++)
            sum += (*a - *b) * (*a - *b);
    return sum <= most;
}

static bool pixels_near(const struct twins *t, int64_t i, int64_t j)
{
    const uint8_t *a = t->pixels + i * t->size, *b = t->pixels + j * t->size;
    int64_t sum = 0;

    for (int64_t e = 0; e < t->size; e++)
        sum += (a[e] - b[e]) * (a[e] - b[e]);
    return sum <= (int64_t)LEVELS * LEVELS * t->size;
}

/* The first image of the group of image i. */
static int64_t root(const struct twins *t, int64_t i)
{
    while (t->group[i] != i)
        i = t->group[i];
    return i;
}

static void join(const struct twins *t, int64_t i, int64_t j)
{
    int64_t a, b;

    evk_lock_take(t->lock);
    a = root(t, i);
    b = root(t, j);
    t->group[a < b ? b : a] = a < b ? a : b;
    evk_lock_give(t->lock);
}

/* Compares an image with all before it; the longest rows come first. */
static void compare_job(void *arg, int worker, int64_t job)
{
    const struct twins *t = arg;
    const int64_t i = t->images - 1 - job;

    (void)worker;
    for (int64_t j = 0; j < i; j++)
        if (thumbs_near(t, i, j) && pixels_near(t, i, j))
            join(t, i, j);
}

static void find(struct twins *t, int threads)
{
    threads = evk_thread_count(threads, t->images);
    for (int64_t i = 0; i < t->images; i++)
        t->group[i] = i;
    evk_parallel_for(threads, t->images, shrink_job, t);
    evk_parallel_for(threads, t->images, compare_job, t);
    for (int64_t i = 0; i < t->images; i++)
        t->group[i] = root(t, i);
}

evk_status evk_twins(int threads, int64_t images, int64_t rows, int64_t columns, int64_t channels,
                     const uint8_t *pixels, int64_t *group, evk_error *err)
{
    struct twins t = {.images = images,
                      .rows = rows,
                      .columns = columns,
                      .channels = channels,
                      .size = rows * columns * channels,
                      .blocks = CUTS * CUTS * channels,
                      .pixels = pixels,
                      .group = group};
    evk_status status;

    EVK_TRY(evk_alloc_floats(&t.thumbs, images * t.blocks, "thumbnails of images", err));
    status = evk_lock_new(&t.lock, err);
    if (!status)
        find(&t, threads);
    evk_lock_free(t.lock);
    free(t.thumbs);
    return status;
}
