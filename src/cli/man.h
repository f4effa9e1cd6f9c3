/* SPDX-License-Identifier: GPL-3.0-or-later */
/* man.h - show a manual page on a terminal by the program man */
#ifndef EVK_CLI_MAN_H
#define EVK_CLI_MAN_H

#include <stdbool.h>
#include <stdio.h>

/* A page on its way to man. */
struct man {
    FILE *page;   /* a temporary file, to which standard output goes */
    int terminal; /* a copy of the descriptor that standard output was before */
};

/*
 * Sends standard output to a temporary file, where it is a terminal.  Returns false, and changes
 * nothing, where it is none or there can be no such file.
 */
bool man_begin(struct man *man);

/*
 * Sends standard output to the terminal again, has "man -l -" show what was printed since
 * man_begin, and waits until the user has read it.  Returns false where man cannot be started or
 * fails, so that the page has to be shown in another way.
 */
bool man_end(struct man *man);

#endif /* EVK_CLI_MAN_H */
