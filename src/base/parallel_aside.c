/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parallel_aside.c - something that one other thread does, while the calling thread goes on */
#include "base/parallel_aside.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/host.h"
#include "base/mem.h"

struct evk_aside {
    void (*fn)(void);
    pthread_t thread;
};

static void *run(void *arg)
{
    EVK_ENTER();
    const struct evk_aside *a = arg;

    a->fn();
    return NULL;
}

struct evk_aside *evk_aside_begin(void (*fn)(void))
{
    struct evk_aside *a;

    if (evk_alloc(&a, 1, sizeof(*a), "a thread", NULL))
        return NULL;
    a->fn = fn;
    if (pthread_create(&a->thread, NULL, run, a) == 0)
        return a;
    free(a);
    return NULL;
}

void evk_aside_end(struct evk_aside *a)
{
    if (!a)
        return;
    pthread_join(a->thread, NULL);
    free(a);
}
