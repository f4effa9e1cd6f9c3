/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alter.h - a finished session is opened to be changed: drop.c and add.c */
#ifndef EVK_SESSION_ALTER_H
#define EVK_SESSION_ALTER_H

#include "base/lock_file.h"
#include "session/remaining.h"

/* A session while it is changed.  Zeroed at first. */
struct evk_rig_alter {
    struct evk_dir folder;          /* owned */
    struct evk_lock_file lock;      /* owned */
    struct evk_rig_session session; /* owned */
    bool is_open;
    struct evk_rig_options options; /* of the session; its texts belong to the description */
    struct evk_rig_plan plan;       /* owned */
    evk_rig_report *report;         /* owned */
    double minutes;                 /* of the session before */
    struct evk_rig_files files;     /* that are replaced; owned */
};

/*
 * Lock a session, finish what an interrupted change left, and open it.  evk_rig_alter_end closes *out,
 * also after a failure.  EVK_EBUSY: another process writes to it; otherwise as evk_rig_session_open.
 */
evk_status evk_rig_alter_begin(struct evk_rig_alter *out, const char *folder, evk_error *err);
void evk_rig_alter_end(struct evk_rig_alter *a);

/*
 * Does the last change of the session say the same as `change`?  An interrupted call that is made again then has
 * nothing to do.
 */
bool evk_rig_alter_is_done(const struct evk_rig_alter *a, const struct evk_json_writer *change);

/*
 * Order what remains, and write the order, the events and the description with the change.
 *   change  the new member of Changes
 *   remaining, belongings (count)  as in remaining.h
 *   images  all images by code, with filename and role
 *   more    entries of the manifest for new images; NULL: none
 *   minutes the most that the session may take; NAN: as its options say
 * a->files has other files that are replaced.
 */
evk_status evk_rig_alter_finish(struct evk_rig_alter *a, struct evk_json_writer *change,
                                const struct evk_rig_remaining *remaining,
                                const struct evk_rig_belonging *belongings, int64_t count,
                                const struct evk_rig_image *images, int64_t image_count,
                                const struct evk_manifest *more, double minutes, evk_error *err);

#endif /* EVK_SESSION_ALTER_H */
