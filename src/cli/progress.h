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
    struct timespec began, shown;
};

void progress_begin(struct progress *p, const char *unit, bool best);
void progress_show(void *arg, const evk_progress *now); /* an evk_progress_fn */
void progress_end(struct progress *p);

#endif /* EVK_CLI_PROGRESS_H */
