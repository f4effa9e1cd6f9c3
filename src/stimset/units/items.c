/* SPDX-License-Identifier: GPL-3.0-or-later */
/* items.c - a cell of a table of units that lists several items, with semicolons between */
#include <string.h>

#include "stimset/units/units.h"

char *evk_unit_next_item(char **list)
{
    char *item = *list, *end;

    if (!item)
        return NULL;
    end = item + strcspn(item, ";");
    *list = *end ? end + 1 : NULL;
    *end = '\0';
    item += strspn(item, " ");
    while (end > item && end[-1] == ' ')
        *--end = '\0';
    return item;
}

size_t evk_unit_count_items(const char *list)
{
    size_t n = !evk_is_missing(list);

    for (; n && *list; list++)
        n += *list == ';';
    return n;
}
