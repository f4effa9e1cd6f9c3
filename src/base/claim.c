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
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { HOLDER = 128 };

static evk_status busy(const struct evk_claim *c, evk_error *err)
{
    char holder[HOLDER] = "";
    const ssize_t n = pread(c->fd, holder, sizeof(holder) - 1, 0);

    holder[n > 0 ? n : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    return evk_fail(err, EVK_EBUSY, "%s is writing to it (its lock is %s/%s)",
                    holder[0] ? holder : "another process", c->folder->path, c->name);
}

static bool sign(int fd)
{
    char host[64] = "", text[HOLDER];
    int n;

    gethostname(host, sizeof(host) - 1);
    n = snprintf(text, sizeof(text), "process %ld on %s\n", (long)getpid(), host);
    return ftruncate(fd, 0) == 0 && write(fd, text, (size_t)n) == n;
}

static evk_status failed(const struct evk_claim *c, evk_error *err)
{
    return evk_fail(err, EVK_EIO, "%s/%s: %s", c->folder->path, c->name, strerror(errno));
}

/* Lock what is open.  *current: it is still the file of that name, and signed. */
static evk_status lock(const struct evk_claim *c, bool *current, evk_error *err)
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

evk_status evk_claim_take(struct evk_claim *out, const struct evk_dir *folder, const char *name,
                          evk_error *err)
{
    struct evk_claim c = {-1, folder, name};
    bool current = false;

    while (!current) {
        evk_status s;

        EVK_TRY(evk_dir_open_own(folder, name, O_RDWR | O_CREAT, &c.fd, err));
        s = lock(&c, &current, err);
        if (s || !current)
            close(c.fd);
        EVK_TRY(s);
    }
    *out = c;
    return EVK_OK;
}

void evk_claim_give(struct evk_claim *claim)
{
    if (claim->fd < 0)
        return;
    unlinkat(claim->folder->fd, claim->name, 0);
    close(claim->fd);
    *claim = (struct evk_claim){-1, NULL, NULL};
}

evk_status evk_claim_look(const struct evk_dir *folder, const char *name, bool *is_held,
                          evk_error *err)
{
    FILE *f;

    EVK_TRY(evk_dir_stream(folder, name, &f, err));
    *is_held = flock(fileno(f), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    fclose(f); /* and with it the lock, if there was none */
    return EVK_OK;
}
