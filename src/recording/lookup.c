/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookup.c - which image of a list is called by a cell of a table? */
#include "recording/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/list.h"

/* An image with its name, while images are sorted. */
struct entry {
    const char *name;
    int64_t index;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

evk_status evk_lookup_open(struct evk_lookup *out, const evk_image_list *list, evk_error *err)
{
    const int64_t n = (int64_t)list->count;
    struct entry *entries;
    evk_status s;

    *out = (struct evk_lookup){.list = list};
    EVK_TRY(evk_alloc(&entries, n, sizeof(*entries), "names of images", err));
    for (int64_t i = 0; i < n; i++)
        entries[i] = (struct entry){list->items[i].name, i};
    if (n)
        qsort(entries, (size_t)n, sizeof(*entries), by_name);
    s = evk_alloc(&out->sorted, n, sizeof(*out->sorted), "names of images", err);
    for (int64_t i = 0; i < n && !s; i++)
        out->sorted[i] = entries[i].index;
    free(entries);
    return s;
}

void evk_lookup_close(struct evk_lookup *l)
{
    free(l->sorted);
    l->sorted = NULL;
}

static const char *name_at(const struct evk_lookup *l, int64_t i)
{
    return l->list->items[l->sorted[i]].name;
}

/* Compares the name at a place with a text that is followed by one more character. */
static int compare_at(const struct evk_lookup *l, int64_t i, const char *text, char next)
{
    const size_t n = strlen(text);
    const int order = strncmp(name_at(l, i), text, n);

    return order ? order : (unsigned char)name_at(l, i)[n] - (unsigned char)next;
}

/* Returns the first place whose name does not come before the text and the character. */
static int64_t first_from(const struct evk_lookup *l, const char *text, char next)
{
    int64_t low = 0, high = (int64_t)l->list->count;

    while (low < high) {
        const int64_t middle = low + (high - low) / 2;

        if (compare_at(l, middle, text, next) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Returns the only image whose name begins with the text and the character; -1: it has several, or
   none. */
static int64_t find(const struct evk_lookup *l, const char *text, char next)
{
    const int64_t i = first_from(l, text, next), count = (int64_t)l->list->count;

    if (i == count || compare_at(l, i, text, next) != 0)
        return -1;
    return i + 1 < count && compare_at(l, i + 1, text, next) == 0 ? -1 : l->sorted[i];
}

int64_t evk_lookup_find(const struct evk_lookup *l, const char *name)
{
    const char *base = evk_base_name(name);
    int64_t i = find(l, name, '\0');

    if (i < 0)
        i = find(l, base, '\0');
    return i < 0 ? find(l, base, '.') : i;
}
