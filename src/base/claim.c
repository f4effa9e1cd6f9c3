/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * claim.c - one process at a time: a lock file that names its holder
 *
 * The lock is flock's: the kernel ends it with the process.  The file's text is
 * for people.  Between opening the file and locking it, its holder may have
 * removed it; a lock on a file that is no longer the one under this name holds
 * nobody off, so the name is looked up again afterwards.
 */
#include "base/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { HOLDER = 128 };

static evk_status busy(int fd, const char *path, evk_error *err)
{
    char holder[HOLDER] = "";
    const ssize_t n = pread(fd, holder, sizeof(holder) - 1, 0);

    holder[n > 0 ? n : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    return evk_fail(err, EVK_EBUSY, "%s is writing to it (its lock is %s)",
                    holder[0] ? holder : "another process", path);
}

/* Is what is open the file of that name? */
static bool is_current(int fd, const char *path)
{
    struct stat a, b;

    return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

static bool sign(int fd)
{
    char host[64] = "", text[HOLDER];
    int n;

    gethostname(host, sizeof(host) - 1);
    n = snprintf(text, sizeof(text), "process %ld on %s\n", (long)getpid(), host);
    return ftruncate(fd, 0) == 0 && write(fd, text, (size_t)n) == n;
}

evk_status evk_claim_take(struct evk_claim *out, const char *path, evk_error *err)
{
    struct evk_claim c = {-1, NULL};

    EVK_TRY(evk_strdup(&c.path, path, err));
    for (;;) {
        evk_status s = EVK_OK;

        c.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (c.fd < 0)
            s = evk_fail(err, EVK_EIO, "%s: %s", path, strerror(errno));
        else if (flock(c.fd, LOCK_EX | LOCK_NB) != 0)
            s = errno == EWOULDBLOCK ? busy(c.fd, path, err)
                                     : evk_fail(err, EVK_EIO, "%s: %s", path, strerror(errno));
        else if (is_current(c.fd, path)) {
            if (sign(c.fd)) {
                *out = c;
                return EVK_OK;
            }
            s = evk_fail(err, EVK_EIO, "%s: %s", path, strerror(errno));
            unlink(path);
        }
        if (c.fd >= 0)
            close(c.fd);
        if (s) {
            free(c.path);
            return s;
        }
    }
}

void evk_claim_give(struct evk_claim *claim)
{
    if (claim->fd < 0)
        return;
    unlink(claim->path);
    close(claim->fd);
    free(claim->path);
    *claim = (struct evk_claim){-1, NULL};
}
