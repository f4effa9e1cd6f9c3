/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set_names.c - short names of sets that are used together: those of their folders */
#include "stimset/record/set_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/shown.h"
#include "base/str.h"

/* A folder by two paths; owned.  Neither ends in a slash, unless it is the root. */
struct place {
    char *name; /* the path as it was given, without "." and "//"; real where that has no name */
    char *real; /* absolute, without links; a copy of name where there is no such folder */
};

/* ---- paths ----------------------------------------------------------------------------------- */

/* Append the parts of a path that are not "."; false where one is "..", or where none is left. */
static bool plain_parts(const char *path, struct evk_str *out)
{
    bool any = false, up = false;

    evk_str_puts(out, path[0] == '/' ? "/" : "");
    while (*path) {
        const size_t n = strcspn(path, "/");

        if (n && !(n == 1 && path[0] == '.')) {
            evk_str_puts(out, any ? "/" : "");
            evk_str_add(out, path, n);
            any = true;
        }
        up = up || (n == 2 && strncmp(path, "..", 2) == 0);
        path += n + (path[n] == '/');
    }
    return any && !up;
}

static evk_status find_place(struct place *p, const char *folder, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    const bool plain = plain_parts(folder, &text);
    evk_status s = evk_str_check(&text, err);

    p->real = s ? NULL : evk_fs_absolute(folder);
    if (!s && !p->real)
        s = evk_strdup(&p->real, text.data, err);
    if (!s)
        s = evk_strdup(&p->name, plain ? text.data : p->real, err);
    evk_str_release(&text);
    return s;
}

static void release_places(struct place *p, size_t count)
{
    for (size_t i = 0; p && i < count; i++) {
        free(p[i].name);
        free(p[i].real);
    }
    free(p);
}

/* ---- names ----------------------------------------------------------------------------------- */

/* Returns the last `parts` parts of a path, or all of it where it does not have so many. */
static const char *last_parts(const char *path, size_t parts)
{
    const char *from = path + strlen(path);

    while (from > path && parts > 0)
        if (*--from == '/' && --parts == 0)
            return from[1] ? from + 1 : from;
    return path;
}

static bool same_name(const struct place *a, const struct place *b, size_t parts)
{
    return strcmp(last_parts(a->name, parts), last_parts(b->name, parts)) == 0;
}

/* Are two of the folders whose last part is that of folder i alike in their last `parts` parts? */
static bool alike(const struct place *p, size_t count, size_t i, size_t parts)
{
    for (size_t a = 0; a < count; a++)
        for (size_t b = a + 1; same_name(&p[a], &p[i], 1) && b < count; b++)
            if (same_name(&p[a], &p[b], parts))
                return true;
    return false;
}

static size_t count_parts(const char *path)
{
    size_t n = 1;

    for (; *path; path++)
        n += *path == '/';
    return n;
}

/* Append the name of folder i. */
static evk_status add_name(struct evk_names *out, const struct place *p, size_t count, size_t i,
                           evk_error *err)
{
    const size_t most = count_parts(p[i].name);
    const char *name;
    size_t parts = 1;

    while (parts < most && alike(p, count, i, parts))
        parts++;
    name = last_parts(p[i].name, parts);
    if (!evk_fits_table(name))
        return evk_fail(err, EVK_EINVAL,
                        "%s: the name of the folder begins with a quote, or has a control or "
                        "invisible character, and cannot be in a table; rename the folder",
                        name);
    return evk_names_add(out, name, err);
}

static evk_status add_names(struct evk_names *out, struct place *p, const char *const *folders,
                            size_t count, evk_error *err)
{
    for (size_t i = 0; i < count; i++) {
        EVK_TRY(find_place(&p[i], folders[i], err));
        for (size_t k = 0; k < i; k++)
            if (strcmp(p[i].real, p[k].real) == 0)
                return evk_fail(err, EVK_EINVAL,
                                "%s: is the folder %s, which is given already; expected each set "
                                "once",
                                folders[i], folders[k]);
    }
    for (size_t i = 0; i < count; i++)
        EVK_TRY(add_name(out, p, count, i, err));
    return EVK_OK;
}

evk_status evk_set_names(struct evk_names *out, const char *const *folders, size_t count,
                         evk_error *err)
{
    struct place *p;
    evk_status s;

    *out = (struct evk_names){NULL, 0};
    EVK_TRY(evk_alloc(&p, (int64_t)count, sizeof(*p), "the names of sets", err));
    s = add_names(out, p, folders, count, err);
    if (s)
        evk_names_release(out);
    release_places(p, count);
    return s;
}
