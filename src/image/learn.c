/* SPDX-License-Identifier: GPL-3.0-or-later */
/* learn.c - evk_statistics_learn: the statistics of a list of images, measured in parallel */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/room.h"
#include "image/eigen.h"
#include "image/list.h"
#include "image/measure.h"

static const struct evk_size own_size = {0, 0, 0};

struct learn {
    const evk_image_list *images;
    const evk_run *run;
    struct evk_meter *meters;     /* (threads) */
    struct evk_measure *measures; /* (images) */
    struct evk_lock *lock;        /* guards all fields below */
    evk_progress progress;
    bool stopped;
    int64_t failed;    /* index of the first image that failed; the number of images: none */
    evk_status status; /* why that image failed */
    evk_error error;
};

/* Count image i as done, and remember its failure if it failed before any other in the list. */
static void finish_image(struct learn *l, int64_t i, evk_status s, const evk_error *err)
{
    evk_lock_take(l->lock);
    if (s && i < l->failed) {
        l->failed = i;
        l->status = s;
        l->error = *err;
    }
    l->progress.done++;
    if (l->run->progress)
        l->run->progress(l->run->arg, &l->progress);
    evk_lock_give(l->lock);
}

/*
 * May image i be passed over?  It may once the user has stopped the run or an image before i has
 * failed.  Images before the one that failed are still measured, since the error that is reported
 * is that of the first image in the list that fails, whatever the threads' order.
 */
static bool is_needless(struct learn *l, int64_t i)
{
    bool stop = l->run->stop && l->run->stop(l->run->arg), late;

    evk_lock_take(l->lock);
    l->stopped |= stop;
    late = i > l->failed;
    stop = l->stopped;
    evk_lock_give(l->lock);
    return stop || late;
}

static void measure_image(void *arg, int worker, int64_t i)
{
    struct learn *l = arg;
    evk_error err = {EVK_OK, ""};
    struct evk_pixels image;
    int64_t room;
    evk_status s;

    if (is_needless(l, i))
        return;
    room = evk_image_list_own_bytes(l->images, (size_t)i);
    evk_room_take(room);
    s = evk_image_list_pixels(l->images, (size_t)i, &own_size, &image, NULL, &err);
    if (!s) {
        evk_meter_add(&l->meters[worker], &image, &l->measures[i]);
        evk_pixels_release(&image);
    }
    evk_room_give(room);
    finish_image(l, i, s, &err);
}

/* ---- from sums to statistics ---------------------------------------------------- */

static void set_colour(evk_statistics *s, const struct evk_sums *sums)
{
    const double n = sums->pixels;

    for (int a = 0; a < 3; a++)
        s->mean[a] = sums->colour[a] / n;
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++)
            s->covariance[3 * a + b] = sums->colours[3 * a + b] / n - s->mean[a] * s->mean[b];
}

/* out (n, n), n = EVK_PATCH_VALUES: the second moments of patches about the mean colour. */
static void second_moment(const evk_statistics *s, const struct evk_sums *sums, double *out)
{
    const int64_t n = EVK_PATCH_VALUES;

    for (int64_t a = 0; a < n; a++)
        for (int64_t b = a; b < n; b++) {
            const double ma = s->mean[a % 3], mb = s->mean[b % 3], k = sums->patches;

            out[a * n + b] = sums->products[a * n + b] / k - ma * (sums->patch[b] / k) -
                             mb * (sums->patch[a] / k) + ma * mb;
            out[b * n + a] = out[a * n + b];
        }
}

static evk_status set_patches(evk_statistics *s, const struct evk_sums *sums, evk_error *err)
{
    const int64_t n = EVK_PATCH_VALUES;
    double *moment, *values, *vectors, rest = 0;

    if (sums->patches < 1)
        return evk_fail(err, EVK_EINVAL, "no image has %d x %d pixels, a patch", EVK_PATCH,
                        EVK_PATCH);
    EVK_TRY(evk_alloc(&moment, 2 * n * n + n, sizeof(*moment), "a patch model", err));
    vectors = moment + n * n;
    values = vectors + n * n;
    second_moment(s, sums, moment);
    evk_eigen(n, moment, values, vectors);
    s->components = EVK_PATCH_COMPONENTS;
    for (int64_t i = s->components; i < n; i++)
        rest += fmax(values[i], 0) / (double)(n - s->components);
    /*
     * Rounding to whole display levels adds a variance of 1/12 by itself, so that a smaller one is
     * not believed.
     */
    s->rest = fmax(rest, 1.0 / 12);
    for (int64_t i = 0; i < s->components; i++)
        s->variance[i] = fmax(values[i], s->rest);
    memcpy(s->component, vectors, (size_t)(s->components * n) * sizeof(*vectors));
    free(moment);
    return EVK_OK;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/*
 * Sort x (n), and set out to its quantiles.  Quantile q is at place (n - 1) q of the sorted
 * numbers, interpolated linearly between its two neighbours.
 */
static void find_quantiles(double *x, int64_t n, double out[EVK_STATISTICS_QUANTILES])
{
    qsort(x, (size_t)n, sizeof(*x), by_value);
    for (int i = 0; i < EVK_STATISTICS_QUANTILES; i++) {
        const double place = (double)(n - 1) * evk_statistics_quantiles[i];
        const int64_t below = (int64_t)place, above = below + 1 < n ? below + 1 : below;

        out[i] = x[below] + (place - (double)below) * (x[above] - x[below]);
    }
}

/* An image of one pixel has no SD; its contrast counts as 0. */
static evk_status set_contrast(evk_statistics *s, const struct learn *l, evk_error *err)
{
    const int64_t n = s->images;
    double *x;

    EVK_TRY(evk_alloc(&x, n, sizeof(*x), "contrasts", err));
    for (int64_t i = 0; i < n; i++)
        x[i] = isnan(l->measures[i].channel_sd) ? 0 : l->measures[i].channel_sd;
    find_quantiles(x, n, s->channel_sd);
    for (int64_t i = 0; i < n; i++)
        x[i] = isnan(l->measures[i].rms_contrast) ? 0 : l->measures[i].rms_contrast;
    find_quantiles(x, n, s->rms_contrast);
    for (int64_t i = 0; i < n; i++)
        x[i] = l->measures[i].level;
    find_quantiles(x, n, s->level);
    memcpy(s->quantile, evk_statistics_quantiles, sizeof(s->quantile));
    free(x);
    return EVK_OK;
}

/*
 * Powers are added up in the order of the list, so that the sums have the same bits in every run.
 */
static void set_spectrum(evk_statistics *s, const struct learn *l)
{
    for (int b = 0; b < EVK_STATISTICS_BANDS; b++) {
        double sum = 0, count = 0;

        for (int64_t i = 0; i < s->images; i++)
            if (!isnan(l->measures[i].power[b])) {
                sum += l->measures[i].power[b];
                count++;
            }
        s->frequency[b] = evk_statistics_frequency(b);
        s->amplitude[b] = count > 0 ? sqrt(sum / count) : (double)NAN;
    }
    s->slope = evk_statistics_slope(s);
}

/* Make *out of the sums and measures of all threads.  The first thread's sums become the total. */
static evk_status conclude(const struct learn *l, int threads, evk_statistics **out, evk_error *err)
{
    struct evk_sums *sums = &l->meters[0].sums;
    evk_statistics *s;
    evk_status status;

    EVK_TRY(evk_alloc(&s, 1, sizeof(*s), "statistics", err));
    for (int t = 1; t < threads; t++)
        evk_sums_add(sums, &l->meters[t].sums);
    s->images = l->progress.total;
    set_colour(s, sums);
    set_spectrum(s, l);
    status = set_contrast(s, l, err);
    if (!status)
        status = set_patches(s, sums, err);
    if (status)
        evk_statistics_free(s);
    else
        *out = s;
    return status;
}

static evk_status learn_all(struct learn *l, int threads, evk_statistics **out, evk_error *err)
{
    const struct evk_kernels *k;
    const char *wanted;
    evk_status s = EVK_OK;

    k = evk_kernels_best(&wanted);
    if (!k)
        return evk_fail(err, EVK_EINVAL,
                        "EVOKE_ISA is '%s', which this build or processor does not have", wanted);
    for (int t = 0; t < threads && !s; t++)
        s = evk_meter_init(&l->meters[t], k, err);
    if (s)
        return s;
    evk_parallel_for(threads, l->progress.total, measure_image, l);
    if (l->stopped)
        return evk_fail(err, EVK_ESTOPPED, "stopped");
    if (l->failed < l->progress.total)
        return evk_fail(err, l->status, "%s", l->error.msg);
    return conclude(l, threads, out, err);
}

evk_status evk_statistics_learn(evk_statistics **out, evk_image_list *images, const evk_run *how,
                                evk_error *err)
{
    EVK_ENTER();
    struct learn l = {.images = images, .run = how};
    int64_t n = (int64_t)evk_image_list_count(images);
    int threads = 0;
    evk_status s = n ? evk_image_list_prepare(images, &own_size, how, err)
                     : evk_fail(err, EVK_EINVAL, "no image to learn from");

    if (!s) {
        n = (int64_t)evk_image_list_count(images);
        threads = evk_thread_count(how->threads, n);
        l.progress = (evk_progress){0, n, (double)NAN};
        l.failed = n;
    }
    if (!s)
        s = evk_alloc(&l.meters, threads, sizeof(*l.meters), "sums", err);
    if (!s)
        s = evk_alloc(&l.measures, n, sizeof(*l.measures), "measures of images", err);
    if (!s)
        s = evk_lock_new(&l.lock, err);
    if (!s)
        s = learn_all(&l, threads, out, err);
    for (int t = 0; l.meters && t < threads; t++)
        evk_meter_release(&l.meters[t]);
    free(l.meters);
    free(l.measures);
    evk_lock_free(l.lock);
    return s;
}
