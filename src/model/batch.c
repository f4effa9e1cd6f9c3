/* SPDX-License-Identifier: GPL-3.0-or-later */
/* batch.c - responses to many images in memory, and their gradients, with several threads */
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "model/model.h"
#include "model/session.h"

/* What the threads of a call share. */
struct batch {
    const evk_model *model;
    int64_t size, outputs, members; /* values of an image; outputs of a session; members */
    const float *images;            /* (images, size) */
    const float *given;             /* (images, outputs) weights; NULL: all are 1 */
    float *out;                     /* responses (images, outputs), or gradients (images, size) */
    struct evk_team **teams;        /* (threads) owned; NULL: a session for one thread */
    evk_session **sessions;         /* (threads) owned */
    float *responses;               /* (threads, outputs) owned */
    float *weights; /* (threads, members, outputs) owned; NULL: no gradient is wanted */
    int threads;
    int share; /* threads that share an image, where there are fewer images than threads */
};

/* What the threads share that open sessions. */
struct opening {
    struct batch *b;
    int64_t output;
    evk_status *status; /* (threads) owned */
    evk_error *err;     /* (threads) owned */
};

static void batch_release(struct batch *b)
{
    for (int i = 0; b->sessions && i < b->threads; i++)
        evk_session_free(b->sessions[i]);
    for (int i = 0; b->teams && i < b->threads; i++)
        evk_team_free(b->teams[i]);
    free(b->sessions);
    free(b->teams);
    free(b->responses);
    free(b->weights);
}

/* Opens the session of one thread; the threads open all sessions side by side. */
static void open_one(void *arg, int worker, int64_t i)
{
    struct opening *o = arg;

    (void)worker;
    o->status[i] = evk_team_new(&o->b->teams[i], o->b->share, &o->err[i]);
    if (!o->status[i])
        o->status[i] = evk_session_new_team(&o->b->sessions[i], o->b->model, o->output,
                                            o->b->teams[i], &o->err[i]);
}

static evk_status open_all(struct opening *o, evk_error *err)
{
    const struct batch *b = o->b;

    EVK_TRY(evk_alloc(&o->status, b->threads, sizeof(*o->status), "sessions", err));
    EVK_TRY(evk_alloc(&o->err, b->threads, sizeof(*o->err), "sessions", err));
    evk_parallel_for(b->threads, b->threads, open_one, o);
    for (int i = 0; i < b->threads; i++)
        if (o->status[i]) {
            if (err)
                *err = o->err[i];
            return o->status[i];
        }
    return EVK_OK;
}

/* Opens a session for each thread, for one output or, with -1, for all. */
static evk_status batch_open(struct batch *b, int64_t output, bool gradient, evk_error *err)
{
    const int64_t n = b->threads * b->outputs;
    struct opening o = {.b = b, .output = output};
    evk_status s;

    EVK_TRY(evk_alloc(&b->teams, b->threads, sizeof(*b->teams), "sessions", err));
    EVK_TRY(evk_alloc(&b->sessions, b->threads, sizeof(*b->sessions), "sessions", err));
    EVK_TRY(evk_alloc_floats(&b->responses, n, "responses", err));
    if (gradient)
        EVK_TRY(evk_alloc_floats(&b->weights, n * b->members, "weights", err));
    s = open_all(&o, err);
    free(o.status);
    free(o.err);
    return s;
}

static void predict_image(void *arg, int worker, int64_t i)
{
    const struct batch *b = arg;

    evk_session_predict(b->sessions[worker], b->images + i * b->size, b->out + i * b->outputs);
}

/* A response is the mean of the members' responses: each member has a part of its weight. */
static void differentiate_image(void *arg, int worker, int64_t i)
{
    const struct batch *b = arg;
    const float *given = b->given ? b->given + i * b->outputs : NULL;
    float *weights = b->weights + worker * b->members * b->outputs;

    for (int64_t m = 0; m < b->members; m++)
        for (int64_t o = 0; o < b->outputs; o++)
            weights[m * b->outputs + o] = (given ? given[o] : 1.0f) / (float)b->members;
    evk_session_predict(b->sessions[worker], b->images + i * b->size,
                        b->responses + worker * b->outputs);
    evk_session_gradient(b->sessions[worker], weights, b->out + i * b->size);
}

static evk_status run_batch(struct batch *b, int64_t output, bool gradient, int64_t count,
                            evk_error *err)
{
    const evk_status s = batch_open(b, output, gradient, err);

    if (!s)
        evk_parallel_for(b->threads, count, gradient ? differentiate_image : predict_image, b);
    batch_release(b);
    return s;
}

/* Operations of a forward pass below which it takes less time than to start threads for it. */
static const int64_t FEW = 20000000;

static struct batch batch_of(const evk_model *model, const float *images, size_t count, int threads)
{
    const evk_model_info *info = evk_model_describe(model);

    return (struct batch){.model = model,
                          .size = info->height * info->width * info->channels,
                          .outputs = info->outputs,
                          .members = info->members,
                          .images = images,
                          .threads = evk_thread_count(threads, (int64_t)count),
                          .share = info->flops < FEW ? 1 : evk_team_share(threads, (int64_t)count)};
}

evk_status evk_model_predict(const evk_model *model, const float *images, size_t count, int threads,
                             float *responses, evk_error *err)
{
    EVK_ENTER();
    struct batch b = batch_of(model, images, count, threads);

    b.out = responses;
    return run_batch(&b, -1, false, (int64_t)count, err);
}

evk_status evk_model_gradient(const evk_model *model, int64_t output, const float *images,
                              size_t count, const float *weights, int threads, float *gradients,
                              evk_error *err)
{
    EVK_ENTER();
    struct batch b = batch_of(model, images, count, threads);

    b.outputs = output == -1 ? b.outputs : 1;
    b.given = weights;
    b.out = gradients;
    return run_batch(&b, output, true, (int64_t)count, err);
}
