/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.h - the folder of a set, as it was typed, in what is said */
#ifndef EVK_CLI_FOLDER_H
#define EVK_CLI_FOLDER_H

#include <stdio.h>

/* Print its path as shown (evk_show), without the slashes at its end. */
void folder_print(FILE *out, const char *folder);

/* Say on standard error where to look, and what 'evoke verify' does with this set. */
void folder_advise(const char *folder, const char *verified);

#endif /* EVK_CLI_FOLDER_H */
