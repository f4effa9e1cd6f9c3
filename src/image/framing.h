/* SPDX-License-Identifier: GPL-3.0-or-later */
/* framing.h - the size, channels and shape that a photograph is wanted at */
#ifndef EVK_IMAGE_FRAMING_H
#define EVK_IMAGE_FRAMING_H

#include "base/error.h"
#include "evoke/image.h"

/* How a photograph is fitted where the wanted height to width is not the photograph's own. */
enum evk_shaping {
    EVK_SHAPE_CROP,   /* the largest centred part that has the wanted shape is used */
    EVK_SHAPE_SQUASH, /* all of it is used, rows and columns scaled by different factors */
    EVK_SHAPE_PAD     /* all of it is used, centred on a ground of one colour */
};

struct evk_photograph_frame {
    enum evk_shaping shape;
    unsigned char ground[3]; /* R, G, B for padding; a gray result is padded with their luma */
};

/* What the caller wants a photograph to become. */
struct evk_wanted {
    int64_t height, width; /* pixels; 0, 0: the photograph's own size, after the EXIF rotation */
    int64_t channels;      /* 1 or 3; 0: as many as the file has */
    struct evk_photograph_frame frame;
};

/* Returns the option's word for a shaping: "crop", "squash" or "pad". */
const char *evk_shaping_name(enum evk_shaping shape);

/*
 * Check the framing that a user asked for and write it to *out.  The ground of "pad" is the given
 * display value rounded to a byte, or the mean colour of natural images where none was given.
 * EVK_EINVAL: the shape's word is unknown, the display value is not from 0 to 255, or one was given
 * although the shape is not "pad".
 */
evk_status evk_frame_of(struct evk_photograph_frame *out, const evk_framing *framing,
                        evk_error *err);

#endif /* EVK_IMAGE_FRAMING_H */
