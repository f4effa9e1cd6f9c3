/* SPDX-License-Identifier: GPL-3.0-or-later */
/* remaining.h - what remains of a session after a trial, and the order that replaces its rest */
#ifndef EVK_SESSION_REMAINING_H
#define EVK_SESSION_REMAINING_H

#include "session/build.h"

/* The rest of a session that is open.  Zeroed at first; owns its arrays. */
struct evk_rig_remaining {
    const struct evk_rig_session *session; /* borrowed */
    int64_t after;                         /* the last trial that was shown */
    int64_t done;                          /* presentations up to it */
    struct evk_rig_item *items;            /* (count) images that remain */
    int64_t count;
    struct evk_order_block *blocks; /* (block_count) their images point into indices */
    int64_t block_count;
    int64_t *indices;
    int64_t blanks, catch_trials; /* that remain */
    int64_t shows_lost;           /* presentations of one image alone, which would follow itself */
    int64_t blanks_lost;          /* for which there is no image that they could stand before */
    int64_t blank, catch_image;   /* codes; 0: there is none */
};

/*
 * Find what remains after a trial.  gone (session->images): images that are left out; NULL: none.
 * more (more_count): images that are added to every block.  EVK_EINVAL: the session has no such trial, or
 * nothing remains.
 */
evk_status evk_rig_remaining_find(struct evk_rig_remaining *out,
                                  const struct evk_rig_session *session, int64_t after,
                                  const bool *gone, const struct evk_rig_item *more,
                                  int64_t more_count, evk_error *err);
void evk_rig_remaining_release(struct evk_rig_remaining *r);

/*
 * List what sets that are added bring: images of their roles (code and role, count) that nothing
 * shows after a trial, each once, apart from the blank.  The caller frees *more.
 */
evk_status evk_rig_remaining_more(const struct evk_rig_session *session, int64_t after,
                                  const struct evk_rig_item *roles, int64_t count,
                                  struct evk_rig_item **more, int64_t *more_count, evk_error *err);

/*
 * Order what remains: append the table of trials to text, and fill in the report.
 *   belongings  (count) of all images of the session
 *   minutes     the most that the session may take; INFINITY: no limit
 * Failures are those of evk_rig_schedule_make and evk_rig_schedule_check.
 */
evk_status evk_rig_remaining_order(const struct evk_rig_remaining *r,
                                   const struct evk_rig_plan *plan,
                                   const struct evk_rig_belonging *belongings, int64_t count,
                                   double minutes, struct evk_str *text, evk_rig_report *report,
                                   evk_error *err);

#endif /* EVK_SESSION_REMAINING_H */
