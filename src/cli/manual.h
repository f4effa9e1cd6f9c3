/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manual.h - the manual pages: evoke(1), and evoke-COMMAND(1) of each command */
#ifndef EVK_CLI_MANUAL_H
#define EVK_CLI_MANUAL_H

#include "cli/doc.h"
#include "cli/option.h"

/* Prints the page of a command, which is made from its option tables. */
void manual_command(const struct opt_spec *spec, const struct doc *doc);

/* Prints the page of the whole program. */
void manual_program(const struct doc *doc);

#endif /* EVK_CLI_MANUAL_H */
