/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fs.c - files and folders */
#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

static evk_status system_error(const char *path, evk_error *err)
{
    return evk_fail(err, EVK_EIO, "%s: %s", path, strerror(errno));
}

void evk_bytes_release(struct evk_bytes *b)
{
    free(b->data);
    *b = (struct evk_bytes){NULL, 0};
}

static evk_status check_file(int fd, const char *path, size_t limit, size_t *size, evk_error *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return system_error(path, err);
    if (S_ISDIR(st.st_mode))
        return evk_fail(err, EVK_EIO, "%s: is a folder, expected a file", path);
    if (!S_ISREG(st.st_mode))
        return evk_fail(err, EVK_EIO, "%s: is not a regular file", path);
    if ((uintmax_t)st.st_size > limit)
        return evk_fail(err, EVK_EFORMAT, "%s: has %lld bytes, expected at most %zu", path,
                        (long long)st.st_size, limit);
    *size = (size_t)st.st_size;
    return EVK_OK;
}

static evk_status read_all(int fd, const char *path, struct evk_bytes *b, evk_error *err)
{
    size_t done = 0;

    while (done < b->size) {
        ssize_t n = read(fd, b->data + done, b->size - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return system_error(path, err);
        if (n == 0)
            return evk_fail(err, EVK_EIO, "%s: ended after %zu bytes, expected %zu", path, done,
                            b->size);
        done += (size_t)n;
    }
    return EVK_OK;
}

/* O_NONBLOCK: opening a pipe must not wait for its writer; files do not care. */
evk_status evk_fs_read(struct evk_bytes *out, const char *path, size_t limit, evk_error *err)
{
    struct evk_bytes b = {NULL, 0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    evk_status s;

    if (fd < 0)
        return system_error(path, err);
    s = check_file(fd, path, limit, &b.size, err);
    if (!s)
        s = evk_alloc(&b.data, (int64_t)b.size, 1, path, err);
    if (!s)
        s = read_all(fd, path, &b, err);
    close(fd);
    if (s)
        evk_bytes_release(&b);
    else
        *out = b;
    return s;
}

static evk_status hash_all(int fd, const char *path, struct evk_sha256 *h, evk_error *err)
{
    unsigned char block[1 << 16];
    ssize_t n;

    while ((n = read(fd, block, sizeof(block))) != 0) {
        if (n < 0 && errno != EINTR)
            return system_error(path, err);
        if (n > 0)
            evk_sha256_add(h, block, (size_t)n);
    }
    return EVK_OK;
}

evk_status evk_fs_hash(const char *path, char sha256[EVK_SHA256_TEXT], evk_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct evk_sha256 *h = NULL;
    size_t size;
    evk_status s;

    if (fd < 0)
        return system_error(path, err);
    s = check_file(fd, path, SIZE_MAX, &size, err);
    if (!s)
        s = evk_sha256_new(&h, err);
    if (!s)
        s = hash_all(fd, path, h, err);
    close(fd);
    if (!s)
        return evk_sha256_end(h, sha256, err);
    evk_sha256_free(h);
    return s;
}

static bool write_all(int fd, const unsigned char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

/* Some systems report a full disk only at fsync or close. */
static bool write_file(const char *path, const void *data, size_t size, bool sync)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool ok;

    if (fd < 0)
        return false;
    ok = write_all(fd, data, size) && (!sync || fsync(fd) == 0);
    return close(fd) == 0 && ok;
}

/*
 * "a/b.png.part" for "a/b.png".  A name may have 255 bytes: one of over 250 loses its beginning,
 * since the names of one set differ at the end.
 */
static void add_temporary(struct evk_str *s, const char *path)
{
    enum { KEPT = 250 };
    const char *name = evk_base_name(path);
    const size_t length = strlen(name);

    evk_str_add(s, path, (size_t)(name - path));
    evk_str_puts(s, length > KEPT ? name + length - KEPT : name);
    evk_str_puts(s, ".part");
}

/* The folder that holds path: "a" for "a/b", "." for "b"; free() it. */
static evk_status parent_of(char **out, const char *path, evk_error *err)
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

/* A file system that cannot sync folders (EINVAL) keeps its entries some other way, or not at all. */
static evk_status sync_parent(const char *path, evk_error *err)
{
    evk_status s = EVK_OK;
    char *parent;
    int fd;

    EVK_TRY(parent_of(&parent, path, err));
    fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL))
        s = system_error(parent, err);
    if (fd >= 0)
        close(fd);
    free(parent);
    return s;
}

static evk_status write_named(const char *path, const void *data, size_t size, bool sync,
                              evk_error *err)
{
    struct evk_str temporary = EVK_STR_INIT;
    evk_status s;

    add_temporary(&temporary, path);
    s = evk_str_check(&temporary, err);
    if (!s &&
        (!write_file(temporary.data, data, size, sync) || rename(temporary.data, path) != 0)) {
        s = system_error(path, err);
        unlink(temporary.data);
    }
    evk_str_release(&temporary);
    return s;
}

evk_status evk_fs_write(const char *path, const void *data, size_t size, evk_error *err)
{
    EVK_TRY(write_named(path, data, size, true, err));
    return sync_parent(path, err);
}

evk_status evk_fs_write_fast(const char *path, const void *data, size_t size, evk_error *err)
{
    return write_named(path, data, size, false, err);
}

void evk_fs_sync(void)
{
    sync();
}

evk_status evk_fs_part_name(char **out, const char *path, evk_error *err)
{
    struct evk_str name = EVK_STR_INIT;
    evk_status s;

    add_temporary(&name, path);
    s = evk_str_check(&name, err);
    if (!s)
        s = evk_strdup(out, name.data, err);
    evk_str_release(&name);
    return s;
}

evk_status evk_fs_put_in_place(const char *part, const char *path, evk_error *err)
{
    return rename(part, path) == 0 ? sync_parent(path, err) : system_error(path, err);
}

evk_status evk_fs_cut(const char *path, int64_t size, evk_error *err)
{
    return truncate(path, (off_t)size) == 0 ? EVK_OK : system_error(path, err);
}

evk_status evk_fs_append(const char *path, const void *data, size_t size, evk_error *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    evk_status s = EVK_OK;

    if (fd < 0)
        return system_error(path, err);
    if (!write_all(fd, data, size))
        s = system_error(path, err);
    if (close(fd) != 0 && !s)
        s = system_error(path, err);
    return s;
}

evk_status evk_fs_remove(const char *path, evk_error *err)
{
    if (unlink(path) == 0)
        return sync_parent(path, err);
    return errno == ENOENT ? EVK_OK : system_error(path, err);
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

/* Why a folder could not be made; one that is there already is fine. */
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

void evk_names_release(struct evk_names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->names[i]);
    free(n->names);
    *n = (struct evk_names){NULL, 0};
}

/* Room doubles whenever the count is a power of two. */
evk_status evk_names_add(struct evk_names *n, const char *name, evk_error *err)
{
    if ((n->count & (n->count - 1)) == 0) {
        size_t room = n->count ? 2 * n->count : 1;
        char **more = realloc(n->names, room * sizeof(*more));

        if (!more)
            return evk_fail(err, EVK_ENOMEM, "out of memory for %zu names", room);
        n->names = more;
    }
    EVK_TRY(evk_strdup(&n->names[n->count], name, err));
    n->count++;
    return EVK_OK;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

evk_status evk_fs_list(struct evk_names *out, const char *folder, evk_error *err)
{
    struct evk_names n = {NULL, 0};
    DIR *d = opendir(folder);
    struct dirent *e;
    evk_status s = EVK_OK;

    if (!d)
        return system_error(folder, err);
    while (!s && (errno = 0, e = readdir(d)))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            s = evk_names_add(&n, e->d_name, err);
    if (!s && errno)
        s = system_error(folder, err);
    closedir(d);
    if (s) {
        evk_names_release(&n);
        return s;
    }
    if (n.count)
        qsort(n.names, n.count, sizeof(*n.names), compare);
    *out = n;
    return EVK_OK;
}

char *evk_fs_absolute(const char *path)
{
    return realpath(path, NULL);
}

evk_status evk_path_join(char **out, const char *a, const char *b, evk_error *err)
{
    size_t na = strlen(a), nb = strlen(b);
    char *path;

    while (na > 1 && a[na - 1] == '/')
        na--;
    EVK_TRY(evk_alloc(&path, (int64_t)(na + nb + 2), 1, "a path", err));
    snprintf(path, na + nb + 2, "%.*s/%s", (int)na, a, b);
    *out = path;
    return EVK_OK;
}
