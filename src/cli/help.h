/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.h - print the help of one command, which is made from its option tables */
#ifndef EVK_CLI_HELP_H
#define EVK_CLI_HELP_H

#include "cli/help_format.h"
#include "cli/option.h"

/* Prints the help of one command on standard output, in a format other than HELP_NONE. */
void help_command(const struct opt_spec *spec, enum help_format format);

#endif /* EVK_CLI_HELP_H */
