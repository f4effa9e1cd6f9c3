/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.h - SET/manifest-sha256.txt: the SHA-256 of every other file, for "sha256sum -c" */
#ifndef EVK_STIMSET_FOLDER_MANIFEST_H
#define EVK_STIMSET_FOLDER_MANIFEST_H

#include "base/dir.h"
#include "base/hash.h"

struct evk_manifest_entry {
    char sha256[EVK_SHA256_TEXT];
    char *path; /* relative to the set; owned */
};

struct evk_manifest {
    struct evk_manifest_entry *entries; /* (count); owned */
    size_t count, room;                 /* room: entries that there is memory for */
    bool unordered; /* the file that was read was not in bytewise order of path */
};

/* Add an entry to a manifest, which is zeroed at first.  EVK_ENOMEM: no memory. */
evk_status evk_manifest_add(struct evk_manifest *m, const char *path,
                            const char sha256[EVK_SHA256_TEXT], evk_error *err);

void evk_manifest_release(struct evk_manifest *m);

/* Returns the entry of a path, NULL where there is none.  Only of a manifest that was read. */
const struct evk_manifest_entry *evk_manifest_find(const struct evk_manifest *m, const char *path);

/* Sort the entries by path, bytewise, and write the file.  EVK_EIO: it cannot be written. */
evk_status evk_manifest_write_to(struct evk_manifest *m, const struct evk_dir *folder,
                                 const char *name, evk_error *err);

/* Do the same under the name that the manifest of a folder has. */
evk_status evk_manifest_write(struct evk_manifest *m, const struct evk_dir *folder, evk_error *err);

/*
 * Read the manifest of a set into bytewise order of path; the caller releases *out.  EVK_EFORMAT: a
 * line is not 64 hexadecimal digits, two spaces and a path inside the set, or a path is there
 * twice.  EVK_EIO: the file cannot be read.
 */
evk_status evk_manifest_read_from(struct evk_manifest *out, const struct evk_dir *folder,
                                  const char *name, evk_error *err);

/* Do the same with the name that the manifest of a folder has. */
evk_status evk_manifest_read(struct evk_manifest *out, const struct evk_dir *folder,
                             evk_error *err);

#endif /* EVK_STIMSET_FOLDER_MANIFEST_H */
