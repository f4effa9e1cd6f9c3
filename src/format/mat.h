/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mat.h - a MAT-file of version 5 with one variable, a row of images, as MATLAB and SciPy read it
 *
 * The variable is a 1 x count cell, whose elements are uint8 arrays of height x width x 3.  The
 * file has no time stamp and is not compressed: equal images give equal bytes.  Images are added
 * one after the other, so that one of them at a time is in memory beside the file.
 */
#ifndef EVK_FORMAT_MAT_H
#define EVK_FORMAT_MAT_H

#include "format/codec.h"

struct evk_mat {
    struct evk_bytes file; /* has room for the whole file */
    size_t used;
    int64_t count; /* images that are to come */
    int64_t height, width;
};

/* The most bytes of a file: as many as any file of a set of stimuli may have. */
#define EVK_MAT_MAX ((int64_t)1 << 30)

/* Returns the bytes of a file with images (count) of this size; more than INT64_MAX / 2 is that. */
int64_t evk_mat_size(int64_t count, int64_t height, int64_t width);

/*
 * Begin a file; evk_bytes_release() frees out->file.  name: of the variable, of at most 4 letters.
 * EVK_EINVAL: the file would have more than EVK_MAT_MAX bytes.
 */
evk_status evk_mat_begin(struct evk_mat *out, const char *name, int64_t count, int64_t height,
                         int64_t width, evk_error *err);

/* Add an image of three channels.  EVK_EINVAL: it has another size, or no other was to come. */
evk_status evk_mat_add(struct evk_mat *m, const struct evk_pixels *image, evk_error *err);

#endif /* EVK_FORMAT_MAT_H */
