/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink.c - a file that is written piece by piece, and appears whole or not at all */
#include "base/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/part.h"

struct evk_sink {
    FILE *file;           /* the stream, on its own copy of the descriptor */
    struct evk_part part; /* the file, which has its temporary name still */
    struct evk_sha256 *hash;
    int failure; /* errno of the first failure; 0: none yet */
};

static void sink_release(struct evk_sink *s)
{
    evk_sha256_free(s->hash);
    free(s);
}

static evk_status open_stream(struct evk_sink *s, evk_error *err)
{
    const int fd = fcntl(s->part.fd, F_DUPFD_CLOEXEC, 0);
    evk_status status = EVK_OK;

    s->file = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!s->file) {
        status = evk_fd_fail(s->part.path, err);
        if (fd >= 0)
            close(fd);
    }
    return status;
}

static evk_status open_file(struct evk_sink *s, const struct evk_dir *d, const char *name,
                            evk_error *err)
{
    evk_status status;

    EVK_TRY(evk_sha256_new(&s->hash, err));
    EVK_TRY(evk_dir_part(d, name, &s->part, err));
    status = open_stream(s, err);
    if (status)
        evk_part_drop(&s->part);
    return status;
}

evk_status evk_sink_open(struct evk_sink **out, const struct evk_dir *d, const char *name,
                         evk_error *err)
{
    struct evk_sink *sink;
    evk_status s;

    EVK_TRY(evk_alloc(&sink, 1, sizeof(*sink), "a file", err));
    s = open_file(sink, d, name, err);
    if (s)
        sink_release(sink);
    else
        *out = sink;
    return s;
}

void evk_sink_add(struct evk_sink *sink, const void *data, size_t size)
{
    if (!sink->failure && fwrite(data, 1, size, sink->file) != size)
        sink->failure = errno ? errno : EIO;
    evk_sha256_add(sink->hash, data, size);
}

/* Close the stream and place the file.  Some systems report a full disk only here. */
static evk_status finish_file(struct evk_sink *s, evk_error *err)
{
    if (fclose(s->file) != 0 && !s->failure)
        s->failure = errno;
    if (!s->failure)
        return evk_part_place(&s->part, true, err);
    errno = s->failure;
    evk_fd_fail(s->part.path, err);
    evk_part_drop(&s->part);
    return EVK_EIO;
}

evk_status evk_sink_close(struct evk_sink *sink, char sha256[EVK_SHA256_TEXT], evk_error *err)
{
    evk_status s = finish_file(sink, err);

    if (!s)
        s = evk_sha256_end(sink->hash, sha256, err), sink->hash = NULL;
    sink_release(sink);
    return s;
}

void evk_sink_drop(struct evk_sink *sink)
{
    if (!sink)
        return;
    fclose(sink->file);
    evk_part_drop(&sink->part);
    sink_release(sink);
}
