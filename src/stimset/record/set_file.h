/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * set_file.h - the files of a stimulus set, which is a folder in the form of a BIDS derivative
 *
 *   SET/dataset_description.json   what the set is made of, and how: describe.h
 *   SET/stimuli/stim-<label>_image.png
 *   SET/stimuli/stimuli.tsv        the table, one row for each stimulus: row.h
 *   SET/stimuli/stimuli.json       what the columns of the table mean
 *   SET/traces.tsv                 the response trace of each ascent: response_trace.h
 *   SET/units.tsv                  with --units, which unit is which neuron: folder/unit_table.h
 *   SET/traces/stim-<label>.tsv    with --trace, the full trace of each ascent: full_trace.h
 *   SET/sheet.png                  the contact sheet
 *   SET/README, SET/.bidsignore
 *   SET/manifest-sha256.txt        the SHA-256 of every other file; written last
 *
 *   SET/unfinished.tsv             the journal, while the set is being made: journal.h
 *   SET/writing.lock               a lock, while a process writes to the set
 *
 * A call opens the folder SET once, and reaches its files from there (base/dir.h): names of files
 * are relative to SET, and no link is followed.
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
#define EVK_SET_UNITS       "units.tsv"

/* The largest size of a file of a set, in bytes.  Images and tables of sets are far smaller. */
#define EVK_SET_FILE_MAX ((size_t)1 << 30)

/* The files that every finished set has besides images and manifest.  Both lists end with NULL. */
extern const char *const evk_set_texts[], *const evk_set_tables[];

/*
 * Check that each of the names above is a folder or a file, as it should be, or is not there.
 * Callers do so before they read or write anything else.  EVK_EIO: a name is something else, such
 * as "set/stimuli: is a link, expected a folder".
 */
evk_status evk_set_file_check(const struct evk_dir *folder, evk_error *err);

/*
 * Read a file of a set; the caller releases *out.  EVK_EFORMAT: it has more than EVK_SET_FILE_MAX
 * bytes; EVK_EIO: it cannot be read.
 */
evk_status evk_set_file_get(const struct evk_dir *folder, const char *name, struct evk_bytes *out,
                            evk_error *err);

/* Is there a file, a folder or anything else with this name? */
bool evk_set_file_has(const struct evk_dir *folder, const char *name);

/* Compute the SHA-256 of a file of a set.  Failures are those of evk_set_file_get. */
evk_status evk_set_file_hash(const struct evk_dir *folder, const char *name,
                             char sha256[EVK_SHA256_TEXT], evk_error *err);

/* Write the name of the image file of a row: "stimuli/stim-max000001_image.png". */
enum { EVK_IMAGE_NAME = 64 };
void evk_set_file_image_name(const struct evk_row *row, char name[EVK_IMAGE_NAME]);

/*
 * Encode an image as the PNG file of a row, with row->description inside; the caller releases *out.
 */
evk_status evk_set_file_encode(const struct evk_row *row, const struct evk_pixels *image,
                               struct evk_bytes *out, evk_error *err);

/*
 * Check that a file has the parts that evk_set_file_encode or, where row->filename ends in .jpg,
 * evk_jpeg_encode gives to the image of the row, and nothing else.  EVK_EFORMAT: see format/own.h.
 */
evk_status evk_set_file_check_own(const struct evk_row *row, const struct evk_bytes *file,
                                  evk_error *err);

/*
 * Read the image of a row.  *pixels has what the file decodes to, and *file its bytes; file may be
 * NULL.  The caller releases both.  EVK_EFORMAT or EVK_EIO: the file is damaged, or cannot be read.
 */
evk_status evk_set_file_get_image(const struct evk_dir *folder, const struct evk_row *row,
                                  struct evk_bytes *file, struct evk_pixels *pixels,
                                  evk_error *err);

/*
 * Encode an image, write it as the file of a row, read it back, and fill in the cells of the row
 * that are measured on the file (evk_row_measure).  *pixels has what was read back; the caller
 * releases it.  EVK_EFORMAT: the row has a SHA-256 already, and the new file would have another
 * one; the file on the disk then stays as it is.  EVK_EIO: the file cannot be written or read.
 */
evk_status evk_set_file_put_image(const struct evk_dir *folder, struct evk_row *row,
                                  const struct evk_pixels *image, struct evk_pixels *pixels,
                                  evk_error *err);

/*
 * Do what evk_set_file_put_image does with an image that is encoded already.  The function does not
 * wait until the disk has the file: the caller calls evk_fs_sync before it relies on that.
 */
evk_status evk_set_file_put_fast(const struct evk_dir *folder, struct evk_row *row,
                                 const struct evk_bytes *file, struct evk_pixels *pixels,
                                 evk_error *err);

/* Write the name of the full trace of a row, which may not exist: "traces/stim-max000001.tsv". */
void evk_set_file_trace_name(const struct evk_row *row, char name[EVK_IMAGE_NAME]);

/*
 * Write the full trace of a row, whose bytes text has, and fill in row->trace_sha256.  EVK_EFORMAT:
 * the row has another SHA-256 already; nothing is written then.
 */
evk_status evk_set_file_put_trace(const struct evk_dir *folder, struct evk_row *row,
                                  const struct evk_str *text, evk_error *err);

/*
 * Write README and .bidsignore, which are the same in every set; units: in every set that has
 * units.tsv.
 */
evk_status evk_set_file_put_texts(const struct evk_dir *folder, bool units, evk_error *err);

/* Returns what evk_set_file_put_texts writes into README or .bidsignore, by its name. */
const char *evk_set_file_text(const char *name, bool units);

#endif /* EVK_STIMSET_RECORD_SET_FILE_H */
