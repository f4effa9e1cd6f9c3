/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.c - the help of the whole program, in any format */
#include "cli/page.h"

#include "cli/cmd.h"
#include "cli/completion.h"
#include "cli/manual.h"

void page_usage(FILE *out)
{
    const struct command *c;

    fputs("usage: evoke COMMAND [OPTION...] [ARGUMENT...]\n\n", out);
    for (int i = 0; (c = command_at(i)) != NULL; i++)
        fprintf(out, "  %-11s %s\n", c->name, c->summary);
    fputs(
        "\n'evoke help COMMAND' describes a command, 'evoke help --man COMMAND' shows its manual\n"
        "page, and 'evoke --version' prints the version of this program.\n",
        out);
}

int page_print(enum help_format format)
{
    if (format == HELP_BASH)
        return completion_program();
    if (format == HELP_TEXT)
        page_usage(stdout);
    else
        manual_program(format == HELP_ROFF ? &doc_roff : &doc_text);
    return finish_output(EXIT_DONE);
}
