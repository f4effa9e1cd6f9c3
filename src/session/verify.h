/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.h - what the parts of the verification of a session share */
#ifndef EVK_SESSION_VERIFY_H
#define EVK_SESSION_VERIFY_H

#include "session/build.h"
#include "session/replay.h"
#include "session/tables.h"
#include "stimset/check/verify.h"

/* A session that is verified.  v has its folder, findings and counts. */
struct evk_rig_verification {
    struct evk_verification v;
    struct evk_rig_session session; /* owned */
    struct evk_rig_options options; /* of the description; its texts belong to the description */
    struct evk_rig_plan plan;       /* owned */
};

/* Members of Vetoes and Units, each ended by NULL, in the order of struct evk_gather_ask. */
extern const char *const evk_rig_veto_keys[], *const evk_rig_unit_keys[];

/* Report the first line in which a file of the session differs from what it should be, or that it is missing. */
evk_status evk_rig_verify_text(struct evk_rig_verification *r, const char *file,
                               const struct evk_str *want, evk_error *err);

/* Add the texts of the objects of an array to a list: the members `keys` (ended by NULL) with tabs between. */
evk_status evk_rig_verify_list(const evk_json *array, const char *const *keys,
                               struct evk_names *out, evk_error *err);

/* *same: has a table the columns that this version writes? */
evk_status evk_rig_verify_header(const struct evk_table *t, enum evk_rig_table kind, bool *same,
                                 evk_error *err);

/*
 * Find the place of an image that has this height on the screen.  EVK_EINVAL, EVK_EFORMAT: there is no
 * such place.
 */
evk_status evk_rig_verify_place(const struct evk_rig_plan *plan, int64_t height,
                                struct evk_place *out, evk_error *err);

/*
 * Compare texts with those that this version writes for the session's options and tables, and report
 * files that no session has: verify_texts.c.
 */
evk_status evk_rig_verify_texts(struct evk_rig_verification *r, evk_error *err);

/* Compare cells of images with the options and with roles.tsv: verify_rows.c. */
evk_status evk_rig_verify_rows(struct evk_rig_verification *r, evk_error *err);

/* Measure every image again, and compare it with its row. */
evk_status evk_rig_verify_images(struct evk_rig_verification *r, evk_error *err);

/*
 * Make images and roles again from the sets of the session, and compare them: verify_from.c.
 * EVK_EINVAL: source lacks a set of the session.
 */
evk_status evk_rig_verify_from(struct evk_rig_verification *r, const evk_rig_source *source,
                               evk_error *err);

#endif /* EVK_SESSION_VERIFY_H */
