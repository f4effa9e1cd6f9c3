/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finish.h - the last steps of a set: from a folder with all images to a finished set */
#ifndef EVK_STIMSET_MAKE_FINISH_H
#define EVK_STIMSET_MAKE_FINISH_H

#include "base/dir.h"
#include "evoke/image.h"
#include "stimset/record/kind.h"
#include "stimset/record/set_file.h"
#include "stimset/record/stimulus.h"

/*
 * Find duplicates, fill in flags, and write tables, contact sheet, texts and, last, the manifest.
 *   kind       the kind of the set, which decides what its contact sheet shows
 *   units      the set has units.tsv, which is written already
 *   all        all stimuli of the set; their duplicates and flags are filled in
 *   steps      of the recipe; 0: there are no ascents
 *   reference  reference images, for the contact sheet; may be NULL
 *   threads    0: OMP_NUM_THREADS, else one for each core
 * EVK_EIO: a file cannot be read or written.
 */
evk_status evk_finish(const struct evk_dir *folder, const struct evk_set_kind *kind, bool units,
                      struct evk_stimuli *all, int64_t steps, const evk_image_list *reference,
                      int threads, evk_error *err);

/* Write stimuli/stimuli.json. */
evk_status evk_finish_sidecar(const struct evk_dir *folder, evk_error *err);

/*
 * Write the contact sheet; all has the first stimuli of a set of `total` stimuli.  kept: as in
 * struct evk_gallery (sheet/gallery.h).
 */
evk_status evk_finish_sheet(const struct evk_dir *folder, const struct evk_set_kind *kind,
                            const struct evk_stimuli *all, int64_t total,
                            const evk_image_list *reference, const struct evk_pixels *kept,
                            evk_error *err);

#endif /* EVK_STIMSET_MAKE_FINISH_H */
