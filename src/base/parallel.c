/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parallel.c - loops over jobs, by OpenMP
 *
 * GCC's OpenMP library, libgomp, ends the process where the system refuses it a
 * thread.  Threads are therefore tried out before a team of them is opened, and
 * the team has only as many as were granted.  Nothing helps where something
 * else takes the last thread of the user in the microseconds between.  libgomp
 * keeps the threads of a team for the next one that the same thread opens, so
 * that only a larger team than the last needs new ones.
 */
#include "base/parallel.h"

#include <assert.h>
#include <omp.h>
#include <pthread.h>

#include "base/host.h"
#include "base/parallel_probe.h"

/*
 * This lock is held from a trial of threads until the team has its threads, so that no other trial
 * counts the same threads.
 */
static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* How many threads, this one included, the last team of this thread left for its next team. */
static _Thread_local int kept = 1;

int evk_thread_count(int wanted, int64_t n)
{
    const int limit = omp_get_thread_limit();
    int count = wanted > 0 ? wanted : omp_get_max_threads();

    if (count > limit)
        count = limit;
    if (count > EVK_THREADS_MAX)
        count = EVK_THREADS_MAX;
    if (count > n)
        count = (int)n;
    return count < 1 ? 1 : count;
}

/*
 * A child process has only the thread that called fork, yet libgomp would wait in the child for the
 * other threads of the last team; and where threads are scarce, the idle ones count against the
 * limit that the child needs.  So the threads of the pool end before a fork, and start anew after
 * it.
 */
static void before_fork(void)
{
    const long alive = evk_probe_alive();

    pthread_mutex_lock(&opening);
    if (kept > 1 && omp_pause_resource(omp_pause_soft, omp_get_initial_device()) == 0) {
        evk_probe_wait(alive - (kept - 1));
        kept = 1;
    }
}

static void after_fork(void)
{
    pthread_mutex_unlock(&opening);
}

static void watch_forks(void)
{
    (void)pthread_atfork(before_fork, after_fork, after_fork);
}

/* Returns how many threads a team may have now, at most `threads`; `opening` is held. */
static int grant(int threads)
{
    /* A team within another takes none of the threads that were kept. */
    const int there = omp_get_level() > 0 ? 1 : kept;

    if (threads <= there)
        return threads;
    return there + evk_probe_threads(threads - there);
}

/* Called by the first thread of a team once all of its threads have started. */
static void opened(void)
{
    /* A team of one, or a team within another, does not touch the threads that were kept. */
    if (omp_get_level() == 1 && omp_get_num_threads() > 1)
        kept = omp_get_num_threads();
    pthread_mutex_unlock(&opening);
}

static void run_team(int threads, int64_t n, evk_job_fn *fn, void *arg)
{
    pthread_mutex_lock(&opening);
    threads = grant(threads);
#pragma omp parallel num_threads(threads)
    {
        EVK_ENTER();
        const int worker = omp_get_thread_num();

        if (worker == 0)
            opened();
#pragma omp for schedule(monotonic : dynamic, 1) nowait
        for (int64_t i = 0; i < n; i++)
            fn(arg, worker, i);
    }
}

void evk_parallel_for(int threads, int64_t n, evk_job_fn *fn, void *arg)
{
    assert(threads >= 1 && threads <= EVK_THREADS_MAX); /* evk_thread_count gives no other number */
    if (threads > 1 && !omp_in_parallel()) {
        (void)pthread_once(&once, watch_forks);
        run_team(threads, n, fn, arg);
    } else {
        for (int64_t i = 0; i < n; i++)
            fn(arg, 0, i);
    }
}
