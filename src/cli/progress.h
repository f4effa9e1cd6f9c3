/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.h - a bar on a terminal: images done, best response, time left */
#ifndef EVK_CLI_PROGRESS_H
#define EVK_CLI_PROGRESS_H

#include <evoke/evoke.h>
#include <stdbool.h>
#include <time.h>

struct progress {
    bool on;          /* stderr is a terminal */
    const char *unit; /* what is counted: "images" */
    bool best;        /* show the best response */
    double seconds;   /* until no other image is begun; 0: there is time for all */
    struct timespec began, shown;
};

void progress_begin(struct progress *p, const char *unit, bool best, double seconds);
bool progress_is_over(void *arg); /* have the seconds passed? for evk_run.enough */
void progress_show(void *arg, const evk_progress *now); /* an evk_progress_fn */
void progress_end(struct progress *p);

#endif /* EVK_CLI_PROGRESS_H */
