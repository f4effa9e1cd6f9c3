/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parallel.c - parallel loops over jobs, and locks */
#include "base/parallel.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

enum { THREADS_MAX = 256 };

struct loop {
    int64_t n;
    evk_job_fn *fn;
    void *arg;
    atomic_llong next;
};

struct worker {
    struct loop *loop;
    int number;
    pthread_t thread;
};

int evk_thread_count(int wanted, int64_t n)
{
    long count = wanted > 0 ? wanted : sysconf(_SC_NPROCESSORS_ONLN);

    if (count > THREADS_MAX)
        count = THREADS_MAX;
    if (count > n)
        count = (long)n;
    return count < 1 ? 1 : (int)count;
}

static void *work(void *arg)
{
    struct worker *w = arg;
    int64_t i;

    while ((i = atomic_fetch_add(&w->loop->next, 1)) < w->loop->n)
        w->loop->fn(w->loop->arg, w->number, i);
    return NULL;
}

void evk_parallel_for(int threads, int64_t n, evk_job_fn *fn, void *arg)
{
    struct loop loop = {n, fn, arg, 0};
    struct worker workers[THREADS_MAX];
    int started = 1;

    assert(threads >= 1 && threads <= THREADS_MAX); /* as evk_thread_count gives it */
    for (int i = 0; i < threads; i++)
        workers[i] = (struct worker){.loop = &loop, .number = i};
    while (started < threads &&
           pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0)
        started++;
    work(&workers[0]);
    while (--started > 0)
        pthread_join(workers[started].thread, NULL);
}

struct evk_lock {
    pthread_mutex_t mutex;
};

evk_status evk_lock_new(struct evk_lock **out, evk_error *err)
{
    struct evk_lock *lock;

    EVK_TRY(evk_alloc(&lock, 1, sizeof(*lock), "a lock", err));
    if (pthread_mutex_init(&lock->mutex, NULL) != 0) {
        free(lock);
        return evk_fail(err, EVK_ENOMEM, "the system has no more locks");
    }
    *out = lock;
    return EVK_OK;
}

void evk_lock_free(struct evk_lock *lock)
{
    if (!lock)
        return;
    pthread_mutex_destroy(&lock->mutex);
    free(lock);
}

void evk_lock_take(struct evk_lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
}

void evk_lock_give(struct evk_lock *lock)
{
    pthread_mutex_unlock(&lock->mutex);
}

static pthread_mutex_t process_lock = PTHREAD_MUTEX_INITIALIZER;

void evk_process_lock_take(void)
{
    pthread_mutex_lock(&process_lock);
}

void evk_process_lock_give(void)
{
    pthread_mutex_unlock(&process_lock);
}
