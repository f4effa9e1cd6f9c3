/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flags.h - what there is to say against an image that an ascent made
 *
 * Flags follow from the other cells of a row, so that whoever has the table can check them.  None
 * depends on the scale or the offset of the model's responses.
 *
 *   natural-is-better  a reference image drives the neuron as much or more
 *   flat               no contrast worth showing: a channel SD below EVK_FLAT_SD
 *   no-gain            the ascent gained no more than rounding to 8 bits changed the response by
 *   extrapolates       the response is beyond that to the best reference image by more than
 *                      EVK_EXTRAPOLATES times the SD of the responses to all of them
 *   saturated          more than half of the values are 0 or 255
 */
#ifndef EVK_STIMSET_RECORD_FLAGS_H
#define EVK_STIMSET_RECORD_FLAGS_H

#include "stimset/record/stimulus.h"

#define EVK_FLAT_SD      3.0  /* display levels */
#define EVK_EXTRAPOLATES 25.0 /* SD: own_z beyond natural_z */

enum evk_flag {
#define EVK_FLAG(id, name, is) EVK_FLAG_##id,
#include "stimset/record/flags.def"
#undef EVK_FLAG
};

/* Does an image that an ascent made deserve the flag? Of any other row: false. */
bool evk_flag_is_raised(enum evk_flag flag, const struct evk_row *row);

/*
 * Fill in the column flags: names with commas between, "ok" where there are none, "" for a row
 * that has no image of an ascent.
 */
void evk_flags_set(struct evk_row *row);
void evk_flags_set_all(const struct evk_stimuli *all);

#endif /* EVK_STIMSET_RECORD_FLAGS_H */
