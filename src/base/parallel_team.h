/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parallel_team.h - threads that share a computation of many short steps
 *
 * A loop of parallel.h opens its threads anew, which is too slow for the layers of a network: a
 * step of an ascent takes less than a millisecond, and has ten layers.  The threads of a team stay
 * until the team is freed.  They wait with their processor for a moment, since the next step mostly
 * follows soon, and then sleep.
 */
#ifndef EVK_BASE_PARALLEL_TEAM_H
#define EVK_BASE_PARALLEL_TEAM_H

#include "base/error.h"

struct evk_team;

/* Does one of the parts of a step, which has as many parts as the team has threads. */
typedef void evk_part_fn(void *arg, int part);

/*
 * Makes a team of up to `threads` threads, of which the thread that calls evk_team_do is one; of
 * fewer where the system refuses some of them.  *out is NULL where there would be one thread.
 * evk_team_free frees it (NULL is allowed).  Fails with EVK_ENOMEM only.
 */
evk_status evk_team_new(struct evk_team **out, int threads, evk_error *err);
void evk_team_free(struct evk_team *team);

/*
 * Returns how many threads each of a number of teams gets that work at the same time: `wanted`, as
 * in evk_thread_count, is of all of them together.  Each gets at least one.
 */
int evk_team_share(int wanted, int64_t teams);

/* Returns the number of threads; 1 where team is NULL. */
int evk_team_threads(const struct evk_team *team);

/*
 * Does all parts of a step, from 0 to threads - 1, and returns when all are done.  Only one thread
 * may call it at a time.  Each thread prefers the same part in each step, so that its caches have
 * what it needs.  A thread that is ready does a part that another one has not begun: where the
 * system has given the processors of the team to others, the calling thread does all.  Where team
 * is NULL, there is part 0 alone.
 */
void evk_team_do(struct evk_team *team, evk_part_fn *fn, void *arg);

#endif /* EVK_BASE_PARALLEL_TEAM_H */
