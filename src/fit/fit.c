/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit.c - fit readouts of cores to a recording, or to teachers: the order of steps */
#include "fit/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/median.h"
#include "base/mem.h"
#include "fit/folds.h"
#include "recording/measures.h"
#include "recording/rows.h"

enum {
    SAMPLES = 2000, /* of each bootstrap */
    LEAST = 3       /* images of a fold, within which a correlation is measured */
};

/* ---- images --------------------------------------------------------------------------------- */

/* Lists the images of the fit: those of the recording, or of the teacher's rows. */
static evk_status choose_images(struct evk_fit_work *w, evk_error *err)
{
    const evk_recording *r = w->source->recording;

    if (r) {
        w->images = r->images;
        EVK_TRY(evk_alloc(&w->image, w->images, sizeof(*w->image), "images", err));
        memcpy(w->image, r->image, (size_t)w->images * sizeof(*w->image));
    } else {
        EVK_TRY(evk_rows_read(&w->image, &w->images, w->source->rows,
                              (int64_t)evk_image_list_count(w->source->images), err));
    }
    if (w->images < LEAST * w->fitting->folds)
        return evk_fail(err, EVK_EINVAL,
                        "found %lld image%s for %lld folds, expected at least %d images for each "
                        "fold",
                        (long long)w->images, w->images == 1 ? "" : "s",
                        (long long)w->fitting->folds, LEAST);
    return EVK_OK;
}

/* Returns when image i was first shown: its first line in the table, or its place in the list. */
static int64_t time_of(const struct evk_fit_work *w, int64_t i)
{
    const evk_recording *r = w->source->recording;
    int64_t first = -1;

    if (!r || !r->line)
        return i;
    for (int64_t k = 0; k < r->repeats; k++) {
        const int64_t line = r->line[i * r->repeats + k];

        if (line >= 0 && (first < 0 || line < first))
            first = line;
    }
    return first;
}

/* An image and when it was first shown. */
struct shown {
    int64_t time, image;
};

static int compare_times(const void *a, const void *b)
{
    const struct shown *x = a, *y = b;

    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->image > y->image) - (x->image < y->image);
}

/*
 * Divides images that stand in order of time into folds.
 *   order  (images)
 *   room   (3, images) to work in
 */
static evk_status divide(struct evk_fit_work *w, const struct shown *order, int64_t *room,
                         evk_error *err)
{
    int64_t *place = room, *group = room + w->images, *fold = room + 2 * w->images;

    for (int64_t k = 0; k < w->images; k++)
        place[order[k].image] = k;
    for (int64_t k = 0; k < w->images; k++)
        group[k] = place[w->alike[order[k].image]];
    EVK_TRY(evk_folds(w->images, group, &w->folds, fold, err));
    for (int64_t k = 0; k < w->images; k++)
        w->fold[order[k].image] = fold[k];
    return EVK_OK;
}

/* Divides the images into folds, in their order of time, with images that are alike in one fold. */
static evk_status make_folds(struct evk_fit_work *w, evk_error *err)
{
    const struct evk_size *size = &w->shown.size;
    struct shown *order = NULL;
    int64_t *room = NULL;
    evk_status s = evk_alloc(&order, w->images, sizeof(*order), "folds", err);

    if (!s)
        s = evk_alloc(&room, 3 * w->images, sizeof(*room), "folds", err);
    if (!s)
        s = evk_alloc(&w->fold, w->images, sizeof(*w->fold), "folds", err);
    if (!s)
        s = evk_alloc(&w->alike, w->images, sizeof(*w->alike), "folds", err);
    if (!s)
        s = evk_twins(w->run->threads, w->images, size->height, size->width, size->channels,
                      w->shown.pixels, w->alike, err);
    for (int64_t i = 0; !s && i < w->images; i++) {
        w->report->twins += w->alike[i] != i;
        order[i] = (struct shown){time_of(w, i), i};
    }
    if (!s) {
        qsort(order, (size_t)w->images, sizeof(*order), compare_times);
        s = divide(w, order, room, err);
    }
    free(order);
    free(room);
    return s;
}

/* ---- readouts ------------------------------------------------------------------------------- */

/* The shapes of a core's blocks as struct evk_fit_core has them: rows, columns, channels. */
struct core_shapes {
    int64_t rows[EVK_READOUT_LAYERS_MAX], columns[EVK_READOUT_LAYERS_MAX],
        channels[EVK_READOUT_LAYERS_MAX];
};

static struct evk_fit_core describe_core(const struct evk_core_features *c, struct core_shapes *s)
{
    for (size_t b = 0; b < c->block_count; b++) {
        s->rows[b] = c->blocks[b].shape.h;
        s->columns[b] = c->blocks[b].shape.w;
        s->channels[b] = c->blocks[b].shape.c;
    }
    return (struct evk_fit_core){.x = c->x,
                                 .features = c->model->outputs,
                                 .blocks = (int64_t)c->block_count,
                                 .rows = s->rows,
                                 .columns = s->columns,
                                 .channels = s->channels};
}

static evk_status fit_readouts(struct evk_fit_work *w, evk_error *err)
{
    struct evk_fit_core *cores = NULL;
    struct core_shapes *shapes = NULL;
    evk_status s = evk_alloc(&cores, (int64_t)w->core_count, sizeof(*cores), "cores", err);

    if (!s)
        s = evk_alloc(&shapes, (int64_t)w->core_count, sizeof(*shapes), "cores", err);
    for (size_t k = 0; !s && k < w->core_count; k++)
        cores[k] = describe_core(&w->shown.cores[k], &shapes[k]);
    if (!s) {
        const struct evk_fit_data data = {.cores = cores,
                                          .core_count = (int64_t)w->core_count,
                                          .images = w->images,
                                          .units = w->units.usable,
                                          .y = w->units.y,
                                          .count = w->units.count,
                                          .fold = w->fold,
                                          .folds = w->folds,
                                          .threads = w->run->threads,
                                          .run = w->run};

        s = w->readout->fit(&w->result, &data, err);
    }
    free(cores);
    free(shapes);
    return s;
}

/* ---- the report ----------------------------------------------------------------------------- */

static evk_status begin_report(struct evk_fit_work *w, evk_error *err)
{
    const int64_t n = (int64_t)w->units.names.count;
    evk_fit_report *r = w->report;

    EVK_TRY(evk_alloc(&r->units, n, sizeof(*r->units), "a report", err));
    for (int64_t i = 0; i < n; i++) {
        EVK_TRY(evk_names_add(&r->names, w->units.names.names[i], err));
        r->units[i] = (evk_fit_unit){.left_out = w->units.left_out[i],
                                     .r = (double)NAN,
                                     .low = (double)NAN,
                                     .high = (double)NAN,
                                     .r2_er = (double)NAN,
                                     .ceiling = (double)NAN};
    }
    for (int64_t i = 0; i < n; i++)
        r->units[i].name = r->names.names[i];
    return EVK_OK;
}

/*
 * Subtracts from values (images) their mean in each fold, over images whose value in known (images)
 * is not NaN.  By chance the mean response of the images that a fit is given is high where that of
 * the fold is low, since the two have all images among them: of a unit that no feature predicts,
 * the correlation over all folds would be below 0, and within folds it is about 0.
 */
static void centre_folds(const struct evk_fit_work *w, const double *known, double *values)
{
    for (int64_t f = 0; f < w->folds; f++) {
        double sum = 0, n = 0;

        for (int64_t i = 0; i < w->images; i++)
            if (w->fold[i] == f && !isnan(known[i])) {
                sum += values[i];
                n++;
            }
        for (int64_t i = 0; i < w->images; i++)
            if (w->fold[i] == f)
                values[i] -= sum / n;
    }
}

/*
 * Sets predictions (images) to 0 where they vary by less than a millionth of what responses y do:
 * nothing was found then, and what is left is rounding.
 */
static void drop_rounding(const double *y, double *predicted, int64_t images)
{
    double yy = 0, xx = 0;

    for (int64_t i = 0; i < images; i++)
        if (!isnan(y[i]) && !isnan(predicted[i])) {
            yy += y[i] * y[i];
            xx += predicted[i] * predicted[i];
        }
    for (int64_t i = 0; i < images && xx <= 1e-12 * yy; i++)
        predicted[i] = 0;
}

/*
 * Writes responses y and predictions of images, with those of images that are alike as their mean.
 *   joined  (2, images), written: responses, then predictions
 * Returns how many there are.
 */
static int64_t join_alike(const struct evk_fit_work *w, const double *y, const double *predicted,
                          double *joined)
{
    int64_t count = 0;

    for (int64_t i = 0; i < w->images; i++) {
        double sum[2] = {0, 0}, n = 0;

        for (int64_t k = i; w->alike[i] == i && k < w->images; k++)
            if (w->alike[k] == i && !isnan(y[k]) && !isnan(predicted[k])) {
                sum[0] += y[k];
                sum[1] += predicted[k];
                n++;
            }
        if (n > 0) {
            joined[count] = sum[0] / n;
            joined[w->images + count++] = sum[1] / n;
        }
    }
    return count;
}

/*
 * Measures the interval of a unit's r by a bootstrap over images.  Fits of the folds share most of
 * their images, of which a bootstrap knows nothing.  So the interval is widened by the factor of
 * Nadeau & Bengio (Machine Learning 52: 239, 2003), which for k folds is sqrt(1 + k / (k - 1)).
 */
static evk_status measure_interval(const struct evk_fit_work *w, const double *y,
                                   const double *predicted, evk_fit_unit *u, evk_error *err)
{
    const double k = (double)w->folds, wider = sqrt(1 + k / (k - 1));
    struct evk_interval interval;
    double *joined;
    evk_status s;
    int64_t n;

    EVK_TRY(evk_alloc(&joined, 2 * w->images, sizeof(*joined), "intervals", err));
    n = join_alike(w, y, predicted, joined);
    s = evk_correlation_interval(joined + w->images, joined, n, SAMPLES, &interval, err);
    free(joined);
    EVK_TRY(s);
    u->low = fmax(-1, u->r - wider * (u->r - interval.low));
    u->high = fmin(1, u->r + wider * (interval.high - u->r));
    return EVK_OK;
}

/*
 * Keeps how far recorded responses are from predictions, before anything is subtracted from them.
 * Of a teacher nothing is kept: no response to it was recorded.
 */
static evk_status calibrate(struct evk_fit_work *w, evk_error *err)
{
    EVK_TRY(
        evk_alloc(&w->calibration, w->units.usable, sizeof(*w->calibration), "a calibration", err));
    for (int64_t k = 0; k < w->units.usable && w->source->recording; k++)
        EVK_TRY(evk_calibration_measure(&w->calibration[k], w->result.predicted + k * w->images,
                                        w->units.y + k * w->images, w->images, err));
    return EVK_OK;
}

/* Measures how well unit k of those that were fitted is predicted. */
static evk_status measure(struct evk_fit_work *w, int64_t k, evk_error *err)
{
    double *predicted = w->result.predicted + k * w->images, *y = w->units.y + k * w->images;
    evk_fit_unit *u = &w->report->units[w->units.unit[k]];
    struct evk_reliability reliability;

    for (int64_t i = 0; i < w->images; i++)
        u->images += !isnan(y[i]);
    centre_folds(w, y, predicted);
    centre_folds(w, y, y);
    drop_rounding(y, predicted, w->images);
    u->r = evk_correlation(predicted, y, w->images);
    EVK_TRY(measure_interval(w, y, predicted, u, err));
    u->keep = u->low > 0;
    if (!w->source->recording)
        return EVK_OK;
    EVK_TRY(evk_reliability_measure(w->source->recording, w->units.unit[k], &reliability, err));
    u->ceiling = reliability.ceiling;
    u->r2_er = evk_r2_er(w->source->recording, w->units.unit[k], predicted,
                         &(struct evk_image_groups){w->fold, w->folds}, &reliability);
    return EVK_OK;
}

static evk_status summarise(struct evk_fit_work *w, evk_error *err)
{
    const int64_t n = (int64_t)w->report->names.count;
    double *values;

    EVK_TRY(evk_alloc(&values, n, sizeof(*values), "a report", err));
    for (int64_t i = 0; i < n; i++)
        values[i] = w->report->units[i].r;
    w->report->r = evk_median(values, n);
    for (int64_t i = 0; i < n; i++)
        values[i] = w->report->units[i].r2_er;
    w->report->r2_er = evk_median(values, n);
    free(values);
    return EVK_OK;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static evk_status fit(struct evk_fit_work *w, const evk_model_options *options, evk_error *err)
{
    const evk_fit_source *source = w->source;

    EVK_TRY(evk_fit_check_name(w->name, err));
    if (!source->recording == !w->teacher_count)
        return evk_fail(err, EVK_EINVAL, "found %s, expected either a recording or a teacher",
                        source->recording ? "both a recording and a teacher" : "neither");
    if (source->recording && source->recording->list != source->images)
        return evk_fail(err, EVK_EINVAL, "%s: was not opened with the images of the fit",
                        source->recording->path);
    EVK_TRY(evk_fit_name_teachers(w, err));
    EVK_TRY(evk_readout_kind_find(&w->readout, w->fitting->readout, err));
    EVK_TRY(choose_images(w, err));
    EVK_TRY(evk_shown_open(&w->shown, w->cores, w->core_count, w->fitting->grid, options, err));
    EVK_TRY(source->recording ? evk_fitted_units_recorded(&w->units, source->recording, err)
                              : evk_fitted_units_taught(&w->units, w->teachers, w->teacher_count,
                                                        source, w->image, w->images, w->run, err));
    EVK_TRY(begin_report(w, err));
    EVK_TRY(evk_shown_compute(&w->shown, source->images, w->image, w->images, source->resize,
                              w->run, err));
    EVK_TRY(make_folds(w, err));
    EVK_TRY(fit_readouts(w, err));
    EVK_TRY(calibrate(w, err));
    for (int64_t k = 0; k < w->units.usable; k++)
        EVK_TRY(measure(w, k, err));
    EVK_TRY(summarise(w, err));
    return evk_fit_write_files(w, err);
}

static void release(struct evk_fit_work *w)
{
    evk_shown_release(&w->shown);
    evk_fitted_units_release(&w->units);
    evk_fit_result_release(&w->result, (int64_t)w->core_count);
    evk_names_release(&w->teacher_files);
    free(w->image);
    free(w->fold);
    free(w->alike);
    free(w->calibration);
}

/* Fits as the work says, whose report becomes *out. */
static evk_status do_work(struct evk_fit_work *w, const evk_model_options *options,
                          evk_fit_report **out, evk_error *err)
{
    evk_status s = evk_alloc(&w->report, 1, sizeof(*w->report), "a report", err);

    if (!s)
        s = fit(w, options, err);
    release(w);
    if (s)
        evk_fit_report_free(w->report);
    else
        *out = w->report;
    return s;
}

evk_status evk_fit(const char *name, const char *const *cores, size_t count,
                   const evk_fit_source *source, const evk_fitting *fitting,
                   const evk_model_options *options, const evk_run *run, evk_fit_report **out,
                   evk_error *err)
{
    EVK_ENTER();
    struct evk_fit_work w = {.name = name,
                             .cores = cores,
                             .core_count = count,
                             .source = source,
                             .teachers = &source->teacher,
                             .teacher_count = source->teacher ? 1 : 0,
                             .fitting = fitting,
                             .folds = fitting->folds,
                             .run = run};

    return do_work(&w, options, out, err);
}

evk_status evk_fit_teachers(const char *name, const char *const *cores, size_t count,
                            const evk_model *const *teachers, size_t teacher_count,
                            const evk_fit_source *source, const evk_fitting *fitting,
                            const evk_model_options *options, const evk_run *run,
                            evk_fit_report **out, evk_error *err)
{
    EVK_ENTER();
    struct evk_fit_work w = {.name = name,
                             .cores = cores,
                             .core_count = count,
                             .source = source,
                             .teachers = teachers,
                             .teacher_count = teacher_count,
                             .fitting = fitting,
                             .folds = fitting->folds,
                             .run = run};

    if (source->teacher || source->recording)
        return evk_fail(err, EVK_EINVAL,
                        "found a %s in the source of a fit that has teachers, expected none",
                        source->teacher ? "teacher" : "recording");
    return do_work(&w, options, out, err);
}

size_t evk_fit_report_count(const evk_fit_report *report)
{
    return report->names.count;
}

const evk_fit_unit *evk_fit_report_unit(const evk_fit_report *report, size_t i)
{
    return &report->units[i];
}

void evk_fit_report_medians(const evk_fit_report *report, double *r, double *r2_er)
{
    *r = report->r;
    *r2_er = report->r2_er;
}

int64_t evk_fit_report_twins(const evk_fit_report *report)
{
    return report->twins;
}

void evk_fit_report_free(evk_fit_report *report)
{
    if (!report)
        return;
    evk_names_release(&report->names);
    free(report->units);
    free(report);
}
