/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wrap.c - print text in lines of at most 80 characters */
#include "cli/wrap.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 80 };

void wrap_print(const char *text, int column, int indent)
{
    bool begins = true; /* is the next word the first of its line? */

    while (*text) {
        const int n = (int)strcspn(text, " \n");

        if (!begins && column + 1 + n > WIDTH) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (!begins) {
            putchar(' ');
            column++;
        }
        printf("%.*s", n, text);
        column += n;
        begins = text[n] == '\n';
        if (begins) {
            printf("\n\n%*s", indent, "");
            column = indent;
        }
        text += n + (text[n] ? 1 : 0);
    }
    putchar('\n');
}
