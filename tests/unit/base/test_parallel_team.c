/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_parallel_team.c - every part of a step is done once, before the next step begins */
#include "base/parallel_team.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "../../harness/allocations.h"
#include "../../harness/team.h"
#include "../../harness/test.h"

enum { MOST = 8, STEPS = 3000 };

/* Each step adds one to every number, from what all parts of the last step left. */
struct sums {
    int threads;
    int number[MOST]; /* each written by whoever does the part, and read by all in the next step */
    int other[MOST];
    atomic_int times[MOST]; /* how often each part was done */
    atomic_int bad; /* parts out of range, or numbers that a part of the last step did not leave */
};

static void add(void *arg, int part)
{
    struct sums *s = arg;

    if (part < 0 || part >= s->threads) {
        atomic_fetch_add(&s->bad, 1);
        return;
    }
    for (int i = 0; i < s->threads; i++)
        if (s->number[i] != s->number[0])
            atomic_fetch_add(&s->bad, 1);
    s->other[part] = s->number[part] + 1;
    atomic_fetch_add(&s->times[part], 1);
}

static void copy(void *arg, int part)
{
    struct sums *s = arg;

    s->number[part] = s->other[part];
}

static void wait_a_while(void)
{
    nanosleep(&(struct timespec){0, 2000000}, NULL);
}

static void test_every_part_once(void **state)
{
    (void)state;
    for (int threads = 1; threads <= MOST; threads++) {
        struct sums s = {.threads = threads};
        struct evk_team *team;
        long before;

        assert_ok(evk_team_new(&team, threads, err));
        assert_int_equal(evk_team_threads(team), threads);
        team_meet(team);
        before = allocations();
        for (int i = 0; i < STEPS; i++) {
            evk_team_do(team, add, &s);
            evk_team_do(team, copy, &s);
            if (i % 1000 == 999)
                wait_a_while(); /* the others sleep, and have to be woken */
        }
        assert_int_equal(allocations(), before);
        evk_team_free(team);
        assert_int_equal(atomic_load(&s.bad), 0);
        for (int i = 0; i < threads; i++)
            assert_int_equal(s.number[i], STEPS);
        for (int i = 0; i < threads; i++)
            assert_int_equal(atomic_load(&s.times[i]), STEPS);
    }
}

static void test_parts_overlap(void **state)
{
    struct evk_team *team;

    (void)state;
    assert_ok(evk_team_new(&team, MOST, err));
    team_meet(team);
    evk_team_free(team);
}

/* A part that lasts keeps the calling thread waiting, which then sleeps. */
static void last(void *arg, int part)
{
    if (part > 0)
        wait_a_while();
    ((int *)arg)[part] = 1;
}

static void test_long_parts(void **state)
{
    struct evk_team *team;
    int done[MOST] = {0};

    (void)state;
    assert_ok(evk_team_new(&team, MOST, err));
    evk_team_do(team, last, done);
    for (int i = 0; i < MOST; i++)
        assert_int_equal(done[i], 1);
    evk_team_free(team);
}

static void test_begin_and_end(void **state)
{
    struct evk_team *team;

    (void)state;
    for (int i = 0; i < 200; i++) {
        struct sums s = {.threads = 3};

        assert_ok(evk_team_new(&team, 3, err));
        if (i % 2)
            evk_team_do(team, add, &s);
        evk_team_free(team);
        assert_int_equal(atomic_load(&s.bad), 0);
    }
    evk_team_free(NULL);
    assert_ok(evk_team_new(&team, 0, err));
    assert_null(team);
}

static void test_share(void **state)
{
    (void)state;
    assert_int_equal(evk_team_share(7, 1), 7);
    assert_int_equal(evk_team_share(7, 2), 3);
    assert_int_equal(evk_team_share(7, 7), 1);
    assert_int_equal(evk_team_share(7, 100), 1);
    assert_int_equal(evk_team_share(1, 1), 1);
    assert_int_equal(evk_team_share(2, 0), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_part_once), cmocka_unit_test(test_parts_overlap),
        cmocka_unit_test(test_long_parts),      cmocka_unit_test(test_begin_and_end),
        cmocka_unit_test(test_share),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
