/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * help.h - print the help of one command
 *
 * Help is made from the command's option tables, in one of three formats: --help is plain text,
 * --help=man is roff with the macros of man(7), and --help=bash is a branch of a completion script
 * for bash.  Everything is printed on standard output.
 */
#ifndef EVK_CLI_HELP_H
#define EVK_CLI_HELP_H

#include "cli/option.h"

enum help_format { HELP_NONE, HELP_TEXT, HELP_MAN, HELP_BASH };

/* Returns the format that an argument asks for, or HELP_NONE where it is no request for help. */
enum help_format help_asked(const char *arg);

/* Prints the help of one command. */
void help_command(const struct opt_spec *spec, enum help_format format);

/*
 * Prints one option as an indented line: its spelling, its help, its range where range is true, and
 * its default value, which is the value of its field in base.
 */
void help_option(const evk_param *p, const void *base, bool range);

/*
 * Prints one parameter of an entry of 'evoke list': as help_option, further in and without dashes.
 */
void help_parameter(const evk_param *p, const void *base);

#endif /* EVK_CLI_HELP_H */
