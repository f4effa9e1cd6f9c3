/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * window.h - an image shown through a window on a background
 *
 * Of the latent image z, which the ascent changes, background + weight (z - background) is shown,
 * with a weight from 0 to 1 for each value.  Several windows, one behind the other, are one window
 * again: what is shown is weight z + offset.  Limits on contrast, mean, norm and clipped values
 * hold for the latent image, with each value counted as much as its weight; so the window is
 * applied only once, when the image is shown.
 *
 * The latent image moves along the gradient with respect to what is shown.  Its own gradient would
 * be weight times that: contrast at a soft edge would then grow more slowly the less of it is
 * shown, and what is shown would fall with the square of the weight.  The response rises either
 * way.
 */
#ifndef EVK_SYNTH_WINDOW_H
#define EVK_SYNTH_WINDOW_H

#include "base/error.h"

/* Owns its arrays. */
struct evk_image_window {
    int64_t pixels, channels;
    float *weight, *offset; /* (pixels, channels); NULL: nothing is hidden */
    double total;           /* sum of the weights of all pixels, of one channel */
};

/*
 * Makes a window that hides nothing.  The caller releases *out, after a failure too.  EVK_ENOMEM.
 */
evk_status evk_image_window_init(struct evk_image_window *out, int64_t pixels, int64_t channels,
                                 evk_error *err);
void evk_image_window_release(struct evk_image_window *w);

/* Sets the window back to one that hides nothing. */
void evk_image_window_clear(struct evk_image_window *w);

/*
 * Puts another window in front of pixel i: of the pixel the part `open` (0 to 1) stays visible, on
 * the background, a display value.
 */
void evk_image_window_narrow(struct evk_image_window *w, int64_t i, double open, double background);

/* Computes the total, after the last evk_image_window_narrow. */
void evk_image_window_finish(struct evk_image_window *w);

/* y = what is shown of the latent image x; both (pixels, channels), and y may be x. */
void evk_image_window_show(const struct evk_image_window *w, const float *x, float *y);

/* In place: a gradient or a step d (pixels, channels) becomes 0 where nothing is shown. */
void evk_image_window_restrict(const struct evk_image_window *w, float *d);

#endif /* EVK_SYNTH_WINDOW_H */
