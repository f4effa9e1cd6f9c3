/* SPDX-License-Identifier: GPL-3.0-or-later */
/* path.c - paths of files as text */
#include "base/path.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

evk_status evk_path_join(char **out, const char *a, const char *b, evk_error *err)
{
    size_t na = strlen(a), nb = strlen(b);
    char *path;

    while (na > 0 && a[na - 1] == '/')
        na--;
    EVK_TRY(evk_alloc(&path, (int64_t)(na + nb + 2), 1, "a path", err));
    snprintf(path, na + nb + 2, "%.*s/%s", (int)na, a, b);
    *out = path;
    return EVK_OK;
}

evk_status evk_path_parent(char **out, const char *path, evk_error *err)
{
    const char *name = evk_base_name(path);
    size_t length = (size_t)(name - path);

    while (length > 1 && path[length - 1] == '/')
        length--;
    if (length == 0) {
        path = ".";
        length = 1;
    }
    EVK_TRY(evk_alloc(out, (int64_t)length + 1, 1, "a path", err));
    memcpy(*out, path, length);
    return EVK_OK;
}

bool evk_path_is_inside(const char *path)
{
    if (path[0] == '\0' || path[0] == '/')
        return false;
    while (path) {
        const size_t n = strcspn(path, "/");

        if (n == 0 || (n <= 2 && strncmp(path, "..", n) == 0))
            return false;
        path = path[n] ? path + n + 1 : NULL;
    }
    return true;
}

/* Returns how long the beginning is that both paths have in common, in whole names, with the slash
   behind it. */
static size_t common_length(const char *folder, const char *file)
{
    size_t common = 0;

    for (size_t i = 0; folder[i] == file[i] || (!folder[i] && file[i] == '/'); i++) {
        if (file[i] == '/')
            common = i + 1;
        if (!folder[i] || !file[i])
            break;
    }
    return common;
}

evk_status evk_path_relative(char **out, const char *folder, const char *file, evk_error *err)
{
    const size_t common = common_length(folder, file), n = strlen(folder);
    struct evk_str path = EVK_STR_INIT;
    evk_status s;

    if (common > 1)
        for (size_t i = common; i < n; i++)
            if (i == common || folder[i] == '/')
                evk_str_puts(&path, folder[i + (folder[i] == '/')] ? "../" : "");
    evk_str_puts(&path, common > 1 ? file + common : file);
    s = evk_str_check(&path, err);
    if (!s)
        s = evk_strdup(out, path.data, err);
    evk_str_release(&path);
    return s;
}
