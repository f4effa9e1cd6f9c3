/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trials.h - the presentations of a session, read from the tables of its orders */
#ifndef EVK_SESSION_FOLDER_TRIALS_H
#define EVK_SESSION_FOLDER_TRIALS_H

#include "session/folder/session.h"

struct evk_rig_trials {
    struct evk_rig_trial *list; /* (count); owned */
    int64_t count;
};

/*
 * Read a table of trials, whose codes are 1 to `codes`; what: names it in messages.  Presentations
 * of trials beyond `after` that *all has already make room for those of the table.  EVK_EFORMAT: it
 * is no such table, with its line.
 */
evk_status evk_rig_trials_take(struct evk_rig_trials *all, const struct evk_bytes *text,
                               const char *what, int64_t codes, int64_t after, evk_error *err);
/*
 * Read the first `orders` orders of a session, each of which replaces the rest of those before it;
 * changes: the member Changes of its description.  Failures are those of evk_rig_trials_take and of
 * evk_set_file_get.
 */
evk_status evk_rig_trials_read(struct evk_rig_trials *all, const struct evk_dir *folder,
                               const evk_json *changes, size_t orders, int64_t codes,
                               evk_error *err);
void evk_rig_trials_release(struct evk_rig_trials *t);

#endif /* EVK_SESSION_FOLDER_TRIALS_H */
