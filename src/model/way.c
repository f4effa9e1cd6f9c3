/* SPDX-License-Identifier: GPL-3.0-or-later */
/* way.c - commands that a message recommends, with the names of the user's file in them */
#include "model/way.h"

#include <string.h>

enum { PATH_SHOWN_MAX = 120 };

/* Can a path stand in a command without quotes? */
static bool is_bare(const char *path)
{
    static const char known[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "._/-+";
    const size_t n = strlen(path);

    return n > 0 && n <= PATH_SHOWN_MAX && path[0] != '-' && strspn(path, known) == n;
}

/* Would a name with the ending that stands behind the word, such as ".keras", be the path's own? */
static bool is_own(const char *name, size_t n, const char *behind)
{
    const size_t m = strcspn(behind, "\" ,;)");

    return m > 0 && strlen(name) == n + m && strncmp(name + n, behind, m) == 0;
}

/* Appends the last part of a path without its ending, of which Keras' ".weights.h5" is one.  A file
   of this name must not take the place of the user's own: it is called new_ then. */
static void add_name(struct evk_str *out, const char *path, const char *behind)
{
    static const char *const endings[] = {".weights.h5", ".pth.tar", NULL};
    const char *name = evk_base_name(path), *dot = strrchr(name, '.');
    size_t n = strlen(name);

    if (dot && dot > name)
        n = (size_t)(dot - name);
    for (int i = 0; endings[i]; i++) {
        const size_t m = strlen(endings[i]), all = strlen(name);

        if (all > m && strcmp(name + all - m, endings[i]) == 0)
            n = all - m;
    }
    if (n == 0 || name[0] == '-' || name[0] == '.') {
        evk_str_puts(out, "net");
        return;
    }
    evk_str_puts(out, is_own(name, n, behind) ? "new_" : "");
    evk_str_add(out, name, n);
}

static void add_folder(struct evk_str *out, const char *path)
{
    const size_t n = (size_t)(evk_base_name(path) - path);

    if (n == 0)
        evk_str_puts(out, ".");
    else
        evk_str_add(out, path, n > 1 ? n - 1 : n);
}

/* Appends what a word in braces stands for, behind which the text goes on at word + n + 1; path is
   NULL where it cannot be shown. */
static void add_word(struct evk_str *out, const char *word, size_t n, const char *path,
                     const char *found)
{
    if (n == 4 && memcmp(word, "path", n) == 0)
        evk_str_puts(out, path ? path : "FILE");
    else if (n == 6 && memcmp(word, "folder", n) == 0)
        path ? add_folder(out, path) : evk_str_puts(out, "FOLDER");
    else if (n == 4 && memcmp(word, "name", n) == 0)
        path ? add_name(out, path, word + n + 1) : evk_str_puts(out, "net");
    else
        evk_str_puts(out, found);
}

void evk_way_add(struct evk_str *out, const char *text, const char *path, const char *found)
{
    const char *shown = path && is_bare(path) ? path : NULL;

    while (*text) {
        const size_t n = strcspn(text, "{");
        const char *end = text[n] ? strchr(text + n, '}') : NULL;

        evk_str_add(out, text, n);
        if (!end)
            return;
        add_word(out, text + n + 1, (size_t)(end - text) - n - 1, shown, found);
        text = end + 1;
    }
}
