/* SPDX-License-Identifier: GPL-3.0-or-later */
/* opt.h - parse a command line by the options of a command (option.h) */
#ifndef EVK_CLI_OPT_H
#define EVK_CLI_OPT_H

#include "cli/option.h"

/* The arguments of a command line that are no options, and those of the list option. */
struct opt_rest {
    const char **operands; /* (operand_count) strings of argv; the array is owned */
    size_t operand_count;
    const char **list; /* (list_count) strings of argv; the array is owned */
    size_t list_count;
    const char **texts; /* room for the strings of all struct opt_texts; owned */
    size_t texts_used;  /* strings of that room which have been given to a struct opt_texts */
};

/*
 * Parses a command line and stores the options' values in the structs of spec.  Options and
 * operands may come in any order; "--" ends the options.
 *   argc, argv  the arguments; argv[0] is the command's name
 *   rest        operands and list, to be released with opt_release in any case
 *   status      the exit status, where the command is not to go on
 * Returns 0 where the command goes on, and -1 after the help was printed or the command line was
 * wrong.
 */
int opt_parse(const struct opt_spec *spec, int argc, char **argv, struct opt_rest *rest,
              int *status);
void opt_release(struct opt_rest *rest);

/*
 * Each checks that -o SET, or --images, is given.  Returns false after a message where it is not.
 */
bool opt_has_set(const char *folder);
bool opt_has_images(const struct opt_rest *rest);

#endif /* EVK_CLI_OPT_H */
