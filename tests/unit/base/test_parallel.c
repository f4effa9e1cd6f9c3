/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_parallel.c - every job is done once, by workers in range, on any number of threads */
#include "base/parallel.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "../../harness/test.h"

enum { N = 10007, WORKERS = 300 };

struct record {
    int threads;
    unsigned char done[N]; /* each written by whoever does the job */
    atomic_bool busy[WORKERS];
    atomic_int bad; /* jobs or workers out of range, or workers doubly busy */
};

static void count(void *arg, int worker, int64_t i)
{
    struct record *r = arg;

    if (worker < 0 || worker >= r->threads || i < 0 || i >= N) {
        atomic_fetch_add(&r->bad, 1);
        return;
    }
    if (atomic_exchange(&r->busy[worker], true))
        atomic_fetch_add(&r->bad, 1);
    r->done[i]++;
    atomic_store(&r->busy[worker], false);
}

static void every_job_once(void **state)
{
    static const int threads[] = {1, 2, 3, 8, 64, 256};
    static struct record r;

    (void)state;
    for (size_t k = 0; k < sizeof(threads) / sizeof(*threads); k++) {
        memset(&r, 0, sizeof(r));
        r.threads = threads[k];
        evk_parallel_for(threads[k], N, count, &r);
        assert_int_equal(atomic_load(&r.bad), 0);
        for (int i = 0; i < N; i++)
            assert_int_equal(r.done[i], 1);
    }
}

static void no_job(void **state)
{
    static struct record r;

    (void)state;
    memset(&r, 0, sizeof(r));
    r.threads = 4;
    evk_parallel_for(4, 0, count, &r);
    for (int i = 0; i < N; i++)
        assert_int_equal(r.done[i], 0);
}

/* Jobs that wait for each other end only if they run at the same time. */
static void meet(void *arg, int worker, int64_t i)
{
    atomic_int *here = arg;

    (void)worker;
    (void)i;
    atomic_fetch_add(here, 1);
    for (int k = 0; k < 10000 && atomic_load(here) < 4; k++)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    if (atomic_load(here) < 4)
        atomic_fetch_sub(here, 100);
}

static void jobs_overlap(void **state)
{
    atomic_int here = 0;

    (void)state;
    evk_parallel_for(4, 4, meet, &here);
    assert_int_equal(atomic_load(&here), 4);
}

static void thread_counts(void **state)
{
    (void)state;
    assert_int_equal(evk_thread_count(3, 100), 3);
    assert_int_equal(evk_thread_count(8, 5), 5);
    assert_int_equal(evk_thread_count(8, 0), 1);
    assert_int_equal(evk_thread_count(1, INT64_MAX), 1);
    assert_int_equal(evk_thread_count(100000, INT64_MAX), 256);
    assert_int_equal(evk_thread_count(0, 1), 1);
    assert_true(evk_thread_count(0, INT64_MAX) >= 1);
    assert_true(evk_thread_count(0, INT64_MAX) <= 256);
    assert_int_equal(evk_thread_count(-5, 1000), evk_thread_count(0, 1000));
}

struct counter {
    struct evk_lock *lock;
    int64_t sum; /* not atomic: the lock guards it */
};

static void add(void *arg, int worker, int64_t i)
{
    struct counter *c = arg;
    int64_t before;

    (void)worker;
    evk_lock_take(c->lock);
    before = c->sum;
    if (i % 100 == 0)
        nanosleep(&(struct timespec){0, 100000}, NULL);
    c->sum = before + i;
    evk_lock_give(c->lock);
}

static void locks_exclude(void **state)
{
    struct counter c = {NULL, 0};

    (void)state;
    assert_ok(evk_lock_new(&c.lock, err));
    evk_parallel_for(8, N, add, &c);
    assert_int_equal(c.sum, (int64_t)N * (N - 1) / 2);
    evk_lock_free(c.lock);
    evk_lock_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_once), cmocka_unit_test(no_job),
        cmocka_unit_test(jobs_overlap),   cmocka_unit_test(thread_counts),
        cmocka_unit_test(locks_exclude),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
