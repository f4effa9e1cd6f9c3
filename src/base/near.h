/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * near.h - which name of a table did the user mean by a text that is none of them?
 *
 * A search begins with the text, is offered every name of the table, and ends with a hint that can
 * be put behind an error message:
 *
 *     struct evk_near near = evk_near_begin(text, strlen(text));
 *     for (...)
 *         evk_near_offer(&near, name);
 *     evk_fail(err, EVK_ENOTFOUND, "...%s", evk_near_hint(&near, "", hint));
 *
 * The distance of two texts is the least number of edits that turn one into the other.  An edit
 * inserts, deletes or replaces one character, or exchanges two neighbours, and no character is
 * edited twice (the optimal string alignment distance).  Capital letters count as small ones.
 */
#ifndef EVK_BASE_NEAR_H
#define EVK_BASE_NEAR_H

#include <stddef.h>

enum {
    EVK_NEAR_LONGEST = 96, /* a text or a name of more bytes is near to nothing */
    EVK_NEAR_HINT = EVK_NEAR_LONGEST + 32
};

/* A search.  The text and the names are borrowed, and must outlive it. */
struct evk_near {
    const char *text;
    size_t size;      /* bytes of the text */
    const char *name; /* the nearest name so far; NULL: none is near */
    size_t edits;     /* a name replaces the nearest one where its distance is below this number */
};

/* Begin a search for the name that is nearest to the first `size` bytes of text. */
struct evk_near evk_near_begin(const char *text, size_t size);

/*
 * Compare the text with one more name.  The name is near where its distance is at most a third of
 * the length of the longer of the two, rounded down, but at least 1 and at most 3, and less than
 * the length of the name.  A name is also near, but less so than any of these, where it begins with
 * the text or the text begins with it, and the shorter of the two has at least 3 bytes.  Of several
 * names that are equally near, the one that was offered first stays.
 */
void evk_near_offer(struct evk_near *near, const char *name);

/*
 * Write "; did you mean PREFIXNAME?" for the nearest name, or "" where none is near.  Returns hint.
 *   prefix  what stands before names as the user types them, such as "--"; at most 8 bytes
 */
const char *evk_near_hint(const struct evk_near *near, const char *prefix,
                          char hint[EVK_NEAR_HINT]);

#endif /* EVK_BASE_NEAR_H */
