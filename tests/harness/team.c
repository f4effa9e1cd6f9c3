/* SPDX-License-Identifier: GPL-3.0-or-later */
/* team.c - threads of a team that all run */
#include "team.h"

#include <stdatomic.h>
#include <time.h>

#include "test.h"

/* Parts that wait for each other end only if they run at the same time. */
struct meeting {
    int threads;
    atomic_int here, missed;
};

static void meet(void *arg, int part)
{
    struct meeting *m = arg;

    (void)part;
    atomic_fetch_add(&m->here, 1);
    for (int k = 0; k < 10000 && atomic_load(&m->here) < m->threads; k++)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    if (atomic_load(&m->here) < m->threads)
        atomic_fetch_add(&m->missed, 1);
}

void team_meet(struct evk_team *team)
{
    struct meeting m = {.threads = evk_team_threads(team)};

    evk_team_do(team, meet, &m);
    assert_int_equal(atomic_load(&m.missed), 0);
    assert_int_equal(atomic_load(&m.here), m.threads);
}
