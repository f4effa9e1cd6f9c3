/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * help.h - print the help of one command, which is made from its option tables
 *
 * A command is asked for its help by an argument, wherever that stands:
 *
 *     --help, -h    the help that users read
 *     --help=page   the manual page as plain text
 *     --help=man    the manual page as roff
 *     --help=bash   a branch of the completion script for bash
 *
 * Everything is printed on standard output.
 */
#ifndef EVK_CLI_HELP_H
#define EVK_CLI_HELP_H

#include "cli/option.h"

enum help_format { HELP_NONE, HELP_TEXT, HELP_PAGE, HELP_ROFF, HELP_BASH };

/* Returns the format that an argument asks for, or HELP_NONE where it is no request for help. */
enum help_format help_asked(const char *arg);

/* Returns the argument that asks for a format other than HELP_NONE. */
const char *help_argument(enum help_format format);

/* Prints the help of one command. */
void help_command(const struct opt_spec *spec, enum help_format format);

/*
 * Writes the default value of an option, "" for a flag and where there is none; and its range, ""
 * where it has none.  Each returns text.
 */
enum { HELP_DEFAULT = 256, HELP_RANGE = 96 };
const char *help_default(const evk_param *p, const void *base, char text[HELP_DEFAULT]);
const char *help_range(const evk_param *p, char text[HELP_RANGE]);

/*
 * Prints one option as one line: its spelling, its help, its range and its default value, which is
 * the value of its field in base.
 */
void help_option(const evk_param *p, const void *base);

/*
 * Prints one parameter of an entry of 'evoke list': as help_option, further in and without dashes.
 */
void help_parameter(const evk_param *p, const void *base);

#endif /* EVK_CLI_HELP_H */
