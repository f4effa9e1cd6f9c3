/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.c - the help of one command, as users read it, and lines about options */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "cli/completion.h"
#include "cli/manual.h"
#include "cli/wrap.h"

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

const char *help_default(const evk_param *p, const void *base, char text[HELP_DEFAULT])
{
    text[0] = '\0';
    if (p->kind != EVK_PARAM_FLAG)
        evk_param_get(p, base, text, HELP_DEFAULT);
    if (p->kind == EVK_PARAM_INT && p->min > 0 && strcmp(text, "0") == 0)
        text[0] = '\0'; /* 0 is out of range, and stands for an option that has to be given */
    return text;
}

const char *help_range(const evk_param *p, char text[HELP_RANGE])
{
    text[0] = '\0';
    if (p->kind == EVK_PARAM_INT)
        snprintf(text, HELP_RANGE, "%lld to %lld", (long long)p->min, (long long)p->max);
    else if (p->kind == EVK_PARAM_REAL)
        snprintf(text, HELP_RANGE, "%.9g to %.9g", p->min, p->max);
    else if (p->kind == EVK_PARAM_OPTIONAL)
        snprintf(text, HELP_RANGE, "%.9g to %.9g, or none", p->min, p->max);
    return text;
}

/* ---- one line for each, as 'evoke list' prints them -------------------------------------- */

static void print_line(const char *dashes, const evk_param *p, const void *base)
{
    char fallback[HELP_DEFAULT], range[HELP_RANGE], left[128];

    snprintf(left, sizeof(left), "%s%s%s%s", dashes, p->name, p->value ? " " : "",
             p->value ? p->value : "");
    help_default(p, base, fallback);
    help_range(p, range);
    printf("  %-24s %s%s%s%s%s%s\n", left, p->help, range[0] ? "; " : "", range,
           fallback[0] ? " [" : "", fallback, fallback[0] ? "]" : "");
}

void help_option(const evk_param *p, const void *base)
{
    print_line(opt_dashes(p->name), p, base);
}

void help_parameter(const evk_param *p, const void *base)
{
    print_line("  ", p, base);
}

/* ---- the help of a command --------------------------------------------------------------- */

static void print_group(void *arg, const char *title)
{
    (void)arg;
    printf("\n%s:\n", title ? title : "Options");
}

/* Prints an option in two columns: how it is spelled; its help, and its default in brackets. */
static void print_option(void *arg, const struct opt_entry *e)
{
    enum { LEFT = 24 };
    char fallback[HELP_DEFAULT] = "", text[2048];
    int n = printf("  %s%s%s%s", opt_dashes(e->name), e->name, e->value ? " " : "",
                   e->value ? e->value : "");

    (void)arg;
    if (n >= LEFT)
        n = printf("\n") - 1;
    printf("%*s", LEFT - n, "");
    if (e->param)
        help_default(e->param, e->table->base, fallback);
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
