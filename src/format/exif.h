/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exif.h - which way up a photograph is
 *
 * Cameras store what the sensor saw and say how it is to be turned.  The first
 * row and the first column of what is stored are, in the picture:
 *
 *     1 top, left       2 top, right      3 bottom, right   4 bottom, left
 *     5 left, top       6 right, top      7 right, bottom   8 left, bottom
 */
#ifndef EVK_FORMAT_EXIF_H
#define EVK_FORMAT_EXIF_H

#include <stddef.h>

/*
 * The orientation, 1 to 8, that a block of EXIF states: a TIFF header of either
 * byte order, with or without "Exif\0\0" before it.  1 where it states none, or
 * is damaged.
 */
int evk_exif_orientation(const unsigned char *data, size_t size);

#endif /* EVK_FORMAT_EXIF_H */
