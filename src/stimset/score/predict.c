/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * predict.c - responses of several models to a list of images
 *
 * The thread that decodes an image shows it to the model right away, so that no thread waits for
 * others between decoding and the network.  One model takes the whole list in one go, and an image
 * is forgotten once it was shown.  Several models take it in chunks: a chunk is read once for
 * successive models of one size, so that memory holds one chunk and the sessions of one model,
 * however many images and models there are.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "image/image.h"
#include "model/model.h"
#include "stimset/inputs/fit.h"
#include "stimset/record/stop.h"
#include "stimset/score/reference.h"

enum { CHUNK = 256 };

struct predict {
    const evk_image_list *images;
    bool resize;
    const evk_run *run;
    int threads;
    float *responses; /* (images, outputs) */
    int64_t outputs;

    evk_image_list *blamed; /* where unreadable images are left out; NULL: they are failures */
    bool *left_out;         /* (images) true where an image could not be read; used with blamed */

    bool once;                /* there is one model: pixels are not kept, and the chunk is all */
    int64_t first, count;     /* first image of the chunk, and how many it has */
    struct evk_size size;     /* size of the pixels in chunk */
    bool there;               /* has the chunk been read? */
    struct evk_pixels *chunk; /* (images of the largest chunk) without data where not read */
    const evk_model *model;   /* the model that is shown the chunk */
    int64_t column;           /* column of the model's first output in a row of responses */
    evk_session **sessions;   /* (threads) */
    evk_image **shown;        /* (threads) an image as floats */

    struct evk_lock *lock; /* guards the members below */
    evk_progress progress;
    int64_t failed; /* first image that failed; -1: none */
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

/*
 * Is image i still to be handled?  Images after one that failed are not.  Once run->stop says so,
 * every image that is left fails.
 */
static bool goes_on(struct predict *p, int64_t i)
{
    bool late;

    evk_lock_take(p->lock);
    late = p->failed >= 0 && p->failed < i;
    evk_lock_give(p->lock);
    if (late)
        return false;
    if (!evk_is_stopped(p->run))
        return true;
    fail(p, i, EVK_ESTOPPED, &(evk_error){EVK_ESTOPPED, "interrupted"});
    return false;
}

/* Without resizing, no other size than the model's is allowed. */
static evk_status read_image(struct predict *p, size_t i, struct evk_pixels *out, evk_error *err)
{
    return p->resize ? evk_image_list_pixels(p->images, i, &p->size, out, NULL, err)
                     : evk_image_list_exact(p->images, i, &p->size, p->model->path, out, err);
}

/* Is this a failure of the image alone, which is left out while the others go on? */
static bool is_unreadable(const struct predict *p, evk_status s)
{
    return p->blamed && (s == EVK_EFORMAT || s == EVK_EIO || s == EVK_EUNSUPPORTED);
}

/* Read image i of the chunk; false: image i failed.  One that is left out has no pixels. */
static bool decode(struct predict *p, int64_t i)
{
    const size_t image = (size_t)(p->first + i);
    evk_error err = {EVK_OK, ""};
    evk_status s;

    if (p->blamed && p->left_out[image])
        return true;
    s = read_image(p, image, &p->chunk[i], &err);
    if (is_unreadable(p, s)) {
        p->left_out[image] = true;
        s = evk_image_list_leave_out(p->blamed, image, true, err.msg, &err);
    }
    if (s)
        fail(p, i, s, &err);
    return !s;
}

static void release_chunk(struct predict *p)
{
    for (int64_t i = 0; i < p->count; i++)
        evk_pixels_release(&p->chunk[i]);
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

static void respond(struct predict *p, int worker, int64_t i)
{
    float *responses = p->responses + (p->first + i) * p->outputs + p->column;
    const unsigned char *from = p->chunk[i].data;
    float *to = p->shown[worker]->values;

    if (from) {
        evk_model_kernels(p->model)->widen(p->size.height * p->size.width * p->size.channels, from,
                                           to);
        evk_session_predict(p->sessions[worker], to, responses);
    } else {
        for (int64_t o = 0; o < p->model->outputs; o++)
            responses[o] = NAN;
    }
    report(p, responses);
}

/* A thread's job: show image i of the chunk to the model, and read it first unless it is there. */
static void take(void *arg, int worker, int64_t i)
{
    struct predict *p = arg;

    if (!goes_on(p, i) || (!p->there && !decode(p, i)))
        return;
    respond(p, worker, i);
    if (p->once)
        evk_pixels_release(&p->chunk[i]);
}

static evk_status open_workers(struct predict *p, const evk_model *m, evk_error *err)
{
    for (int t = 0; t < p->threads; t++) {
        EVK_TRY(evk_session_new(&p->sessions[t], m, err));
        EVK_TRY(evk_image_new(&p->shown[t], p->size.height, p->size.width, p->size.channels, err));
    }
    return EVK_OK;
}

static void close_workers(struct predict *p)
{
    for (int t = 0; t < p->threads; t++) {
        evk_session_free(p->sessions[t]);
        evk_image_free(p->shown[t]);
        p->sessions[t] = NULL;
        p->shown[t] = NULL;
    }
}

/* Forget the chunk, unless it was read for a model of the same size as m. */
static void choose_model(struct predict *p, const evk_model *m)
{
    const struct evk_size size = evk_size_of(m);

    p->model = m;
    p->there = p->there && size.height == p->size.height && size.width == p->size.width &&
               size.channels == p->size.channels;
    if (!p->there)
        release_chunk(p);
    p->size = size;
}

static evk_status show_to(struct predict *p, const evk_model *m, evk_error *err)
{
    evk_status s;

    choose_model(p, m);
    s = open_workers(p, m, err);
    if (!s)
        evk_parallel_for(p->threads, p->count, take, p);
    close_workers(p);
    p->there = true;
    if (!s && p->failed >= 0)
        return evk_fail(err, p->status, "%s", p->error.msg);
    return s;
}

static evk_status run_chunk(struct predict *p, const evk_model *const *models, size_t count,
                            evk_error *err)
{
    evk_status s = EVK_OK;

    p->column = 0;
    p->there = false;
    for (size_t i = 0; i < count && !s; i++) {
        s = show_to(p, models[i], err);
        p->column += models[i]->outputs;
    }
    release_chunk(p);
    return s;
}

static evk_status run_all(struct predict *p, const evk_model *const *models, size_t count,
                          evk_error *err)
{
    const int64_t n = (int64_t)evk_image_list_count(p->images), most = p->once ? n : CHUNK;
    evk_status s;

    for (size_t i = 0; i < count; i++)
        p->outputs += models[i]->outputs;
    EVK_TRY(evk_alloc(&p->chunk, most, sizeof(*p->chunk), "images", err));
    EVK_TRY(evk_alloc(&p->sessions, p->threads, sizeof(*p->sessions), "sessions", err));
    EVK_TRY(evk_alloc(&p->shown, p->threads, sizeof(*p->shown), "images", err));
    s = evk_lock_new(&p->lock, err);
    for (p->first = 0; p->first < n && !s; p->first += most) {
        p->count = n - p->first < most ? n - p->first : most;
        s = run_chunk(p, models, count, err);
    }
    return s;
}

evk_status evk_respond_list(const evk_model *const *models, size_t count,
                            const evk_image_list *images, bool resize, const evk_run *run,
                            float *responses, evk_image_list *blamed, bool *left_out,
                            evk_error *err)
{
    const int64_t n = (int64_t)evk_image_list_count(images);
    struct predict p = {
        .images = images,
        .resize = resize,
        .run = run,
        .threads = evk_thread_count(run->threads, n),
        .responses = responses,
        .blamed = blamed,
        .left_out = left_out,
        .once = count == 1,
        .progress = {0, n * (int64_t)count, (double)NAN},
        .failed = -1,
    };
    const evk_status s = run_all(&p, models, count, err);

    free(p.chunk);
    free(p.sessions);
    free(p.shown);
    evk_lock_free(p.lock);
    return s;
}

evk_status evk_predict_list(const evk_model *const *models, size_t count, evk_image_list *images,
                            bool resize, const evk_run *run, float *responses, bool *left_out,
                            evk_error *err)
{
    EVK_ENTER();
    const size_t n = evk_image_list_count(images);
    size_t used = n;

    if (!left_out)
        return evk_respond_list(models, count, images, resize, run, responses, NULL, NULL, err);
    for (size_t i = 0; i < n; i++)
        left_out[i] = false;
    EVK_TRY(evk_respond_list(models, count, images, resize, run, responses, images, left_out, err));
    for (size_t i = 0; i < n; i++)
        used -= left_out[i];
    return n == 0 ? EVK_OK : evk_image_list_check_left(images, used, err);
}
