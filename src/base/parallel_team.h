/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parallel_team.h - threads that share one computation, step by step
 *
 * A loop of parallel.h opens its threads anew, which is too slow for the layers of a network: a step
 * of an ascent takes less than a millisecond, and its threads wait for each other ten times.  The
 * threads of a team stay until it is freed.  They wait for a moment with their processor, since the
 * others are ready soon, and sleep after that.
 */
#ifndef EVK_BASE_PARALLEL_TEAM_H
#define EVK_BASE_PARALLEL_TEAM_H

#include "base/error.h"

struct evk_team;

/* What each member of a team does.  `member` is its number, in [0, threads). */
typedef void evk_team_fn(void *arg, int member);

/*
 * Makes a team of up to `threads` threads, of which the calling thread is one; of fewer where the
 * system refuses some of them.  *out is NULL where it would have one member.  evk_team_free frees
 * it (NULL is allowed).  Fails with EVK_ENOMEM only.
 */
evk_status evk_team_new(struct evk_team **out, int threads, evk_error *err);
void evk_team_free(struct evk_team *team);

/* Returns the number of members; 1 where team is NULL. */
int evk_team_threads(const struct evk_team *team);

/*
 * Calls fn once on each member, at the same time, and returns when all calls have returned.  The
 * calling thread is member 0.  Only one thread may call it at a time.  Where team is NULL, fn is
 * called for member 0.
 */
void evk_team_run(struct evk_team *team, evk_team_fn *fn, void *arg);

/* Called by each member within fn: waits until all members have called it.  What a member wrote
   before is then seen by all.  NULL is allowed. */
void evk_team_wait(struct evk_team *team);

#endif /* EVK_BASE_PARALLEL_TEAM_H */
