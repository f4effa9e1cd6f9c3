/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dir.c - the files of one folder that is open */
#include "base/dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/part.h"
#include "base/path.h"
#include "base/str.h"

/*
 * Flags of open.  With O_NONBLOCK, opening a named pipe does not wait for its other end; the flag
 * changes nothing for a regular file.
 */
enum {
    ANY_FILE = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
    ANY_FOLDER = O_RDONLY | O_DIRECTORY | O_CLOEXEC
};

evk_status evk_dir_open(struct evk_dir *out, const char *path, evk_error *err)
{
    struct evk_dir d;

    EVK_TRY(evk_strdup(&d.path, path, err));
    d.fd = open(path, ANY_FOLDER);
    if (d.fd < 0) {
        free(d.path);
        return evk_fd_fail(path, err);
    }
    *out = d;
    return EVK_OK;
}

void evk_dir_close(struct evk_dir *d)
{
    if (!d->path)
        return;
    close(d->fd);
    free(d->path);
    *d = (struct evk_dir){-1, NULL};
}

/* ---- where a name leads -------------------------------------------------------------------- */

/*
 * Where a file is: an open folder, and the file's name in it, which is the last part of path.  On
 * the way there (enter_all), path is cut off after the next folder to enter.
 */
struct spot {
    int folder; /* descriptor of the folder that holds the file; owned */
    char *path; /* the whole path, for messages; owned */
};

static enum evk_entry kind_at(const struct spot *s)
{
    struct stat st;

    if (fstatat(s->folder, evk_base_name(s->path), &st, AT_SYMLINK_NOFOLLOW) != 0)
        return EVK_ENTRY_NOTHING;
    if (S_ISREG(st.st_mode))
        return EVK_ENTRY_FILE;
    if (S_ISDIR(st.st_mode))
        return EVK_ENTRY_FOLDER;
    return S_ISLNK(st.st_mode) ? EVK_ENTRY_LINK : EVK_ENTRY_OTHER;
}

/*
 * Fails with the error of a spot that could not be opened; errno is as the failed call left it.
 * The message says that something of another kind than expected is there, or else gives the
 * system's reason.
 */
static evk_status explain(const struct spot *s, enum evk_entry expected, evk_error *err)
{
    static const char *const names[] = {
        [EVK_ENTRY_FILE] = "a file", [EVK_ENTRY_FOLDER] = "a folder", [EVK_ENTRY_LINK] = "a link"};
    const int why = errno;
    const enum evk_entry kind = kind_at(s);

    if (kind == EVK_ENTRY_OTHER)
        return evk_fail(err, EVK_EIO, "%s: is not a %s", s->path,
                        expected == EVK_ENTRY_FILE ? "regular file" : "folder");
    if (kind != EVK_ENTRY_NOTHING && kind != expected)
        return evk_fail(err, EVK_EIO, "%s: is %s, expected %s", s->path, names[kind],
                        names[expected]);
    errno = why;
    return evk_fd_fail(s->path, err);
}

/* Go into the folder that path ends in. */
static evk_status enter(struct spot *s, evk_error *err)
{
    const int next = openat(s->folder, evk_base_name(s->path), ANY_FOLDER | O_NOFOLLOW);

    if (next < 0)
        return explain(s, EVK_ENTRY_FOLDER, err);
    close(s->folder);
    s->folder = next;
    return EVK_OK;
}

/* Go into every folder on the way to the file; name is the part of path below the open folder. */
static evk_status enter_all(struct spot *s, char *name, evk_error *err)
{
    evk_status status = EVK_OK;

    for (char *end = strchr(name, '/'); end && !status; end = strchr(end + 1, '/')) {
        *end = '\0';
        status = enter(s, err);
        if (!status)
            *end = '/';
    }
    return status;
}

static void spot_release(struct spot *s)
{
    if (s->folder >= 0)
        close(s->folder);
    free(s->path);
}

/*
 * Find where the file called name is.  The folders on the way must exist, and the file need not.
 * spot_release() frees *out.
 */
static evk_status spot_find(struct spot *out, const struct evk_dir *d, const char *name,
                            evk_error *err)
{
    struct spot s = {-1, NULL};
    evk_status status;

    if (!evk_path_is_inside(name))
        return evk_fail(err, EVK_EFORMAT, "%s: '%s' is not the name of a file in this folder",
                        d->path, name);
    EVK_TRY(evk_path_join(&s.path, d->path, name, err));
    s.folder = fcntl(d->fd, F_DUPFD_CLOEXEC, 0);
    status = s.folder < 0 ? evk_fd_fail(d->path, err)
                          : enter_all(&s, s.path + strlen(s.path) - strlen(name), err);
    if (status)
        spot_release(&s);
    else
        *out = s;
    return status;
}

enum evk_entry evk_dir_kind(const struct evk_dir *d, const char *name)
{
    enum evk_entry kind;
    struct spot s;

    if (spot_find(&s, d, name, NULL))
        return EVK_ENTRY_NOTHING;
    kind = kind_at(&s);
    spot_release(&s);
    return kind;
}

evk_status evk_dir_expect(const struct evk_dir *d, const char *name, enum evk_entry kind,
                          evk_error *err)
{
    evk_status status = EVK_OK;
    struct spot s;
    enum evk_entry found;

    EVK_TRY(spot_find(&s, d, name, err));
    found = kind_at(&s);
    if (found != kind && found != EVK_ENTRY_NOTHING)
        status = explain(&s, kind, err);
    spot_release(&s);
    return status;
}

/* ---- reading ------------------------------------------------------------------------------- */

/*
 * Open the file called name.  *path is set to its whole path, for messages; the caller frees *path
 * and closes *fd.
 */
static evk_status open_file(const struct evk_dir *d, const char *name, int flags, int *fd,
                            char **path, evk_error *err)
{
    evk_status status = EVK_OK;
    struct spot s;

    EVK_TRY(spot_find(&s, d, name, err));
    *fd = openat(s.folder, evk_base_name(s.path), flags | ANY_FILE, 0666);
    if (*fd < 0)
        status = explain(&s, EVK_ENTRY_FILE, err);
    if (!status) {
        *path = s.path;
        s.path = NULL;
    }
    spot_release(&s);
    return status;
}

evk_status evk_dir_read(const struct evk_dir *d, const char *name, size_t limit,
                        struct evk_bytes *out, evk_error *err)
{
    evk_status s;
    char *path;
    int fd;

    EVK_TRY(open_file(d, name, O_RDONLY, &fd, &path, err));
    s = evk_fd_read(fd, path, limit, out, err);
    close(fd);
    free(path);
    return s;
}

evk_status evk_dir_hash(const struct evk_dir *d, const char *name, size_t limit,
                        char sha256[EVK_SHA256_TEXT], evk_error *err)
{
    evk_status s;
    char *path;
    int fd;

    EVK_TRY(open_file(d, name, O_RDONLY, &fd, &path, err));
    s = evk_fd_hash(fd, path, limit, sha256, err);
    close(fd);
    free(path);
    return s;
}

evk_status evk_dir_stream(const struct evk_dir *d, const char *name, FILE **out, evk_error *err)
{
    evk_status s;
    char *path;
    int fd;

    EVK_TRY(open_file(d, name, O_RDONLY, &fd, &path, err));
    s = evk_fd_check(fd, path, err);
    *out = s ? NULL : fdopen(fd, "rb");
    if (!s && !*out)
        s = evk_fd_fail(path, err);
    if (s)
        close(fd);
    free(path);
    return s;
}

evk_status evk_dir_list(const struct evk_dir *d, const char *name, struct evk_names *out,
                        evk_error *err)
{
    struct spot s = {-1, NULL};
    evk_status status;

    if (name[0]) {
        EVK_TRY(spot_find(&s, d, name, err));
        status = enter(&s, err);
    } else {
        EVK_TRY(evk_strdup(&s.path, d->path, err));
        s.folder = openat(d->fd, ".", ANY_FOLDER);
        status = s.folder < 0 ? evk_fd_fail(s.path, err) : EVK_OK;
    }
    if (!status) {
        status = evk_fd_list(s.folder, s.path, out, err);
        s.folder = -1;
    }
    spot_release(&s);
    return status;
}

/* ---- writing ------------------------------------------------------------------------------- */

evk_status evk_dir_part(const struct evk_dir *d, const char *name, struct evk_part *out,
                        evk_error *err)
{
    struct spot s;
    evk_status status;

    EVK_TRY(spot_find(&s, d, name, err));
    status = evk_part_open(out, s.folder, s.path, err);
    s.folder = -1;
    spot_release(&s);
    return status;
}

evk_status evk_dir_write(const struct evk_dir *d, const char *name, const void *data, size_t size,
                         evk_error *err)
{
    struct evk_part part;

    EVK_TRY(evk_dir_part(d, name, &part, err));
    return evk_part_fill(&part, data, size, true, err);
}

evk_status evk_dir_write_fast(const struct evk_dir *d, const char *name, const void *data,
                              size_t size, evk_error *err)
{
    struct evk_part part;

    EVK_TRY(evk_dir_part(d, name, &part, err));
    return evk_part_fill(&part, data, size, false, err);
}

/*
 * Check that an open file is regular, and has no other name: what is written to it in place would
 * change under its other names too.
 */
static evk_status check_own(int fd, const char *path, evk_error *err)
{
    struct stat st;

    EVK_TRY(evk_fd_check(fd, path, err));
    if (fstat(fd, &st) != 0)
        return evk_fd_fail(path, err);
    if (st.st_nlink > 1)
        return evk_fail(err, EVK_EIO, "%s: has %lld names (hard links), expected one", path,
                        (long long)st.st_nlink);
    return EVK_OK;
}

evk_status evk_dir_open_own(const struct evk_dir *d, const char *name, int flags, int *fd,
                            evk_error *err)
{
    evk_status s;
    char *path;

    EVK_TRY(open_file(d, name, flags, fd, &path, err));
    s = check_own(*fd, path, err);
    if (s)
        close(*fd);
    free(path);
    return s;
}

/* Close a file that was written to; ok: whether writing went well, with errno if it did not. */
static evk_status close_written(const struct evk_dir *d, const char *name, int fd, bool ok,
                                evk_error *err)
{
    char *path;
    evk_status s;

    if (close(fd) == 0 && ok)
        return EVK_OK;
    EVK_TRY(evk_path_join(&path, d->path, name, err));
    s = evk_fd_fail(path, err);
    free(path);
    return s;
}

evk_status evk_dir_append(const struct evk_dir *d, const char *name, const void *data, size_t size,
                          evk_error *err)
{
    int fd;

    EVK_TRY(evk_dir_open_own(d, name, O_WRONLY | O_CREAT | O_APPEND, &fd, err));
    return close_written(d, name, fd, evk_fd_write(fd, data, size), err);
}

evk_status evk_dir_cut(const struct evk_dir *d, const char *name, int64_t size, evk_error *err)
{
    int fd;

    EVK_TRY(evk_dir_open_own(d, name, O_WRONLY, &fd, err));
    return close_written(d, name, fd, ftruncate(fd, (off_t)size) == 0, err);
}

evk_status evk_dir_remove(const struct evk_dir *d, const char *name, evk_error *err)
{
    struct spot s;
    evk_status status = EVK_OK;

    EVK_TRY(spot_find(&s, d, name, err));
    if (unlinkat(s.folder, evk_base_name(s.path), 0) != 0)
        status = errno == ENOENT ? EVK_OK : evk_fd_fail(s.path, err);
    else if (!evk_fd_sync_folder(s.folder))
        status = evk_fd_fail(s.path, err);
    spot_release(&s);
    return status;
}

evk_status evk_dir_make_folder(const struct evk_dir *d, const char *name, evk_error *err)
{
    struct spot s;
    evk_status status = EVK_OK;

    EVK_TRY(spot_find(&s, d, name, err));
    if (mkdirat(s.folder, evk_base_name(s.path), 0777) != 0)
        status = errno == EEXIST && kind_at(&s) == EVK_ENTRY_FOLDER
                     ? EVK_OK
                     : explain(&s, EVK_ENTRY_FOLDER, err);
    else if (!evk_fd_sync_folder(s.folder))
        status = evk_fd_fail(s.path, err);
    spot_release(&s);
    return status;
}

bool evk_dir_is(const struct evk_dir *d, const char *name, int fd)
{
    struct stat a, b;

    return fstat(fd, &a) == 0 && fstatat(d->fd, name, &b, AT_SYMLINK_NOFOLLOW) == 0 &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}
