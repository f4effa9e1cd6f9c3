/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parallel_lock.c - the locks of parallel.h */
#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"

struct evk_lock {
    pthread_mutex_t mutex;
};

evk_status evk_lock_new(struct evk_lock **out, evk_error *err)
{
    struct evk_lock *lock;

    EVK_TRY(evk_alloc(&lock, 1, sizeof(*lock), "a lock", err));
    if (pthread_mutex_init(&lock->mutex, NULL) != 0) {
        free(lock);
        return evk_fail(err, EVK_ENOMEM, "the system has no more locks");
    }
    *out = lock;
    return EVK_OK;
}

void evk_lock_free(struct evk_lock *lock)
{
    if (!lock)
        return;
    pthread_mutex_destroy(&lock->mutex);
    free(lock);
}

void evk_lock_take(struct evk_lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
}

void evk_lock_give(struct evk_lock *lock)
{
    pthread_mutex_unlock(&lock->mutex);
}

static pthread_mutex_t process_lock = PTHREAD_MUTEX_INITIALIZER;

void evk_process_lock_take(void)
{
    pthread_mutex_lock(&process_lock);
}

void evk_process_lock_give(void)
{
    pthread_mutex_unlock(&process_lock);
}
