/* SPDX-License-Identifier: GPL-3.0-or-later */
/* say.h - messages for the user on standard error, and the exit statuses of the program */
#ifndef EVK_CLI_SAY_H
#define EVK_CLI_SAY_H

#include <evoke/evoke.h>

/* Exit statuses of every command. */
enum {
    EXIT_DONE = 0,        /* everything was done */
    EXIT_FAILED = 1,      /* the command failed, or did so for some of the neurons or images */
    EXIT_USAGE = 2,       /* the command line is wrong, or names something that does not exist */
    EXIT_INTERRUPTED = 75 /* a signal ended the command; the same command goes on with its work */
};

/*
 * Escapes what is not printable in a name that comes from a file or from the command line
 * (evk_show), and cuts it to SHOWN bytes.  Returns text.
 */
enum { SHOWN = 1024 };
const char *shown(const char *name, char text[SHOWN]);

/* Prints "evoke: SENTENCE" on standard error, escaped as by shown(). */
void say(const char *fmt, ...) EVK_PRINTF(1, 2);

/* Prints the sentence of an error as say() does.  Returns the exit status that fits its code. */
int complain(const evk_error *err);

/*
 * Writes out what standard output still buffers.  Returns status, or EXIT_FAILED after a message
 * where something could not be written.
 */
int finish_output(int status);

#endif /* EVK_CLI_SAY_H */
