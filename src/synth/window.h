/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * window.h - an image seen through a window on a background
 *
 * Of the image z that is climbed, the latent image, background + weight (z - background) is shown,
 * weight from 0 to 1.  Several windows, one behind the other, are one window again: what is shown
 * is weight z + offset.  Contrast, mean, norm and clipped values are those of the latent image, each
 * value counted as much as its weight; so the window is applied once, when the image is shown.
 *
 * The latent image goes along the gradient with respect to what is shown.  Its own gradient is weight
 * times that: along it, contrast at a soft edge would grow more slowly the less is seen, and what is
 * shown would fall with the square of the weight.  Either way the response rises.
 */
#ifndef EVK_SYNTH_WINDOW_H
#define EVK_SYNTH_WINDOW_H

#include "base/error.h"

struct evk_image_window {
    int64_t pixels, channels;
    float *weight, *offset; /* (pixels, channels); NULL: everything is seen */
    double total;           /* of weights, over pixels */
};

/* Nothing is hidden yet.  The caller releases *out, after a failure too. */
evk_status evk_image_window_init(struct evk_image_window *out, int64_t pixels, int64_t channels,
                                 evk_error *err);
void evk_image_window_release(struct evk_image_window *w);

/* Everything is seen. */
void evk_image_window_clear(struct evk_image_window *w);

/* Pixel i is seen through another window: open is 0 to 1, background a display value. */
void evk_image_window_narrow(struct evk_image_window *w, int64_t i, double open, double background);

/* Once all pixels are narrowed: the total. */
void evk_image_window_finish(struct evk_image_window *w);

/* y = what is shown of x; y may be x. */
void evk_image_window_show(const struct evk_image_window *w, const float *x, float *y);

/* A gradient or a step of the latent image becomes 0 where nothing is seen. */
void evk_image_window_restrict(const struct evk_image_window *w, float *d);

#endif /* EVK_SYNTH_WINDOW_H */
