/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.h - name the folder of a set in messages, as the user typed it */
#ifndef EVK_CLI_FOLDER_H
#define EVK_CLI_FOLDER_H

#include <stdio.h>

/* Prints the path of a folder, escaped (evk_show), without the slashes at its end. */
void folder_print(FILE *out, const char *folder);

/*
 * Tells the user, on standard error, which files of the set to look at.  verified says what 'evoke
 * verify' does with the set, such as "checks a copy".
 */
void folder_advise(const char *folder, const char *verified);

#endif /* EVK_CLI_FOLDER_H */
