/* SPDX-License-Identifier: GPL-3.0-or-later */
/* images.c - open the images of a command, and tell the user what became of them */
#include "cli/images.h"

#include <stdio.h>

#include "cli/say.h"

enum { SAID_MAX = 100 }; /* unused images that get a message of their own */

static void print_passed_over(size_t skipped, size_t outside)
{
    if (skipped == 1)
        say("1 file was passed over, since its name does not end in .png, .jpg or .jpeg");
    if (skipped > 1)
        say("%zu files were passed over, since their names do not end in .png, .jpg or .jpeg",
            skipped);
    if (outside == 1)
        say("1 entry was passed over, since its name leads out of its zip");
    if (outside > 1)
        say("%zu entries were passed over, since their names lead out of their zip", outside);
}

int images_open(evk_image_list **out, const char *const *paths, size_t count,
                const evk_framing *framing)
{
    evk_error err = {EVK_OK, ""};

    if (evk_image_list_open(out, paths, count, framing, &err))
        return complain(&err);
    print_passed_over(evk_image_list_skipped(*out), evk_image_list_outside(*out));
    return EXIT_DONE;
}

/*
 * Says why images are not used: a message for each of the first SAID_MAX, then the number of the
 * others.
 */
static void print_left_out(const evk_image_list *list)
{
    const size_t unreadable = evk_image_list_unreadable(list);
    const char *sentence;
    char text[SHOWN];
    size_t n = 0;

    for (; (sentence = evk_image_list_left_out(list, n)); n++)
        if (n < SAID_MAX)
            fprintf(stderr, "evoke: %s; left out\n", shown(sentence, text));
    if (n > SAID_MAX)
        fprintf(stderr, "evoke: and %zu more that are left out\n", n - SAID_MAX);
    if (unreadable)
        fprintf(stderr, "evoke: %zu image%s could not be read\n", unreadable,
                unreadable == 1 ? "" : "s");
}

int images_report(const evk_image_list *list, bool done)
{
    char note[SHOWN], text[SHOWN];

    if (!list)
        return EXIT_DONE;
    print_left_out(list);
    for (size_t i = 0; done && evk_image_list_note(list, i, note, sizeof(note)); i++)
        if (note[0])
            fprintf(stderr, "evoke: %s\n", shown(note, text));
    return evk_image_list_unreadable(list) ? EXIT_FAILED : EXIT_DONE;
}
