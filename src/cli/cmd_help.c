/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_help.c - evoke help */
#include <stdio.h>

#include "cli/cmd.h"
#include "cli/man.h"
#include "cli/opt.h"
#include "cli/page.h"

struct help_flags {
    bool man, roff, bash;
};

/* Prints the help of a command, or of the program where it is NULL.  Returns an exit status. */
static int print(const struct command *c, enum help_format format)
{
    return c ? command_help(c, format) : page_print(format);
}

/* Shows a manual page by man where that is possible, and as plain text otherwise. */
static int show_page(const struct command *c)
{
    struct man man;

    if (man_begin(&man)) {
        (void)print(c, HELP_ROFF);
        if (man_end(&man))
            return EXIT_DONE;
    }
    return print(c, HELP_PAGE);
}

static int help_run(const struct opt_rest *rest, const struct help_flags *flags)
{
    const struct command *c = NULL;

    if (rest->operand_count > 1 || flags->man + flags->roff + flags->bash > 1 ||
        (flags->bash && rest->operand_count)) {
        fputs("evoke: help takes one COMMAND and one of --man and --roff, or --bash alone\n",
              stderr);
        return EXIT_USAGE;
    }
    if (rest->operand_count && (c = command_find(rest->operands[0])) == NULL)
        return EXIT_USAGE;
    if (flags->man)
        return show_page(c);
    return print(c, flags->roff ? HELP_ROFF : flags->bash ? HELP_BASH : HELP_TEXT);
}

int cmd_help(int argc, char **argv)
{
    static const evk_param params[] = {
        {"man", NULL, "show the manual page, which also has ranges of values and exit statuses",
         EVK_PARAM_FLAG, offsetof(struct help_flags, man), 0, 0},
        {"roff", NULL, "print the source of the manual page, for 'man -l -'", EVK_PARAM_FLAG,
         offsetof(struct help_flags, roff), 0, 0},
        {"bash", NULL, "print the completion script for bash, which bash reads with 'source'",
         EVK_PARAM_FLAG, offsetof(struct help_flags, bash), 0, 0},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct help_flags flags = {false, false, false};
    const struct opt_spec spec = {
        .command = "help",
        .usage = "[--man | --roff | --bash] [COMMAND]",
        .about = "Describes a command and its options; without COMMAND, lists the commands. "
                 "On a terminal, the manual page is shown by man(1) where that is installed; "
                 "otherwise it is printed as plain text.",
        .tables = {{params, &flags}},
        .operands = command_info,
    };
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = help_run(&rest, &flags);
    opt_release(&rest);
    return status;
}
