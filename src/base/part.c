/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part.c - a new file, which gets its name only once it is whole */
#include "base/part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

/*
 * A name that is too long for ".part" to be added loses its beginning rather than its end, since
 * the names of one set of files differ at the end.
 */
static void set_temporary(struct evk_part *p)
{
    static const char ending[] = ".part";
    const size_t kept = sizeof(p->temporary) - sizeof(ending);
    const char *name = evk_base_name(p->path);
    const size_t length = strlen(name);

    snprintf(p->temporary, sizeof(p->temporary), "%s%s",
             length > kept ? name + length - kept : name, ending);
}

/* Create the temporary file; it must not be there yet. */
static int create_temporary(const struct evk_part *p)
{
    return openat(p->folder, p->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                  0666);
}

static evk_status open_new(struct evk_part *p, evk_error *err)
{
    p->fd = create_temporary(p);
    if (p->fd < 0 && errno == EEXIST) {
        if (unlinkat(p->folder, p->temporary, 0) != 0)
            return evk_fail(err, EVK_EIO, "%s: %s is in its way: %s", p->path, p->temporary,
                            strerror(errno));
        p->fd = create_temporary(p);
    }
    return p->fd < 0 ? evk_fd_fail(p->path, err) : EVK_OK;
}

static void part_release(struct evk_part *p)
{
    if (p->fd >= 0)
        close(p->fd);
    close(p->folder);
    free(p->path);
}

evk_status evk_part_open(struct evk_part *out, int folder, const char *path, evk_error *err)
{
    struct evk_part p = {.folder = folder, .fd = -1};
    evk_status s = evk_strdup(&p.path, path, err);

    if (!s) {
        set_temporary(&p);
        s = open_new(&p, err);
    }
    if (s)
        part_release(&p);
    else
        *out = p;
    return s;
}

/*
 * Close the file; false: something failed.  Some systems report a full disk only at fsync or close.
 */
static bool close_file(struct evk_part *p, bool wait)
{
    const bool synced = !wait || fsync(p->fd) == 0;
    const int fd = p->fd;

    p->fd = -1;
    return close(fd) == 0 && synced;
}

evk_status evk_part_place(struct evk_part *p, bool wait, evk_error *err)
{
    evk_status s = EVK_OK;

    if (!close_file(p, wait) ||
        renameat(p->folder, p->temporary, p->folder, evk_base_name(p->path)) != 0) {
        s = evk_fd_fail(p->path, err);
        unlinkat(p->folder, p->temporary, 0);
    } else if (wait && !evk_fd_sync_folder(p->folder)) {
        s = evk_fd_fail(p->path, err);
    }
    part_release(p);
    return s;
}

void evk_part_drop(struct evk_part *p)
{
    unlinkat(p->folder, p->temporary, 0);
    part_release(p);
}

evk_status evk_part_fill(struct evk_part *p, const void *data, size_t size, bool wait,
                         evk_error *err)
{
    evk_status s;

    if (evk_fd_write(p->fd, data, size))
        return evk_part_place(p, wait, err);
    s = evk_fd_fail(p->path, err);
    evk_part_drop(p);
    return s;
}
