/* SPDX-License-Identifier: GPL-3.0-or-later */
/* duration.h - read a duration as people write it */
#ifndef EVK_CLI_DURATION_H
#define EVK_CLI_DURATION_H

#include <stdbool.h>

/*
 * Reads a duration, such as "90" or "90s" (seconds), "20m" (minutes) or "1.5h" (hours), which is
 * above 0 and at most 366 days.
 *   option   name of the option that has it, for the message
 *   text     the duration; NULL: *seconds becomes 0
 *   seconds  the result
 * Returns false, after a message, where the text is no such duration.
 */
bool duration_parse(const char *option, const char *text, double *seconds);

#endif /* EVK_CLI_DURATION_H */
