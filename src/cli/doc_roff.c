/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doc_roff.c - a manual page as roff, with the macros of man(7) */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/doc.h"
#include "evoke/base.h"

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

/* Returns the escape for a character that means something to roff, or NULL where it has none. */
static const char *escape_of(char c)
{
    switch (c) {
    case '\\':
        return "\\e";
    case '"':
        return "\\(dq";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    case '\n':
        return "\n.PP\n";
    default:
        return NULL;
    }
}

/*
 * Prints a text with escapes where roff would take a character for a request or an escape; a '\n'
 * begins a paragraph.
 *   typed  are all hyphens part of what a user types?
 */
static void print_roff(const char *text, bool typed)
{
    for (const char *c = text; *c; c++) {
        if ((c == text || c[-1] == '\n') && (*c == '.' || *c == '\''))
            fputs("\\&", stdout);
        if (*c == '-')
            fputs(typed || is_typed(text, c) ? "\\-" : "-", stdout);
        else if (escape_of(*c))
            fputs(escape_of(*c), stdout);
        else
            putchar(*c);
    }
}

static void roff_heading(const char *title)
{
    printf(".SH %s\n", title);
}

static void roff_text(const char *text)
{
    print_roff(text, false);
    putchar('\n');
}

static void roff_begin(const char *page, const char *summary)
{
    fputs(".\\\" Written by 'evoke help --roff'.\n.TH ", stdout);
    for (const char *c = page; *c; c++)
        if (*c == '-')
            fputs("\\-", stdout);
        else
            putchar(toupper((unsigned char)*c));
    printf(" 1 %s \"evoke %s\" \"User Commands\"\n", EVK_RELEASED, evk_version());
    roff_heading("NAME");
    print_roff(page, true);
    fputs(" \\- ", stdout);
    roff_text(summary);
}

static void roff_group(const char *title)
{
    fputs(".SS ", stdout);
    roff_text(title);
}

static void roff_usage(const char *command, const char *rest)
{
    fputs("\\fB", stdout);
    print_roff(command, true);
    fputs("\\fR ", stdout);
    print_roff(rest, true);
    putchar('\n');
}

/* Prints a text in a font, such as 'B' for bold. */
static void print_in(char font, const char *text)
{
    printf("\\f%c", font);
    print_roff(text, true);
    fputs("\\fR", stdout);
}

static void roff_item(const char *name, const char *value, const char *text)
{
    puts(".TP");
    if (name)
        print_in('B', name);
    if (name && value)
        putchar(' ');
    if (value)
        print_in('I', value);
    putchar('\n');
    roff_text(text);
}

static void roff_see(const char *page, int section, bool is_last)
{
    fputs(".BR ", stdout);
    print_roff(page, true);
    printf(" (%d)%s\n", section, is_last ? "" : ",");
}

const struct doc doc_roff = {.begin = roff_begin,
                             .heading = roff_heading,
                             .group = roff_group,
                             .text = roff_text,
                             .usage = roff_usage,
                             .item = roff_item,
                             .see = roff_see};
