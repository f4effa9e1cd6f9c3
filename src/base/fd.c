/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fd.c - what is done with a file or folder that is open */
#include "base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

evk_status evk_fd_fail(const char *path, evk_error *err)
{
    return evk_fail(err, EVK_EIO, "%s: %s", path, strerror(errno));
}

/* Find what fd is, which must be a regular file. */
static evk_status stat_file(int fd, const char *path, struct stat *st, evk_error *err)
{
    if (fstat(fd, st) != 0)
        return evk_fd_fail(path, err);
    if (S_ISDIR(st->st_mode))
        return evk_fail(err, EVK_EIO, "%s: is a folder, expected a file", path);
    if (!S_ISREG(st->st_mode))
        return evk_fail(err, EVK_EIO, "%s: is not a regular file", path);
    return EVK_OK;
}

evk_status evk_fd_check(int fd, const char *path, evk_error *err)
{
    struct stat st;

    return stat_file(fd, path, &st, err);
}

/* Find the size of a regular file; EVK_EFORMAT where it is over limit. */
static evk_status find_size(int fd, const char *path, size_t limit, size_t *size, evk_error *err)
{
    struct stat st;

    EVK_TRY(stat_file(fd, path, &st, err));
    if ((uintmax_t)st.st_size > limit)
        return evk_fail(err, EVK_EFORMAT, "%s: has %lld bytes, expected at most %zu", path,
                        (long long)st.st_size, limit);
    *size = (size_t)st.st_size;
    return EVK_OK;
}

/* Fill b->data with b->size bytes of the file. */
static evk_status read_bytes(int fd, const char *path, struct evk_bytes *b, evk_error *err)
{
    size_t done = 0;

    while (done < b->size) {
        ssize_t n = read(fd, b->data + done, b->size - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return evk_fd_fail(path, err);
        if (n == 0)
            return evk_fail(err, EVK_EIO, "%s: ended after %zu bytes, expected %zu", path, done,
                            b->size);
        done += (size_t)n;
    }
    return EVK_OK;
}

evk_status evk_fd_read(int fd, const char *path, size_t limit, struct evk_bytes *out,
                       evk_error *err)
{
    struct evk_bytes b = {NULL, 0};
    evk_status s;

    EVK_TRY(find_size(fd, path, limit, &b.size, err));
    EVK_TRY(evk_alloc(&b.data, (int64_t)b.size, 1, path, err));
    s = read_bytes(fd, path, &b, err);
    if (s)
        evk_bytes_release(&b);
    else
        *out = b;
    return s;
}

/* Hash the next size bytes, and no more: the file may have grown since its size was read. */
static evk_status hash_bytes(int fd, const char *path, size_t size, struct evk_sha256 *h,
                             evk_error *err)
{
    unsigned char block[1 << 16];
    ssize_t n;

    while (size > 0) {
        n = read(fd, block, size < sizeof(block) ? size : sizeof(block));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return evk_fd_fail(path, err);
        if (n == 0)
            return evk_fail(err, EVK_EIO, "%s: became shorter while it was read", path);
        evk_sha256_add(h, block, (size_t)n);
        size -= (size_t)n;
    }
    return EVK_OK;
}

evk_status evk_fd_hash(int fd, const char *path, size_t limit, char sha256[EVK_SHA256_TEXT],
                       evk_error *err)
{
    struct evk_sha256 *h;
    evk_status s;
    size_t size;

    EVK_TRY(find_size(fd, path, limit, &size, err));
    EVK_TRY(evk_sha256_new(&h, err));
    s = hash_bytes(fd, path, size, h, err);
    if (!s)
        return evk_sha256_end(h, sha256, err);
    evk_sha256_free(h);
    return s;
}

bool evk_fd_write(int fd, const void *data, size_t size)
{
    const unsigned char *at = data;

    while (size > 0) {
        ssize_t n = write(fd, at, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

bool evk_fd_sync_folder(int fd)
{
    return fsync(fd) == 0 || errno == EINVAL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static evk_status read_names(DIR *d, const char *path, struct evk_names *n, evk_error *err)
{
    const struct dirent *e;

    while (errno = 0, (e = readdir(d)) != NULL)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            EVK_TRY(evk_names_add(n, e->d_name, err));
    return errno ? evk_fd_fail(path, err) : EVK_OK;
}

evk_status evk_fd_list(int fd, const char *path, struct evk_names *out, evk_error *err)
{
    struct evk_names n = {NULL, 0};
    DIR *d = fdopendir(fd);
    evk_status s;

    if (!d) {
        s = evk_fd_fail(path, err);
        close(fd);
        return s;
    }
    s = read_names(d, path, &n, err);
    closedir(d);
    if (s) {
        evk_names_release(&n);
        return s;
    }
    if (n.count)
        qsort(n.names, n.count, sizeof(*n.names), by_name);
    *out = n;
    return EVK_OK;
}
