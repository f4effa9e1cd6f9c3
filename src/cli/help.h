/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * help.h - what the option tables say, for people, for man(1) and for bash
 *
 * --help is text, --help=man roff with the macros of man(7), --help=bash a
 * completion script.  Of one command it is that command's part, of the
 * program the whole.
 */
#ifndef EVK_CLI_HELP_H
#define EVK_CLI_HELP_H

#include <stdio.h>

#include "cli/opt.h"

enum help_format { HELP_NONE, HELP_TEXT, HELP_MAN, HELP_BASH };

/* What arg asks for; HELP_NONE when it is no request for help. */
enum help_format help_asked(const char *arg);

/* One command's part. */
void help_command(const struct opt_spec *spec, enum help_format format);

/* The whole program, on standard output; gives an exit status. */
int help_program(enum help_format format);

/* What the program can be called with. */
void help_usage(FILE *out);

/* One option, indented: spelling, help, range where wanted, default. */
void help_option(const evk_param *p, const void *base, bool range);

/* One parameter of what a list has, further in, without dashes. */
void help_parameter(const evk_param *p, const void *base);

/* Text that roff takes as it is: no request, no escape; hyphens of options can be copied. */
void help_roff(const char *text);

#endif /* EVK_CLI_HELP_H */
