/* SPDX-License-Identifier: GPL-3.0-or-later */
/* duration.h - a time as people write it */
#ifndef EVK_CLI_DURATION_H
#define EVK_CLI_DURATION_H

#include <stdbool.h>

/*
 * "90", "90s", "20m", "1.5h": more than 0 and at most a year.  text NULL: *seconds is 0.
 * Otherwise false, and stderr says what was expected.
 */
bool duration_parse(const char *option, const char *text, double *seconds);

#endif /* EVK_CLI_DURATION_H */
