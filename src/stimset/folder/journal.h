/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * journal.h - SET/unfinished.tsv, the journal: which stimuli a set will have, and which are made
 *
 * The journal exists from before the first image of a set until after the manifest.  A line of it
 * is a row of stimuli.tsv; the response trace, numbers separated by commas, before which "failed"
 * stands where making the image failed; and the first 16 digits of the SHA-256 of all that.  The
 * journal begins with one line for each stimulus, whether it is made or not.  A stimulus for which
 * an image was made, or tried, gets a new line at the end, which replaces the earlier one.
 *
 * So every stim_code is on the disk before its image is made.  A line that a kill, a full disk or a
 * power cut left incomplete does not have the right hash, and is ignored: its image is made again,
 * to the same bytes.
 */
#ifndef EVK_STIMSET_FOLDER_JOURNAL_H
#define EVK_STIMSET_FOLDER_JOURNAL_H

#include "base/dir.h"
#include "stimset/record/stimulus.h"

/* The name of the file, EVK_SET_JOURNAL. */
extern const char evk_journal_name[];

/* Replace the journal by a new one of these stimuli.  EVK_EIO: it cannot be written. */
evk_status evk_journal_write(const struct evk_dir *folder, const struct evk_stimuli *all,
                             evk_error *err);

/* Append the line of one stimulus to the journal.  EVK_EIO: it cannot be written. */
evk_status evk_journal_add(const struct evk_dir *folder, const struct evk_stimulus *s,
                           evk_error *err);

/*
 * Read the stimuli, in the order of stim_code, each from its last line; the caller releases *out.
 * EVK_EFORMAT: a line has the right hash, but a cell that is no value of its column, or other names
 * than those of its stim_code (evk_row_check_names); the message has its number.  EVK_EIO: the
 * journal cannot be read.
 */
evk_status evk_journal_read(const struct evk_dir *folder, struct evk_stimuli *out, evk_error *err);

/* Append the line of one stimulus to a text, as evk_journal_add does to the journal. */
evk_status evk_journal_line(const struct evk_stimulus *s, struct evk_str *text, evk_error *err);

/*
 * Read a journal line by line, in the order of the file, with memory for one line.
 * evk_journal_open borrows the folder, which must outlive the reader; evk_journal_close frees the
 * reader.  evk_journal_next sets *more to false at the end of the file and at a line with a wrong
 * hash, else fills in *out, whose texts live until the next call.  evk_journal_read_so_far returns
 * the bytes of the lines that were read.  Failures are those of evk_journal_read.
 */
struct evk_journal_reader;
evk_status evk_journal_open(struct evk_journal_reader **out, const struct evk_dir *folder,
                            evk_error *err);
evk_status evk_journal_next(struct evk_journal_reader *r, struct evk_stimulus *out, bool *more,
                            evk_error *err);
int64_t evk_journal_read_so_far(const struct evk_journal_reader *r);
void evk_journal_close(struct evk_journal_reader *r);

#endif /* EVK_STIMSET_FOLDER_JOURNAL_H */
