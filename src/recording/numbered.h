/* SPDX-License-Identifier: GPL-3.0-or-later */
/* numbered.h - are images in another order than the numbers in their names? */
#ifndef EVK_RECORDING_NUMBERED_H
#define EVK_RECORDING_NUMBERED_H

#include "evoke/image.h"

/*
 * Finds, in a list whose paths are in bytewise order throughout, an image that comes before one with
 * a smaller number: photo10.png before photo2.png.  Returns its index, or -1 where there is none.
 */
int64_t evk_out_of_number(const evk_image_list *list);

#endif /* EVK_RECORDING_NUMBERED_H */
