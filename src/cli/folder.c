/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.c - name the folder of a set in messages, as the user typed it */
#include "cli/folder.h"

#include <string.h>

#include "evoke/base.h"

enum { SHOWN_PATH = 1 << 15 }; /* bytes: enough for a path of 4096 bytes of which each is escaped */

void folder_print(FILE *out, const char *folder)
{
    char text[SHOWN_PATH];
    size_t n = strlen(evk_show(folder, text, sizeof(text)));

    while (n > 1 && text[n - 1] == '/')
        n--;
    fwrite(text, 1, n, out);
}

void folder_advise(const char *folder, const char *verified)
{
    fputs("look at ", stderr);
    folder_print(stderr, folder);
    fprintf(stderr,
            "/sheet.png; stimuli/stimuli.tsv has a row for each image, and 'evoke verify' %s\n",
            verified);
}
