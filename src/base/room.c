/* SPDX-License-Identifier: GPL-3.0-or-later */
/* room.c - a limit on the memory that all threads together hold */
#include "base/room.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static int64_t taken;           /* bytes of all threads */
static int64_t running;         /* threads that have room, and do not wait for more */
static int64_t growing;         /* threads that have room, and wait for more */
static uint64_t asked, entered; /* tickets of threads without room: drawn, and let in */

static _Thread_local int64_t held; /* bytes of this thread */

static bool fits(int64_t bytes)
{
    return taken + bytes <= EVK_ROOM_MAX;
}

/* A thread without room waits for its turn, and for its bytes to fit. */
static void enter(int64_t bytes)
{
    const uint64_t ticket = asked++;

    while (ticket != entered || growing > 0 || !(fits(bytes) || taken == 0))
        pthread_cond_wait(&changed, &mutex);
    entered++;
}

/* A thread with room waits for more bytes to fit, or for all others with room to wait. */
static void grow(int64_t bytes)
{
    running--;
    growing++;
    pthread_cond_broadcast(&changed); /* all threads with room may be waiting now */
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
