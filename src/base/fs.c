/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fs.c - files and folders at paths that the user gave */
#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/part.h"
#include "base/str.h"

/*
 * more: flags of open besides those that read.  With O_NONBLOCK, opening a named pipe does not wait
 * for a writer; the flag changes nothing for a regular file.
 */
static evk_status open_to_read(const char *path, int more, int *fd, evk_error *err)
{
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | more);
    if (*fd < 0 && errno == ELOOP && (more & O_NOFOLLOW))
        return evk_fail(err, EVK_EIO, "%s: is a link, expected a file", path);
    return *fd < 0 ? evk_fd_fail(path, err) : EVK_OK;
}

evk_status evk_fs_read(struct evk_bytes *out, const char *path, size_t limit, evk_error *err)
{
    evk_status s;
    int fd;

    EVK_TRY(open_to_read(path, 0, &fd, err));
    s = evk_fd_read(fd, path, limit, out, err);
    close(fd);
    return s;
}

static evk_status hash_file(const char *path, int more, size_t limit, char sha256[EVK_SHA256_TEXT],
                            evk_error *err)
{
    evk_status s;
    int fd;

    EVK_TRY(open_to_read(path, more, &fd, err));
    s = evk_fd_hash(fd, path, limit, sha256, err);
    close(fd);
    return s;
}

evk_status evk_fs_hash(const char *path, size_t limit, char sha256[EVK_SHA256_TEXT], evk_error *err)
{
    return hash_file(path, 0, limit, sha256, err);
}

evk_status evk_fs_hash_itself(const char *path, size_t limit, char sha256[EVK_SHA256_TEXT],
                              evk_error *err)
{
    return hash_file(path, O_NOFOLLOW, limit, sha256, err);
}

/* Open the folder that holds the file at path. */
static evk_status open_parent(const char *path, int *fd, evk_error *err)
{
    evk_status s = EVK_OK;
    char *parent;

    EVK_TRY(evk_path_parent(&parent, path, err));
    *fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0)
        s = evk_fd_fail(path, err);
    free(parent);
    return s;
}

static evk_status sync_parent(const char *path, evk_error *err)
{
    evk_status s = EVK_OK;
    int fd;

    EVK_TRY(open_parent(path, &fd, err));
    if (!evk_fd_sync_folder(fd))
        s = evk_fd_fail(path, err);
    close(fd);
    return s;
}

evk_status evk_fs_write(const char *path, const void *data, size_t size, evk_error *err)
{
    struct evk_part part;
    int folder;

    EVK_TRY(open_parent(path, &folder, err));
    EVK_TRY(evk_part_open(&part, folder, path, err));
    return evk_part_fill(&part, data, size, true, err);
}

evk_status evk_fs_append(const char *path, const void *data, size_t size, evk_error *err)
{
    struct evk_dir folder;
    char *parent;
    evk_status s;

    EVK_TRY(evk_path_parent(&parent, path, err));
    s = evk_dir_open(&folder, parent, err);
    free(parent);
    EVK_TRY(s);
    s = evk_dir_append(&folder, evk_base_name(path), data, size, err);
    evk_dir_close(&folder);
    return s;
}

void evk_fs_sync(void)
{
    sync();
}

void evk_fs_remove_folder(const char *path)
{
    rmdir(path);
}

bool evk_fs_exists(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

bool evk_fs_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/*
 * Returns EVK_OK where the folder is there already, or else fails with the error of a mkdir whose
 * errno was `why`.
 */
static evk_status explain_mkdir(const char *path, int why, evk_error *err)
{
    if (evk_fs_is_folder(path))
        return EVK_OK;
    if (why == EEXIST)
        return evk_fail(err, EVK_EIO, "%s: is a file, expected a folder", path);
    return evk_fail(err, EVK_EIO, "%s: %s", path, strerror(why));
}

evk_status evk_fs_make_folder(const char *path, evk_error *err)
{
    evk_status s = EVK_OK;
    char *part, *end;

    if (!path[0])
        return evk_fail(err, EVK_EINVAL, "the name of a folder is empty");
    EVK_TRY(evk_strdup(&part, path, err));
    for (end = part + 1; !s; end++) {
        const char was = *end;

        if (was && was != '/')
            continue;
        *end = '\0';
        if (mkdir(part, 0777) != 0)
            s = explain_mkdir(part, errno, err);
        else
            s = sync_parent(part, err);
        *end = was;
        if (!was)
            break;
    }
    free(part);
    return s;
}

evk_status evk_fs_list(struct evk_names *out, const char *folder, evk_error *err)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd < 0 ? evk_fd_fail(folder, err) : evk_fd_list(fd, folder, out, err);
}

char *evk_fs_absolute(const char *path)
{
    return realpath(path, NULL);
}
