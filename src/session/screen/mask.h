/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mask.h - the background of the screen around and behind an image, in whole display values */
#ifndef EVK_SESSION_SCREEN_MASK_H
#define EVK_SESSION_SCREEN_MASK_H

#include "format/codec.h"

/*
 * Replace the ground of a window by the background, in pixels of 3 channels.
 *   weight  (height, width) 255 times how much of each pixel of the image is seen
 * A pixel becomes image + (1 - weight) (background - ground), rounded, halves up; where weight is 0,
 * the background, whatever resizing has left there.
 */
void evk_mask_ground(struct evk_pixels *image, const struct evk_pixels *weight,
                     const unsigned char ground[3], const unsigned char background[3]);

/*
 * Give pixels of 3 channels a round window with a soft edge: a disc that touches the shorter sides.
 * With r from the centre to the centre of a pixel, whose indices are k + 1/2, and R the disc's
 * radius, m is 1 to R - edge and 0 from R on, and between them
 *
 *     m = (1 + cos(pi (r - R + edge) / edge)) / 2
 *
 * A pixel becomes background + m (image - background), rounded, halves up.
 */
void evk_mask_edge(struct evk_pixels *image, double edge_px, const unsigned char background[3]);

#endif /* EVK_SESSION_SCREEN_MASK_H */
