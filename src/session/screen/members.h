/* SPDX-License-Identifier: GPL-3.0-or-later */
/* members.h - members of a description of a screen, read strictly: what is not expected is refused */
#ifndef EVK_SESSION_SCREEN_MEMBERS_H
#define EVK_SESSION_SCREEN_MEMBERS_H

#include "base/json.h"

/* Fail since a value, called name, is not what was expected; NULL: there is no such value. */
evk_status evk_member_fail(const evk_json *value, const char *name, const char *expected,
                           evk_error *err);

/*
 * Fail where an object has a member that is none of the names, a list that NULL ends; "comment" and
 * "notes" may always be there.  of: what the object is called in messages; NULL: it is the whole
 * description.
 */
evk_status evk_members_known(const evk_json *object, const char *const names[], const char *of,
                             evk_error *err);

/* Set *out to a number from least to most; name: what it is called in messages. */
evk_status evk_member_number(double *out, const evk_json *value, const char *name, double least,
                             double most, evk_error *err);

/* Do the same for a whole number, which may be written 1920.0, too. */
evk_status evk_member_whole(int64_t *out, const evk_json *value, const char *name, int64_t least,
                            int64_t most, evk_error *err);

#endif /* EVK_SESSION_SCREEN_MEMBERS_H */
