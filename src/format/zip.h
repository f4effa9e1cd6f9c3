/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zip.h - ZIP archives; only zip.c uses libzip
 *
 * An archive is read from a file, or from bytes in memory, which must outlive it.  Entries can be
 * stored or compressed by deflate.  Reading an entry that is encrypted, or compressed in another
 * way, fails with EVK_EUNSUPPORTED.  Checksums are verified.  An archive may be used by one thread
 * at a time.
 */
#ifndef EVK_FORMAT_ZIP_H
#define EVK_FORMAT_ZIP_H

#include "base/fs.h"

struct evk_zip;

/*
 * Open an archive of size bytes in memory; evk_zip_close() closes it.  EVK_EFORMAT: it is damaged,
 * or two entries have one name.  Here and below, messages name neither the archive nor the entry:
 * the caller puts these names before them.
 */
evk_status evk_zip_open(struct evk_zip **out, const void *data, size_t size, evk_error *err);

/* Open an archive that is a file; it stays open, and entries are read from it when asked for. */
evk_status evk_zip_open_file(struct evk_zip **out, const char *path, evk_error *err);

/* Close an archive.  NULL is fine. */
void evk_zip_close(struct evk_zip *zip);

/* Returns the number of entries, folders included. */
size_t evk_zip_count(const struct evk_zip *zip);

/* Returns the name of entry i, valid until the archive is closed; that of a folder ends in '/'. */
const char *evk_zip_name(const struct evk_zip *zip, size_t i);

/* Set *i to the index of the entry with exactly this name; false if there is none. */
bool evk_zip_find(const struct evk_zip *zip, const char *name, size_t *i);

/*
 * Returns the number of bytes that entry i unpacks to, as the archive says; 0 where it does not
 * say.
 */
size_t evk_zip_size(const struct evk_zip *zip, size_t i);

/*
 * Returns the most bytes that entry i, an image file, should unpack to, for the limit of
 * evk_zip_read: 64 times its compressed bytes, since image files hardly compress, and 16 MiB; at
 * most 256 MiB.
 */
size_t evk_zip_image_max(const struct evk_zip *zip, size_t i);

/*
 * Unpack the whole of entry i and verify its checksum; evk_bytes_release() frees *out.
 * EVK_EFORMAT: the entry is damaged, or unpacks to more than limit bytes.
 */
evk_status evk_zip_read(struct evk_zip *zip, size_t i, size_t limit, struct evk_bytes *out,
                        evk_error *err);

/*
 * Returns the most bytes that all entries of an archive of weights should unpack to, where the
 * archive has `archive` bytes: 16 times its size, since weights hardly compress, and 1 MiB, since a
 * little text does no harm.  So a small file never takes much memory.
 */
size_t evk_zip_weights_max(size_t archive);

/*
 * Verify the checksums of all entries, also of entries that nobody reads.  An entry of more than
 * limit bytes is EVK_EFORMAT.
 */
evk_status evk_zip_verify(struct evk_zip *zip, size_t limit, evk_error *err);

/* Do the bytes begin like a ZIP archive? */
bool evk_zip_probe(const void *data, size_t size);

struct evk_zip_entry {
    const char *name;
    const void *data;
    size_t size;
};

/*
 * Make an archive in memory; evk_bytes_release() frees *out.  Its entries are stored without
 * compression, and dated 1980-01-01, so that equal entries give equal bytes.  EVK_EINVAL: no entry.
 */
evk_status evk_zip_write(struct evk_bytes *out, const struct evk_zip_entry *entries, size_t count,
                         evk_error *err);

#endif /* EVK_FORMAT_ZIP_H */
