/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exif.h - which way up a photograph is
 *
 * Cameras store the image as the sensor saw it, and add a number that says how to
 * turn it.  For each number, these are the sides of the upright picture where the
 * first stored row and the first stored column belong:
 *
 *     1 top, left       2 top, right      3 bottom, right   4 bottom, left
 *     5 left, top       6 right, top      7 right, bottom   8 left, bottom
 */
#ifndef EVK_FORMAT_EXIF_H
#define EVK_FORMAT_EXIF_H

#include <stddef.h>

/*
 * Returns the orientation, 1 to 8, that a block of EXIF states; 1 where the block states none, or
 * is damaged.  The block is a TIFF header of either byte order, with or without "Exif\0\0" before
 * it.
 */
int evk_exif_orientation(const unsigned char *data, size_t size);

#endif /* EVK_FORMAT_EXIF_H */
