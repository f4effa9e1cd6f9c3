/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.h - texts of a session that go into files of other programs: are they what they should be? */
#ifndef EVK_EXPORT_CHECK_H
#define EVK_EXPORT_CHECK_H

#include "session/folder/session.h"

/*
 * Check the texts that display programs read as they are.  Identifiers, names of files and roles
 * must be words of ASCII letters, digits, '-', '_' and, for files, '.', which begin with a letter:
 * PsychoPy would take others for numbers, MATLAB for expressions.  Hashes must be hexadecimal.
 * EVK_EFORMAT: one is not.
 */
evk_status evk_export_check(const struct evk_rig_session *s, evk_error *err);

#endif /* EVK_EXPORT_CHECK_H */
