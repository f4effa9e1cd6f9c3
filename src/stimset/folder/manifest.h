/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.h - SET/manifest-sha256.txt: every other file, as sha256sum -c reads it */
#ifndef EVK_STIMSET_FOLDER_MANIFEST_H
#define EVK_STIMSET_FOLDER_MANIFEST_H

#include "base/dir.h"
#include "base/hash.h"

struct evk_manifest_entry {
    char sha256[EVK_SHA256_TEXT];
    char *path; /* relative to the set; owned */
};

struct evk_manifest {
    struct evk_manifest_entry *entries; /* (count), in bytewise order of path */
    size_t count, room;
    bool unordered; /* the file that was read had them in another order */
};

void evk_manifest_release(struct evk_manifest *m);
evk_status evk_manifest_add(struct evk_manifest *m, const char *path,
                            const char sha256[EVK_SHA256_TEXT], evk_error *err);

/* NULL when it has no such path. Only after a read. */
const struct evk_manifest_entry *evk_manifest_find(const struct evk_manifest *m, const char *path);

/* Sorts the entries. */
evk_status evk_manifest_write(struct evk_manifest *m, const struct evk_dir *folder, evk_error *err);

/*
 * Lines of 64 hexadecimal digits, two spaces and a path that stays inside the
 * set, each path once; else EVK_EFORMAT, with the line's number.
 */
evk_status evk_manifest_read(struct evk_manifest *out, const struct evk_dir *folder,
                             evk_error *err);

#endif /* EVK_STIMSET_FOLDER_MANIFEST_H */
