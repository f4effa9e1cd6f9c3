/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.h - the orders of a session, made again from its description and tables */
#ifndef EVK_SESSION_REPLAY_H
#define EVK_SESSION_REPLAY_H

#include "session/remaining.h"

/* Returns how many orders a session has: the first one, and one for each change. */
int64_t evk_rig_replay_count(const struct evk_rig_session *session);

/*
 * Make order number k, from 0, again: append its table to text.  session is open; plan is of its own
 * options.  EVK_EFORMAT: the description does not say enough; otherwise as evk_rig_schedule_make.
 */
evk_status evk_rig_replay(const struct evk_rig_session *session, const struct evk_rig_plan *plan,
                          int64_t k, struct evk_str *text, evk_error *err);

/* Returns the images, or the roles, that a session had after its first `changes` changes. */
int64_t evk_rig_images_after(const struct evk_rig_session *session, int64_t changes);
int64_t evk_rig_roles_after(const struct evk_rig_session *session, int64_t changes);

/*
 * Mark the images whose units left by the first `changes` changes or are among units (count): gone
 * (images of that time); belongings (roles of that time).
 */
evk_status evk_rig_find_gone(const struct evk_rig_session *session, int64_t changes,
                             const char *const *units, size_t count, bool *gone,
                             struct evk_rig_belonging *belongings, evk_error *err);

/*
 * Set *known to whether the session has a role of a unit after its first `changes` changes, and
 * *remains to whether one of them has not left.
 */
evk_status evk_rig_unit_remains(const struct evk_rig_session *session, int64_t changes,
                                const char *unit, bool *known, bool *remains, evk_error *err);

#endif /* EVK_SESSION_REPLAY_H */
