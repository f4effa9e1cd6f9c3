/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.h - a bar on a terminal that shows images done, best response and time left */
#ifndef EVK_CLI_PROGRESS_H
#define EVK_CLI_PROGRESS_H

#include <evoke/evoke.h>
#include <stdbool.h>
#include <time.h>

struct progress {
    bool on;          /* standard error is a terminal; otherwise nothing is shown */
    const char *unit; /* what is counted, such as "images" */
    bool best;        /* show the best response */
    double seconds;   /* after which no other image is begun; 0: there is no such limit */
    struct timespec began, shown; /* when the call began, and the bar was drawn last */
};

/* Begins to measure time; the arguments are the fields of *p. */
void progress_begin(struct progress *p, const char *unit, bool best, double seconds);

/* Returns whether the seconds have passed.  This is an evk_run.enough; arg is a struct progress. */
bool progress_is_over(void *arg);

/* Draws the bar.  This is an evk_progress_fn; arg is a struct progress. */
void progress_show(void *arg, const evk_progress *now);

/* Removes the bar from the terminal. */
void progress_end(struct progress *p);

#endif /* EVK_CLI_PROGRESS_H */
