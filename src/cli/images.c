/* SPDX-License-Identifier: GPL-3.0-or-later */
/* images.c - the photographs of a command: open them, and tell the user what became of them */
#include "cli/images.h"

#include <stdio.h>

#include "cli/cmd.h"

int images_open(evk_image_list **out, const char *const *paths, size_t count,
                const evk_framing *framing)
{
    evk_error err = {EVK_OK, ""};

    if (evk_image_list_open(out, paths, count, framing, &err))
        return complain(&err);
    if (evk_image_list_skipped(*out))
        fprintf(stderr, "evoke: passed over, not ending in .png, .jpg or .jpeg: %zu\n",
                evk_image_list_skipped(*out));
    return EXIT_DONE;
}

int images_report(const evk_image_list *list, int status)
{
    char note[EVK_IMAGE_NOTE], text[SHOWN];
    const char *sentence;
    size_t unreadable;

    if (!list)
        return status;
    for (size_t i = 0; (sentence = evk_image_list_left_out(list, i)); i++)
        fprintf(stderr, "evoke: %s; left out\n", shown(sentence, text));
    unreadable = evk_image_list_unreadable(list);
    if (unreadable)
        fprintf(stderr, "evoke: %zu image%s could not be read\n", unreadable,
                unreadable == 1 ? "" : "s");
    for (size_t i = 0; evk_image_list_note(list, i, note); i++)
        if (note[0])
            fprintf(stderr, "evoke: %s\n", shown(note, text));
    return unreadable && status == EXIT_DONE ? EXIT_FAILED : status;
}
