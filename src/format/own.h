/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * own.h - is an image file as evoke itself writes it, with nothing in it but the image?
 *
 * A file that decodes to the right pixels may still say how they should be shown (gAMA, iCCP, sRGB,
 * eXIf, ...), or carry data that nobody sees, such as comments and bytes after the end.  These
 * functions check of which parts a file is made.  They do not compare compressed bytes, which
 * differ between versions of the libraries.
 */
#ifndef EVK_FORMAT_OWN_H
#define EVK_FORMAT_OWN_H

#include "base/fs.h"

/*
 * Check that a PNG has the parts that evk_png_encode writes: IHDR of 8-bit RGB, not interlaced; a
 * tEXt chunk with this description, or none where description is NULL; IDAT chunks, whose
 * compressed stream ends with the last row and with the last of these chunks; IEND; no byte after
 * it.  The caller has decoded the file before, so that checksums are known to be right.
 * EVK_EFORMAT: the message says what is different.
 */
evk_status evk_png_check_own(const struct evk_bytes *file, const char *description, evk_error *err);

/*
 * Check that a JPEG has the parts that evk_jpeg_encode writes: a JFIF header without a thumbnail,
 * tables, one frame, one scan, the end marker; no comment, no other APPn segment, no byte after the
 * end.  EVK_EFORMAT: the message says what is different.
 */
evk_status evk_jpeg_check_own(const struct evk_bytes *file, evk_error *err);

#endif /* EVK_FORMAT_OWN_H */
