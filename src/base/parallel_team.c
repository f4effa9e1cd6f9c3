/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parallel_team.c - threads that share one computation, step by step */
#include "base/parallel_team.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/parallel_probe.h"

enum {
    LINE = 64,        /* bytes of a cache line */
    PATIENCE = 100000 /* nanoseconds for which a member waits before it sleeps */
};

struct hand {
    struct evk_team *team;
    int member;
    pthread_t thread;
};

struct evk_team {
    int threads;
    bool
        spins; /* there is a processor for each member, so that waiting takes no time from others */
    bool over; /* the others shall end */
    evk_team_fn *fn;
    void *arg;
    struct hand *hands; /* (threads - 1) owned */
    pthread_mutex_t mutex;
    pthread_cond_t woken;
    /* All members write the first of these and read the others, which lie on another line. */
    char before[LINE];
    atomic_int arrived; /* members that wait in this round */
    char between[LINE];
    atomic_uint round; /* how often all members have met */
    atomic_int sleepers;
    char behind[LINE];
};

static int64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static bool is_over(struct evk_team *t, unsigned round)
{
    return atomic_load_explicit(&t->round, memory_order_acquire) != round;
}

/* Waits for the end of the round for a moment; returns whether it has come. */
static bool spin(struct evk_team *t, unsigned round)
{
    const int64_t begin = now();

    do {
        for (int i = 0; i < 32; i++) {
            if (is_over(t, round))
                return true;
            relax();
        }
    } while (now() - begin < PATIENCE);
    return false;
}

/* The last member writes `round` before it reads `sleepers`, and a sleeper the other way round: so
   that one of the two always sees the other. */
static void sleep_through(struct evk_team *t, unsigned round)
{
    pthread_mutex_lock(&t->mutex);
    atomic_fetch_add(&t->sleepers, 1);
    while (atomic_load(&t->round) == round)
        pthread_cond_wait(&t->woken, &t->mutex);
    atomic_fetch_sub(&t->sleepers, 1);
    pthread_mutex_unlock(&t->mutex);
}

void evk_team_wait(struct evk_team *t)
{
    unsigned round;

    if (!t)
        return;
    round = atomic_load_explicit(&t->round, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&t->arrived, 1, memory_order_acq_rel) < t->threads - 1) {
        if (!t->spins || !spin(t, round))
            sleep_through(t, round);
        return;
    }
    atomic_store_explicit(&t->arrived, 0, memory_order_relaxed);
    atomic_store(&t->round, round + 1);
    if (atomic_load(&t->sleepers) > 0) {
        pthread_mutex_lock(&t->mutex);
        pthread_cond_broadcast(&t->woken);
        pthread_mutex_unlock(&t->mutex);
    }
}

static void *work(void *arg)
{
    EVK_ENTER();
    const struct hand *h = arg;
    struct evk_team *t = h->team;

    pthread_mutex_lock(&t->mutex); /* until it is known how many members there are */
    pthread_mutex_unlock(&t->mutex);
    for (evk_team_wait(t); !t->over; evk_team_wait(t)) {
        t->fn(t->arg, h->member);
        evk_team_wait(t);
    }
    return NULL;
}

void evk_team_run(struct evk_team *t, evk_team_fn *fn, void *arg)
{
    if (t) {
        t->fn = fn;
        t->arg = arg;
    }
    evk_team_wait(t);
    fn(arg, 0);
    evk_team_wait(t);
}

int evk_team_threads(const struct evk_team *team)
{
    return team ? team->threads : 1;
}

static void start(struct evk_team *t, int threads)
{
    int count = 1;

    pthread_mutex_lock(&t->mutex);
    for (; count < threads; count++) {
        struct hand *h = &t->hands[count - 1];

        *h = (struct hand){.team = t, .member = count};
        if (pthread_create(&h->thread, NULL, work, h) != 0)
            break;
    }
    t->threads = count;
    t->spins = count <= evk_thread_count(0, EVK_THREADS_MAX);
    pthread_mutex_unlock(&t->mutex);
}

void evk_team_free(struct evk_team *t)
{
    if (!t)
        return;
    t->over = true;
    evk_team_wait(t);
    for (int i = 1; i < t->threads; i++)
        pthread_join(t->hands[i - 1].thread, NULL);
    pthread_cond_destroy(&t->woken);
    pthread_mutex_destroy(&t->mutex);
    free(t->hands);
    free(t);
}

evk_status evk_team_new(struct evk_team **out, int threads, evk_error *err)
{
    struct evk_team *t;
    evk_status s;

    *out = NULL;
    if (threads < 2)
        return EVK_OK;
    EVK_TRY(evk_alloc(&t, 1, sizeof(*t), "threads", err));
    s = evk_alloc(&t->hands, threads - 1, sizeof(*t->hands), "threads", err);
    if (!s && pthread_mutex_init(&t->mutex, NULL) != 0)
        s = evk_fail(err, EVK_ENOMEM, "the system has no more locks");
    if (!s && pthread_cond_init(&t->woken, NULL) != 0) {
        pthread_mutex_destroy(&t->mutex);
        s = evk_fail(err, EVK_ENOMEM, "the system has no more locks");
    }
    if (s) {
        free(t->hands);
        free(t);
        return s;
    }
    start(t, threads);
    if (t->threads > 1)
        *out = t;
    else
        evk_team_free(t);
    return EVK_OK;
}
