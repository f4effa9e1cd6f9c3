/* SPDX-License-Identifier: GPL-3.0-or-later */
/* series.h - an image of a series made from the rows and files of a set, as the set made it */
#ifndef EVK_STIMSET_SETS_MAXIMIZE_SERIES_H
#define EVK_STIMSET_SETS_MAXIMIZE_SERIES_H

#include "base/dir.h"
#include "stimset/record/stimulus.h"

/*
 * Returns the row of the image that an image of a series was made from: the image of its neuron that
 * it is a control of, or a control natural of its neuron.  NULL: it is neither.
 */
const struct evk_row *evk_series_source(const struct evk_stimuli *all, const struct evk_row *row);

/*
 * Make the pixels of a row of a series again, from the file of its source.  EVK_EFORMAT: the rows do
 * not say how it was made.  The caller releases *out.
 */
evk_status evk_series_again(const struct evk_dir *folder, const struct evk_stimuli *all,
                            const struct evk_recipe *recipe, const struct evk_row *row,
                            struct evk_pixels *out, evk_error *err);

#endif /* EVK_STIMSET_SETS_MAXIMIZE_SERIES_H */
