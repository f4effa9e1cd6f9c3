/* SPDX-License-Identifier: GPL-3.0-or-later */
/* duplicate.h - images of a set that look alike */
#ifndef EVK_STIMSET_MAKE_DUPLICATE_H
#define EVK_STIMSET_MAKE_DUPLICATE_H

#include "base/dir.h"
#include "stimset/record/stimulus.h"

/* Display levels RMS over all channel values, up to which an image repeats another. */
#define EVK_DUPLICATE_RMS 2.0

/*
 * Fill in duplicate_of and duplicate_rms of every stimulus that is present: the
 * first before it that it repeats.  Only those before: a row does not change
 * when the set is extended.  Images come from the folder.
 */
evk_status evk_find_duplicates(const struct evk_dir *folder, const struct evk_stimuli *all,
                               int threads, evk_error *err);

#endif /* EVK_STIMSET_MAKE_DUPLICATE_H */
