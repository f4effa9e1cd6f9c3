/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parallel.h - the project's only door to threads
 *
 * Plain threads rather than OpenMP: jobs last milliseconds or more, so a pool
 * started per loop costs nothing; each worker has a number, so that it can
 * keep a session of its own; and ThreadSanitizer understands them, as it does
 * not OpenMP's barriers.
 */
#ifndef EVK_BASE_PARALLEL_H
#define EVK_BASE_PARALLEL_H

#include "base/error.h"

/* Do job i; worker is in [0, threads) and does one job at a time. */
typedef void evk_job_fn(void *arg, int worker, int64_t i);

/* Threads that a loop over n jobs uses: at most wanted (0: one per core), at least 1. */
int evk_thread_count(int wanted, int64_t n);

/*
 * Do jobs 0 to n - 1, each once, in no order, and return when all are done.
 * threads comes from evk_thread_count.  Where the system refuses a thread, the
 * others do its work.
 */
void evk_parallel_for(int threads, int64_t n, evk_job_fn *fn, void *arg);

struct evk_lock;
evk_status evk_lock_new(struct evk_lock **out, evk_error *err);
void evk_lock_free(struct evk_lock *lock);
void evk_lock_take(struct evk_lock *lock);
void evk_lock_give(struct evk_lock *lock);

/* The one lock of the process, for a library with a state that all threads share. */
void evk_process_lock_take(void);
void evk_process_lock_give(void);

#endif /* EVK_BASE_PARALLEL_H */
