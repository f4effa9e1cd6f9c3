/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.c - the help of one command, as users read it */
#include "cli/help.h"

#include <stdio.h>

#include "cli/completion.h"
#include "cli/manual.h"
#include "cli/option_text.h"
#include "cli/wrap.h"

static void print_group(void *arg, const char *title)
{
    (void)arg;
    printf("\n%s:\n", title ? title : "Options");
}

/* Prints an option in two columns: how it is spelled; its help, and its default in brackets. */
static void print_option(void *arg, const struct opt_entry *e)
{
    enum { LEFT = 24 };
    char fallback[OPTION_DEFAULT] = "", text[2048];
    int n = printf("  %s%s%s%s", opt_dashes(e->name), e->name, e->value ? " " : "",
                   e->value ? e->value : "");

    (void)arg;
    if (n >= LEFT)
        n = printf("\n") - 1;
    printf("%*s", LEFT - n, "");
    if (e->param)
        option_default(e->table, e->param, fallback);
    snprintf(text, sizeof(text), "%s%s%s%s", e->help, fallback[0] ? " [" : "", fallback,
             fallback[0] ? "]" : "");
    wrap_print(text, LEFT, LEFT);
}

static void print_help(const struct opt_spec *spec)
{
    const struct opt_visitor visitor = {print_group, print_option, NULL};

    printf("usage: evoke %s%s%s\n\n", spec->command, spec->usage[0] ? " " : "", spec->usage);
    wrap_print(spec->about, 0, 0);
    puts("\nA value in brackets is the default.");
    opt_visit(spec, &visitor);
}

void help_command(const struct opt_spec *spec, enum help_format format)
{
    if (format == HELP_BASH)
        completion_command(spec);
    else if (format == HELP_TEXT)
        print_help(spec);
    else
        manual_command(spec, format == HELP_ROFF ? &doc_roff : &doc_text);
}
