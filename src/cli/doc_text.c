/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doc_text.c - a manual page as plain text */
#include <stdio.h>

#include "cli/doc.h"
#include "cli/wrap.h"

enum { BODY = 4, ITEM = 8 }; /* columns in which text begins */

static void text_heading(const char *title)
{
    printf("\n%s\n", title);
}

static void text_begin(const char *page, const char *summary)
{
    char line[256];

    snprintf(line, sizeof(line), "%s - %s", page, summary);
    printf("NAME\n%*s", BODY, "");
    wrap_print(line, BODY, BODY);
}

static void text_group(const char *title)
{
    printf("\n  %s\n", title);
}

static void text_text(const char *text)
{
    printf("%*s", BODY, "");
    wrap_print(text, BODY, BODY);
}

static void text_usage(const char *command, const char *rest)
{
    const int n = printf("%*s%s ", BODY, "", command);

    wrap_print(rest, n, ITEM);
}

static void text_item(const char *name, const char *value, const char *text)
{
    printf("%*s%s%s%s\n%*s", BODY, "", name ? name : "", name && value ? " " : "",
           value ? value : "", ITEM, "");
    wrap_print(text, ITEM, ITEM);
}

static void text_see(const char *page, int section, bool is_last)
{
    printf("%*s%s(%d)%s\n", BODY, "", page, section, is_last ? "" : ",");
}

const struct doc doc_text = {.begin = text_begin,
                             .heading = text_heading,
                             .group = text_group,
                             .text = text_text,
                             .usage = text_usage,
                             .item = text_item,
                             .see = text_see};
