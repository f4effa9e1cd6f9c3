/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matching.c - make the images of a list alike: statistics of all images, and one matched image */
#include "stimset/sets/match/matching.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/named.h"
#include "base/parallel.h"
#include "base/room.h"
#include "image/image.h"
#include "stimset/record/stop.h"

/* A reading of all images: each is called for every image. */
struct reading {
    struct evk_matching *m;
    evk_status (*each)(struct reading *g, int worker, int64_t i, const struct evk_pixels *p,
                       evk_error *err);
    struct evk_match_sums *sums;               /* (threads) statistics of the images read */
    unsigned char (*hashes)[EVK_SHA256_BYTES]; /* (images) of their pixels */
    double (*extremes)[2];                     /* (threads) smallest, largest matched value */
    struct evk_lock *lock;                     /* guards the members below */
    evk_progress progress;
    bool stopped;
    int64_t failed; /* the first image that failed, or the number of images */
    evk_status status;
    evk_error error;
};

/* ---- one image ----------------------------------------------------------------------------- */

static evk_status check_size(const struct evk_matching *m, int64_t i, const struct evk_pixels *p,
                             evk_error *err)
{
    const int64_t h = m->matchers[0].h, w = m->matchers[0].w;

    if (p->height == h && p->width == w)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "%s: is %lldx%lld (HxW), and %s is %lldx%lld; expected images of one size, "
                    "or a size for all, such as --size 112x112",
                    evk_image_list_path(m->source.images, (size_t)i), (long long)p->height,
                    (long long)p->width, evk_image_list_path(m->source.images, 0), (long long)h,
                    (long long)w);
}

static evk_status add_statistics(struct reading *g, int worker, int64_t i,
                                 const struct evk_pixels *p, evk_error *err)
{
    EVK_TRY(evk_pixels_hash(p, g->hashes[i], err));
    evk_match_sums_add(&g->sums[worker], &g->m->matchers[worker], p);
    return EVK_OK;
}

/* Order equal values of an image by random numbers that are a function of its name. */
static evk_status set_ties(const struct evk_matching *m, int worker, int64_t i, evk_error *err)
{
    const char *name = evk_image_list_name(m->source.images, (size_t)i);
    unsigned char digest[EVK_SHA256_BYTES];

    EVK_TRY(evk_sha256(name, strlen(name), digest, err));
    m->matchers[worker].ties = evk_rng_key(digest);
    return EVK_OK;
}

static evk_status widen_extremes(struct reading *g, int worker, int64_t i,
                                 const struct evk_pixels *p, evk_error *err)
{
    struct evk_matching *m = g->m;

    EVK_TRY(set_ties(m, worker, i, err));
    evk_match_extremes(&m->plan, &m->target, &m->matchers[worker], p, &g->extremes[worker][0],
                       &g->extremes[worker][1]);
    return EVK_OK;
}

static evk_status read_one(struct reading *g, int worker, int64_t i, evk_error *err)
{
    struct evk_pixels p;
    evk_status s;

    EVK_TRY(evk_source_read(&g->m->source, (size_t)i, &p, NULL, err));
    s = check_size(g->m, i, &p, err);
    if (!s)
        s = g->each(g, worker, i, &p, err);
    evk_pixels_release(&p);
    return s;
}

/*
 * May image i be skipped?  Once run->stop says so, all are.  After a failure only images before it
 * still matter, since they may fail, too.
 */
static bool is_idle(struct reading *g, int64_t i)
{
    bool idle;

    evk_lock_take(g->lock);
    g->stopped |= evk_is_stopped(g->m->run);
    idle = g->stopped || i > g->failed;
    evk_lock_give(g->lock);
    return idle;
}

static void read_job(void *arg, int worker, int64_t i)
{
    struct reading *g = arg;
    const evk_run *run = g->m->run;
    evk_error err = {EVK_OK, ""};
    evk_status s;

    if (is_idle(g, i))
        return;
    s = read_one(g, worker, i, &err);
    evk_lock_take(g->lock);
    if (s && i < g->failed) {
        g->failed = i;
        g->status = s;
        g->error = err;
    }
    g->progress.done++;
    if (run->progress)
        run->progress(run->arg, &g->progress);
    evk_lock_give(g->lock);
}

/* ---- all images ---------------------------------------------------------------------------- */

static evk_status read_all(struct reading *g, evk_error *err)
{
    const int64_t n = (int64_t)evk_image_list_count(g->m->source.images);

    g->progress = (evk_progress){0, n, (double)NAN};
    g->failed = n;
    EVK_TRY(evk_lock_new(&g->lock, err));
    evk_parallel_for(g->m->threads, n, read_job, g);
    evk_lock_free(g->lock);
    if (g->stopped)
        return evk_fail(err, EVK_ESTOPPED, "interrupted: nothing is written yet");
    return g->failed < n ? evk_fail(err, g->status, "%s", g->error.msg) : EVK_OK;
}

/* Find the digest of n images, and their statistics that they are matched to. */
static evk_status read_statistics(struct evk_matching *m, int64_t n, evk_error *err)
{
    struct reading g = {.m = m, .each = add_statistics};
    evk_status s;

    EVK_TRY(evk_alloc(&g.sums, m->threads, sizeof(*g.sums), "sums", err));
    s = evk_alloc(&g.hashes, n, sizeof(*g.hashes), "hashes", err);
    for (int t = 0; t < m->threads && !s; t++)
        s = evk_match_sums_init(&g.sums[t], &m->matchers[t], err);
    if (!s)
        s = read_all(&g, err);
    for (int t = 1; t < m->threads && !s; t++)
        evk_match_sums_join(&g.sums[0], &g.sums[t]);
    if (!s)
        s = evk_sha256_text(g.hashes, (size_t)n * EVK_SHA256_BYTES, m->pixels, err);
    if (!s)
        s = evk_match_target_of(&m->target, &g.sums[0], &m->matchers[0], m->options->mean,
                                m->options->sd, err);
    for (int t = 0; t < m->threads; t++)
        evk_match_sums_release(&g.sums[t]);
    free(g.sums);
    free(g.hashes);
    return s;
}

/* Find the smallest and the largest value of all matched images, for rescaling. */
static evk_status find_extremes(struct evk_matching *m, evk_error *err)
{
    struct reading g = {.m = m, .each = widen_extremes};
    double low = (double)INFINITY, high = (double)-INFINITY;
    evk_status s;

    EVK_TRY(evk_alloc(&g.extremes, m->threads, sizeof(*g.extremes), "threads", err));
    for (int t = 0; t < m->threads; t++) {
        g.extremes[t][0] = low;
        g.extremes[t][1] = high;
    }
    s = read_all(&g, err);
    for (int t = 0; t < m->threads; t++) {
        low = fmin(low, g.extremes[t][0]);
        high = fmax(high, g.extremes[t][1]);
    }
    free(g.extremes);
    if (!s && high > low) {
        m->target.low = low;
        m->target.high = high;
    }
    return s;
}

/* Make a matcher for each thread, for images of the size of the first one. */
static evk_status make_matchers(struct evk_matching *m, evk_error *err)
{
    const int64_t planes = strcmp(m->options->colour, "channels") == 0 ? 3 : 1;
    const struct evk_kernels *k;
    struct evk_pixels first;
    int64_t most; /* number of threads that there is memory for */
    const char *wanted;
    evk_status s = EVK_OK;

    k = evk_kernels_best(&wanted);
    if (!k)
        return evk_fail(err, EVK_EINVAL,
                        "EVOKE_ISA is '%s', which this build or processor does not have", wanted);
    EVK_TRY(evk_source_read(&m->source, 0, &first, NULL, err));
    most = EVK_ROOM_MAX / evk_matcher_bytes(first.height, first.width, planes);
    if (m->threads > most)
        m->threads = most > 1 ? (int)most : 1;
    for (int t = 0; t < m->threads && !s; t++)
        s = evk_matcher_init(&m->matchers[t], k, first.height, first.width, planes, err);
    evk_pixels_release(&first);
    return s;
}

static evk_status matching_check(struct evk_matching *m, evk_error *err)
{
    static const char *const colours[] = {"luminance", "channels", NULL};
    const evk_match_options *o = m->options;
    bool luminance = false;
    int colour;

    if (o->height || o->width)
        EVK_TRY(evk_source_check_size(o->height, o->width, err));
    EVK_TRY(evk_match_steps_parse(&m->plan, o->what, err));
    m->plan.iterations = o->iterations;
    for (int64_t i = 0; i < m->plan.count; i++)
        luminance |= strcmp(m->plan.steps[i]->name, "luminance") == 0;
    if (!luminance && (!isnan(o->mean) || !isnan(o->sd)))
        return evk_fail(err, EVK_EINVAL,
                        "mean and SD belong to the step luminance, which '%s' does not have",
                        o->what);
    EVK_TRY(evk_word_find(&colour, "colour", o->colour, colours, err));
    if (o->iterations < 1)
        return evk_fail(err, EVK_EINVAL, "found %lld iterations, expected at least 1",
                        (long long)o->iterations);
    return EVK_OK;
}

evk_status evk_matching_open(struct evk_matching *out, const evk_image_list *images,
                             const evk_match_options *options, const evk_run *run, evk_error *err)
{
    const int64_t n = (int64_t)evk_image_list_count(images);
    struct evk_matching m = {
        .options = options,
        .run = run,
        .source = {.images = images,
                   .height = options->height,
                   .width = options->width,
                   .channels = 3},
        .threads = evk_thread_count(run->threads, n),
    };
    evk_status s = matching_check(&m, err);

    if (!s)
        s = evk_alloc(&m.matchers, m.threads, sizeof(*m.matchers), "threads", err);
    if (!s)
        s = make_matchers(&m, err);
    if (!s)
        s = read_statistics(&m, n, err);
    if (!s && options->rescale)
        s = find_extremes(&m, err);
    if (s)
        evk_matching_release(&m);
    else
        *out = m;
    return s;
}

void evk_matching_release(struct evk_matching *m)
{
    for (int t = 0; t < m->threads && m->matchers; t++)
        evk_matcher_release(&m->matchers[t]);
    free(m->matchers);
    evk_match_target_release(&m->target);
    *m = (struct evk_matching){0};
}

evk_status evk_matching_make(const struct evk_matching *m, int worker, int64_t i,
                             struct evk_pixels *before, struct evk_pixels *after,
                             char changes[EVK_CHANGES_TEXT], evk_error *err)
{
    struct evk_matcher *matcher = &m->matchers[worker];
    evk_status s;

    EVK_TRY(set_ties(m, worker, i, err));
    EVK_TRY(evk_source_read(&m->source, (size_t)i, before, changes, err));
    s = check_size(m, i, before, err);
    if (!s)
        s = evk_match_apply(&m->plan, &m->target, matcher, before, after, err);
    if (s)
        evk_pixels_release(before);
    return s;
}
