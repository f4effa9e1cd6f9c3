/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * set_file.h - the folder of a stimulus set: a BIDS derivative
 *
 *   SET/dataset_description.json   which set this is
 *   SET/stimuli/stim-<label>_image.png
 *   SET/stimuli/stimuli.tsv, stimuli.json
 *   SET/traces.tsv                 responses along each ascent
 *   SET/traces/stim-<label>.tsv    where asked for, all that is known of it: course.h
 *   SET/sheet.png                  contact sheet
 *   SET/README, SET/.bidsignore
 *   SET/manifest-sha256.txt        last: the set is complete
 *
 *   SET/unfinished.tsv             while it is being made: journal.h
 *   SET/writing.lock               while a process writes to it
 *
 * SET is opened once a call, and its files are reached from there (base/dir.h): names are relative to
 * it, and none is a link.
 */
#ifndef EVK_STIMSET_RECORD_SET_FILE_H
#define EVK_STIMSET_RECORD_SET_FILE_H

#include "base/dir.h"
#include "stimset/record/row.h"

#define EVK_SET_DESCRIPTION "dataset_description.json"
#define EVK_SET_TABLE       "stimuli/stimuli.tsv"
#define EVK_SET_SIDECAR     "stimuli/stimuli.json"
#define EVK_SET_TRACES      "traces.tsv"
#define EVK_SET_SHEET       "sheet.png"
#define EVK_SET_README      "README"
#define EVK_SET_BIDSIGNORE  ".bidsignore"
#define EVK_SET_MANIFEST    "manifest-sha256.txt"
#define EVK_SET_LOCK        "writing.lock"
#define EVK_SET_JOURNAL     "unfinished.tsv"

/* Bytes of the largest file of a set: the pixels of one image are far below it, and so are tables. */
#define EVK_SET_FILE_MAX ((size_t)1 << 30)

/* What a finished set has beside its images and the manifest; both end with NULL. */
extern const char *const evk_set_texts[], *const evk_set_tables[];

/*
 * Before anything is read or written: the folders and texts that a set has are folders and files, or
 * not there.  Else, of the first that is not, EVK_EIO: "set/stimuli: is a link, expected a folder".
 */
evk_status evk_set_file_check(const struct evk_dir *folder, evk_error *err);

/* Read one file, and ask whether there is anything of a name. */
evk_status evk_set_file_get(const struct evk_dir *folder, const char *name, struct evk_bytes *out,
                            evk_error *err);
bool evk_set_file_has(const struct evk_dir *folder, const char *name);

/* SHA-256 of one file; one that is larger than what a set may have is not read: EVK_EFORMAT. */
evk_status evk_set_file_hash(const struct evk_dir *folder, const char *name,
                             char sha256[EVK_SHA256_TEXT], evk_error *err);

/* Where a row's image is: "stimuli/stim-max000001_image.png". */
enum { EVK_IMAGE_NAME = 64 };
void evk_set_file_image_name(const struct evk_row *row, char name[EVK_IMAGE_NAME]);

/* The bytes of the file that a row describes: PNG with the row's description inside. */
evk_status evk_set_file_encode(const struct evk_row *row, const struct evk_pixels *image,
                               struct evk_bytes *out, evk_error *err);

/* Is it a file as evk_set_file_encode, or the JPEG encoder, makes it? EVK_EFORMAT: format/own.h. */
evk_status evk_set_file_check_own(const struct evk_row *row, const struct evk_bytes *file,
                                  evk_error *err);

/* Read the image of a row; *file are its bytes, may be NULL. Release both. */
evk_status evk_set_file_get_image(const struct evk_dir *folder, const struct evk_row *row,
                                  struct evk_bytes *file, struct evk_pixels *pixels,
                                  evk_error *err);

/*
 * Write an image as row->filename, read it back, and fill in what the row says
 * of the file.  *pixels is what was read back; release it.  A row that has a
 * hash already is not given another: EVK_EFORMAT, and the file stays as it is.
 */
evk_status evk_set_file_put_image(const struct evk_dir *folder, struct evk_row *row,
                                  const struct evk_pixels *image, struct evk_pixels *pixels,
                                  evk_error *err);

/* The same of a file that is encoded already, without waiting for the disk: evk_fs_sync later. */
evk_status evk_set_file_put_fast(const struct evk_dir *folder, struct evk_row *row,
                                 const struct evk_bytes *file, struct evk_pixels *pixels,
                                 evk_error *err);

/* Where the whole course of its ascent is, if there is one: "traces/stim-max000001.tsv". */
void evk_set_file_trace_name(const struct evk_row *row, char name[EVK_IMAGE_NAME]);

/* Write it, and its hash into the row. One that has a hash is not given another: EVK_EFORMAT. */
evk_status evk_set_file_put_trace(const struct evk_dir *folder, struct evk_row *row,
                                  const struct evk_str *text, evk_error *err);

/* README and .bidsignore, the same in every set. */
evk_status evk_set_file_put_texts(const struct evk_dir *folder, evk_error *err);

/* What is in one of these. */
const char *evk_set_file_text(const char *name);

#endif /* EVK_STIMSET_RECORD_SET_FILE_H */
