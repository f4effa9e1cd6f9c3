/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.h - print the help of the whole program, in any format */
#ifndef EVK_CLI_PAGE_H
#define EVK_CLI_PAGE_H

#include <stdio.h>

#include "cli/help_format.h"

/* Prints the usage line and the list of commands. */
void page_usage(FILE *out);

/* Prints the help of the program on standard output.  Returns an exit status. */
int page_print(enum help_format format);

#endif /* EVK_CLI_PAGE_H */
