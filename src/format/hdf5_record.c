/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_record.c - how the process with libhdf5 writes records into the pipe to its parent */
#include "format/hdf5_record.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void evk_hdf5_flush(struct evk_hdf5_sink *sink)
{
    for (size_t at = 0; at < sink->used;) {
        const ssize_t n = write(sink->fd, sink->buffer + at, sink->used - at);

        if (n < 0 && errno != EINTR)
            _exit(1);
        at += n > 0 ? (size_t)n : 0;
    }
    sink->used = 0;
}

static void put_bytes(struct evk_hdf5_sink *sink, const void *data, uint64_t size)
{
    const unsigned char *p = data;

    while (size > 0) {
        const size_t room = sizeof(sink->buffer) - sink->used;
        const size_t n = size < room ? (size_t)size : room;

        memcpy(sink->buffer + sink->used, p, n);
        sink->used += n;
        p += n;
        size -= n;
        if (sink->used == sizeof(sink->buffer))
            evk_hdf5_flush(sink);
    }
}

void evk_hdf5_put(struct evk_hdf5_sink *sink, const struct evk_hdf5_record *r, const char *path,
                  const char *name, const char *text, const float *values)
{
    put_bytes(sink, r, sizeof(*r));
    put_bytes(sink, path, r->path);
    put_bytes(sink, name, r->name);
    put_bytes(sink, text, r->text);
    put_bytes(sink, values, r->values * sizeof(*values));
}
