/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parallel_plain.c - loops over jobs, by POSIX threads alone
 *
 * The Makefile says where this file takes the place of parallel.c.
 */
#include "base/parallel.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/host.h"
#include "base/parallel_probe.h"

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

    if (count > EVK_THREADS_MAX)
        count = EVK_THREADS_MAX;
    if (count > n)
        count = (long)n;
    return count < 1 ? 1 : (int)count;
}

static void *work(void *arg)
{
    EVK_ENTER();
    struct worker *w = arg;
    int64_t i;

    while ((i = atomic_fetch_add(&w->loop->next, 1)) < w->loop->n)
        w->loop->fn(w->loop->arg, w->number, i);
    return NULL;
}

void evk_parallel_for(int threads, int64_t n, evk_job_fn *fn, void *arg)
{
    struct loop loop = {n, fn, arg, 0};
    struct worker workers[EVK_THREADS_MAX];
    int started = 1;

    assert(threads >= 1 && threads <= EVK_THREADS_MAX); /* evk_thread_count gives no other number */
    for (int i = 0; i < threads; i++)
        workers[i] = (struct worker){.loop = &loop, .number = i};
    while (started < threads &&
           pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0)
        started++;
    work(&workers[0]);
    while (--started > 0)
        pthread_join(workers[started].thread, NULL);
}
