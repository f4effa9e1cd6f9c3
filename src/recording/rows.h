/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.h - which images of a list take part, such as "1-600,901-1200" */
#ifndef EVK_RECORDING_ROWS_H
#define EVK_RECORDING_ROWS_H

#include "base/error.h"

/*
 * Reads numbers and ranges, which count images from 1.
 *   out     the indices, from 0, of the images in the order of the text; the caller frees them
 *   count   how many there are
 *   rows    the text; NULL: all images
 *   images  the number of images there are
 * EVK_EINVAL: the text is malformed, or names an image twice or one that is not there.
 */
evk_status evk_rows_read(int64_t **out, int64_t *count, const char *rows, int64_t images,
                         evk_error *err);

#endif /* EVK_RECORDING_ROWS_H */
