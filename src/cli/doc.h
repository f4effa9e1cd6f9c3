/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * doc.h - print a manual page, as source for man(1) or as plain text
 *
 * A page is printed on standard output by calls in the order of its parts: begin, then for each
 * section a heading and what stands below it.  Both formats have the same functions.
 */
#ifndef EVK_CLI_DOC_H
#define EVK_CLI_DOC_H

#include <stdbool.h>

struct doc {
    /* Begins a page, such as "evoke-maximize", with the section NAME; summary is one line. */
    void (*begin)(const char *page, const char *summary);

    /* Begins a section, such as "OPTIONS". */
    void (*heading)(const char *title);

    /* Begins a group within a section. */
    void (*group)(const char *title);

    /* Prints paragraphs, which have '\n' between. */
    void (*text)(const char *text);

    /* Prints how a command is called: "evoke maximize", then its options and arguments. */
    void (*usage)(const char *command, const char *rest);

    /*
     * Prints an item of a list, such as an option: its name, the placeholder of its value (either
     * may be NULL), and below them a text.
     */
    void (*item)(const char *name, const char *value, const char *text);

    /* Names one more page that the reader may want; another one follows unless it is the last. */
    void (*see)(const char *page, int section, bool is_last);
};

extern const struct doc doc_roff; /* roff with the macros of man(7) */
extern const struct doc doc_text; /* plain text, at most 80 characters wide */

#endif /* EVK_CLI_DOC_H */
