/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parallel_team.c - threads that share a computation of many short steps */
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
    LINE = 64,       /* bytes of a cache line */
    PATIENCE = 20000 /* nanoseconds for which a thread waits before it sleeps */
};

/* A thread besides the one that calls evk_team_do. */
struct hand {
    struct evk_team *team;
    int number; /* from 1 */
    pthread_t thread;
};

struct evk_team {
    int threads;
    bool spins; /* there is a processor for each thread, so that waiting takes none from others */
    struct hand *hands;    /* (threads - 1) owned */
    atomic_uint *claimed;  /* (threads) the last step in which a part was begun; owned */
    pthread_mutex_t mutex; /* of the two conditions */
    pthread_cond_t begun, done;

    /* What is done in the step.  A thread reads these after it has begun a part, and so before the
       step is over. */
    evk_part_fn *fn;
    void *arg;

    char before[LINE];  /* what one thread waits for has a line of its own */
    atomic_uint step;   /* steps that were begun */
    atomic_bool asleep; /* some hands sleep */
    atomic_bool over;   /* no step follows */
    char between[LINE];
    atomic_int finished; /* parts of this step that are done */
    atomic_bool waits;   /* the calling thread sleeps */
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

/* Has a step begun after the one of this number? */
static bool has_begun(struct evk_team *t, unsigned step)
{
    return atomic_load(&t->step) != step;
}

static bool is_finished(struct evk_team *t, unsigned step)
{
    (void)step;
    return atomic_load(&t->finished) == t->threads;
}

/* Waits for a moment; returns whether it has come. */
static bool spin(struct evk_team *t, bool (*has_come)(struct evk_team *, unsigned), unsigned step)
{
    const int64_t begin = now();

    do {
        for (int i = 0; i < 32; i++) {
            if (has_come(t, step))
                return true;
            relax();
        }
    } while (t->spins && now() - begin < PATIENCE);
    return false;
}

/*
 * Who sleeps says so before it looks once more for what it waits for, and who wakes others looks
 * for sleepers after it has set that: so one of the two always sees the other.
 */
static void sleep_until(struct evk_team *t, bool (*has_come)(struct evk_team *, unsigned),
                        unsigned step, atomic_bool *sleeps, pthread_cond_t *woken)
{
    pthread_mutex_lock(&t->mutex);
    for (;;) {
        atomic_store(sleeps, true);
        if (has_come(t, step))
            break;
        pthread_cond_wait(woken, &t->mutex);
    }
    pthread_mutex_unlock(&t->mutex);
}

static void wake(struct evk_team *t, atomic_bool *sleeps, pthread_cond_t *woken)
{
    if (!atomic_load(sleeps))
        return;
    pthread_mutex_lock(&t->mutex);
    atomic_store(sleeps, false);
    pthread_cond_broadcast(woken);
    pthread_mutex_unlock(&t->mutex);
}

/* Does the parts of a step that no thread has begun, beginning with the thread's own. */
static void do_parts(struct evk_team *t, int number, unsigned step)
{
    for (int i = 0; i < t->threads; i++) {
        const int part = (number + i) % t->threads;
        unsigned before = step - 1;

        if (!atomic_compare_exchange_strong(&t->claimed[part], &before, step))
            continue;
        t->fn(t->arg, part);
        if (atomic_fetch_add(&t->finished, 1) == t->threads - 1 && number > 0)
            wake(t, &t->waits, &t->done);
    }
}

static void *work(void *arg)
{
    EVK_ENTER();
    const struct hand *h = arg;
    struct evk_team *t = h->team;
    unsigned step = 0;

    pthread_mutex_lock(&t->mutex); /* until it is known how many threads there are */
    pthread_mutex_unlock(&t->mutex);
    for (;;) {
        if (!spin(t, has_begun, step))
            sleep_until(t, has_begun, step, &t->asleep, &t->begun);
        step = atomic_load(&t->step); /* of the last step it is said before that it is none */
        if (atomic_load(&t->over))
            return NULL;
        do_parts(t, h->number, step);
    }
}

static unsigned begin(struct evk_team *t)
{
    const unsigned step = atomic_load(&t->step) + 1;

    atomic_store(&t->finished, 0);
    atomic_store(&t->step, step);
    wake(t, &t->asleep, &t->begun);
    return step;
}

void evk_team_do(struct evk_team *t, evk_part_fn *fn, void *arg)
{
    unsigned step;

    if (!t) {
        fn(arg, 0);
        return;
    }
    t->fn = fn;
    t->arg = arg;
    step = begin(t);
    do_parts(t, 0, step);
    if (!spin(t, is_finished, step))
        sleep_until(t, is_finished, step, &t->waits, &t->done);
}

int evk_team_share(int wanted, int64_t teams)
{
    return evk_thread_count(wanted, EVK_THREADS_MAX) / evk_thread_count(wanted, teams);
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

        *h = (struct hand){.team = t, .number = count};
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
    atomic_store(&t->over, true);
    (void)begin(t);
    for (int i = 1; i < t->threads; i++)
        pthread_join(t->hands[i - 1].thread, NULL);
    pthread_cond_destroy(&t->done);
    pthread_cond_destroy(&t->begun);
    pthread_mutex_destroy(&t->mutex);
    free(t->claimed);
    free(t->hands);
    free(t);
}

static evk_status make_locks(struct evk_team *t, evk_error *err)
{
    if (pthread_mutex_init(&t->mutex, NULL) != 0)
        return evk_fail(err, EVK_ENOMEM, "the system has no more locks");
    if (pthread_cond_init(&t->begun, NULL) != 0) {
        pthread_mutex_destroy(&t->mutex);
        return evk_fail(err, EVK_ENOMEM, "the system has no more locks");
    }
    if (pthread_cond_init(&t->done, NULL) != 0) {
        pthread_cond_destroy(&t->begun);
        pthread_mutex_destroy(&t->mutex);
        return evk_fail(err, EVK_ENOMEM, "the system has no more locks");
    }
    return EVK_OK;
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
    if (!s)
        s = evk_alloc(&t->claimed, threads, sizeof(*t->claimed), "threads", err);
    if (!s)
        s = make_locks(t, err);
    if (s) {
        free(t->claimed);
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
