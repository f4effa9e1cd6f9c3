/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place.h - where an image is on the screen, and how large, in pixels and in degrees of visual angle
 *
 * With d the distance of the eye, an image that is a degrees wide is 2 d tan(a / 2) cm wide, as if
 * it were centred straight ahead; its centre is d tan(x) to the right of the fixation point and
 * d tan(y) above it.  Its width and height are rounded to whole pixels, and then its left and upper
 * edge, halves up: the centre of the pixels is at most half a pixel off.
 */
#ifndef EVK_SESSION_SCREEN_PLACE_H
#define EVK_SESSION_SCREEN_PLACE_H

#include "session/screen/display.h"

/* Where images are to be shown. */
struct evk_place_ask {
    double degrees;      /* full width of an image, in degrees */
    double x_deg, y_deg; /* its centre from the fixation point: to the right, and up */
    double fixation[2]; /* of the screen, in pixels from its left and upper edge; NAN: the centre */
};

/* The rectangle of pixels in which an image is shown. */
struct evk_place {
    int64_t left, top, width, height; /* pixels */
    double px_per_cm;                 /* in both directions */
    double size_deg;                  /* width of that many whole pixels */
    double x_deg, y_deg;              /* the centre of these pixels */
    double px_per_deg;                /* width / size_deg */
};

/*
 * Find the place of an image of height x width pixels: its own ratio is kept.  EVK_EINVAL: part of
 * it would be off the screen (the message says by how many pixels, and on which side), a degree or
 * the width of an image is less than a pixel, the angle is not between 0 and 180 degrees, or the
 * fixation point is off the screen.
 */
evk_status evk_place_find(struct evk_place *out, const struct evk_display *d,
                          const struct evk_place_ask *ask, int64_t height, int64_t width,
                          evk_error *err);

#endif /* EVK_SESSION_SCREEN_PLACE_H */
