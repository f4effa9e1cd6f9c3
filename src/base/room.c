/* SPDX-License-Identifier: GPL-3.0-or-later */
/* room.c - a limit on the memory that all threads together hold */
#include "base/room.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static int64_t taken;           /* bytes that all threads together hold */
static int64_t running;         /* threads that hold bytes and are not waiting for more */
static int64_t growing;         /* threads that hold bytes and are waiting for more */
static uint64_t asked, entered; /* tickets given to threads that held nothing; tickets served */

static _Thread_local int64_t held; /* bytes that this thread holds */

static bool fits(int64_t bytes)
{
    return taken + bytes <= EVK_ROOM_MAX;
}

/* Lets a thread that holds nothing wait until its ticket is next and its bytes fit. */
static void enter(int64_t bytes)
{
    const uint64_t ticket = asked++;

    while (ticket != entered || growing > 0 || !(fits(bytes) || taken == 0))
        pthread_cond_wait(&changed, &mutex);
    entered++;
}

/*
 * Lets a thread that holds bytes wait until more fit, or until all others that hold bytes wait too.
 */
static void grow(int64_t bytes)
{
    running--;
    growing++;
    pthread_cond_broadcast(&changed); /* all threads that hold bytes may be waiting now */
    while (!fits(bytes) && running > 0)
        pthread_cond_wait(&changed, &mutex);
    growing--;
}

void evk_room_take(int64_t bytes)
{
    if (bytes == 0)
        return;
    pthread_mutex_lock(&mutex);
    (held ? grow : enter)(bytes);
    running++;
    taken += bytes;
    held += bytes;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
}

void evk_room_give(int64_t bytes)
{
    assert(bytes <= held);
    if (bytes == 0)
        return;
    pthread_mutex_lock(&mutex);
    taken -= bytes;
    held -= bytes;
    if (held == 0)
        running--;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
}
