/* SPDX-License-Identifier: GPL-3.0-or-later */
/* duration.c - read a duration as people write it */
#include "cli/duration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/say.h"

static const double LONGEST = 366 * 86400.0; /* the longest duration, seconds */

/*
 * Returns the seconds in the unit that stands behind the number, or 0 where there is no such unit.
 */
static double unit_of(const char *end)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}};

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (strcmp(end, units[i].name) == 0)
            return units[i].seconds;
    return 0;
}

bool duration_parse(const char *option, const char *text, double *seconds)
{
    char *end;

    *seconds = 0;
    if (!text)
        return true;
    *seconds = strtod(text, &end);
    *seconds *= end == text ? 0 : unit_of(end);
    if (*seconds > 0 && *seconds <= LONGEST)
        return true;
    say("--%s is '%s', expected a time such as 90s, 20m or 1.5h", option, text);
    return false;
}
