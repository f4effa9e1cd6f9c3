/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shown.c - the images of a fit as the cores see them: features, hashes and pixels */
#include "fit/shown.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "image/image.h"
#include "stimset/record/stop.h"

/* ---- cores ---------------------------------------------------------------------------------- */

static evk_status check_sizes(const struct evk_shown_images *s, evk_error *err)
{
    const evk_model_info *first = evk_model_describe(s->cores[0].model);

    for (size_t k = 1; k < s->core_count; k++) {
        const evk_model_info *in = evk_model_describe(s->cores[k].model);

        if (in->height != first->height || in->width != first->width ||
            in->channels != first->channels)
            return evk_fail(err, EVK_EINVAL,
                            "%s: takes images of %lldx%lldx%lld, but %s of %lldx%lldx%lld; "
                            "expected cores that see the same images",
                            in->path, (long long)in->height, (long long)in->width,
                            (long long)in->channels, first->path, (long long)first->height,
                            (long long)first->width, (long long)first->channels);
    }
    return EVK_OK;
}

evk_status evk_shown_open(struct evk_shown_images *out, const char *const *cores, size_t count,
                          int64_t grid, const evk_model_options *options, evk_error *err)
{
    *out = (struct evk_shown_images){0};
    if (count < 1 || count > EVK_MEMBERS_MAX)
        return evk_fail(err, EVK_EINVAL, "found %zu cores, expected 1 to %d", count,
                        EVK_MEMBERS_MAX);
    EVK_TRY(evk_alloc(&out->cores, (int64_t)count, sizeof(*out->cores), "cores", err));
    for (; out->core_count < count; out->core_count++) {
        struct evk_core_features *c = &out->cores[out->core_count];

        EVK_TRY(evk_features_open(&c->model, cores[out->core_count], grid, options, c->blocks,
                                  &c->block_count, err));
    }
    out->size = (struct evk_size){evk_model_input(out->cores[0].model)->h,
                                  evk_model_input(out->cores[0].model)->w,
                                  evk_model_input(out->cores[0].model)->c};
    return check_sizes(out, err);
}

void evk_shown_release(struct evk_shown_images *s)
{
    for (size_t k = 0; k < s->core_count; k++) {
        evk_model_free(s->cores[k].model);
        free(s->cores[k].x);
    }
    free(s->cores);
    free(s->pixels);
    free(s->hashes);
    *s = (struct evk_shown_images){0};
}

/* ---- features ------------------------------------------------------------------------------- */

/* What the threads of a call share. */
struct showing {
    struct evk_shown_images *s;
    const evk_image_list *list;
    const int64_t *image;
    bool resize;
    const evk_run *run;
    int64_t values;         /* of an image */
    evk_session **sessions; /* (threads, cores); owned */
    float *floats;          /* (threads, values); owned */
    struct evk_lock *lock;  /* guards the members below; owned */
    evk_progress progress;
    int64_t failed; /* first image that failed; -1: none */
    evk_status status;
    evk_error error;
};

static evk_status check_image(const struct showing *w, size_t i, evk_error *err)
{
    const evk_model_info *in = evk_model_describe(w->s->cores[0].model);
    int64_t height, width;

    if (w->resize)
        return EVK_OK;
    EVK_TRY(evk_image_list_header(w->list, i, &height, &width, err));
    if (height == in->height && width == in->width)
        return EVK_OK;
    return evk_fail(
        err, EVK_EINVAL,
        "%s: is %lldx%lld (height x width), but %s expects %lldx%lld; --resize makes it so",
        evk_image_list_path(w->list, i), (long long)height, (long long)width, in->path,
        (long long)in->height, (long long)in->width);
}

/* Reads an image into row i of the pixels, and hashes the pixels. */
static evk_status read_image(const struct showing *w, int64_t i, evk_error *err)
{
    const size_t listed = (size_t)w->image[i];
    struct evk_pixels pixels;
    evk_status s;

    EVK_TRY(check_image(w, listed, err));
    EVK_TRY(evk_image_list_pixels(w->list, listed, &w->s->size, &pixels, NULL, err));
    memcpy(w->s->pixels + i * w->values, pixels.data, (size_t)w->values);
    s = evk_pixels_hash(&pixels, w->s->hashes[i], err);
    evk_pixels_release(&pixels);
    return s;
}

static evk_status check_features(const struct showing *w, const struct evk_core_features *c,
                                 int64_t i, evk_error *err)
{
    const int64_t features = c->model->outputs;
    const float *x = c->x + i * features;

    for (int64_t j = 0; j < features; j++)
        if (!isfinite(x[j]))
            return evk_fail(err, EVK_EFORMAT, "%s: feature %lld of %s is not finite",
                            evk_image_list_path(w->list, (size_t)w->image[i]), (long long)j,
                            c->model->path);
    return EVK_OK;
}

static evk_status show(const struct showing *w, int worker, int64_t i, evk_error *err)
{
    float *floats = w->floats + worker * w->values;

    EVK_TRY(read_image(w, i, err));
    for (int64_t j = 0; j < w->values; j++)
        floats[j] = w->s->pixels[i * w->values + j];
    for (size_t k = 0; k < w->s->core_count; k++) {
        const struct evk_core_features *c = &w->s->cores[k];

        evk_session_predict(w->sessions[(size_t)worker * w->s->core_count + k], floats,
                            c->x + i * c->model->outputs);
        EVK_TRY(check_features(w, c, i, err));
    }
    return EVK_OK;
}

static void show_job(void *arg, int worker, int64_t i)
{
    struct showing *w = arg;
    evk_error err = {EVK_OK, ""};
    evk_status s = evk_is_stopped(w->run) ? evk_fail(&err, EVK_ESTOPPED, "interrupted")
                                          : show(w, worker, i, &err);

    evk_lock_take(w->lock);
    if (s && (w->failed < 0 || i < w->failed)) {
        w->failed = i;
        w->status = s;
        w->error = err;
    }
    w->progress.done++;
    if (!s && w->run->progress)
        w->run->progress(w->run->arg, &w->progress);
    evk_lock_give(w->lock);
}

static evk_status open_sessions(struct showing *w, int threads, evk_error *err)
{
    const size_t cores = w->s->core_count;

    EVK_TRY(
        evk_alloc(&w->sessions, threads * (int64_t)cores, sizeof(*w->sessions), "sessions", err));
    EVK_TRY(evk_alloc_floats(&w->floats, threads * w->values, "images", err));
    for (size_t i = 0; i < (size_t)threads * cores; i++)
        EVK_TRY(evk_session_new(&w->sessions[i], w->s->cores[i % cores].model, err));
    return evk_lock_new(&w->lock, err);
}

static void close_sessions(struct showing *w, int threads)
{
    for (size_t i = 0; w->sessions && i < (size_t)threads * w->s->core_count; i++)
        evk_session_free(w->sessions[i]);
    free(w->sessions);
    free(w->floats);
    evk_lock_free(w->lock);
}

static evk_status allocate(struct evk_shown_images *s, int64_t images, int64_t values,
                           evk_error *err)
{
    int64_t n;

    s->images = images;
    EVK_TRY(evk_alloc(&s->pixels, images, (size_t)values, "pixels", err));
    EVK_TRY(evk_alloc(&s->hashes, images, sizeof(*s->hashes), "hashes", err));
    for (size_t k = 0; k < s->core_count; k++) {
        if (!evk_size_mul(images, s->cores[k].model->outputs, &n))
            return evk_fail(err, EVK_ENOMEM, "out of memory for features");
        EVK_TRY(evk_alloc(&s->cores[k].x, n, sizeof(*s->cores[k].x), "features", err));
    }
    return EVK_OK;
}

evk_status evk_shown_compute(struct evk_shown_images *s, const evk_image_list *list,
                             const int64_t *image, int64_t images, bool resize, const evk_run *run,
                             evk_error *err)
{
    const int threads = evk_thread_count(run->threads, images);
    struct showing w = {.s = s,
                        .list = list,
                        .image = image,
                        .resize = resize,
                        .run = run,
                        .values = s->size.height * s->size.width * s->size.channels,
                        .progress = {.total = images, .best = (double)NAN},
                        .failed = -1};
    evk_status status = allocate(s, images, w.values, err);

    if (!status)
        status = open_sessions(&w, threads, err);
    if (!status)
        evk_parallel_for(threads, images, show_job, &w);
    if (!status && w.failed >= 0)
        status = evk_fail(err, w.status, "%s", w.error.msg);
    close_sessions(&w, threads);
    return status;
}
