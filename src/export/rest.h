/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rest.h - what of a session remains to be shown
 *
 * After 'evoke session --drop' or '--add', that is the newest order, from the trial behind After of
 * the last change on.  Without a change, it is everything.
 */
#ifndef EVK_EXPORT_REST_H
#define EVK_EXPORT_REST_H

#include "session/folder/session.h"

/* Was the session changed since it was made? */
bool evk_rest_is(const struct evk_rig_session *s);

/* Returns the index of the first presentation that remains; the number of all: none does. */
int64_t evk_rest_first(const struct evk_rig_session *s);

/*
 * Find the images that remain: (*out)[i], of s->images, says whether image i does.  The caller frees
 * *out.  An unchanged session keeps also images that no trial shows.  EVK_ENOMEM is the only failure.
 */
evk_status evk_rest_images(bool **out, const struct evk_rig_session *s, evk_error *err);

#endif /* EVK_EXPORT_REST_H */
