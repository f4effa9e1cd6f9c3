/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log.c - SET.log, a text beside the folder of a set, with what must not change the set's bytes */
#include "stimset/folder/log.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/shown.h"
#include "base/str.h"
#include "model/model.h"

static const size_t LOG_MAX = (size_t)1 << 26; /* bytes of a log that is read */
static const char MODEL[] = "model ";          /* a line: "model SHA256 PATH" */

/*
 * Make the path of the log, "a/set.log" for "a/set/"; the caller frees it.  EVK_ENOTFOUND: the
 * folder is "/", "." or "..", which has no name.
 */
static evk_status log_path(const char *folder, char **out, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    size_t n = strlen(folder);
    evk_status s;

    while (n > 1 && folder[n - 1] == '/')
        n--;
    evk_str_add(&path, folder, n);
    if (strcmp(evk_base_name(path.data), ".") == 0 || strcmp(evk_base_name(path.data), "..") == 0 ||
        strcmp(path.data, "/") == 0) {
        evk_str_release(&path);
        return evk_fail(err, EVK_ENOTFOUND, "%s: has no name to put a log beside", folder);
    }
    evk_str_puts(&path, ".log");
    s = evk_str_check(&path, err);
    if (!s)
        s = evk_strdup(out, path.data, err);
    evk_str_release(&path);
    return s;
}

static evk_status read_log(const char *path, struct evk_str *out, evk_error *err)
{
    struct evk_bytes file;

    EVK_TRY(evk_fs_read(&file, path, LOG_MAX, err));
    evk_str_add(out, file.data, file.size);
    evk_bytes_release(&file);
    return evk_str_check(out, err);
}

/* Returns where the path begins in the last line "model SHA256 PATH" with this SHA-256, or NULL. */
static const char *find_line(const char *log, const char *sha256)
{
    const size_t model = sizeof(MODEL) - 1, digits = strlen(sha256);
    const char *found = NULL;

    for (const char *line = log; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, MODEL, model) == 0 && strncmp(line + model, sha256, digits) == 0 &&
            line[model + digits] == ' ')
            found = line + model + digits + 1;
    }
    return found;
}

/* Does the last line of the log for this SHA-256 have this path? */
static bool has_line(const char *log, const char *sha256, const char *path)
{
    const char *known = find_line(log, sha256);
    const size_t n = strlen(path);

    return known && strncmp(known, path, n) == 0 && known[n] == '\n';
}

/* Add a file, unless the log or the text has the same path for it, or the path is not plain. */
static void add_file(struct evk_str *text, const char *log, const char *file, const char *sha256)
{
    char *path = evk_fs_absolute(file);

    if (path && !has_line(log, sha256, path) && !has_line(text->data, sha256, path) &&
        evk_is_plain(path))
        evk_str_printf(text, "%s%s %s\n", MODEL, sha256, path);
    free(path);
}

/* Add the files of a model, which may be an ensemble with several members. */
static void add_model(struct evk_str *text, const char *log, const evk_model *m)
{
    const char *path, *sha256;

    for (size_t i = 0; evk_model_file(m, i, &path, &sha256); i++)
        add_file(text, log, path, sha256);
}

void evk_log_run(const char *folder, const evk_target *targets, size_t count, int threads)
{
    struct evk_str text = EVK_STR_INIT, log = EVK_STR_INIT;
    const time_t now = time(NULL);
    char when[32] = "", *path;
    struct tm utc;

    if (log_path(folder, &path, NULL))
        return;
    if (gmtime_r(&now, &utc))
        strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &utc);
    (void)read_log(path, &log, NULL);
    evk_str_printf(&text, "run %s evoke %s, %d thread%s\n", when, evk_version(), threads,
                   threads == 1 ? "" : "s");
    for (size_t i = 0; i < count; i++)
        add_model(&text, log.data, targets[i].model);
    if (!evk_str_check(&text, NULL))
        (void)evk_fs_append(path, text.data, text.size, NULL);
    free(path);
    evk_str_release(&text);
    evk_str_release(&log);
}

evk_status evk_log_find_model(const char *folder, const char *sha256, char **out, evk_error *err)
{
    struct evk_str log = EVK_STR_INIT, found = EVK_STR_INIT;
    const char *line;
    char *path;
    evk_status s;

    EVK_TRY(log_path(folder, &path, err));
    s = read_log(path, &log, err);
    line = s ? NULL : find_line(log.data, sha256);
    if (!s && !line)
        s = evk_fail(err, EVK_ENOTFOUND, "%s: knows no model with SHA-256 %.12s...", path, sha256);
    if (!s) {
        evk_str_add(&found, line, strcspn(line, "\n"));
        s = evk_str_check(&found, err);
    }
    if (!s)
        s = evk_strdup(out, found.data, err);
    free(path);
    evk_str_release(&log);
    evk_str_release(&found);
    return s;
}
