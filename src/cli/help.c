/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.c - one command's part of the help, the manual page and the completion script */
#include "cli/help.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { DEFAULT_TEXT = 256, RANGE_TEXT = 96 };

enum help_format help_asked(const char *arg)
{
    if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0)
        return HELP_TEXT;
    if (strcmp(arg, "--help=man") == 0)
        return HELP_MAN;
    return strcmp(arg, "--help=bash") == 0 ? HELP_BASH : HELP_NONE;
}

/* Writes the default value of an option: "" for a flag, and where there is none.  Returns text. */
static const char *default_of(const evk_param *p, const void *base, char text[DEFAULT_TEXT])
{
    text[0] = '\0';
    if (p->kind != EVK_PARAM_FLAG && p->kind != EVK_PARAM_TEXTS)
        evk_param_get(p, base, text, DEFAULT_TEXT);
    return text;
}

/* Writes the range of an option, "" where it has none.  Returns text. */
static const char *range_of(const evk_param *p, char text[RANGE_TEXT])
{
    text[0] = '\0';
    if (p->kind == EVK_PARAM_INT)
        snprintf(text, RANGE_TEXT, "%lld to %lld", (long long)p->min, (long long)p->max);
    else if (p->kind == EVK_PARAM_REAL)
        snprintf(text, RANGE_TEXT, "%.9g to %.9g", p->min, p->max);
    else if (p->kind == EVK_PARAM_OPTIONAL)
        snprintf(text, RANGE_TEXT, "%.9g to %.9g, or none", p->min, p->max);
    return text;
}

/*
 * Prints an option or a parameter: spelling, help, range and default value ("" where there is
 * none).
 */
static void text_line(const char *dashes, const char *name, const char *value, const char *help,
                      const char *range, const char *fallback)
{
    char left[128];

    snprintf(left, sizeof(left), "%s%s%s%s", dashes, name, value ? " " : "", value ? value : "");
    printf("  %-24s %s%s%s%s%s%s\n", left, help, range[0] ? "; " : "", range,
           fallback[0] ? " [" : "", fallback, fallback[0] ? "]" : "");
}

void help_option(const evk_param *p, const void *base, bool range)
{
    char fallback[DEFAULT_TEXT], limits[RANGE_TEXT];

    text_line(opt_dashes(p->name), p->name, p->value, p->help, range ? range_of(p, limits) : "",
              default_of(p, base, fallback));
}

void help_parameter(const evk_param *p, const void *base)
{
    char fallback[DEFAULT_TEXT], limits[RANGE_TEXT];

    text_line("  ", p->name, p->value, p->help, range_of(p, limits), default_of(p, base, fallback));
}

static void text_options(const struct opt_spec *spec)
{
    puts("\noptions [default]:");
    if (spec->list_name)
        text_line(opt_dashes(spec->list_name), spec->list_name, spec->list_value, spec->list_help,
                  "", "");
    for (int t = 0; t < OPT_TABLES && spec->tables[t].params; t++)
        for (const evk_param *p = spec->tables[t].params; p->name; p++)
            help_option(p, spec->tables[t].base, false);
    text_line("--", "help", NULL, "this text", "", "");
}

/*
 * Is the hyphen at `at` part of something that a user types, such as an option?  It is unless it
 * stands between two letters of a word that does not begin with a hyphen.  In roff the former is
 * \-, so that it can be copied from a terminal, and the latter is -.
 */
static bool is_typed(const char *text, const char *at)
{
    const char *word = at;

    while (word > text && !strchr(" \n([", word[-1]))
        word--;
    return *word == '-' || at == text || !isalpha((unsigned char)at[-1]) ||
           !isalpha((unsigned char)at[1]);
}

/*
 * Prints text for roff, with escapes where roff would take a character for a request or an escape.
 */
static void print_roff(const char *text)
{
    for (const char *c = text; *c; c++) {
        if ((c == text || c[-1] == '\n') && (*c == '.' || *c == '\''))
            fputs("\\&", stdout);
        switch (*c) {
        case '\\':
            fputs("\\e", stdout);
            break;
        case '"':
            fputs("\\(dq", stdout);
            break;
        case '\'':
            fputs("\\(aq", stdout);
            break;
        case '`':
            fputs("\\(ga", stdout);
            break;
        case '^':
            fputs("\\(ha", stdout);
            break;
        case '~':
            fputs("\\(ti", stdout);
            break;
        case '-':
            fputs(is_typed(text, c) ? "\\-" : "-", stdout);
            break;
        default:
            putchar(*c);
        }
    }
}

static void man_option(const char *name, const char *value, const char *help)
{
    char option[64];

    snprintf(option, sizeof(option), "%s%s", opt_dashes(name), name);
    fputs(".TP\n\\fB", stdout);
    print_roff(option);
    fputs("\\fR", stdout);
    if (value) {
        fputs(" \\fI", stdout);
        print_roff(value);
        fputs("\\fR", stdout);
    }
    putchar('\n');
    print_roff(help);
}

static void man_param(const evk_param *p, const void *base)
{
    char fallback[DEFAULT_TEXT], limits[RANGE_TEXT];

    man_option(p->name, p->value, p->help);
    if (range_of(p, limits)[0]) {
        fputs(";\n", stdout);
        print_roff(limits);
    }
    if (default_of(p, base, fallback)[0]) {
        fputs(";\ndefault ", stdout);
        print_roff(fallback);
    }
    puts(".");
}

static void man_command(const struct opt_spec *spec)
{
    printf(".SS %s\n\\fBevoke %s\\fR ", spec->command, spec->command);
    print_roff(spec->usage);
    putchar('\n');
    if (spec->about) {
        puts(".PP");
        print_roff(spec->about);
        putchar('\n');
    }
    if (spec->list_name) {
        man_option(spec->list_name, spec->list_value, spec->list_help);
        puts(".");
    }
    for (int t = 0; t < OPT_TABLES && spec->tables[t].params; t++)
        for (const evk_param *p = spec->tables[t].params; p->name; p++)
            man_param(p, spec->tables[t].base);
}

/* Prints an assignment of the names of a table to the shell variable words. */
static void bash_words(opt_choices *at)
{
    evk_type_info t;

    fputs(" words='", stdout);
    for (int i = 0; at(i, &t); i++)
        printf("%s%s", i ? " " : "", t.name);
    fputs("'", stdout);
}

/* Returns the table whose names are the values of an option, or NULL where there is none. */
static opt_choices *choices_of(const struct opt_spec *spec, const char *name)
{
    for (int i = 0; i < OPT_CHOICES && spec->choices[i].name; i++)
        if (strcmp(spec->choices[i].name, name) == 0)
            return spec->choices[i].at;
    return NULL;
}

/*
 * Prints a branch of the script's "case $command": the options of the command, and what completes
 * the value of each.
 */
static void bash_command(const struct opt_spec *spec)
{
    printf("    %s)\n        options='", spec->command);
    if (spec->list_name)
        printf("%s%s ", opt_dashes(spec->list_name), spec->list_name);
    for (int t = 0; t < OPT_TABLES && spec->tables[t].params; t++)
        for (const evk_param *p = spec->tables[t].params; p->name; p++)
            printf("%s%s ", opt_dashes(p->name), p->name);
    puts("--help'\n        case $before in");
    if (spec->list_name)
        printf("        %s%s) ;;\n", opt_dashes(spec->list_name), spec->list_name);
    for (int t = 0; t < OPT_TABLES && spec->tables[t].params; t++)
        for (const evk_param *p = spec->tables[t].params; p->name; p++) {
            opt_choices *at = choices_of(spec, p->name);

            if (p->kind == EVK_PARAM_FLAG)
                continue;
            printf("        %s%s)", opt_dashes(p->name), p->name);
            if (at)
                bash_words(at);
            else if (p->kind != EVK_PARAM_TEXT)
                fputs(" files=", stdout);
            puts(" ;;");
        }
    if (spec->operands) {
        fputs("        *)", stdout);
        bash_words(spec->operands);
        puts(" ;;");
    }
    puts("        esac ;;");
}

void help_command(const struct opt_spec *spec, enum help_format format)
{
    if (format == HELP_MAN) {
        man_command(spec);
    } else if (format == HELP_BASH) {
        bash_command(spec);
    } else {
        printf("usage: evoke %s%s%s\n", spec->command, spec->usage[0] ? " " : "", spec->usage);
        if (spec->about)
            printf("\n%s\n", spec->about);
        text_options(spec);
    }
}
