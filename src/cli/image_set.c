/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * image_set.c - what 'evoke gaudy', 'leaves' and 'match' share: sets whose images are for no neuron
 */
#include "cli/image_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/folder.h"
#include "cli/images.h"
#include "cli/say.h"

bool image_set_size(const char *text, int64_t size[2])
{
    long long h = 0, w = 0;
    int end = -1;

    if (sscanf(text, "%9lldx%9lld%n", &h, &w, &end) != 2 || end < 0 || text[end]) {
        end = -1;
        if (sscanf(text, "%9lld%n", &h, &end) != 1 || end < 0 || text[end])
            h = 0;
        w = h;
    }
    if (h < 1 || w < 1) {
        say("--size is '%s', expected HxW or N, such as 112x112", text);
        return false;
    }
    size[0] = h;
    size[1] = w;
    return true;
}

/* Cuts the last component off a path.  Returns false where nothing is left to cut. */
static bool shorten(char *path)
{
    char *slash = strrchr(path, '/');

    if (strcmp(path, ".") == 0 || strcmp(path, "/") == 0)
        return false;
    if (slash)
        slash[slash == path] = '\0';
    else
        memcpy(path, ".", 2);
    return true;
}

/*
 * Returns the canonical path of the longest beginning of a path that exists, which the caller
 * frees; NULL where there is none.
 */
static char *resolve(const char *path)
{
    char *rest = strdup(path), *found = NULL;

    while (rest && (found = realpath(rest, NULL)) == NULL && shorten(rest))
        ;
    free(rest);
    return found;
}

/* Does a path, which need not exist yet, lie in a folder? */
static bool is_within(const char *path, const char *folder)
{
    char *inner = resolve(path), *outer = realpath(folder, NULL);
    const size_t n = outer ? strlen(outer) : 0;
    struct stat st;
    const bool within = inner && outer && stat(outer, &st) == 0 && S_ISDIR(st.st_mode) &&
                        strncmp(inner, outer, n) == 0 &&
                        (outer[n - 1] == '/' || inner[n] == '/' || inner[n] == '\0');

    free(inner);
    free(outer);
    return within;
}

int image_set_open(evk_image_list **out, const struct opt_rest *rest, const evk_framing *framing,
                   const char *folder)
{
    for (size_t i = 0; i < rest->list_count; i++)
        if (is_within(folder, rest->list[i])) {
            say("%s is within %s, where images are read from, expected a folder elsewhere for the "
                "set",
                folder, rest->list[i]);
            return EXIT_USAGE;
        }
    return images_open(out, rest->list, rest->list_count, framing);
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
    fprintf(stderr, "%lld image%s", (long long)made->images, made->images == 1 ? "" : "s");
    if (made->made < made->images)
        fprintf(stderr, " (%lld there already)", (long long)(made->images - made->made));
    fputs(" in ", stderr);
    folder_print(stderr, folder);
    if (made->failed)
        fprintf(stderr, "; %lld could not be made", (long long)made->failed);
    fputs("\n", stderr);
    folder_advise(folder, "checks a copy");
    return made->failed ? EXIT_FAILED : EXIT_DONE;
}
