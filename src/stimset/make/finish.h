/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finish.h - from a folder with all images to a whole set */
#ifndef EVK_STIMSET_MAKE_FINISH_H
#define EVK_STIMSET_MAKE_FINISH_H

#include "base/dir.h"
#include "evoke/image.h"
#include "stimset/record/kind.h"
#include "stimset/record/stimulus.h"

/*
 * Duplicates, tables, traces, contact sheet, texts and, last, the manifest.
 *   kind       of the set, which decides what its contact sheet shows
 *   steps      of the recipe
 *   reference  where its natural images are; may be NULL
 */
evk_status evk_finish(const struct evk_dir *folder, const struct evk_set_kind *kind,
                      struct evk_stimuli *all, int64_t steps, const evk_image_list *reference,
                      int threads, evk_error *err);

/* What describes the columns; the contact sheet: total are the stimuli of the set, of which all
   are the first. */
evk_status evk_finish_sidecar(const struct evk_dir *folder, evk_error *err);
evk_status evk_finish_sheet(const struct evk_dir *folder, const struct evk_set_kind *kind,
                            const struct evk_stimuli *all, int64_t total,
                            const evk_image_list *reference, evk_error *err);

#endif /* EVK_STIMSET_MAKE_FINISH_H */
