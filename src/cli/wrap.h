/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wrap.h - print text in lines of at most 80 characters */
#ifndef EVK_CLI_WRAP_H
#define EVK_CLI_WRAP_H

/*
 * Prints a text on standard output, with line ends where the next word would pass column 80, and at
 * its end.  A '\n' in the text begins a paragraph, with an empty line before it.
 *   column  the column in which the first word begins, 0 or more; the caller printed what is before
 *   indent  the column in which all other lines begin
 */
void wrap_print(const char *text, int column, int indent);

#endif /* EVK_CLI_WRAP_H */
