/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * layout.h - which part of a photograph goes where
 *
 * Everything is in pixels of the photograph once it is turned.
 */
#ifndef EVK_IMAGE_LAYOUT_H
#define EVK_IMAGE_LAYOUT_H

#include "image/photograph.h"

struct evk_rectangle {
    int64_t top, left, height, width;
};

struct evk_layout {
    bool shaped;                /* the photograph has not the wanted shape */
    int scale;                  /* it is decoded at 1, 1/2, 1/4 or 1/8 of its size */
    int64_t height, width;      /* which is this then: rounded up */
    struct evk_rectangle part;  /* of that, what is used */
    struct evk_rectangle place; /* of what is wanted, what the part becomes */
};

/* For a photograph of height x width that can be decoded at 1 to 1 / scale_max of its size. */
struct evk_layout evk_layout_of(int64_t height, int64_t width, int scale_max,
                                const struct evk_wanted *wanted);

#endif /* EVK_IMAGE_LAYOUT_H */
