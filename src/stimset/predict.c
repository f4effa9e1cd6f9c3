/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * predict.c - responses of several models to a list of images
 *
 * Images are taken in chunks: a chunk is decoded once, then shown to one model
 * after the other, so that memory holds one chunk and the sessions of one
 * model, however many there are of either.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "evoke/stimset.h"
#include "model/model.h"
#include "stimset/stop.h"

enum { CHUNK = 256 };

struct predict {
    const evk_image_list *images;
    bool resize;
    const evk_run *run;
    int threads;
    float *responses; /* (images, outputs) */
    int64_t outputs;

    int64_t first, count; /* the chunk */
    evk_image *chunk[CHUNK];
    const evk_model *model; /* whose turn it is */
    int64_t column;         /* of its first output */
    evk_session **sessions; /* (threads) */

    struct evk_lock *lock; /* guards what follows */
    evk_progress progress;
    int64_t failed; /* the first image that failed, -1 */
    evk_status status;
    evk_error error;
};

static void fail(struct predict *p, int64_t i, evk_status s, const evk_error *err)
{
    evk_lock_take(p->lock);
    if (p->failed < 0 || i < p->failed) {
        p->failed = i;
        p->status = s;
        p->error = *err;
    }
    evk_lock_give(p->lock);
}

/* Once the caller gives up, every image that is left fails. */
static bool goes_on(struct predict *p, int64_t i)
{
    if (!evk_is_stopped(p->run))
        return true;
    fail(p, i, EVK_ESTOPPED, &(evk_error){EVK_ESTOPPED, "interrupted"});
    return false;
}

static void decode(void *arg, int worker, int64_t i)
{
    struct predict *p = arg;
    evk_error err = {EVK_OK, ""};
    evk_status s;

    (void)worker;
    if (!goes_on(p, i))
        return;
    s = evk_image_list_read(p->images, (size_t)(p->first + i), &p->chunk[i], &err);
    if (s)
        fail(p, i, s, &err);
}

/* The image at the model's size: itself, or *own, which is to be freed. */
static evk_status fit(const struct predict *p, const evk_image *image, const evk_image **out,
                      evk_image **own, evk_error *err)
{
    const struct evk_shape *in = evk_model_input(p->model);

    *own = NULL;
    *out = image;
    if (image->channels != in->c)
        return evk_fail(err, EVK_EINVAL, "has %lld channel%s, but %s expects %lld",
                        (long long)image->channels, image->channels == 1 ? "" : "s", p->model->path,
                        (long long)in->c);
    if (image->height == in->h && image->width == in->w)
        return EVK_OK;
    if (!p->resize)
        return evk_fail(err, EVK_EINVAL,
                        "is %lldx%lld (height x width), but %s expects %lldx%lld; --resize makes "
                        "it so",
                        (long long)image->height, (long long)image->width, p->model->path,
                        (long long)in->h, (long long)in->w);
    EVK_TRY(evk_image_resize(own, image, in->h, in->w, err));
    *out = *own;
    return EVK_OK;
}

static void report(struct predict *p, const float *responses)
{
    evk_lock_take(p->lock);
    for (int64_t o = 0; o < p->model->outputs; o++)
        if (isfinite(responses[o]) && !((double)responses[o] <= p->progress.best))
            p->progress.best = (double)responses[o];
    p->progress.done++;
    if (p->run->progress)
        p->run->progress(p->run->arg, &p->progress);
    evk_lock_give(p->lock);
}

static void respond(void *arg, int worker, int64_t i)
{
    struct predict *p = arg;
    float *responses = p->responses + (p->first + i) * p->outputs + p->column;
    evk_error err = {EVK_OK, ""};
    const evk_image *image;
    evk_image *own;
    evk_status s;

    if (!goes_on(p, i))
        return;
    s = fit(p, p->chunk[i], &image, &own, &err);
    if (s) {
        s = evk_wrap(&err, s, "%s", evk_image_list_path(p->images, (size_t)(p->first + i)));
        fail(p, i, s, &err);
        return;
    }
    evk_session_predict(p->sessions[worker], image->values, responses);
    evk_image_free(own);
    report(p, responses);
}

static evk_status show_to(struct predict *p, const evk_model *m, evk_error *err)
{
    evk_status s = EVK_OK;

    p->model = m;
    for (int t = 0; t < p->threads && !s; t++)
        s = evk_session_new(&p->sessions[t], m, err);
    if (!s)
        evk_parallel_for(p->threads, p->count, respond, p);
    for (int t = 0; t < p->threads; t++) {
        evk_session_free(p->sessions[t]);
        p->sessions[t] = NULL;
    }
    if (!s && p->failed >= 0)
        return evk_fail(err, p->status, "%s", p->error.msg);
    return s;
}

static evk_status run_chunk(struct predict *p, const evk_model *const *models, size_t count,
                            evk_error *err)
{
    evk_status s = EVK_OK;

    evk_parallel_for(p->threads, p->count, decode, p);
    if (p->failed >= 0)
        s = evk_fail(err, p->status, "%s", p->error.msg);
    p->column = 0;
    for (size_t i = 0; i < count && !s; i++) {
        s = show_to(p, models[i], err);
        p->column += models[i]->outputs;
    }
    for (int64_t i = 0; i < p->count; i++) {
        evk_image_free(p->chunk[i]);
        p->chunk[i] = NULL;
    }
    return s;
}

evk_status evk_predict_list(const evk_model *const *models, size_t count,
                            const evk_image_list *images, bool resize, const evk_run *run,
                            float *responses, evk_error *err)
{
    const int64_t n = (int64_t)evk_image_list_count(images);
    struct predict p = {
        .images = images,
        .resize = resize,
        .run = run,
        .threads = evk_thread_count(run->threads, n),
        .responses = responses,
        .progress = {0, n * (int64_t)count, (double)NAN},
        .failed = -1,
    };
    evk_status s;

    for (size_t i = 0; i < count; i++)
        p.outputs += models[i]->outputs;
    EVK_TRY(evk_alloc(&p.sessions, p.threads, sizeof(*p.sessions), "sessions", err));
    s = evk_lock_new(&p.lock, err);
    for (p.first = 0; p.first < n && !s; p.first += CHUNK) {
        p.count = n - p.first < CHUNK ? n - p.first : CHUNK;
        s = run_chunk(&p, models, count, err);
    }
    free(p.sessions);
    evk_lock_free(p.lock);
    return s;
}
