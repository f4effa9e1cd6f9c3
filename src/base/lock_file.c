/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lock_file.c - a lock file in a folder, which names the process that holds it
 *
 * The lock is flock's: the kernel ends it with the process.  The text in the file is only for
 * people.  Between our opening the file and our locking it, its former holder may have removed it,
 * and a third process may have made a new one; a lock on the removed file would keep nobody out.
 * So the name is looked up again once the lock is taken.
 */
#include "base/lock_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { HOLDER = 128 }; /* bytes of the text in the file */

static evk_status busy(const struct evk_lock_file *c, evk_error *err)
{
    char holder[HOLDER] = "";
    const ssize_t n = pread(c->fd, holder, sizeof(holder) - 1, 0);

    holder[n > 0 ? n : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    return evk_fail(err, EVK_EBUSY, "%s is writing to it (its lock is %s/%s)",
                    holder[0] ? holder : "another process", c->folder->path, c->name);
}

/* Write into the file which process holds the lock. */
static bool sign(int fd)
{
    char host[64] = "", text[HOLDER];
    int n;

    gethostname(host, sizeof(host) - 1);
    n = snprintf(text, sizeof(text), "process %ld on %s\n", (long)getpid(), host);
    return ftruncate(fd, 0) == 0 && write(fd, text, (size_t)n) == n;
}

static evk_status failed(const struct evk_lock_file *c, evk_error *err)
{
    return evk_fail(err, EVK_EIO, "%s/%s: %s", c->folder->path, c->name, strerror(errno));
}

/*
 * Lock the open file.  *current: whether it is still the file of that name; if so, it has been
 * signed.  A file that cannot be signed is removed, and EVK_EIO returned.
 */
static evk_status lock_open_file(const struct evk_lock_file *c, bool *current, evk_error *err)
{
    if (flock(c->fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? busy(c, err) : failed(c, err);
    *current = evk_dir_is(c->folder, c->name, c->fd);
    if (!*current || sign(c->fd))
        return EVK_OK;
    failed(c, err);
    unlinkat(c->folder->fd, c->name, 0);
    return EVK_EIO;
}

evk_status evk_lock_file_take(struct evk_lock_file *out, const struct evk_dir *folder,
                              const char *name, evk_error *err)
{
    struct evk_lock_file c = {-1, folder, name};
    bool current = false;

    while (!current) {
        evk_status s;

        EVK_TRY(evk_dir_open_own(folder, name, O_RDWR | O_CREAT, &c.fd, err));
        s = lock_open_file(&c, &current, err);
        if (s || !current)
            close(c.fd);
        EVK_TRY(s);
    }
    *out = c;
    return EVK_OK;
}

void evk_lock_file_give(struct evk_lock_file *lock)
{
    if (lock->fd < 0)
        return;
    unlinkat(lock->folder->fd, lock->name, 0);
    close(lock->fd);
    *lock = (struct evk_lock_file){-1, NULL, NULL};
}

evk_status evk_lock_file_is_held(const struct evk_dir *folder, const char *name, bool *is_held,
                                 evk_error *err)
{
    FILE *f;

    EVK_TRY(evk_dir_stream(folder, name, &f, err));
    *is_held = flock(fileno(f), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    fclose(f); /* ends the shared lock too, if flock gave us one */
    return EVK_OK;
}
