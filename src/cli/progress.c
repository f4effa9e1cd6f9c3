/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.c - a bar on a terminal that shows images done, best response and time left */
#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

enum { WIDTH = 20 }; /* characters of the bar */

/* Returns the seconds that have passed since t. */
static double since(const struct timespec *t)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - t->tv_sec) + 1e-9 * (double)(now.tv_nsec - t->tv_nsec);
}

void progress_begin(struct progress *p, const char *unit, bool best, double seconds)
{
    p->on = isatty(STDERR_FILENO);
    p->unit = unit;
    p->best = best;
    p->seconds = seconds;
    clock_gettime(CLOCK_MONOTONIC, &p->began);
    p->shown = (struct timespec){0};
}

bool progress_is_over(void *arg)
{
    const struct progress *p = arg;

    return since(&p->began) >= p->seconds;
}

/* The bar is drawn at most ten times a second, and at the end. */
void progress_show(void *arg, const evk_progress *now)
{
    struct progress *p = arg;
    const int filled = (int)(WIDTH * now->done / now->total);
    double needed;
    long left;

    if (!p->on || (now->done < now->total && since(&p->shown) < 0.1))
        return;
    clock_gettime(CLOCK_MONOTONIC, &p->shown);
    needed = since(&p->began) / (double)now->done * (double)(now->total - now->done);
    if (p->seconds > 0)
        needed = fmin(needed, fmax(p->seconds - since(&p->began), 0));
    left = lround(needed);
    fprintf(stderr, "\r[%.*s%*s] %lld/%lld %s", filled, "====================", WIDTH - filled, "",
            (long long)now->done, (long long)now->total, p->unit);
    if (p->best && !isnan(now->best))
        fprintf(stderr, ", best response %.4g", now->best);
    fprintf(stderr, ", %ld:%02ld:%02ld left \033[K", left / 3600, left / 60 % 60, left % 60);
    fflush(stderr);
}

void progress_end(struct progress *p)
{
    if (p->on)
        fputs("\r\033[K", stderr);
}
