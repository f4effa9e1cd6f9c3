/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_room.c - threads that share memory stay within it, and none waits for ever */
#include "../../harness/test.h"

#include <stdatomic.h>
#include <time.h>

#include "base/parallel.h"
#include "base/room.h"

enum { THREADS = 8, JOBS = 400 };

static const int64_t MB = 1 << 20;

/* How many bytes all threads hold between take and give, and the largest such number so far. */
static atomic_llong inside, most;

static void take(int64_t bytes)
{
    long long now, before = atomic_load(&most);

    evk_room_take(bytes);
    now = atomic_fetch_add(&inside, bytes) + bytes;
    while (now > before && !atomic_compare_exchange_weak(&most, &before, now))
        continue;
}

static void give(int64_t bytes)
{
    atomic_fetch_sub(&inside, bytes);
    evk_room_give(bytes);
}

static void rest(void)
{
    nanosleep(&(struct timespec){0, 100000}, NULL);
}

static int64_t loop(evk_job_fn *job)
{
    atomic_store(&most, 0);
    evk_parallel_for(THREADS, JOBS, job, NULL);
    assert_int_equal(atomic_load(&inside), 0);
    return atomic_load(&most);
}

static void once(void *arg, int worker, int64_t i)
{
    const int64_t bytes = (1 + i * 7 % 150) * MB;

    (void)arg;
    (void)worker;
    take(bytes);
    rest();
    give(bytes);
}

static void test_limit(void **state)
{
    const int64_t reached = loop(once);

    (void)state;
    assert_true(reached <= EVK_ROOM_MAX);
    assert_true(reached > 150 * MB); /* threads were inside together */
}

static atomic_int beside; /* how often others were inside with what is over the limit */

static void huge(void *arg, int worker, int64_t i)
{
    const int64_t bytes = i % 5 == 0 ? 2 * (int64_t)EVK_ROOM_MAX : 10 * MB;

    (void)arg;
    (void)worker;
    take(bytes);
    if (i % 5 == 0 && atomic_load(&inside) != bytes)
        atomic_fetch_add(&beside, 1);
    rest();
    give(bytes);
}

/* A request over the limit is granted only while no other thread holds any room. */
static void test_huge(void **state)
{
    (void)state;
    assert_int_equal(loop(huge), 2 * (int64_t)EVK_ROOM_MAX);
    assert_int_equal(atomic_load(&beside), 0);
}

/*
 * Each thread takes some and then more, together over the limit: they are let in one after another.
 */
static void growing(void *arg, int worker, int64_t i)
{
    (void)arg;
    (void)worker;
    take(90 * MB);
    rest();
    take(300 * MB);
    rest();
    give(300 * MB);
    if (i % 2)
        take(200 * MB);
    give((90 + (i % 2 ? 200 : 0)) * MB);
}

static void test_growing(void **state)
{
    const int64_t reached = loop(growing);

    (void)state;
    assert_true(reached <= EVK_ROOM_MAX + 300 * MB);
}

static void test_nothing(void **state)
{
    (void)state;
    evk_room_take(0);
    evk_room_take(EVK_ROOM_MAX);
    evk_room_take(EVK_ROOM_MAX); /* nobody else has any */
    evk_room_give(2 * (int64_t)EVK_ROOM_MAX);
    evk_room_give(0);
    assert_int_equal(loop(once) <= EVK_ROOM_MAX, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_huge),
        cmocka_unit_test(test_growing),
        cmocka_unit_test(test_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
