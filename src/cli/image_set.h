/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image_set.h - what the commands have in common that make sets of images of no neuron */
#ifndef EVK_CLI_IMAGE_SET_H
#define EVK_CLI_IMAGE_SET_H

#include <evoke/evoke.h>

#include "cli/opt.h"

/* Read "HxW" or "N"; false after a sentence. */
bool image_set_size(const char *text, int64_t size[2]);

/*
 * The images for a set in a folder; those passed over are counted for the user.  A folder within one
 * that images are read from is refused: its images would be among them the next time.  An exit
 * status.
 */
int image_set_open(evk_image_list **out, const struct opt_rest *rest, const evk_framing *framing,
                   const char *folder);

/* Say so where stim_codes go beyond what a strobe can hold. */
void image_set_warn(int64_t images);

/* What was made, and what to do with it; the exit status. */
int image_set_report(const evk_made *made, const char *folder);

#endif /* EVK_CLI_IMAGE_SET_H */
