/* SPDX-License-Identifier: GPL-3.0-or-later */
/* repeats.h - tell the user how many images of a finished set repeat other ones */
#ifndef EVK_CLI_REPEATS_H
#define EVK_CLI_REPEATS_H

/*
 * Print how many images of a set repeat an earlier one, and how many of these are controls, unless
 * they are as many as were said already.  A set that does not open is left to others.
 */
void repeats_say(const char *folder, long long said);

#endif /* EVK_CLI_REPEATS_H */
