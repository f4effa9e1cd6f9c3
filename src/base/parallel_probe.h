/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parallel_probe.h - how many threads the system grants at the moment
 *
 * A user may have only so many threads (`ulimit -u`, a control group), and a
 * process only so much memory for their stacks.  No call tells how many more
 * there may be; one has to start them and see.
 */
#ifndef EVK_BASE_PARALLEL_PROBE_H
#define EVK_BASE_PARALLEL_PROBE_H

enum { EVK_THREADS_MAX = 256 }; /* the most threads of one loop */

/*
 * Starts up to `wanted` threads that all live at the same time, ends them, and
 * returns how many the system granted (at most EVK_THREADS_MAX).  On return the
 * system counts none of them any more, so that as many may be started.
 */
int evk_probe_threads(int wanted);

/* Returns the number of threads of this process, or 0 where the system does not say. */
long evk_probe_alive(void);

/*
 * Waits until the process has no more than `threads` threads.  A joined thread
 * still counts against the limits of its user for some microseconds.  Gives up
 * after a tenth of a second: another thread of the process may have started some.
 */
void evk_probe_wait(long threads);

#endif /* EVK_BASE_PARALLEL_PROBE_H */
