/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * journal.h - SET/unfinished.tsv: what a set is going to be, and how far it is
 *
 * The file is there from before the first image until after the manifest.  A
 * line is a row of stimuli.tsv, its trace (numbers with commas), and the first
 * 16 digits of the SHA-256 of the rest.  It begins with one line a stimulus,
 * made or not; each that is tried adds its line, which replaces the earlier one.
 * The trace of one that failed begins with a word that says so.
 * So every stim_code is on disk before anything is made for it, and a line
 * that a kill, a full disk or a power cut has torn is known by its hash and
 * passed over: its image is made again, to the same bytes.
 */
#ifndef EVK_STIMSET_FOLDER_JOURNAL_H
#define EVK_STIMSET_FOLDER_JOURNAL_H

#include "base/dir.h"
#include "stimset/record/stimulus.h"

extern const char evk_journal_name[];

/* Write it anew, whole. */
evk_status evk_journal_write(const struct evk_dir *folder, const struct evk_stimuli *all,
                             evk_error *err);

/* Add one stimulus. */
evk_status evk_journal_add(const struct evk_dir *folder, const struct evk_stimulus *s,
                           evk_error *err);

/*
 * The stimuli, by stim_code.  EVK_EFORMAT, with its number, for a line that is not torn and still says
 * what none of ours does: a name that is not the one of its row (evk_row_check_names), a cell that
 * cannot be read.
 */
evk_status evk_journal_read(const struct evk_dir *folder, struct evk_stimuli *out, evk_error *err);

/* Append the line of one stimulus to a text. */
evk_status evk_journal_line(const struct evk_stimulus *s, struct evk_str *text, evk_error *err);

/*
 * One line after the other, as they stand, in memory for one.  *out points into the line until the
 * next.  No more: the end, or a line that is not whole.  The folder outlives the reader; failures are
 * evk_journal_read's.
 */
struct evk_journal_reader;
evk_status evk_journal_open(struct evk_journal_reader **out, const struct evk_dir *folder,
                            evk_error *err);
evk_status evk_journal_next(struct evk_journal_reader *r, struct evk_stimulus *out, bool *more,
                            evk_error *err);
int64_t evk_journal_read_so_far(const struct evk_journal_reader *r); /* bytes of whole lines */
void evk_journal_close(struct evk_journal_reader *r);

#endif /* EVK_STIMSET_FOLDER_JOURNAL_H */
