/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * duplicate.c - finds images of a set that look alike
 *
 * To compare all pairs of 4,000 images pixel by pixel would take 3e11 differences.  The means over
 * the blocks of a grid give a lower bound of the distance of two images: with N values in an image,
 * n_b in block b, and means of block b that differ by d_b,
 *
 *     sum over values of difference^2  >=  sum over b of n_b d_b^2     (Jensen)
 *
 * The signature of an image, sqrt(n_b / N) mean_b for each block b, therefore has a Euclidean
 * distance that is at most the RMS difference of the images; so has the overall mean.  Pairs that
 * pass both tests are compared in full.  Images of noise have similar means, so that all of their
 * pairs may pass; therefore the pixels of the first images are kept, and only files of later ones
 * are read again.
 */
#include "stimset/make/duplicate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stimset/record/set_file.h"

/* GRID: blocks on a side; SIGNATURE: numbers of a signature, one for each block and channel. */
enum { GRID = 8, SIGNATURE = GRID * GRID * 3 };

/* The most bytes of pixels that are kept. */
static const int64_t KEPT = (int64_t)64 << 20;

/* Distances of float signatures are exact to far less than this, in display levels. */
static const double SLACK = 0.01;

/* What is kept of an image to compare it with others. */
struct summary {
    float mean, signature[SIGNATURE];
    bool seen;                /* there is an image, and it is compared */
    bool alike;               /* it is meant to be like another one: only equal pixels count */
    bool keep;                /* its pixels are to be kept */
    struct evk_pixels pixels; /* without data where they are not kept; owned */
};

struct search {
    const struct evk_dir *folder;
    const struct evk_stimuli *all;
    enum evk_duplicates which;
    struct summary *summaries; /* (all->count); owned */
    struct evk_lock *lock;     /* guards status and error */
    evk_status status;         /* of the first failure */
    evk_error error;
};

static void add_pixel(double sum[SIGNATURE], int64_t count[SIGNATURE], const struct evk_pixels *p,
                      int64_t i, int64_t j)
{
    const int64_t block = i * GRID / p->height * GRID + j * GRID / p->width;

    for (int64_t c = 0; c < p->channels; c++) {
        sum[block * 3 + c] += p->data[(i * p->width + j) * p->channels + c];
        count[block * 3 + c]++;
    }
}

static void summarize(const struct evk_pixels *p, struct summary *out)
{
    const double n = (double)(p->height * p->width * p->channels);
    double sum[SIGNATURE] = {0}, all = 0;
    int64_t count[SIGNATURE] = {0};

    for (int64_t i = 0; i < p->height; i++)
        for (int64_t j = 0; j < p->width; j++)
            add_pixel(sum, count, p, i, j);
    for (int b = 0; b < SIGNATURE; b++) {
        all += sum[b];
        out->signature[b] = count[b] ? (float)(sum[b] / sqrt((double)count[b] * n)) : 0;
    }
    out->mean = (float)(all / n);
    out->seen = true;
}

/* Is the image meant to be like another one: perturbed, like its base image, or a control? */
static bool is_meant_alike(const struct evk_row *row)
{
    return row->budget_norm || row->control;
}

static void summarize_image(void *arg, int worker, int64_t i)
{
    struct search *s = arg;
    const struct evk_row *row = &s->all->list[i].row;
    struct summary *own = &s->summaries[i];
    struct evk_pixels pixels;
    evk_error err = {EVK_OK, ""};
    evk_status status;

    (void)worker;
    own->alike = is_meant_alike(row);
    own->seen = row->present && own->alike && s->which == EVK_DUPLICATES_OF_ALL;
    if (!row->present || own->alike)
        return;
    status = evk_set_file_get_image(s->folder, row, NULL, &pixels, &err);
    if (!status) {
        summarize(&pixels, own);
        if (own->keep && pixels.height == row->height_px && pixels.width == row->width_px)
            own->pixels = pixels;
        else
            evk_pixels_release(&pixels);
        return;
    }
    evk_lock_take(s->lock);
    if (!s->status) {
        s->status = status;
        s->error = err;
    }
    evk_lock_give(s->lock);
}

/* Choose the images whose pixels are kept: the first ones, by their rows, as many as fit. */
static void choose_kept(struct search *s)
{
    int64_t left = KEPT;

    for (int64_t i = 0; i < s->all->count; i++) {
        const struct evk_row *row = &s->all->list[i].row;
        const int64_t h = row->height_px, w = row->width_px;

        if (!row->present || is_meant_alike(row))
            continue;
        if (h < 1 || w < 1 || w > left / 3 / h)
            return;
        left -= 3 * h * w;
        s->summaries[i].keep = true;
    }
}

/*
 * Do the bounds allow images i and j an RMS difference of at most EVK_DUPLICATE_RMS?  Of an image
 * that is meant to be like others only the hash of its pixels is known, which has to be the same.
 */
static bool may_repeat(const struct search *s, int64_t i, int64_t j)
{
    const struct evk_row *a = &s->all->list[i].row, *b = &s->all->list[j].row;
    const struct summary *x = &s->summaries[i], *y = &s->summaries[j];
    const double limit = EVK_DUPLICATE_RMS + SLACK;
    double sum = 0;

    if (!y->seen || a->width_px != b->width_px || a->height_px != b->height_px)
        return false;
    if (x->alike || y->alike)
        return strcmp(a->pixel_sha256, b->pixel_sha256) == 0;
    if (fabs((double)(x->mean - y->mean)) > limit)
        return false;
    for (int k = 0; k < SIGNATURE; k++) {
        const double d = (double)(x->signature[k] - y->signature[k]);

        sum += d * d;
    }
    return sum <= limit * limit;
}

/*
 * Returns the RMS difference of channel values; infinity where the images have different shapes, as
 * altered files may have although their rows have the same.
 */
static double rms_difference(const struct evk_pixels *a, const struct evk_pixels *b)
{
    const int64_t n = a->height * a->width * a->channels;
    int64_t sum = 0;

    if (a->height != b->height || a->width != b->width || a->channels != b->channels)
        return HUGE_VAL;
    for (int64_t i = 0; i < n; i++) {
        const int64_t d = a->data[i] - b->data[i];

        sum += d * d;
    }
    return sqrt((double)sum / (double)n);
}

/* Get the pixels of image i, which are the kept ones or read again. */
static evk_status get_pixels(const struct search *s, int64_t i, struct evk_pixels *out,
                             evk_error *err)
{
    if (!s->summaries[i].pixels.data)
        return evk_set_file_get_image(s->folder, &s->all->list[i].row, NULL, out, err);
    *out = s->summaries[i].pixels;
    return EVK_OK;
}

static void release_pixels(const struct search *s, int64_t i, struct evk_pixels *p)
{
    if (p->data != s->summaries[i].pixels.data)
        evk_pixels_release(p);
}

static evk_status compare_images(const struct search *s, int64_t i, int64_t j, double *rms,
                                 evk_error *err)
{
    const struct evk_row *a = &s->all->list[i].row, *b = &s->all->list[j].row;
    struct evk_pixels x, y;
    evk_status status;

    *rms = 0;
    if (strcmp(a->pixel_sha256, b->pixel_sha256) == 0)
        return EVK_OK;
    EVK_TRY(get_pixels(s, i, &x, err));
    status = get_pixels(s, j, &y, err);
    if (!status) {
        *rms = rms_difference(&x, &y);
        release_pixels(s, j, &y);
    }
    release_pixels(s, i, &x);
    return status;
}

static evk_status find_first(const struct search *s, int64_t i, evk_error *err)
{
    struct evk_row *row = &s->all->list[i].row;
    double rms;

    row->duplicate_of[0] = '\0';
    row->duplicate_rms = (double)NAN;
    if (!s->summaries[i].seen)
        return EVK_OK;
    for (int64_t j = 0; j < i; j++) {
        if (!may_repeat(s, i, j))
            continue;
        EVK_TRY(compare_images(s, i, j, &rms, err));
        if (rms > EVK_DUPLICATE_RMS)
            continue;
        snprintf(row->duplicate_of, sizeof(row->duplicate_of), "%s",
                 s->all->list[j].row.stimulus_id);
        row->duplicate_rms = rms;
        return EVK_OK;
    }
    return EVK_OK;
}

evk_status evk_find_duplicates(const struct evk_dir *folder, const struct evk_stimuli *all,
                               enum evk_duplicates which, int threads, struct evk_pixels *kept,
                               evk_error *err)
{
    struct search s = {.folder = folder, .all = all, .which = which};
    evk_status status;

    EVK_TRY(evk_alloc(&s.summaries, all->count, sizeof(*s.summaries), "signatures of images", err));
    choose_kept(&s);
    status = evk_lock_new(&s.lock, err);
    if (!status) {
        evk_parallel_for(evk_thread_count(threads, all->count), all->count, summarize_image, &s);
        status = s.status ? evk_fail(err, s.status, "%s", s.error.msg) : EVK_OK;
    }
    for (int64_t i = 0; i < all->count && !status; i++)
        status = find_first(&s, i, err);
    for (int64_t i = 0; i < all->count; i++)
        if (kept)
            kept[i] = s.summaries[i].pixels;
        else
            evk_pixels_release(&s.summaries[i].pixels);
    evk_lock_free(s.lock);
    free(s.summaries);
    return status;
}
