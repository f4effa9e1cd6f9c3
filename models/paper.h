/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * paper.h - a compact model computed by its definition, in double precision: response and optimum
 */
#ifndef EVK_MODELS_PAPER_H
#define EVK_MODELS_PAPER_H

#include "compact.h"

/* An image of the size that compact models take. */
struct picture {
    double at[PIXELS][PIXELS][3]; /* R, G, B, 0 to 255 */
};

/*
 * Computes the response to an image and, where gradient is not NULL, its gradient per display
 * level.
 */
evk_status paper_response(const struct compact *c, const struct picture *image, double *response,
                          struct picture *gradient, evk_error *err);

/*
 * Moves an image to an optimum, and computes the response to it.  In each round every value goes to
 * 255 where its derivative is positive, to 0 where it is negative, and to 128 where it is 0, until
 * no value moves.  A round never lowers a response that is convex in the pixels, or monotone in
 * each of them. Where nothing moves, no image that differs in one value is better; of a linear
 * response, no image at all is.
 */
evk_status paper_optimum(const struct compact *c, struct picture *image, double *response,
                         evk_error *err);

/*
 * Sets those values of an image to 128 whose derivative is, in magnitude, below `part` times the
 * largest.
 */
evk_status paper_seen(const struct compact *c, struct picture *image, double part, evk_error *err);

#endif /* EVK_MODELS_PAPER_H */
