/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parallel.h - loops whose jobs run on several threads, and locks
 *
 * `parallel.c` runs the loops with OpenMP.  `parallel_plain.c` runs the same
 * loops with POSIX threads alone; the Makefile takes this file instead for
 * ThreadSanitizer, which knows nothing of the barriers of OpenMP's library,
 * and for the fuzzer.  The locks of `parallel_lock.c` serve both.
 */
#ifndef EVK_BASE_PARALLEL_H
#define EVK_BASE_PARALLEL_H

#include "base/error.h"

/*
 * Does job i of a loop.  `worker` is the number of the calling thread among
 * those of the loop, in [0, threads); a worker does one job at a time, so that
 * memory that is indexed by `worker` needs no lock.
 */
typedef void evk_job_fn(void *arg, int worker, int64_t i);

/*
 * Returns the number of threads that a loop over n jobs uses: `wanted`, but at
 * most n, at most 256 and at least 1.  Where `wanted` is 0 or
 * negative, OpenMP decides: OMP_NUM_THREADS, or else one thread for each core
 * that the process may run on.  OMP_THREAD_LIMIT bounds both.
 */
int evk_thread_count(int wanted, int64_t n);

/*
 * Does jobs 0 to n - 1, each of them once and in no set order, and returns when
 * all are done.  `threads` comes from evk_thread_count.  The loop runs on fewer
 * threads where the system refuses some of them, down to the calling thread
 * alone.  With OpenMP, a loop that a job of another loop starts runs on the
 * calling thread alone.
 */
void evk_parallel_for(int threads, int64_t n, evk_job_fn *fn, void *arg);

/* A mutex.  evk_lock_new allocates it, and evk_lock_free frees it (NULL is allowed). */
struct evk_lock;
evk_status evk_lock_new(struct evk_lock **out, evk_error *err);
void evk_lock_free(struct evk_lock *lock);
void evk_lock_take(struct evk_lock *lock);
void evk_lock_give(struct evk_lock *lock);

/* One mutex for the whole process: it guards libraries whose state all threads share. */
void evk_process_lock_take(void);
void evk_process_lock_give(void);

#endif /* EVK_BASE_PARALLEL_H */
