/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.h - what the parts of the verification of a session share */
#ifndef EVK_SESSION_VERIFY_H
#define EVK_SESSION_VERIFY_H

#include "session/build.h"
#include "stimset/check/verify.h"

/* A session that is verified.  v has its folder, findings and counts. */
struct evk_rig_verification {
    struct evk_verification v;
    struct evk_rig_session session; /* owned */
    struct evk_rig_options options; /* of the description; its texts belong to the description */
    struct evk_rig_plan plan;       /* owned */
};

/* Report the first line in which a file of the session differs from what it should be. */
evk_status evk_rig_verify_text(struct evk_rig_verification *r, const char *file,
                               const struct evk_str *want, evk_error *err);

/* Measure every image again, and compare it with its row. */
evk_status evk_rig_verify_images(struct evk_rig_verification *r, evk_error *err);

/*
 * Make images and roles again from the sets of the session, and compare them: verify_from.c.
 * EVK_EINVAL: source lacks a set of the session.
 */
evk_status evk_rig_verify_from(struct evk_rig_verification *r, const evk_rig_source *source,
                               evk_error *err);

#endif /* EVK_SESSION_VERIFY_H */
