/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parallel_probe.c - how many threads the system grants at the moment */
#include "base/parallel_probe.h"

#include <pthread.h>
#include <sys/stat.h>
#include <time.h>

enum { WAITS = 2000, WAIT = 50000 /* nanoseconds */ };

long evk_probe_alive(void)
{
    struct stat s;

    /*
     * A folder has a link for itself, for its parent and for each folder in it: here, for each
     * thread.
     */
    return stat("/proc/self/task", &s) == 0 ? (long)s.st_nlink - 2 : 0;
}

void evk_probe_wait(long threads)
{
    if (threads < 1) /* evk_probe_alive could not say */
        return;
    for (int i = 0; i < WAITS && evk_probe_alive() > threads; i++)
        nanosleep(&(struct timespec){0, WAIT}, NULL);
}

/* The body of a trial thread: it lives until its gate opens. */
static void *probe(void *gate)
{
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

int evk_probe_threads(int wanted)
{
    const long before = evk_probe_alive();
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_t probes[EVK_THREADS_MAX];
    int granted = 0;

    pthread_mutex_lock(&gate);
    while (granted < wanted && granted < EVK_THREADS_MAX &&
           pthread_create(&probes[granted], NULL, probe, &gate) == 0)
        granted++;
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < granted; i++)
        pthread_join(probes[i], NULL);
    evk_probe_wait(before);
    return granted;
}
