/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zip.h - ZIP archives; the only door to libzip
 *
 * An archive is read from a file, or from bytes in memory, which must outlive it.  Entries
 * that are encrypted, or compressed by anything but nothing or deflate, are
 * errors when read; checksums are verified.  Not thread-safe.
 */
#ifndef EVK_FORMAT_ZIP_H
#define EVK_FORMAT_ZIP_H

#include "base/fs.h"

struct evk_zip;

/* Messages name neither the archive nor the entry: the caller wraps them. */
evk_status evk_zip_open(struct evk_zip **out, const void *data, size_t size, evk_error *err);
/* The same of a file, which is read as entries are asked for. */
evk_status evk_zip_open_file(struct evk_zip **out, const char *path, evk_error *err);
void evk_zip_close(struct evk_zip *zip);

size_t evk_zip_count(const struct evk_zip *zip);
/* Name of entry i; folders end in '/'. Valid until the archive is closed. Never NULL. */
const char *evk_zip_name(const struct evk_zip *zip, size_t i);
/* Index of the entry with this exact name; false if there is none. */
bool evk_zip_find(const struct evk_zip *zip, const char *name, size_t *i);

/* Bytes that entry i says it unpacks to; 0 where it says nothing. */
size_t evk_zip_size(const struct evk_zip *zip, size_t i);

/*
 * What an entry that is an image may unpack to: 64 times its compressed bytes, since image files
 * hardly compress, and 16 MiB; at most 256 MiB.
 */
size_t evk_zip_image_max(const struct evk_zip *zip, size_t i);

/* The whole of entry i, at most limit bytes, checked against its CRC. */
evk_status evk_zip_read(struct evk_zip *zip, size_t i, size_t limit, struct evk_bytes *out,
                        evk_error *err);

/*
 * What an archive of weights, of so many bytes, may unpack to: 16 times its size,
 * since weights hardly compress, and 1 MiB, since little text is no danger.  So a
 * small file never takes much memory.
 */
size_t evk_zip_weights_max(size_t archive);

/* Every entry against its CRC, also those that nobody reads, each of at most limit bytes. */
evk_status evk_zip_verify(struct evk_zip *zip, size_t limit, evk_error *err);

/* Does the data begin like a ZIP archive? */
bool evk_zip_probe(const void *data, size_t size);

struct evk_zip_entry {
    const char *name;
    const void *data;
    size_t size;
};

/* An archive of at least one stored (uncompressed) entry, dated 1980-01-01, as bytes. */
evk_status evk_zip_write(struct evk_bytes *out, const struct evk_zip_entry *entries, size_t count,
                         evk_error *err);

#endif /* EVK_FORMAT_ZIP_H */
