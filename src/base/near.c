/* SPDX-License-Identifier: GPL-3.0-or-later */
/* near.c - which name of a table did the user mean by a text that is none of them? */
#include "base/near.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MOST_EDITS = 3, SHORTEST_BEGINNING = 3 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
    return a < b ? b : a;
}

/* Returns an ASCII letter as a small one, in every locale; any other byte stays as it is. */
static char small(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool same(char a, char b)
{
    return small(a) == small(b);
}

/*
 * Returns the distance of two texts of at most EVK_NEAR_LONGEST bytes.  Row i of the table holds
 * the distances of the first i bytes of a from the first 0 to m bytes of b; three rows are kept.
 */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][EVK_NEAR_LONGEST + 1];

    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = rows[i % 3];
        const size_t *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            now[j] = least(before[j], now[j - 1]) + 1;
            now[j] = least(now[j], before[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1));
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                now[j] = least(now[j], earlier[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

/* Does the longer of two texts begin with the shorter one? */
static bool shares_beginning(const char *a, size_t n, const char *b, size_t m)
{
    const size_t length = least(n, m);
    size_t i = 0;

    while (i < length && same(a[i], b[i]))
        i++;
    return i == length && length >= SHORTEST_BEGINNING;
}

struct evk_near evk_near_begin(const char *text, size_t size)
{
    return (struct evk_near){text, size, NULL, MOST_EDITS + 2};
}

void evk_near_offer(struct evk_near *near, const char *name)
{
    const size_t n = near->size, m = strlen(name);
    const size_t most = least(larger(larger(n, m) / 3, 1), MOST_EDITS);
    size_t edits;

    if (n > EVK_NEAR_LONGEST || m > EVK_NEAR_LONGEST)
        return;
    edits = distance(near->text, n, name, m);
    if (edits > most || edits >= m)
        edits = shares_beginning(near->text, n, name, m) ? MOST_EDITS + 1 : MOST_EDITS + 2;
    if (edits < near->edits) {
        near->edits = edits;
        near->name = name;
    }
}

const char *evk_near_hint(const struct evk_near *near, const char *prefix, char hint[EVK_NEAR_HINT])
{
    hint[0] = '\0';
    if (near->name)
        snprintf(hint, EVK_NEAR_HINT, "; did you mean %s%s?", prefix, near->name);
    return hint;
}
