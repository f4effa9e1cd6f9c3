/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option_text.h - the default, the range and the line of an option, as text */
#ifndef EVK_CLI_OPTION_TEXT_H
#define EVK_CLI_OPTION_TEXT_H

#include "cli/option.h"

enum { OPTION_DEFAULT = 256, OPTION_RANGE = 96 };

/* Writes the default value of a table's option, "" where there is none.  Returns text. */
const char *option_default(const struct opt_table *table, const evk_param *p,
                           char text[OPTION_DEFAULT]);

/* Writes the range of an option, "" where it has none.  Returns text. */
const char *option_range(const evk_param *p, char text[OPTION_RANGE]);

/* Prints one option of a table as one line: its spelling, help, range and default value. */
void option_line(const struct opt_table *table, const evk_param *p);

/*
 * Prints one parameter of an entry of 'evoke list': as option_line, further in and without dashes.
 */
void option_parameter_line(const struct opt_table *table, const evk_param *p);

/* Gives a parameter of an evk_recipe as text (an opt_get function). */
evk_status option_recipe_get(const void *recipe, const char *name, char **text, evk_error *err);

#endif /* EVK_CLI_OPTION_TEXT_H */
