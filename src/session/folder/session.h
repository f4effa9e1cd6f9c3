/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * session.h - a finished session that is open: its images, their roles, and the order of trials
 *
 *   S/dataset_description.json     what the session was made of: the member Session
 *   S/stimuli/stim-000001_image.png, S/stimuli/stimuli.tsv, S/stimuli/stimuli.json
 *   S/roles.tsv                    which image is which stimulus of which set
 *   S/trials.tsv, S/trials-2.tsv   the order, and the orders that replaced its rest
 *   S/events.tsv, S/task-session_events.json   a template for recordings, as BIDS has it
 *   S/display.json                 the screen, with --display
 *   S/verify_copy.py, S/verify_copy.m          verify a copy of the folder without evoke
 *   S/display_*                    what 'evoke export' wrote
 *   S/README, S/.bidsignore, S/manifest-sha256.txt
 */
#ifndef EVK_SESSION_FOLDER_SESSION_H
#define EVK_SESSION_FOLDER_SESSION_H

#include "base/dir.h"
#include "base/json.h"
#include "base/table.h"

/* One image of a session.  Texts belong to the tables. */
struct evk_rig_image {
    int64_t code;            /* stim_code, which is the number of the image in the list + 1 */
    const char *stimulus_id; /* "stim-000001" */
    const char *filename;    /* relative to stimuli/ */
    const char *role;        /* of its first row in roles.tsv; "blank"; "catch" */
    const char *sha256, *sha1;
    int64_t width_px, height_px;
    double size_deg, x_deg, y_deg; /* NAN without a screen */
    bool is_blank;                 /* the blank that the session made or found */
};

/* One row of roles.tsv: an image as a stimulus of a set. */
struct evk_rig_role {
    int64_t code;
    const char *set, *stimulus_id, *role;
    const char *unit, *control_of, *source_id; /* "n/a" where there is none */
};

/* One row of the newest order, whose rows from earlier files are those before it took over. */
struct evk_rig_trial {
    int64_t block, trial, position, code;
    double onset_s, duration_s;
    bool is_blank, is_catch;
};

struct evk_rig_session {
    struct evk_dir folder;
    evk_json *description;
    const evk_json *options; /* Session of the description; borrowed from it */
    struct evk_table stimuli, roles;
    struct evk_rig_image *image; /* (images) by code */
    int64_t images;
    struct evk_rig_role *role; /* (role_count) in the order of roles.tsv */
    int64_t role_count;
    size_t changes;              /* members of Changes whose orders are in trial */
    struct evk_rig_trial *trial; /* (trials) all presentations, in the order of the session */
    int64_t trials;
    unsigned char background[3]; /* pixel value around the images, as files have it */
    const char *name;            /* of the session: last part of the folder's path */
    struct evk_names names;      /* which has the name; owned */
    char manifest_sha256[EVK_SHA256_TEXT];
    /* The screen; zeros where there is none. */
    int64_t screen_width_px, screen_height_px;
    double screen_width_cm, distance_cm, refresh_hz;
    int64_t left_px, top_px; /* where images are on the screen; 0 with --canvas full */
    bool full;               /* files have the size of the screen */
    double fixation_px[2];   /* fixation point, from the left and upper edge */
    int64_t repeats, per_trial;
    double on_s, off_s; /* as they are shown: whole frames where there is a screen */
};

/*
 * Open a session; the caller releases *out.  EVK_EINVAL: the folder is no session, or an unfinished
 * one.  EVK_EFORMAT or EVK_EIO: a file of it is damaged, or cannot be read.
 */
evk_status evk_rig_session_open(struct evk_rig_session *out, const char *folder, evk_error *err);
void evk_rig_session_close(struct evk_rig_session *s);

#endif /* EVK_SESSION_FOLDER_SESSION_H */
