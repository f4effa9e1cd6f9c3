/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schedule.h - the order of a session's images, or of what remains of them, and its parts */
#ifndef EVK_SESSION_SCHEDULE_H
#define EVK_SESSION_SCHEDULE_H

#include "session/options.h"
#include "session/report.h"
#include "session/tables.h"

/* An image that blocks show. */
struct evk_rig_item {
    int64_t code;
    const char *role; /* its kind */
};

/* An image is for a unit; NULL: for none. */
struct evk_rig_belonging {
    int64_t code;
    const char *unit;
};

/* What is to be ordered; everything is borrowed. */
struct evk_rig_schedule {
    const struct evk_rig_plan *plan;
    const struct evk_rig_item *items; /* (count) */
    int64_t count;
    const struct evk_order_block *blocks; /* (block_count) of indices of items; NULL: each of
                                             options.repeats blocks shows all items */
    int64_t block_count;
    int64_t blanks;
    int64_t catch_trials;                       /* -1: as the options say */
    int64_t blank, catch_image;                 /* codes; 0: there is none */
    int64_t first_trial;                        /* from 1 */
    int64_t before;                             /* the code that was shown last; 0: none */
    int64_t begin;                              /* tick of the first onset */
    const struct evk_rig_belonging *belongings; /* (belonging_count) */
    int64_t belonging_count;
};

/*
 * Order the images: append the lines of trials to text, and fill in presentations, blanks, trials
 * and minutes of the report's totals, and its parts.  minutes counts from the onset of the first image of the session.
 * EVK_EINVAL: there is no such order.
 */
evk_status evk_rig_schedule_make(const struct evk_rig_schedule *s, struct evk_str *text,
                                 evk_rig_report *report, evk_error *err);

/*
 * EVK_EINVAL: the session takes longer than so many minutes; the message says by how much, and what
 * would fit.
 */
evk_status evk_rig_schedule_check(const struct evk_rig_schedule *s, const evk_rig_report *report,
                                  double minutes, evk_error *err);

#endif /* EVK_SESSION_SCHEDULE_H */
