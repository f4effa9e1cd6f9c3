/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * show.h - an image of a set as the screen shows it, and back at the size of its model
 *
 * The steps are: resize to the pixels of the place; replace the ground of an image that has a
 * window by the background of the screen, or give it a round window with a soft edge; put it on the
 * whole screen, with a photodiode patch; apply the inverse of the screen's transfer function.
 */
#ifndef EVK_SESSION_SCREEN_SHOW_H
#define EVK_SESSION_SCREEN_SHOW_H

#include "format/codec.h"
#include "session/screen/place.h"

/* How images are resized. */
enum evk_resize_kind {
    EVK_RESIZE_BICUBIC, /* image/resample.h */
    EVK_RESIZE_NEAREST  /* the pixel whose centre is nearest, as PIL's NEAREST */
};

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
    const float *weight;     /* (height, width) how much of each pixel is seen, 0 to 1 */
    unsigned char ground[3]; /* what is there instead */
};

/*
 * Make the file's pixels: three channels, of the place's size, or of the screen's.
 *   window  the window that the image has; NULL: none
 *   out     what the file has; the caller releases it
 *   seen    the image in its place before the inverse, three channels; the caller releases it; may be NULL
 */
evk_status evk_show_image(const struct evk_show *how, const struct evk_place *place,
                          const struct evk_pixels *image, const struct evk_shown_window *window,
                          struct evk_pixels *out, struct evk_pixels *seen, evk_error *err);

/* Make the blank: the background alone, height x width pixels where there is no screen. */
evk_status evk_show_blank(const struct evk_show *how, const struct evk_place *place, int64_t height,
                          int64_t width, struct evk_pixels *out, evk_error *err);

/*
 * Bring a seen image back to the size and the number of channels of a model, by how->resize, as
 * image/resample.h does.  The caller releases *out.
 */
evk_status evk_show_back(const struct evk_show *how, const struct evk_pixels *seen, int64_t height,
                         int64_t width, int64_t channels, struct evk_pixels *out, evk_error *err);

#endif /* EVK_SESSION_SCREEN_SHOW_H */
