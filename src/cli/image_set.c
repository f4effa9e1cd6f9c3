/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image_set.c - what the commands have in common that make sets of images of no neuron */
#include "cli/image_set.h"

#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"

bool image_set_size(const char *text, int64_t size[2])
{
    long long h = 0, w = 0;
    int end = -1;
    char shown_text[SHOWN];

    if (sscanf(text, "%9lldx%9lld%n", &h, &w, &end) != 2 || end < 0 || text[end]) {
        end = -1;
        if (sscanf(text, "%9lld%n", &h, &end) != 1 || end < 0 || text[end])
            h = 0;
        w = h;
    }
    if (h < 1 || w < 1) {
        fprintf(stderr, "evoke: --size is '%s', expected HxW or N, such as 112x112\n",
                shown(text, shown_text));
        return false;
    }
    size[0] = h;
    size[1] = w;
    return true;
}

void image_set_warn(int64_t images)
{
    if (images > 32767)
        fprintf(stderr,
                "evoke: stim_code goes up to %lld: codes above 32767 do not fit a 16-bit strobe\n",
                (long long)images);
}

int image_set_report(const evk_made *made, const char *folder)
{
    int length = (int)strlen(folder);

    while (length > 1 && folder[length - 1] == '/')
        length--;
    fprintf(stderr, "%lld image%s", (long long)made->images, made->images == 1 ? "" : "s");
    if (made->made < made->images)
        fprintf(stderr, " (%lld there already)", (long long)(made->images - made->made));
    fprintf(stderr, " in %.*s", length, folder);
    if (made->failed)
        fprintf(stderr, "; %lld could not be made", (long long)made->failed);
    fprintf(stderr,
            "\nlook at %.*s/sheet.png; stimuli/stimuli.tsv has a row for each image, and 'evoke "
            "verify' checks a copy\n",
            length, folder);
    return made->failed ? EXIT_FAILED : EXIT_DONE;
}
