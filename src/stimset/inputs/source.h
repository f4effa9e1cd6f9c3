/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.h - the images that a set's images are made from, and what is made of them */
#ifndef EVK_STIMSET_INPUTS_SOURCE_H
#define EVK_STIMSET_INPUTS_SOURCE_H

#include "evoke/image.h"
#include "format/codec.h"
#include "gaudy/transform.h"
#include "image/list.h"

/* How an image becomes a stimulus. */
struct evk_source {
    const evk_image_list *images;
    int64_t height, width; /* 0: each image's own */
    int64_t channels;      /* that each becomes; 3, or 1 for models that see gray */
    const struct evk_transform *transform;
    int64_t seed;
};

/* Can the name of image i be a cell of a table (base/shown.h)? EVK_EINVAL. */
evk_status evk_source_check_name(const evk_image_list *images, size_t i, evk_error *err);

/* Can images be made of this size? At least 1x1, at most EVK_PIXELS_MAX in all: EVK_EINVAL. */
evk_status evk_source_check_size(int64_t height, int64_t width, evk_error *err);

/*
 * Image i as RGB bytes, three equal channels where one is wanted (image/photograph.h).  changes may be
 * NULL.  Failures are EVK_EFORMAT, also of a name that no table can hold, or EVK_ENOMEM.
 */
evk_status evk_source_read(const struct evk_source *s, size_t i, struct evk_pixels *out,
                           char changes[EVK_CHANGES_TEXT], evk_error *err);

/* Bytes of so many copies of image i, for which a job takes room. */
int64_t evk_source_room(const struct evk_source *s, size_t i, int64_t copies);

/* What the transform makes of it; the name is the image's. */
evk_status evk_source_transform(const struct evk_source *s, const char *name,
                                const struct evk_pixels *x, struct evk_pixels *out, evk_error *err);

/* The image with this name, EVK_ENOTFOUND. */
evk_status evk_source_find(const struct evk_source *s, const char *name, size_t *i, evk_error *err);

#endif /* EVK_STIMSET_INPUTS_SOURCE_H */
