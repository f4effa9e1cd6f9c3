/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verifier.h - scripts that verify a copy of a session on a computer without evoke
 *
 * They are files of the session, beside its manifest: verify_copy.py needs Python 3 and nothing
 * else, and verify_copy.m is a function for MATLAB and Octave.
 */
#ifndef EVK_SESSION_FOLDER_VERIFIER_H
#define EVK_SESSION_FOLDER_VERIFIER_H

/* Returns the text of a script, "verify_copy.py" or "verify_copy.m"; NULL of any other name. */
const char *evk_copy_verifier(const char *name);

/* Returns the name of script i, from 0; NULL past the last one. */
const char *evk_copy_verifier_name(int i);

#endif /* EVK_SESSION_FOLDER_VERIFIER_H */
