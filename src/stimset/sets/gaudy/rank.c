/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rank.c - score all images, and choose those to transform and write */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/room.h"
#include "stimset/record/stop.h"
#include "stimset/sets/gaudy/gaudy.h"

/* An image that cannot be read. */
struct failure {
    int64_t image;
    char *why; /* owned */
};

struct ranking {
    struct evk_gaudy_set *set;
    int64_t n, size; /* number of images; number of neurons, 0 without a model */
    double *scores;  /* (n) the largest is the best; NaN: the image cannot be read */
    float *each;     /* (n, size) responses to the transformed images */

    struct evk_lock *lock; /* guards the members below */
    struct failure *failures;
    int64_t failed;
    evk_progress progress;
    evk_status status; /* status of the failure that ended the ranking */
    evk_error error;
};

static double score_of(const char *by, const struct evk_neuron_group_response *a)
{
    return strcmp(by, "response") == 0 ? a->mean : a->disagreement;
}

/* Score the transform of image x by the responses of the neurons. */
static evk_status score_transformed(struct ranking *r, int worker, int64_t i,
                                    const struct evk_pixels *x, evk_error *err)
{
    const struct evk_gaudy_set *set = r->set;
    struct evk_neuron_group *group = &set->workers[worker].group;
    const char *name = evk_image_list_name(set->source.images, (size_t)i);
    struct evk_neuron_group_response answer;
    struct evk_pixels y;
    evk_status s;

    EVK_TRY(evk_neuron_group_open(group, set->target, err));
    EVK_TRY(evk_source_transform(&set->source, name, x, &y, err));
    s = evk_neuron_group_show(group, &y, &answer, r->each + i * r->size, err);
    evk_pixels_release(&y);
    for (int64_t k = 0; k < r->size && !s; k++)
        if (!isfinite(r->each[i * r->size + k]))
            s = evk_fail(err, EVK_EFORMAT,
                         "%s: the response of %s to its transformed image is not a finite number; "
                         "it has no rank",
                         evk_image_list_path(set->source.images, (size_t)i),
                         evk_model_describe(set->target->model)->path);
    if (!s && strcmp(set->options->by, "gaudiness") != 0)
        r->scores[i] = score_of(set->options->by, &answer);
    return s;
}

/* Score image i; the caller has taken room for it. */
static evk_status score_within_room(struct ranking *r, int worker, int64_t i, evk_error *err)
{
    struct evk_pixels x;
    evk_status s;

    EVK_TRY(evk_source_read(&r->set->source, (size_t)i, &x, NULL, err));
    r->scores[i] = -evk_gaudiness(&x);
    s = r->size ? score_transformed(r, worker, i, &x, err) : EVK_OK;
    evk_pixels_release(&x);
    return s;
}

static evk_status score_image(struct ranking *r, int worker, int64_t i, evk_error *err)
{
    const int64_t room = evk_source_room(&r->set->source, (size_t)i, 1);
    evk_status s;

    evk_room_take(room);
    s = score_within_room(r, worker, i, err);
    evk_room_give(room);
    return s;
}

static evk_status note_failure(struct ranking *r, int64_t i, const evk_error *why, evk_error *err)
{
    if ((r->failed & (r->failed - 1)) == 0) { /* the array doubles at powers of two */
        const size_t room = r->failed ? 2 * (size_t)r->failed : 1;
        struct failure *more = realloc(r->failures, room * sizeof(*more));

        if (!more)
            return evk_fail(err, EVK_ENOMEM, "out of memory for %zu failures", room);
        r->failures = more;
    }
    EVK_TRY(evk_strdup(&r->failures[r->failed].why, why->msg, err));
    r->failures[r->failed++].image = i;
    return EVK_OK;
}

static void rank_job(void *arg, int worker, int64_t i)
{
    struct ranking *r = arg;
    evk_error why = {EVK_OK, ""};
    bool ended;
    evk_status s;

    r->scores[i] = (double)NAN;
    evk_lock_take(r->lock);
    ended = r->status;
    evk_lock_give(r->lock);
    if (ended)
        return;
    s = evk_is_stopped(r->set->run) ? evk_fail(&why, EVK_ESTOPPED, "interrupted")
                                    : score_image(r, worker, i, &why);
    evk_lock_take(r->lock);
    if (s == EVK_EFORMAT) {
        r->scores[i] = (double)NAN;
        s = note_failure(r, i, &why, &why);
    }
    if (s && !r->status) {
        r->status = s;
        r->error = why;
    }
    r->progress.done++;
    if (r->set->run->progress && !r->status)
        r->set->run->progress(r->set->run->arg, &r->progress);
    evk_lock_give(r->lock);
}

static int by_image(const void *a, const void *b)
{
    const struct failure *x = a, *y = b;

    return x->image < y->image ? -1 : x->image > y->image;
}

static void report(struct ranking *r)
{
    const evk_gaudy_options *o = r->set->options;

    if (r->failed)
        qsort(r->failures, (size_t)r->failed, sizeof(*r->failures), by_image);
    for (int64_t i = 0; i < r->failed && o->failed; i++)
        o->failed(o->arg, r->failures[i].why);
    r->set->failed += r->failed;
}

static evk_status rank_all(struct ranking *r, evk_error *err)
{
    struct evk_gaudy_set *set = r->set;
    int64_t values;

    r->progress = (evk_progress){0, r->n, (double)NAN};
    if (!evk_size_mul(r->n, r->size, &values))
        return evk_fail(err, EVK_ENOMEM, "out of memory for responses to %lld images",
                        (long long)r->n);
    EVK_TRY(evk_alloc(&r->scores, r->n, sizeof(*r->scores), "scores of images", err));
    EVK_TRY(evk_alloc(&r->each, values, sizeof(*r->each), "responses", err));
    EVK_TRY(evk_lock_new(&r->lock, err));
    evk_parallel_for(set->threads, r->n, rank_job, r);
    if (r->status == EVK_ESTOPPED)
        return evk_fail(err, EVK_ESTOPPED, "interrupted: %lld of %lld images are ranked",
                        (long long)r->progress.done, (long long)r->n);
    if (r->status)
        return evk_fail(err, r->status, "%s", r->error.msg);
    report(r);
    EVK_TRY(evk_choose(&set->choice, r->scores, r->n, r->size ? r->each : NULL, r->size,
                       set->options->keep, err));
    set->count = set->choice.count;
    return set->options->random ? evk_gaudy_draw(set, r->scores, err) : EVK_OK;
}

evk_status evk_gaudy_rank(struct evk_gaudy_set *set, evk_error *err)
{
    struct ranking r = {.set = set,
                        .n = (int64_t)evk_image_list_count(set->source.images),
                        .size = set->target ? (int64_t)set->target->count : 0};
    const evk_status s = rank_all(&r, err);

    for (int64_t i = 0; i < r.failed; i++)
        free(r.failures[i].why);
    free(r.failures);
    free(r.scores);
    free(r.each);
    evk_lock_free(r.lock);
    return s;
}
