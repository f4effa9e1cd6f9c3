/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * events.h - a template for the events file of a recording, as BIDS has it, and its sidecar
 *
 * events.tsv is the order of a session: who records copies it to the recording, under a name such
 * as sub-01/ephys/sub-01_task-session_events.tsv, and puts the onsets there that were measured.
 * task-session_events.json describes its columns, and is copied with it or stays where it is.
 *
 * Both need a line in .bidsignore: events.tsv has no name of BIDS, and the validator refuses a
 * sidecar as long as no recording is there (SIDECAR_WITHOUT_DATAFILE).
 */
#ifndef EVK_SESSION_FOLDER_EVENTS_H
#define EVK_SESSION_FOLDER_EVENTS_H

#include "session/folder/session.h"

#define EVK_EVENTS      "events.tsv"
#define EVK_EVENTS_JSON "task-session_events.json"

/* The screen on which images are shown; zeros where nothing is known of it. */
struct evk_events_screen {
    int64_t width_px, height_px;
    double width_cm, distance_cm, refresh_hz;
};

/* Append the sidecar: the screen, and what each column means. */
evk_status evk_events_put_json(struct evk_str *out, const struct evk_events_screen *screen,
                               evk_error *err);

/*
 * Append the template: a row for each presentation (count), in their order.
 *   images  the images by code, of which filename and role are used
 */
evk_status evk_events_put(struct evk_str *out, const struct evk_rig_trial *trials, int64_t count,
                          const struct evk_rig_image *images, evk_error *err);

#endif /* EVK_SESSION_FOLDER_EVENTS_H */
