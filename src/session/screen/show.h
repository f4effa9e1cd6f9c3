/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * show.h - an image of a set as the screen shows it, and back at the size of its model
 *
 * The steps are: resize to the pixels of the place; replace the ground of an image that has a
 * window by the background of the screen, or give it a round window with a soft edge (mask.h); put
 * it on the whole screen; apply the inverse of the screen's transfer function.  A photodiode patch
 * has pixel value 255, which the inverse does not change.
 */
#ifndef EVK_SESSION_SCREEN_SHOW_H
#define EVK_SESSION_SCREEN_SHOW_H

#include "session/screen/place.h"
#include "session/screen/scale.h"

enum evk_corner { EVK_CORNER_NONE, EVK_TOP_LEFT, EVK_TOP_RIGHT, EVK_BOTTOM_LEFT, EVK_BOTTOM_RIGHT };

struct evk_show {
    const struct evk_display *display; /* NULL: there is no screen, and images stay as they are */
    enum evk_resize_kind resize;
    double edge_deg;            /* raised cosine of a window for images that have none; 0: none */
    bool full;                  /* the whole screen, with the image in its place */
    bool linearise;             /* apply the inverse of the transfer function, to background too */
    enum evk_corner photodiode; /* where a white square of photodiode_px pixels is; full only */
    int64_t photodiode_px;
    unsigned char background[3]; /* in the values of images, before the inverse */
};

/* The window that an image has already, at its own size; borrowed. */
struct evk_shown_window {
    const float *weight;     /* (height, width of the image) how much is seen, 0 to 1 */
    unsigned char ground[3]; /* what is there instead */
};

/*
 * Check once for all images of a place whether it can be done as `how` says.  EVK_EINVAL: the soft
 * edge is wider than the radius of the window; the photodiode's patch is not on a whole screen, larger
 * than it, or in the way of images; or something that needs a screen is asked for without one.
 */
evk_status evk_show_check(const struct evk_show *how, const struct evk_place *place,
                          evk_error *err);

/*
 * Make the file's pixels: three channels, of the place's size, or of the screen's.
 *   window  the window that the image has; NULL: none
 *   out     what the file has; the caller releases it
 *   seen    the image in its place before the inverse, three channels, which the caller
 *           releases; may be NULL
 * Without a screen, the file has the pixels of the image, and no place is needed.  EVK_EINVAL: as
 * evk_show_check.
 */
evk_status evk_show_image(const struct evk_show *how, const struct evk_place *place,
                          const struct evk_pixels *image, const struct evk_shown_window *window,
                          struct evk_pixels *out, struct evk_pixels *seen, evk_error *err);

/* Make the blank: the background alone, height x width pixels where there is no screen. */
evk_status evk_show_blank(const struct evk_show *how, const struct evk_place *place, int64_t height,
                          int64_t width, struct evk_pixels *out, evk_error *err);

/*
 * Bring a seen image back to the size and the number of channels of a model, 1 or 3, by how->resize.
 * Colour becomes gray before that, as photographs do (image/photograph.h).  The caller releases
 * *out.
 */
evk_status evk_show_back(const struct evk_show *how, const struct evk_pixels *seen, int64_t height,
                         int64_t width, int64_t channels, struct evk_pixels *out, evk_error *err);

#endif /* EVK_SESSION_SCREEN_SHOW_H */
