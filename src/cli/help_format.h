/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * help_format.h - the formats in which a command prints its help, and the arguments that ask for it
 *
 * A command is asked for its help by an argument, wherever that stands:
 *
 *     --help, -h    the help that users read
 *     --help=page   the manual page as plain text
 *     --help=man    the manual page as roff
 *     --help=bash   a branch of the completion script for bash
 */
#ifndef EVK_CLI_HELP_FORMAT_H
#define EVK_CLI_HELP_FORMAT_H

enum help_format { HELP_NONE, HELP_TEXT, HELP_PAGE, HELP_ROFF, HELP_BASH };

/* Returns the format that an argument asks for, or HELP_NONE where it is no request for help. */
enum help_format help_asked(const char *arg);

/* Returns the argument that asks for a format other than HELP_NONE. */
const char *help_argument(enum help_format format);

#endif /* EVK_CLI_HELP_FORMAT_H */
