/* SPDX-License-Identifier: GPL-3.0-or-later */
/* natural_measure.c - medians of SD, mean and contrast over a list of natural images */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/parallel.h"
#include "image/image.h"
#include "model/model.h"
#include "stimset/inputs/fit.h"
#include "stimset/record/row.h"
#include "stimset/record/stop.h"
#include "synth/settings.h"

enum { SD, MEAN, CONTRAST, MEASURES };

struct measuring {
    const evk_image_list *images;
    const evk_model *model;
    const evk_run *run;
    double *of[MEASURES]; /* (images) values of each measure */

    struct evk_lock *lock; /* guards the members below */
    int64_t failed;        /* first image that failed; -1: none */
    evk_status status;
    evk_error error;
};

static double mean_of(const evk_image *image)
{
    const int64_t n = image->height * image->width * image->channels;
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += (double)image->values[i];
    return sum / (double)n;
}

/* An image of one pixel has no SD and a black image no contrast: both count as 0. */
static double or_zero(double x)
{
    return isnan(x) ? 0 : x;
}

static evk_status measure_image(struct measuring *m, int64_t i, evk_error *err)
{
    struct evk_row row = evk_row_new();
    struct evk_pixels pixels;
    evk_image *image;
    evk_status s;

    if (evk_is_stopped(m->run))
        return evk_fail(err, EVK_ESTOPPED, "interrupted");
    EVK_TRY(evk_fit_listed(m->images, (size_t)i, m->model, false, &image, NULL, err));
    s = evk_image_quantise(&pixels, image->height, image->width, image->channels, image->values,
                           err);
    if (!s) {
        evk_row_measure_pixels(&row, &pixels);
        evk_pixels_release(&pixels);
        m->of[SD][i] = or_zero(row.channel_sd);
        m->of[MEAN][i] = mean_of(image);
        m->of[CONTRAST][i] = or_zero(row.rms_contrast);
    }
    evk_image_free(image);
    return s;
}

static void measure_job(void *arg, int worker, int64_t i)
{
    struct measuring *m = arg;
    evk_error err = {EVK_OK, ""};
    const evk_status s = measure_image(m, i, &err);

    (void)worker;
    if (!s)
        return;
    evk_lock_take(m->lock);
    if (m->failed < 0 || i < m->failed) {
        m->failed = i;
        m->status = s;
        m->error = err;
    }
    evk_lock_give(m->lock);
}

static int ascending(const void *pa, const void *pb)
{
    const double a = *(const double *)pa, b = *(const double *)pb;

    return (a > b) - (a < b);
}

/* Returns the median in nine digits, which is how an option is written.  Sorts x (n). */
static double median(double *x, int64_t n)
{
    char text[EVK_REAL_TEXT];
    double m;

    qsort(x, (size_t)n, sizeof(*x), ascending);
    m = (x[(n - 1) / 2] + x[n / 2]) / 2;
    return evk_parse_real(evk_format_real(m, text), &m) ? m : (double)NAN;
}

static evk_status measure_all(struct measuring *m, evk_error *err)
{
    const int64_t n = (int64_t)evk_image_list_count(m->images);

    for (int k = 0; k < MEASURES; k++)
        EVK_TRY(evk_alloc(&m->of[k], n, sizeof(*m->of[k]), "reference images", err));
    EVK_TRY(evk_lock_new(&m->lock, err));
    evk_parallel_for(evk_thread_count(m->run->threads, n), n, measure_job, m);
    return m->failed < 0 ? EVK_OK : evk_fail(err, m->status, "%s", m->error.msg);
}

evk_status evk_recipe_of_images(evk_recipe *recipe, const evk_model *model, evk_image_list *images,
                                const evk_run *run, evk_error *err)
{
    const struct evk_size size = evk_size_of(model);
    struct measuring m = {.images = images, .model = model, .run = run, .failed = -1};
    evk_status s = evk_image_list_prepare(images, &size, run, err);
    int64_t n;

    if (!s)
        s = measure_all(&m, err);
    n = (int64_t)evk_image_list_count(images);
    if (!s) {
        recipe->natural_sd = median(m.of[SD], n);
        recipe->natural_mean = median(m.of[MEAN], n);
        recipe->natural_contrast = median(m.of[CONTRAST], n);
    }
    evk_lock_free(m.lock);
    for (int k = 0; k < MEASURES; k++)
        free(m.of[k]);
    return s;
}
