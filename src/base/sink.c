/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink.c - a file that is written bit by bit, and appears whole or not at all */
#include "base/sink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

struct evk_sink {
    FILE *file;
    char *path, *part; /* owned */
    struct evk_sha256 *hash;
    int failure; /* errno of the first */
};

static void release(struct evk_sink *s)
{
    evk_sha256_free(s->hash);
    free(s->path);
    free(s->part);
    free(s);
}

static evk_status open_parts(struct evk_sink *s, const char *path, evk_error *err)
{
    EVK_TRY(evk_strdup(&s->path, path, err));
    EVK_TRY(evk_fs_part_name(&s->part, path, err));
    EVK_TRY(evk_sha256_new(&s->hash, err));
    s->file = fopen(s->part, "wb");
    return s->file ? EVK_OK : evk_fail(err, EVK_EIO, "%s: %s", path, strerror(errno));
}

evk_status evk_sink_open(struct evk_sink **out, const char *path, evk_error *err)
{
    struct evk_sink *sink;
    evk_status s;

    EVK_TRY(evk_alloc(&sink, 1, sizeof(*sink), "a file", err));
    s = open_parts(sink, path, err);
    if (s)
        release(sink);
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

/* Some systems report a full disk only at fsync or close. */
static evk_status finish(struct evk_sink *s, evk_error *err)
{
    if (!s->failure && (fflush(s->file) != 0 || fsync(fileno(s->file)) != 0))
        s->failure = errno;
    if (fclose(s->file) != 0 && !s->failure)
        s->failure = errno;
    return s->failure ? evk_fail(err, EVK_EIO, "%s: %s", s->path, strerror(s->failure)) : EVK_OK;
}

evk_status evk_sink_close(struct evk_sink *sink, char sha256[EVK_SHA256_TEXT], evk_error *err)
{
    evk_status s = finish(sink, err);

    if (!s)
        s = evk_fs_put_in_place(sink->part, sink->path, err);
    if (s)
        unlink(sink->part);
    else
        s = evk_sha256_end(sink->hash, sha256, err), sink->hash = NULL;
    release(sink);
    return s;
}

void evk_sink_drop(struct evk_sink *sink)
{
    if (!sink)
        return;
    fclose(sink->file);
    unlink(sink->part);
    release(sink);
}
