/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.h - read the images that a set is made from, and transform them */
#ifndef EVK_STIMSET_INPUTS_SOURCE_H
#define EVK_STIMSET_INPUTS_SOURCE_H

#include "evoke/image.h"
#include "format/codec.h"
#include "gaudy/transform.h"
#include "image/list.h"

/* How an image becomes a stimulus. */
struct evk_source {
    const evk_image_list *images;
    int64_t height, width; /* size that images are brought to; 0: each image keeps its own size */
    int64_t channels; /* channels that images are read with; 3, or 1 for models that see gray */
    const struct evk_transform *transform; /* the transform that evk_source_transform applies */
    int64_t seed;                          /* seed of random transforms */
};

/* EVK_EINVAL: the name of image i cannot be a cell of a table (base/shown.h). */
evk_status evk_source_check_name(const evk_image_list *images, size_t i, evk_error *err);

/*
 * EVK_EINVAL: images of this size cannot be made.  They have at least 1x1 and at most
 * EVK_PIXELS_MAX pixels.
 */
evk_status evk_source_check_size(int64_t height, int64_t width, evk_error *err);

/*
 * Read image i (image/photograph.h) as RGB bytes; where channels is 1, the three channels are
 * equal.  changes: receives what was done to the image; may be NULL.  EVK_ENOMEM; all other
 * failures, such as a name that no table can hold, are EVK_EFORMAT.  The caller releases *out.
 */
evk_status evk_source_read(const struct evk_source *s, size_t i, struct evk_pixels *out,
                           char changes[EVK_CHANGES_TEXT], evk_error *err);

/*
 * Returns the number of bytes that copies of image i take in memory, to be asked for with
 * evk_room_take (base/room.h).
 */
int64_t evk_source_room(const struct evk_source *s, size_t i, int64_t copies);

/*
 * Apply the transform to x, the image of this name: a random transform is a function of seed and
 * name.  The caller releases *out.
 */
evk_status evk_source_transform(const struct evk_source *s, const char *name,
                                const struct evk_pixels *x, struct evk_pixels *out, evk_error *err);

/* Find the first image with this name.  EVK_ENOTFOUND: there is none, or images or name is NULL. */
evk_status evk_source_find(const struct evk_source *s, const char *name, size_t *i, evk_error *err);

#endif /* EVK_STIMSET_INPUTS_SOURCE_H */
