/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_parallel_refused.c - loops where the system refuses threads, and after a fork */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../harness/test.h"
#include "base/parallel.h"

enum { N = 1000, THREADS = 8, ROUNDS = 40, PATIENCE = 120 /* seconds */ };

struct record {
    atomic_int done[N];
    atomic_int bad; /* jobs by a worker out of range */
    int threads;
};

static void count(void *arg, int worker, int64_t i)
{
    struct record *r = arg;

    if (worker < 0 || worker >= r->threads)
        atomic_fetch_add(&r->bad, 1);
    atomic_fetch_add(&r->done[i], 1);
}

/* True where a loop on so many threads does each job once. */
static bool is_whole(int threads)
{
    struct record r = {.threads = threads};
    bool whole;

    evk_parallel_for(threads, N, count, &r);
    whole = atomic_load(&r.bad) == 0;
    for (int i = 0; i < N; i++)
        whole = whole && atomic_load(&r.done[i]) == 1;
    return whole;
}

struct meeting {
    int expected;
    atomic_int here;
    atomic_bool met;
};

/* Jobs that wait for one another end soon only if they run at the same time. */
static void meet(void *arg, int worker, int64_t i)
{
    struct meeting *m = arg;

    (void)worker;
    (void)i;
    if (atomic_fetch_add(&m->here, 1) + 1 == m->expected)
        atomic_store(&m->met, true);
    for (int k = 0; k < 10000 && !atomic_load(&m->met); k++)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
}

/* True where a loop that asks for THREADS runs so many jobs at the same time. */
static bool runs_together(int expected)
{
    struct meeting m = {.expected = expected};

    evk_parallel_for(THREADS, expected, meet, &m);
    return atomic_load(&m.met);
}

/* The exit status of a child process that runs body, or -1 if a signal ended it. */
static int in_child(bool (*body)(int), int arg)
{
    const pid_t pid = fork();
    int how = 0;

    assert_true(pid >= 0);
    if (pid == 0) {
        alarm(PATIENCE);
        _exit(body(arg) ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &how, 0), pid);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

/*
 * From here on this process may have that many threads.  The system does not
 * hold the superuser to it, who becomes a user without any other process.  An
 * ordinary user has other processes, so that all threads may be refused.
 */
static bool limit_threads(int threads)
{
    const rlim_t limit = (rlim_t)threads;
    const uid_t nobody = (uid_t)(20000 + getpid() % 40000);

    if (geteuid() == 0 && setuid(nobody) != 0)
        return false;
    return setrlimit(RLIMIT_NPROC, &(struct rlimit){limit, limit}) == 0;
}

static bool loops_on(int threads)
{
    const bool alone = geteuid() == 0;

    if (!limit_threads(threads) || (alone && !runs_together(threads)))
        return false;
    for (int i = 0; i < ROUNDS; i++)
        if (!is_whole(THREADS) || !is_whole(2) || !is_whole(5))
            return false;
    return true;
}

static void the_threads_there_are_do_all(void **state)
{
    (void)state;
    for (int threads = 1; threads <= THREADS; threads++)
        assert_int_equal(in_child(loops_on, threads), 0);
}

struct caller {
    pthread_mutex_t *gate; /* opens when all callers have started */
    pthread_t thread;
    bool whole;
};

static void *call(void *arg)
{
    struct caller *c = arg;

    pthread_mutex_lock(c->gate);
    pthread_mutex_unlock(c->gate);
    c->whole = is_whole(THREADS);
    return NULL;
}

/* Loops of new threads, up to `wanted` at the same time: each opens a team of its own. */
static bool call_together(int wanted)
{
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    struct caller callers[THREADS];
    int started = 0;
    bool whole = true;

    pthread_mutex_lock(&gate);
    do
        callers[started] = (struct caller){.gate = &gate};
    while (pthread_create(&callers[started].thread, NULL, call, &callers[started]) == 0 &&
           ++started < wanted);
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < started; i++) {
        pthread_join(callers[i].thread, NULL);
        whole = whole && callers[i].whole;
    }
    return whole;
}

static bool callers_loop(int callers)
{
    if (!limit_threads(5))
        return false;
    for (int i = 0; i < ROUNDS; i++)
        if (!call_together(callers))
            return false;
    return true;
}

static void new_threads_call(void **state)
{
    (void)state;
    assert_int_equal(in_child(callers_loop, 1), 0);
    assert_int_equal(in_child(callers_loop, 3), 0);
}

static void a_child_loops_too(void **state)
{
    (void)state;
    assert_true(runs_together(4));
    assert_int_equal(in_child(runs_together, 4), 0);
    assert_true(runs_together(4));
}

/* Where threads are scarce, those of the last loop leave a child process its place. */
static bool forks_after_loop(int threads)
{
    if (!limit_threads(threads))
        return false;
    for (int i = 0; i < ROUNDS; i++)
        if (!is_whole(THREADS) || (in_child(is_whole, THREADS) != 0))
            return false;
    return true;
}

static void a_child_finds_its_place(void **state)
{
    (void)state;
    if (geteuid() == 0) /* who else is a user with other processes, and may have no child */
        assert_int_equal(in_child(forks_after_loop, 3), 0);
}

static void loop_within(void *arg, int worker, int64_t i)
{
    (void)worker;
    (void)i;
    if (!is_whole(4))
        atomic_fetch_add((atomic_int *)arg, 1);
}

static void jobs_loop_too(void **state)
{
    atomic_int bad = 0;

    (void)state;
    evk_parallel_for(4, 20, loop_within, &bad);
    assert_int_equal(atomic_load(&bad), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_threads_there_are_do_all),
        cmocka_unit_test(new_threads_call),
        cmocka_unit_test(a_child_loops_too),
        cmocka_unit_test(a_child_finds_its_place),
        cmocka_unit_test(jobs_loop_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
