/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * folder.h - the folder of a stimulus set: a BIDS derivative
 *
 *   SET/dataset_description.json   first: says which set this is
 *   SET/stimuli/stim-<label>_image.png
 *   SET/stimuli/stimuli.tsv, stimuli.json
 *   SET/README, SET/.bidsignore
 *   SET/manifest-sha256.txt        last: the set is complete
 */
#ifndef EVK_STIMSET_FOLDER_H
#define EVK_STIMSET_FOLDER_H

#include "base/fs.h"
#include "evoke/stimset.h"
#include "stimset/row.h"

/*
 * Make or enter the folder.  One that is not empty must hold this very set:
 * a dataset_description.json with these bytes.
 */
evk_status evk_folder_open(const char *folder, const struct evk_str *description, evk_error *err);

/* The text of dataset_description.json, a function of targets, recipe and version. */
evk_status evk_folder_describe(struct evk_str *out, const evk_target *targets, size_t count,
                               const evk_recipe *recipe, evk_error *err);

/*
 * Write an image as row->filename, read it back, and fill in what the row says
 * of the file.  *pixels is what was read back; release it.
 */
evk_status evk_folder_put_image(const char *folder, struct evk_row *row,
                                const struct evk_pixels *image, struct evk_pixels *pixels,
                                evk_error *err);

/* Tables, README and, last, the manifest. rows: those with present. */
evk_status evk_folder_close(const char *folder, const struct evk_row *rows, int64_t count,
                            const struct evk_str *description, evk_error *err);

#endif /* EVK_STIMSET_FOLDER_H */
