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
