/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * layout.h - which part of a photograph is used, and where it goes in the result
 *
 * All sizes and positions are in pixels, of the photograph after its EXIF orientation was applied.
 */
#ifndef EVK_IMAGE_LAYOUT_H
#define EVK_IMAGE_LAYOUT_H

#include "image/framing.h"

struct evk_rectangle {
    int64_t top, left, height, width;
};

struct evk_layout {
    bool shaped;                /* height to width of the photograph is not the wanted one */
    int scale;                  /* 1, 2, 4 or 8: the photograph is decoded at 1 / scale */
    int64_t height, width;      /* size of the photograph at that scale, rounded up */
    struct evk_rectangle part;  /* the part of the decoded photograph that is used */
    struct evk_rectangle place; /* the part of the result that it is resampled to */
};

/*
 * Returns the layout of a photograph of height x width pixels.  scale_max is the largest scale that
 * its decoder offers: 8 for JPEG, 1 otherwise.
 */
struct evk_layout evk_layout_of(int64_t height, int64_t width, int scale_max,
                                const struct evk_wanted *wanted);

#endif /* EVK_IMAGE_LAYOUT_H */
