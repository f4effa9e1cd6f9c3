/* SPDX-License-Identifier: GPL-3.0-or-later */
/* man.h - show a manual page by the program man, on a terminal */
#ifndef EVK_CLI_MAN_H
#define EVK_CLI_MAN_H

#include <stdbool.h>
#include <sys/types.h>

/* A running "man -l -", which reads what this process prints. */
struct man {
    pid_t pid;
    int terminal; /* the descriptor that standard output was before */
};

/*
 * Starts man where standard output is a terminal, and sends standard output to it.  Returns false,
 * and changes nothing, where standard output is no terminal or man cannot be started.
 */
bool man_begin(struct man *man);

/*
 * Sends standard output to the terminal again, and waits until the user has read the page.  Returns
 * false where man failed, so that the page has to be shown in another way.
 */
bool man_end(const struct man *man);

#endif /* EVK_CLI_MAN_H */
