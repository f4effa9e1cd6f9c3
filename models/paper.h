/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paper.h - a compact model in double precision, by its definition: response, gradient, optimum */
#ifndef EVK_MODELS_PAPER_H
#define EVK_MODELS_PAPER_H

#include "compact.h"

struct picture {
    double at[PIXELS][PIXELS][3]; /* R, G, B, 0 to 255 */
};

/* The response to an image, and its gradient per display level where gradient is not NULL. */
evk_status paper_response(const struct compact *c, const struct picture *image, double *response,
                          struct picture *gradient, evk_error *err);

/*
 * Move every value of an image to the end of 0..255 to which its derivative
 * points, or to 128 where it has none, until nothing moves.  No such move
 * lowers a response that is convex in the pixels, or monotone in each; where
 * nothing moves the image is a maximum among its neighbours in the box, and for
 * a linear response, the maximum.
 */
evk_status paper_optimum(const struct compact *c, struct picture *image, double *response,
                         evk_error *err);

/* Make 128 those values of an image whose derivative is below this part of the largest. */
evk_status paper_seen(const struct compact *c, struct picture *image, double part, evk_error *err);

#endif /* EVK_MODELS_PAPER_H */
