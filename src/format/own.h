/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * own.h - is an image file one that evoke wrote, with nothing in it but the image?
 *
 * A file that decodes to the right pixels may still say how they are to be shown (gAMA, iCCP, sRGB,
 * eXIf, ...) or carry what no one sees: comments, bytes after the end.  These functions look at how
 * a file is put together, not at what libraries of other versions compress to other bytes.
 */
#ifndef EVK_FORMAT_OWN_H
#define EVK_FORMAT_OWN_H

#include "base/fs.h"

/*
 * A PNG as evk_png_encode writes it: IHDR of 8-bit RGB, not interlaced; a tEXt with the
 * description, none where that is NULL; IDAT chunks, whose stream ends with the last row and the
 * last chunk; IEND; no byte more.  The file was decoded before.  EVK_EFORMAT says what is odd.
 */
evk_status evk_png_check_own(const struct evk_bytes *file, const char *description, evk_error *err);

/*
 * A JPEG as evk_jpeg_encode writes it: a JFIF header without a thumbnail, tables, one frame, one
 * scan, the end; no comment, no other APPn, no byte after the end.  EVK_EFORMAT says what is odd.
 */
evk_status evk_jpeg_check_own(const struct evk_bytes *file, evk_error *err);

#endif /* EVK_FORMAT_OWN_H */
