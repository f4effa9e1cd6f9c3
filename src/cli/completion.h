/* SPDX-License-Identifier: GPL-3.0-or-later */
/* completion.h - the completion script for bash, which is made from the tables of options */
#ifndef EVK_CLI_COMPLETION_H
#define EVK_CLI_COMPLETION_H

#include "cli/option.h"

/*
 * Prints a branch of the script's "case $command": the options of the command, and what completes
 * the value of each.
 */
void completion_command(const struct opt_spec *spec);

/* Prints the whole script.  Returns an exit status. */
int completion_program(void);

#endif /* EVK_CLI_COMPLETION_H */
