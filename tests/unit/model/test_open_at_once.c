/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_open_at_once.c - models of all formats, opened and used by several threads at once: the same
 * responses and gradients, bit by bit, as with one thread
 */
#include "../../harness/test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/formats.h"

enum { THREADS = 4 };

static char *folder;
static float image[FORMAT_VALUES];
static struct format_answer expected[FORMATS]; /* of a single thread */

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("open-at-once");
    formats_write(folder);
    for (int i = 0; i < FORMAT_VALUES; i++)
        image[i] = (float)((i * 37) % 251);
    for (int i = 0; i < FORMATS; i++)
        assert_ok(format_ask(&expected[i], folder, i, image, err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/* A thread that asks models of all formats; the first format differs from thread to thread. */
struct asker {
    pthread_t thread;
    int first, rounds;
    char failure[1200]; /* empty where all answers were as expected */
};

static void *ask_all(void *arg)
{
    struct format_answer *answer = malloc(sizeof(*answer));
    struct asker *a = arg;
    evk_error err;

    for (int k = 0; answer && k < a->rounds * FORMATS_AT_ONCE && !a->failure[0]; k++) {
        const int i = (a->first + k) % FORMATS_AT_ONCE;

        if (format_ask(answer, folder, i, image, &err))
            snprintf(a->failure, sizeof(a->failure), "%s: %s", format_name(i), err.msg);
        else if (memcmp(answer, &expected[i], sizeof(*answer)) != 0)
            snprintf(a->failure, sizeof(a->failure), "%s: another answer", format_name(i));
    }
    free(answer);
    return NULL;
}

static void test_all_formats(void **state)
{
    static struct asker askers[THREADS];

    (void)state;
    for (int t = 0; t < THREADS; t++) {
        askers[t] = (struct asker){.first = 2 * t, .rounds = trials(10)};
        assert_int_equal(pthread_create(&askers[t].thread, NULL, ask_all, &askers[t]), 0);
    }
    for (int t = 0; t < THREADS; t++)
        assert_int_equal(pthread_join(askers[t].thread, NULL), 0);
    for (int t = 0; t < THREADS; t++)
        assert_string_equal(askers[t].failure, "");
}

/* The answers of the formats differ, so that no file stands for another. */
static void test_formats_differ(void **state)
{
    (void)state;
    for (int i = 0; i < FORMATS; i++)
        for (int j = 0; j < i; j++) {
            if (i == FORMATS - 1 && j == FORMATS - 2)
                continue; /* an ensemble from a text and from a card, of the same two members */
            assert_memory_not_equal(&expected[i].responses[0], &expected[j].responses[0],
                                    sizeof(float));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats_differ),
        cmocka_unit_test(test_all_formats),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
