/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flags.h - warnings about images that ascents made
 *
 * Each flag is computed from the other cells of a row, so that anybody who has the table can check
 * it.  No flag depends on the scale or the offset of the model's responses.
 *
 *   natural-is-better  a reference image drives the neuron as much as the image, or more
 *   flat               the image has hardly any contrast: its channel SD is below EVK_FLAT_SD
 *   no-gain            the ascent changed the objective by no more than rounding the image to 8
 *                      bits changed the response
 *   extrapolates       the response is beyond the response to the best reference image by more than
 *                      EVK_EXTRAPOLATES times the SD of the responses to all reference images
 *   saturated          more than half of the channel values are 0 or 255
 */
#ifndef EVK_STIMSET_RECORD_FLAGS_H
#define EVK_STIMSET_RECORD_FLAGS_H

#include "stimset/record/stimulus.h"

#define EVK_FLAT_SD      3.0  /* display levels */
#define EVK_EXTRAPOLATES 25.0 /* how far own_z may be beyond natural_z, in SDs */

enum evk_flag {
#define EVK_FLAG(id, name, is) EVK_FLAG_##id,
#include "stimset/record/flags.def"
#undef EVK_FLAG
};

/* Does the flag hold for the row?  false where no ascent made an image for the row. */
bool evk_flag_is_raised(enum evk_flag flag, const struct evk_row *row);

/*
 * Fill in the cell flags of a row, or of all rows: the names of its flags, separated by commas;
 * "ok" where it has none; "", which is written as n/a, where no ascent made an image for the row.
 * An image that was dropped later has flags, too.
 */
void evk_flags_set(struct evk_row *row);
void evk_flags_set_all(const struct evk_stimuli *all);

#endif /* EVK_STIMSET_RECORD_FLAGS_H */
