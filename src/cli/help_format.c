/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help_format.c - the arguments that ask for help */
#include "cli/help_format.h"

#include <string.h>

static const char *const arguments[] = {[HELP_TEXT] = "--help",
                                        [HELP_PAGE] = "--help=page",
                                        [HELP_ROFF] = "--help=man",
                                        [HELP_BASH] = "--help=bash"};

enum help_format help_asked(const char *arg)
{
    if (strcmp(arg, "-h") == 0)
        return HELP_TEXT;
    for (int f = HELP_TEXT; f <= HELP_BASH; f++)
        if (strcmp(arg, arguments[f]) == 0)
            return (enum help_format)f;
    return HELP_NONE;
}

const char *help_argument(enum help_format format)
{
    return arguments[format];
}
