/* SPDX-License-Identifier: GPL-3.0-or-later */
/* numbered.c - are images in another order than the numbers in their names? */
#include "recording/numbered.h"

#include <string.h>

#include "image/list.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Returns the last digits of a path before the ending of its name; *size is how many there are. */
static const char *last_digits(const char *path, size_t *size)
{
    const char *end = strrchr(path, '.'), *begin;

    end = end ? end : path + strlen(path);
    for (begin = end; begin > path && is_digit(begin[-1]);)
        begin--;
    *size = (size_t)(end - begin);
    return begin;
}

/* Do two paths differ in the number at their end alone, and has the first one the larger number? */
static bool is_larger(const char *a, const char *b)
{
    size_t m, n;
    const char *x = last_digits(a, &m), *y = last_digits(b, &n);

    if (x - a != y - b || strncmp(a, b, (size_t)(x - a)) != 0)
        return false;
    for (; m && *x == '0'; m--)
        x++;
    for (; n && *y == '0'; n--)
        y++;
    return m != n ? m > n : strncmp(x, y, n) > 0;
}

int64_t evk_out_of_number(const evk_image_list *list)
{
    int64_t found = -1;

    for (size_t i = 1; i < list->count; i++) {
        const char *a = list->items[i - 1].path, *b = list->items[i].path;

        if (strcmp(a, b) > 0)
            return -1;
        if (found < 0 && is_larger(a, b))
            found = (int64_t)i - 1;
    }
    return found;
}
