/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option_text.h - the default, the range and the line of an option, as text */
#ifndef EVK_CLI_OPTION_TEXT_H
#define EVK_CLI_OPTION_TEXT_H

#include "cli/option.h"

/*
 * Writes the default value of an option, "" for a flag and where there is none; and its range, ""
 * where it has none.  Each returns text.
 */
enum { OPTION_DEFAULT = 256, OPTION_RANGE = 96 };
const char *option_default(const evk_param *p, const void *base, char text[OPTION_DEFAULT]);
const char *option_range(const evk_param *p, char text[OPTION_RANGE]);

/*
 * Prints one option as one line: its spelling, its help, its range and its default value, which is
 * the value of its field in base.
 */
void option_line(const evk_param *p, const void *base);

/*
 * Prints one parameter of an entry of 'evoke list': as option_line, further in and without dashes.
 */
void option_parameter_line(const evk_param *p, const void *base);

#endif /* EVK_CLI_OPTION_TEXT_H */
